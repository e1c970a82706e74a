import { authoritative } from '../../src/providers/dns/authoritative';
import type { RecordSet } from '../../src/ports/ports';
import { startNameServer, type NameServer as ZoneServer } from '../../lab/vendors/kit/name-server';
import { fakeZone } from '../../lab/vendors/kit/zone';
import { nameServer, type NameServer, type Said } from '../../lab/loopback/name-server';
import { powerDns } from '../../lab/loopback/pdns';

const servers: NameServer[] = [];
const open = async (say: (count: number) => Said) => {
  const server = await nameServer(say);
  servers.push(server);
  return server;
};
const ask = (addresses: string[], times = 1) =>
  authoritative({ servers: addresses, timeoutMs: 300 })('www.shop.test', 'A', times);

afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

describe('the authoritative servers', () => {
  it('are asked one by one, each as often as wanted', async () => {
    const [one, two] = [await open(() => ['192.0.2.1']), await open(() => ['192.0.2.2', '192.0.2.1'])];
    expect(await ask([one.address, two.address], 3)).toEqual([
      {
        server: one.address,
        values: ['192.0.2.1'],
        because: `${one.address} answers A www.shop.test. with 192.0.2.1.`,
      },
      { server: two.address, values: ['192.0.2.1', '192.0.2.2'], because: expect.any(String) as string },
    ]);
    expect(one.asked).toEqual(Array(3).fill('www.shop.test'));
    expect(two.asked).toHaveLength(3);
  });

  it.each([
    ['NXDOMAIN', 'NXDOMAIN'],
    ['an empty answer', []],
  ] satisfies [string, Said][])('answering %s have no value, and that is known', async (_what, said) => {
    const server = await open(() => said);
    expect(await ask([server.address])).toMatchObject([
      { values: [], because: `${server.address} answers A www.shop.test. with no value.` },
    ]);
  });

  it.each([
    ['silence', 'silence', /did not answer in time/],
    ['SERVFAIL', 'SERVFAIL', /did not answer for A www\.shop\.test\. \(ESERVFAIL\)/],
    ['REFUSED', 'REFUSED', /did not answer for A www\.shop\.test\. \(EREFUSED\)/],
  ] satisfies [string, Said, RegExp][])('answering %s have told nothing', async (_what, said, because) => {
    const server = await open(() => said);
    const [answer] = await ask([server.address]);
    expect(answer).toMatchObject({ server: server.address, values: undefined });
    expect(answer!.because).toMatch(because);
  });

  it('that answer the old value once more are not of one mind', async () => {
    const server = await open((count) => (count === 2 ? ['192.0.2.1'] : ['192.0.2.2']));
    const [answer] = await ask([server.address], 5);
    expect(answer).toEqual({
      server: server.address,
      values: undefined,
      because: `${server.address} is not of one mind: it answered 192.0.2.2, then 192.0.2.1.`,
    });
  });

  it('that fall silent half-way have told nothing, and the others are heard', async () => {
    const [ill, well] = [
      await open((count) => (count < 2 ? ['192.0.2.1'] : 'silence')),
      await open(() => ['192.0.2.1']),
    ];
    expect((await ask([ill.address, well.address], 3)).map(({ values }) => values)).toEqual([undefined, ['192.0.2.1']]);
  });

  it('are asked anew each time: no answer is kept', async () => {
    let now = ['192.0.2.1'];
    const server = await open(() => now);
    expect((await ask([server.address]))[0]?.values).toEqual(['192.0.2.1']);
    now = ['192.0.2.2'];
    expect((await ask([server.address]))[0]?.values).toEqual(['192.0.2.2']);
  });

  it('give a set over TCP that is too long for a packet', async () => {
    const server = await powerDns();
    const values = Array.from({ length: 150 }, (_, index) => `192.0.2.${index + 1}`);
    server.put({ name: 'www.shop.test.', type: 'A', ttlSeconds: 5, values });
    expect((await ask([server.address]))[0]?.values).toEqual([...values].sort());
    await server.close();
  });

  describe('that are given by name', () => {
    const set = (name: string, type: RecordSet['type'], ...values: string[]): RecordSet => {
      return { name, type, ttlSeconds: 5, values };
    };
    const www = (value: string) => set('www.shop.test.', 'A', value);
    /** At `host`, and knowing `sets` alone. */
    const opened = async (host: string, port: number, ...sets: RecordSet[]): Promise<ZoneServer> => {
      const zone = fakeZone<RecordSet>({ origin: 'shop.test.', setsOf: (each) => [...each], nameServers: 1 });
      zone.change(() => sets);
      const server = await startNameServer({ host, port, zone, number: 0 });
      servers.push(server);
      return server;
    };
    const named = (sets: RecordSet[]) => opened('127.0.0.1', 0, ...sets);
    const portOf = ({ address }: ZoneServer) => Number(/\d+$/.exec(address)?.[0]);
    const askNamed = async (server: string, ...sets: RecordSet[]) => {
      const resolvers = [(await named(sets)).address];
      const [answer] = await authoritative({ servers: [server], timeoutMs: 300, resolvers })('www.shop.test', 'A', 2);
      return answer!;
    };

    it('are asked at each of their addresses', async () => {
      const one = await opened('127.0.0.1', 0, www('192.0.2.1'));
      const two = await opened('127.0.0.2', portOf(one), www('192.0.2.1'));
      const server = `ns1.shop.test:${portOf(one)}`;
      const answer = await askNamed(server, set('ns1.shop.test.', 'A', '127.0.0.1', '127.0.0.2'));
      expect(answer).toMatchObject({ server, values: ['192.0.2.1'] });
      expect([one.asked.length, two.asked.length]).toEqual([2, 2]);
    });

    it.each([
      [
        'that answers otherwise',
        www('192.0.2.2'),
        /^ns1\.shop\.test:\d+ is not of one mind: .*192\.0\.2\.1.*192\.0\.2\.2/,
      ],
      ['without an answer', undefined, /^ns1\.shop\.test:\d+: 127\.0\.0\.2:\d+ did not answer/],
    ])('have told nothing when they have an address %s', async (_what, other, because) => {
      const one = await opened('127.0.0.1', 0, www('192.0.2.1'));
      if (other) await opened('127.0.0.2', portOf(one), other);
      const addresses = set('ns1.shop.test.', 'A', '127.0.0.1', '127.0.0.2');
      const answer = await askNamed(`ns1.shop.test:${portOf(one)}`, addresses);
      expect(answer.values).toBeUndefined();
      expect(answer.because).toMatch(because);
    });

    it('are asked by IPv6 where they have nothing else', async () => {
      const six = await opened('::1', 0, www('192.0.2.1'));
      const answer = await askNamed(`ns1.shop.test:${portOf(six)}`, set('ns1.shop.test.', 'AAAA', '::1'));
      expect(answer.values).toEqual(['192.0.2.1']);
    });
  });

  it('whose own name leads nowhere are named', async () => {
    const [answer] = await ask(['ns1.absent.invalid']);
    expect(answer).toMatchObject({ server: 'ns1.absent.invalid', values: undefined });
    expect(answer!.because).toMatch(/^The name server ns1\.absent\.invalid has no address that could be found/);
  });
});

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

describe('authoritative servers', () => {
  it('each authoritative server is queried as often as requested', async () => {
    const [one, two] = [await open(() => ['192.0.2.1']), await open(() => ['192.0.2.2', '192.0.2.1'])];
    expect(await ask([one.address, two.address], 3)).toEqual([
      {
        server: one.address,
        values: ['192.0.2.1'],
        because: `${one.address} returned 192.0.2.1 for A www.shop.test.`,
      },
      { server: two.address, values: ['192.0.2.1', '192.0.2.2'], because: expect.any(String) as string },
    ]);
    expect(one.asked).toEqual(Array(3).fill('www.shop.test'));
    expect(two.asked).toHaveLength(3);
  });

  it.each([
    ['NXDOMAIN', 'NXDOMAIN'],
    ['an empty answer', []],
  ] satisfies [string, Said][])('%s counts as an empty set', async (_what, said) => {
    const server = await open(() => said);
    expect(await ask([server.address])).toMatchObject([
      { values: [], because: `${server.address} returned no records for A www.shop.test.` },
    ]);
  });

  it.each([
    ['is silent', 'silence', /did not answer within 0\.3 s\.$/],
    ['returns SERVFAIL', 'SERVFAIL', /^The query to .* for A www\.shop\.test\. failed \(ESERVFAIL\)\.$/],
    ['returns REFUSED', 'REFUSED', /^The query to .* for A www\.shop\.test\. failed \(EREFUSED\)\.$/],
  ] satisfies [string, Said, RegExp][])('a server that %s has no values', async (_what, said, because) => {
    const server = await open(() => said);
    const [answer] = await ask([server.address]);
    expect(answer).toMatchObject({ server: server.address, values: undefined });
    expect(answer!.because).toMatch(because);
  });

  it('a server that returns the old value in one of five answers has no values', async () => {
    const server = await open((count) => (count === 2 ? ['192.0.2.1'] : ['192.0.2.2']));
    const [answer] = await ask([server.address], 5);
    expect(answer).toEqual({
      server: server.address,
      values: undefined,
      because: `${server.address} returned different answers for A www.shop.test.: 192.0.2.2, then 192.0.2.1.`,
    });
  });

  it('a server that stops answering has no values, and the other server keeps its own', async () => {
    const [failing, healthy] = [
      await open((count) => (count < 2 ? ['192.0.2.1'] : 'silence')),
      await open(() => ['192.0.2.1']),
    ];
    expect((await ask([failing.address, healthy.address], 3)).map(({ values }) => values)).toEqual([
      undefined,
      ['192.0.2.1'],
    ]);
  });

  it('no answer is cached: each call queries the server again', async () => {
    let now = ['192.0.2.1'];
    const server = await open(() => now);
    expect((await ask([server.address]))[0]?.values).toEqual(['192.0.2.1']);
    now = ['192.0.2.2'];
    expect((await ask([server.address]))[0]?.values).toEqual(['192.0.2.2']);
  });

  it('a set that is too large for a UDP packet is read over TCP', async () => {
    const server = await powerDns();
    const values = Array.from({ length: 150 }, (_, index) => `192.0.2.${index + 1}`);
    server.put({ name: 'www.shop.test.', type: 'A', ttlSeconds: 5, values });
    expect((await ask([server.address]))[0]?.values).toEqual([...values].sort());
    await server.close();
  });

  describe('servers given by name', () => {
    const set = (name: string, type: RecordSet['type'], ...values: string[]): RecordSet => {
      return { name, type, ttlSeconds: 5, values };
    };
    const www = (value: string) => set('www.shop.test.', 'A', value);
    /** A server at `host` that has `sets` only. */
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

    it('a server given by name is queried at each of its addresses', async () => {
      const one = await opened('127.0.0.1', 0, www('192.0.2.1'));
      const two = await opened('127.0.0.2', portOf(one), www('192.0.2.1'));
      const server = `ns1.shop.test:${portOf(one)}`;
      const answer = await askNamed(server, set('ns1.shop.test.', 'A', '127.0.0.1', '127.0.0.2'));
      expect(answer).toMatchObject({ server, values: ['192.0.2.1'] });
      expect([one.asked.length, two.asked.length]).toEqual([2, 2]);
    });

    it.each([
      [
        'returns another value',
        www('192.0.2.2'),
        /^The addresses of ns1\.shop\.test:\d+ returned different answers: .*192\.0\.2\.1.*192\.0\.2\.2/,
      ],
      [
        'does not answer',
        undefined,
        /^ns1\.shop\.test:\d+: The query to 127\.0\.0\.2:\d+ for A www\.shop\.test\. failed \(ECONNREFUSED\)/,
      ],
    ])('a server given by name has no values when one of its addresses %s', async (_what, other, because) => {
      const one = await opened('127.0.0.1', 0, www('192.0.2.1'));
      if (other) await opened('127.0.0.2', portOf(one), other);
      const addresses = set('ns1.shop.test.', 'A', '127.0.0.1', '127.0.0.2');
      const answer = await askNamed(`ns1.shop.test:${portOf(one)}`, addresses);
      expect(answer.values).toBeUndefined();
      expect(answer.because).toMatch(because);
    });

    it('a server given by name is queried over IPv6 if it has no IPv4 address', async () => {
      const six = await opened('::1', 0, www('192.0.2.1'));
      const answer = await askNamed(`ns1.shop.test:${portOf(six)}`, set('ns1.shop.test.', 'AAAA', '::1'));
      expect(answer.values).toEqual(['192.0.2.1']);
    });
  });

  it('a server name that does not resolve is reported', async () => {
    const [answer] = await ask(['ns1.absent.invalid']);
    expect(answer).toMatchObject({ server: 'ns1.absent.invalid', values: undefined });
    expect(answer!.because).toMatch(/^The name server ns1\.absent\.invalid could not be resolved/);
  });
});

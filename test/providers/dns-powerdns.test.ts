import { authoritative } from '../../src/providers/dns/authoritative';
import { powerdns } from '../../src/providers/dns/powerdns/powerdns';
import type { DnsZone } from '../../src/providers/dns/provider';
import type { RecordSet } from '../../src/ports/ports';
import { describeDns } from './dns.contract';
import { failure } from './servers/failure';
import { powerDns, type PowerDns } from '../../lab/loopback/pdns';
import { web } from '../../lab/loopback/web';

const zoneOf = (server: { url: string; zone: string }, apiKey: string): Promise<DnsZone> =>
  powerdns.connect(
    { kind: 'powerdns', url: server.url, apiKey: 'file:pdns-api-key', zone: server.zone },
    { secret: () => Promise.resolve(apiKey) },
  );

const text = (words: string) => expect.stringContaining(words) as string;

/** Changes the zone's kind on the server. */
async function setZoneKind({ url, zone, apiKey }: PowerDns, body: object): Promise<void> {
  const where = `${url}/api/v1/servers/localhost/zones/${zone}`;
  const answer = await fetch(where, { method: 'PUT', headers: { 'x-api-key': apiKey }, body: JSON.stringify(body) });
  expect(answer.status).toBe(204);
}

describeDns('PowerDNS', async () => {
  const server = await powerDns();
  const zone = await zoneOf(server, server.apiKey);
  let names = 0;
  return {
    zone,
    answers: authoritative({ servers: [server.address] }),
    freshName: () => `n${(names += 1)}.shop.test.`,
    foreignName: 'www.other.test.',
    put: (set) => Promise.resolve().then(() => server.put(set)),
    changes: () => server.serial(),
    ttls: [5, 300],
    close: async () => {
      zone.close();
      await server.close();
    },
  };
});

describe('PowerDNS', () => {
  let server: PowerDns;
  const set: RecordSet = { name: 'www.shop.test.', type: 'A', ttlSeconds: 5, values: ['198.51.100.10'] };
  const zones: DnsZone[] = [];
  const open = async (over: Partial<PowerDns> = {}, key = server.apiKey) => {
    const zone = await zoneOf({ ...server, ...over }, key);
    zones.push(zone);
    return zone;
  };
  beforeAll(async () => {
    server = await powerDns();
  });
  beforeEach(() => server.put(set));
  afterEach(() => zones.splice(0).forEach((zone) => zone.close()));
  afterAll(() => server.close());

  it('a wrong PowerDNS key is denied, and the message does not contain it', async () => {
    const error = await failure((await open({}, 'a-wrong-key')).read(set.name, 'A'));
    expect(error).toMatchObject({ kind: 'denied' });
    expect(error.message).not.toContain('a-wrong-key');
  });

  it('a missing PowerDNS zone is an error, a missing record is not', async () => {
    const zone = await open({ zone: 'absent.test.' });
    expect(await failure(zone.read('www.absent.test.', 'A'))).toMatchObject({ kind: 'absent' });
    expect(await (await open()).read('absent.shop.test.', 'A')).toBeUndefined();
  });

  it("a value that is not an address is refused with PowerDNS's message", async () => {
    const error = await failure((await open()).replace(set, { ...set, values: ['not-an-address'] }));
    expect(error.kind).toBe('refused');
    expect(error.message).toMatch(/PowerDNS returned 422: .*www\.shop\.test/);
  });

  it('a PowerDNS secondary has a flaw and is not changed', async () => {
    const zone = await open();
    expect(await zone.flaws?.(set.name, 'A')).toEqual([]);
    await setZoneKind(server, { kind: 'Slave', masters: ['192.0.2.53'] });
    const because = text('PowerDNS is a secondary of shop.test.');
    expect(await zone.flaws?.(set.name, 'A')).toEqual([because]);
    const error = await failure(zone.replace(set, { ...set, values: ['203.0.113.10'] }));
    expect(error).toMatchObject({ kind: 'refused', message: because });
    expect(await zone.read(set.name, 'A')).toEqual(set);
    await setZoneKind(server, { kind: 'Native', masters: [] });
  });

  it('a disabled record is not read', async () => {
    const fake = await web(() => ({
      body: {
        rrsets: [{ name: 'www.shop.test.', type: 'A', ttl: 5, records: [{ content: '192.0.2.1', disabled: true }] }],
      },
    }));
    expect(await (await open({ url: fake.url })).read(set.name, 'A')).toBeUndefined();
    await fake.close();
  });

  it('a set is found in the response of an older server, which returns the whole zone', async () => {
    const record = (name: string, type: string, content: string) => ({
      name,
      type,
      ttl: 5,
      records: [{ content, disabled: false }],
    });
    const rrsets = [
      record('shop.test.', 'NS', 'ns1.'),
      record('api.shop.test.', 'A', '192.0.2.1'),
      record(set.name, 'A', '192.0.2.2'),
    ];
    const fake = await web(() => ({ body: { rrsets } }));
    expect((await (await open({ url: fake.url })).read(set.name, 'A'))?.values).toEqual(['192.0.2.2']);
    await fake.close();
  });

  it('a write without a reply is unavailable after one attempt', async () => {
    const rrsets = [{ name: set.name, type: 'A', ttl: 5, records: [{ content: set.values[0], disabled: false }] }];
    const fake = await web(({ method }) => (method === 'GET' ? { body: { rrsets } } : 'cut'));
    const next = { ...set, values: ['203.0.113.10'] };
    expect(await failure((await open({ url: fake.url })).replace(set, next))).toMatchObject({ kind: 'unavailable' });
    expect(fake.asked.map(({ method }) => method)).toEqual(['GET', 'PATCH']);
    await fake.close();
  });

  it('a web page does not count as a change at PowerDNS', async () => {
    const rrsets = [{ name: set.name, type: 'A', ttl: 5, records: [{ content: set.values[0], disabled: false }] }];
    const fake = await web(({ method }) => (method === 'GET' ? { body: { rrsets } } : { body: '<html>Log in</html>' }));
    const next = { ...set, values: ['203.0.113.10'] };
    expect(await failure((await open({ url: fake.url })).replace(set, next))).toMatchObject({ kind: 'garbage' });
    await fake.close();
  });

  it('PowerDNS lists every invalid option', async () => {
    const options = { kind: 'powerdns', url: 'ns1:8081', apiKey: 'a key in the clear', zone: 'shop.test', extra: 1 };
    const error = await failure(powerdns.connect(options, { secret: () => Promise.resolve('') }));
    expect(error.kind).toBe('refused');
    for (const field of ['url', 'apiKey', 'zone']) expect(error.message).toContain(`dns.provider.${field}`);
    expect(error.message).toContain('extra');
    expect(error.message).not.toContain('in the clear');
  });
});

import { authoritative } from '../../src/providers/dns/authoritative';
import { cloudflare } from '../../src/providers/dns/cloudflare/cloudflare';
import { dnsProviders } from '../../src/providers/dns';
import type { RecordSet } from '../../src/ports/ports';
import type { CloudflareFake, CloudflareOptions } from '../../lab/vendors/cloudflare/cloudflare';
import { openFaultWorld, openWorld, page, refusing, zoneHelpers, written, zoneAt } from './cloudflare-world';
import { describeDns } from './dns.contract';
import { describeDnsFaults } from './dns-faults.contract';
import { failure } from './servers/failure';
import { web } from '../../lab/loopback/web';

describeDns('Cloudflare DNS', openWorld);
describeDnsFaults('Cloudflare DNS', openFaultWorld, ['stale', 'pages', 'ids']);

const [A, B, C] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
const www: RecordSet = { name: 'www.shop.test.', type: 'A', ttlSeconds: 60, values: [A] };
const toB: RecordSet = { ...www, values: [B] };
const alias: RecordSet = { ...www, type: 'CNAME', values: ['a.shop.test.'] };

describe('Cloudflare DNS', () => {
  const { opened, start, permitted, replying } = zoneHelpers();

  it('Cloudflare DNS is in the list of providers, with its API as the default URL', () => {
    expect(dnsProviders).toContain(cloudflare);
    const options = { kind: 'cloudflare', zone: 'shop.test.', token: 'file:cloudflare-token' };
    expect(cloudflare.options.parse(options)).toMatchObject({ url: 'https://api.cloudflare.com/client/v4' });
  });

  it('Cloudflare DNS lists every invalid option', async () => {
    const options = { kind: 'cloudflare', zone: 'shop.test', token: 'in the clear', zoneId: '../zones', extra: 1 };
    const error = await failure(cloudflare.connect(options, { secret: () => Promise.resolve('') }));
    for (const field of ['zone', 'token', 'zoneId']) expect(error.message).toContain(`dns.provider.${field}`);
    expect(error.message).toContain('extra');
    expect(error.message).not.toContain('in the clear');
  });

  describe('zone id', () => {
    it.each([
      ['also when the name is asked for in xn-- form', () => true],
      ['only when the name is asked for in Unicode', (path: string) => path.includes('name=b%C3%BCcher')],
    ])('an internationalized zone is found, which Cloudflare lists in Unicode, %s', async (_how, lists) => {
      const zone = {
        id: '023e105f4ecef8ad9ca31a8372d0c353',
        name: 'b\u00fccher.example',
        status: 'active',
        account: { id: '0' },
      };
      const stored = { id: '1'.repeat(32), type: 'A', name: 'www.xn--bcher-kva.example', content: A, ttl: 60 };
      const server = opened(
        await web(({ path }) =>
          path.startsWith('/zones?')
            ? page(lists(path) ? [zone] : [])
            : page(path.includes('dns_records') ? [stored] : []),
        ),
      );
      const at = opened(await zoneAt({ url: server.url, origin: 'xn--bcher-kva.example.' }));
      expect(await at.read('www.xn--bcher-kva.example.', 'A')).toMatchObject({ values: [A] });
    });

    it('the zone id is looked up by name once', async () => {
      const { fake, zone } = await start();
      await zone.read(www.name, 'A');
      await zone.read(www.name, 'AAAA');
      const lookups = fake.calls.filter(({ path }) => !path.includes('dns_records'));
      expect(lookups.map(({ path }) => path)).toEqual(['/client/v4/zones?name=shop.test&per_page=50']);
    });

    it('the zone id is looked up again after a failed lookup', async () => {
      const { fake, zone } = await start();
      fake.faults.play({ on: { path: /zones$/ }, effect: { kind: 'error', status: 503, when: 'before' } });
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'unavailable' });
      expect(await zone.read(www.name, 'A')).toBeUndefined();
    });

    it('a given zone id is not looked up, and Zone Read is then not needed', async () => {
      const { fake } = await permitted('DNS Write', 'Load Balancers Read');
      const zone = opened(await zoneAt(fake, { zoneId: fake.zoneId }));
      expect(await zone.flaws?.(www.name, 'A')).toEqual([]);
    });

    it('a zone that the token does not see is a flaw that says what to change', async () => {
      const { fake } = await start();
      const zone = opened(await zoneAt({ url: fake.url, origin: 'other.test.' }));
      const error = await failure(zone.read('www.other.test.', 'A'));
      expect(error).toMatchObject({ kind: 'absent' });
      expect(error.message).toMatch(/can't see the zone other\.test.*dns\.provider\.zoneId/);
      expect(await zone.flaws?.('www.other.test.', 'A')).toEqual([error.message]);
    });

    it.each<[string, object[], string]>([
      [
        'the active one is used',
        [
          { id: 'moved1', status: 'moved' },
          { id: 'live1', status: 'active' },
        ],
        'live1',
      ],
      [
        'two active ones are refused',
        [
          { id: 'one1', status: 'active' },
          { id: 'two1', status: 'active' },
        ],
        'one1, two1',
      ],
    ])('of several zones with the name, %s', async (_what, zones, ids) => {
      const named = zones.map((one) => ({ ...one, name: 'shop.test' }));
      const server = opened(await web(({ path }) => (path.startsWith('/zones?') ? page(named) : page([]))));
      const zone = opened(await zoneAt({ url: server.url, origin: 'shop.test.' }));
      const error = ids.includes(',') ? await failure(zone.read(www.name, 'A')) : await zone.read(www.name, 'A');
      if (error === undefined) expect(server.asked.at(-1)?.path).toContain(`/zones/${ids}/dns_records`);
      else expect(error).toMatchObject({ kind: 'refused', message: expect.stringContaining(ids) as string });
    });
  });

  describe('permissions', () => {
    it('a wrong Cloudflare token is denied, and the message asks for a new one without showing it', async () => {
      const { fake } = await start();
      const zone = opened(await zoneAt(fake, { secret: 'cf_another' }));
      const error = await failure(zone.read(www.name, 'A'));
      expect(error).toMatchObject({ kind: 'denied' });
      expect(error.message).toMatch(/Invalid access token.*Create a new token.*Cloudflare error code: 9109\./);
      expect(error.message).not.toContain('cf_another');
      expect(await zone.flaws?.(www.name, 'A')).toEqual([error.message]);
    });

    it.each<[string, CloudflareOptions['tokens'][string], string]>([
      ['finding the zone', ['DNS Write', 'Load Balancers Read'], 'the permission Zone Read'],
      ['reading and changing records', ['Zone Read', 'Load Balancers Read'], 'the permission DNS Write'],
      ['changing records', ['Zone Read', 'DNS Read', 'Load Balancers Read'], 'the permission DNS Write'],
      ['reading load balancers', ['Zone Read', 'DNS Write'], 'the permission Load Balancers Read'],
    ])('the missing permission for %s is a flaw, found without a change', async (_what, given, lacks) => {
      const { fake, zone } = await permitted(...given);
      fake.put(www);
      const changes = fake.changes();
      expect(await zone.flaws?.(www.name, 'A')).toEqual([expect.stringContaining(lacks)]);
      expect(fake.changes()).toBe(changes);
    });

    it("a move is not blocked when the load balancers can't be read", async () => {
      const { fake, zone } = await permitted('Zone Read', 'DNS Write');
      fake.put(www);
      await zone.replace(www, toB);
      expect(fake.sets()).toEqual([toB]);
    });

    it('another error for load balancers counts as an account without load balancing', async () => {
      const { fake, zone } = await start();
      fake.faults.play({ on: { path: /load_balancers/ }, effect: { kind: 'error', status: 404, when: 'before' } });
      expect(await zone.flaws?.(www.name, 'A')).toEqual([]);
    });

    it("a token that is not valid from this worker's address is reported", async () => {
      const words = 'Cannot use the access token from location: 192.0.2.200';
      const { zone } = await replying(refusing(403, 9109, words));
      expect((await failure(zone.read(www.name, 'A'))).message).toMatch(
        /Add this worker's address to the token's client IP address filter\./,
      );
    });
  });

  it('Cloudflare gets no request for a name outside the zone', async () => {
    const { fake, zone } = await start();
    const foreign = { ...www, name: 'www.other.test.' };
    await zone.read(www.name, 'A');
    const from = fake.calls.length;
    for (const attempt of [zone.read(foreign.name, 'A'), zone.replace(foreign, { ...foreign, values: [B] })])
      expect(await failure(attempt)).toMatchObject({ kind: 'refused' });
    expect(await failure(zone.flaws!(foreign.name, 'A'))).toMatchObject({ kind: 'refused' });
    await zone.read(www.name, 'A');
    expect(fake.calls.length).toBe(from + 1);
  });

  it('a move at Cloudflare takes three requests once the zone id is known', async () => {
    const { fake, zone } = await start();
    fake.put(www);
    await zone.read(www.name, 'A');
    const from = fake.calls.length;
    await zone.replace(www, toB);
    expect(fake.calls.slice(from).map(({ method }) => method)).toEqual(['GET', 'GET', 'PATCH']);
  });

  it('a set that can be moved has no flaws, and checking it changes nothing', async () => {
    const { fake, zone } = await start();
    fake.put(www);
    const changes = fake.changes();
    expect(await zone.flaws?.(www.name, 'A')).toEqual([]);
    expect(fake.changes()).toBe(changes);
  });

  describe.each<[string, RecordSet, Parameters<CloudflareFake['alter']>[1], RegExp]>([
    ['is proxied', www, { proxied: true, ttl: 1 }, /is proxied: .*set it to "DNS only"/],
    ['has the automatic TTL', www, { ttl: 1 }, /automatic TTL \(300 s\); set a TTL of at least 60 s/],
    ['is flattened', alias, { settings: { flatten_cname: true } }, /is flattened: .*turn off CNAME flattening/],
    ['is a CNAME at the apex', { ...alias, name: 'shop.test.' }, {}, /is flattened: .*replace it with A and AAAA/],
  ])('immovable records', (what, set, how, because) => {
    it(`a record that ${what} has a flaw and is not moved`, async () => {
      const { fake, zone } = await start();
      fake.put(set);
      fake.alter(set.name.slice(0, -1), how);
      const changes = fake.changes();
      expect(await zone.flaws?.(set.name, set.type)).toEqual([expect.stringMatching(because)]);
      const next = { ...set, values: [set.type === 'A' ? B : 'b.shop.test.'] };
      for (const expected of [set, { ...set, ttlSeconds: 300 }]) {
        const error = await failure(zone.replace(expected, next));
        expect([error.kind, error.message]).toEqual(['refused', expect.stringMatching(because)]);
      }
      expect(fake.changes()).toBe(changes);
    });
  });

  it('the automatic TTL is read as the 300 s that are served for it', async () => {
    const { fake, zone } = await start();
    fake.put({ ...www, ttlSeconds: 1 });
    expect(await zone.read(www.name, 'A')).toEqual({ ...www, ttlSeconds: 300 });
  });

  describe('load balancers with the name of the record', () => {
    const overridden = async (over: object = {}) => {
      const { fake, zone } = await start();
      fake.put(www);
      const pool = fake.putPool({ name: 'a', origins: [{ name: 'web', address: C, enabled: true }] });
      fake.putBalancer({ name: 'www.shop.test', default_pools: [pool], fallback_pool: pool, ...over });
      return { fake, zone };
    };
    const answered = async ({ nameServers }: CloudflareFake) =>
      (await authoritative({ servers: nameServers })(www.name, 'A', 1)).map(({ values }) => values?.join());

    it('a record with a load balancer of the same name has a flaw and is not moved', async () => {
      const { fake, zone } = await overridden();
      expect(await answered(fake)).toEqual([C, C]);
      const because = /^A load balancer overrides the records of www\.shop\.test\./;
      expect(await zone.flaws?.(www.name, 'A')).toEqual([expect.stringMatching(because)]);
      const error = await failure(zone.replace(www, toB));
      expect([error.kind, error.message]).toEqual(['refused', expect.stringMatching(because)]);
      expect(written(fake).filter(({ path }) => !path.includes('0000'))).toEqual([]);
    });

    it.each<[string, object]>([
      ['is disabled', { enabled: false }],
      ['is for a wildcard', { name: '*.shop.test' }],
      ['is for another name', { name: 'api.shop.test' }],
    ])('a load balancer that %s does not block a move', async (_what, over) => {
      const { fake, zone } = await overridden(over);
      expect(await zone.flaws?.(www.name, 'A')).toEqual([]);
      await zone.replace(www, toB);
      expect(await answered(fake)).toEqual([B, B]);
    });
  });

  describe('rate limits', () => {
    it('exceeding the limit of Cloudflare is reported with a wait of at most a minute', async () => {
      const { zone } = await start({ limit: { requests: 2, perMs: 300_000 } });
      await zone.read(www.name, 'A');
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'limited', waitMs: 60_000 });
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'limited' });
    });

    it.each<[string, string, number | undefined]>([
      ['the reset of the exhausted quota is the wait', '"default";r=0;t=12', 12_000],
      ['a quota that is not exhausted gives no wait', '"default";r=7;t=12', undefined],
      ['the longest of several resets is the wait', '"default";r=0;t=3, "burst";r=0;t=9', 9_000],
    ])('without Retry-After, %s', async (_what, ratelimit, waitMs) => {
      const { zone } = await replying({ ...refusing(429, 971, 'Please wait'), headers: { ratelimit } });
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'limited', waitMs });
    });
  });
});

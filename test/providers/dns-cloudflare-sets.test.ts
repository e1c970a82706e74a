import type { RecordSet } from '../../src/ports/ports';
import type { CloudflareFake } from '../../lab/vendors/cloudflare/cloudflare';
import { page, record, refusing, zoneHelpers, written } from './cloudflare-world';
import { failure } from './servers/failure';
import type { Reply } from '../../lab/loopback/web';

const [A, B, C, D] = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'];
const www: RecordSet = { name: 'www.shop.test.', type: 'A', ttlSeconds: 60, values: [A] };
const toB: RecordSet = { ...www, values: [B] };

describe('record sets at Cloudflare', () => {
  const { start, replying } = zoneHelpers();

  describe('reading', () => {
    it('reading a set at Cloudflare filters by the exact name and reads all pages', async () => {
      const { fake, zone } = await start();
      const values = Array.from({ length: 101 }, (_, at) => `198.51.100.${at}`).sort();
      fake.put({ ...www, values });
      expect((await zone.read(www.name, 'A'))?.values).toEqual(values);
      const filter = 'dns_records?type=A&name.exact=www.shop.test&per_page=100';
      const asked = fake.calls.map(({ path }) => path.replace(/.*\//, ''));
      expect(asked.slice(1)).toEqual([`${filter}&page=1`, `${filter}&page=2`]);
    });

    it('reading a set at Cloudflare drops other records when the API ignores the filters', async () => {
      const others = [record({ id: '1', name: 'wwww.shop.test' }), record({ id: '2', type: 'AAAA', content: '::1' })];
      const { zone } = await replying(page([...others, record({ id: '3', content: B })]));
      expect(await zone.read(www.name, 'A')).toEqual(toB);
    });

    it('pages with fewer records than their total are garbage', async () => {
      const { server, zone } = await replying(page([record()], 3), page([record()], 3), page([], 3));
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'garbage' });
      expect(server.asked).toHaveLength(3);
    });

    it('a set with several TTLs is read with the highest one, and is not moved', async () => {
      const uneven = page([record(), record({ id: '2', content: B, ttl: 300 })]);
      const { zone } = await replying(uneven);
      expect(await zone.read(www.name, 'A')).toEqual({ ...www, ttlSeconds: 300, values: [A, B] });
      const again = await replying(uneven, uneven);
      expect(await failure(again.zone.replace({ ...www, ttlSeconds: 300, values: [A, B] }, toB))).toMatchObject({
        kind: 'refused',
        message: expect.stringContaining('different TTLs (60, 300 s)') as string,
      });
    });
  });

  it('a set with one value is changed by the id of its record, and other attributes stay', async () => {
    const { fake, zone } = await start();
    fake.put(www);
    const [{ id } = { id: '' }] = fake.records();
    await zone.replace(www, toB);
    const [{ path, body } = { path: '', body: '{}' }] = written(fake);
    expect(path).toBe(`/client/v4/zones/${fake.zoneId}/dns_records/${id}`);
    const comment = expect.any(String) as string;
    expect(JSON.parse(body)).toEqual({ type: 'A', name: 'www.shop.test', content: B, ttl: 60, comment });
  });

  describe('sets with several values', () => {
    it.each<[string, string[], number, string[], number, string[]]>([
      ['one value changed', [A, B], 60, [A, C], 60, ['PATCH']],
      ['all values changed', [A, B], 60, [C, D], 60, ['POST batch']],
      ['one value and the TTL changed', [A, B], 300, [A, C], 60, ['POST batch']],
      ['more values', [A], 60, [B, C], 60, ['POST batch']],
      ['fewer values', [A, B, C], 60, [D], 60, ['POST batch']],
    ])('a set at Cloudflare with %s is written in one request', async (_what, from, fromTtl, to, toTtl, requests) => {
      const { fake, zone } = await start();
      const [before, after] = [
        { ...www, values: from, ttlSeconds: fromTtl },
        { ...www, values: to, ttlSeconds: toTtl },
      ];
      fake.put(before);
      const ids = fake.records().map((one) => one.id);
      await zone.replace(before, after);
      expect(fake.sets()).toEqual([after]);
      const did = written(fake).map(({ method, path }) => (path.endsWith('/batch') ? `${method} batch` : method));
      expect(did).toEqual(requests);
      expect(fake.records().some((one) => ids.includes(one.id))).toBe(true);
    });

    it('a record that is added to a set is not proxied, whatever the default of the zone', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      await zone.replace(www, { ...www, values: [A, B] });
      expect(written(fake).map(({ body }) => JSON.parse(body) as object)).toMatchObject([
        { posts: [{ content: B, proxied: false }] },
      ]);
    });

    it('a change of several values is atomic at Cloudflare', async () => {
      const { fake, zone } = await start();
      const before = { ...www, values: [A, B] };
      fake.put(before);
      const error = await failure(zone.replace(before, { ...www, values: [C, 'nowhere'] }));
      expect(error).toMatchObject({ kind: 'refused', message: expect.stringContaining('9005') as string });
      expect(fake.sets()).toEqual([before]);
    });

    it.each(['before', 'after'] as const)('a batch that failed %s its change succeeds when repeated', async (when) => {
      const { fake, zone } = await start();
      const [before, after] = [
        { ...www, values: [A, B] },
        { ...www, values: [C, D] },
      ];
      fake.put(before);
      fake.faults.play({ on: { path: /batch$/ }, effect: { kind: 'error', status: 502, when } });
      expect(await failure(zone.replace(before, after))).toMatchObject({ kind: 'unavailable' });
      await zone.replace(before, after);
      expect(fake.sets()).toEqual([after]);
      expect(written(fake)).toHaveLength(when === 'before' ? 2 : 1);
    });
  });

  describe('record comments', () => {
    const comment = (fake: CloudflareFake) => fake.records().find(({ name }) => name === 'www.shop.test')?.comment;

    it('an empty comment, or an older one of ours, is replaced with our mark', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      await zone.replace(www, toB);
      expect(comment(fake)).toMatch(/^Set by handover, \d{4}-\d\d-\d\dT/);
      fake.alter('www.shop.test', { comment: 'Set by handover, long ago' });
      await zone.replace(toB, www);
      expect(comment(fake)).toMatch(/^Set by handover, \d{4}-/);
    });

    it('a comment that a person wrote stays', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      fake.alter('www.shop.test', { comment: 'Ask Kim first' });
      await zone.replace(www, toB);
      expect([comment(fake), fake.sets()]).toEqual(['Ask Kim first', [toB]]);
    });
  });

  describe('responses to a change', () => {
    const stored = (over: object): Reply => ({ body: { success: true, result: record({ content: B, ...over }) } });
    const chain = { error_chain: [{ code: 9021, message: 'Invalid TTL' }] };

    it.each<[string, Reply, string, RegExp]>([
      ['success: false with status 200', refusing(200, 1004, 'DNS Validation Error'), 'garbage', /1004/],
      ['another record', stored({ id: 'x' }), 'garbage', /record x/],
      ['another name', stored({ name: 'api.shop.test' }), 'garbage', /reported A api\.shop\.test\./],
      ['another TTL', stored({ ttl: 120 }), 'refused', /120 s instead of 60 s/],
      ['a record that does not exist', refusing(400, 81044, 'Record does not exist.'), 'absent', /81044/],
      ['a conflict of types', refusing(400, 81053, 'An A record exists.'), 'conflict', /81053/],
      ['a permission error code with status 503', refusing(503, 10000, 'Authentication error'), 'unavailable', /503/],
      [
        'an error chain',
        refusing(400, 1004, 'DNS Validation Error', chain),
        'refused',
        /Invalid TTL\. Cloudflare error code: 1004, 9021\./,
      ],
    ])('a response with %s is an error that says so', async (_what, reply, kind, because) => {
      const { zone } = await replying(page([record()]), reply);
      const error = await failure(zone.replace(www, toB));
      expect([error.kind, error.message]).toEqual([kind, expect.stringMatching(because)]);
    });

    it.each([81057, 81058])(
      'error %i for an identical record is a success only if the set is read back as wanted',
      async (code) => {
        const identical = refusing(400, code, 'An identical record already exists.');
        const { zone } = await replying(page([record()]), identical, page([record({ content: B })]));
        await zone.replace(www, toB);
        const beside = await replying(page([record()]), identical, page([record(), record({ id: '2', content: B })]));
        expect(await failure(beside.zone.replace(www, toB))).toMatchObject({ kind: 'conflict' });
      },
    );
  });

  it.each<[string, RecordSet, string]>([
    ['a TTL below 60 s', { ...toB, ttlSeconds: 30 }, 'Must be between 60 and 86400'],
    ['the automatic TTL', { ...toB, ttlSeconds: 1 }, 'set dns.ttlSeconds to at least 60'],
    ['a value that is not an address', { ...www, values: ['here'] }, 'must be a valid IPv4 address'],
  ])('Cloudflare DNS refuses %s', async (_what, next, words) => {
    const { fake, zone } = await start();
    fake.put(www);
    const error = await failure(zone.replace(www, next));
    expect([error.kind, error.message]).toEqual(['refused', expect.stringContaining(words)]);
    expect(fake.sets()).toEqual([www]);
  });
});

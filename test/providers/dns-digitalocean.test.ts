import { digitalocean } from '../../src/providers/dns/digitalocean/digitalocean';
import { dnsProviders } from '../../src/providers/dns';
import type { DnsZone } from '../../src/providers/dns/provider';
import type { RecordSet } from '../../src/ports/ports';
import type { DnsFake } from '../../lab/vendors/kit/dns';
import type { DigitalOceanOptions } from '../../lab/vendors/digitalocean/digitalocean';
import { openFaultWorld, openWorld, startFake, token, zoneAt } from './digitalocean-world';
import { describeDns } from './dns.contract';
import { describeDnsFaults } from './dns-faults.contract';
import { failure } from './servers/failure';
import { web, type Reply } from '../../lab/loopback/web';

describeDns('DigitalOcean DNS', openWorld);
describeDnsFaults('DigitalOcean DNS', openFaultWorld, ['stale', 'pages', 'links', 'ids']);

const [A, B, C, D] = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'];
const www: RecordSet = { name: 'www.shop.test.', type: 'A', ttlSeconds: 30, values: [A] };
const alias: RecordSet = { ...www, type: 'CNAME', values: ['a.shop.test.'] };

describe('DigitalOcean DNS', () => {
  const open: { close: () => unknown }[] = [];
  const opened = <T extends { close: () => unknown }>(one: T) => {
    open.push(one);
    return one;
  };
  afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
  const start = async (over: Partial<DigitalOceanOptions> = {}): Promise<{ fake: DnsFake; zone: DnsZone }> => {
    const fake = opened(await startFake(over));
    return { fake, zone: opened(await zoneAt(fake)) };
  };
  const withScopes = (...scopes: DigitalOceanOptions['tokens'][string]) => start({ tokens: { [token]: scopes } });
  /** A server with canned replies that the fake would never send. */
  const replying = async (...replies: Reply[]) => {
    const server = opened(await web(() => replies.shift() ?? { status: 500 }));
    return { server, zone: opened(await zoneAt({ url: server.url, origin: 'shop.test.' })) };
  };
  const record = (over: object = {}) => ({ id: 7, type: 'A', name: 'www', data: A, ttl: 30, ...over });
  const page = (...records: object[]): Reply => ({ body: { domain_records: records, links: {}, meta: { total: 1 } } });

  it('DigitalOcean DNS is in the list of providers, with its API as the default URL', () => {
    expect(dnsProviders).toContain(digitalocean);
    const options = { kind: 'digitalocean', zone: 'shop.test.', token: 'file:digitalocean-token' };
    expect(digitalocean.options.parse(options)).toMatchObject({ url: 'https://api.digitalocean.com' });
  });

  it('DigitalOcean DNS lists every invalid option', async () => {
    const options = { kind: 'digitalocean', zone: 'shop.test', token: 'a token in the clear', url: 'api', extra: 1 };
    const error = await failure(digitalocean.connect(options, { secret: () => Promise.resolve('') }));
    for (const field of ['zone', 'token', 'url']) expect(error.message).toContain(`dns.provider.${field}`);
    expect(error.message).toContain('extra');
    expect(error.message).not.toContain('in the clear');
  });

  describe('permissions', () => {
    it('a wrong DigitalOcean token is denied, and the message asks for a new one without showing it', async () => {
      const { fake } = await start();
      const zone = opened(await zoneAt(fake, 'dop_v1_another'));
      const error = await failure(zone.read(www.name, 'A'));
      expect(error).toMatchObject({ kind: 'denied' });
      expect(error.message).toMatch(/Unable to authenticate you.*Create a new token/);
      expect(error.message).not.toContain('dop_v1_another');
      expect(await zone.flaws?.(www.name, 'A')).toEqual([error.message]);
    });

    it('a missing read scope is a flaw that names the scope', async () => {
      const { zone } = await withScopes('domain:update');
      expect((await failure(zone.read(www.name, 'A'))).message).toContain('The token needs the scope domain:read.');
      expect(await zone.flaws?.(www.name, 'A')).toEqual([expect.stringContaining('domain:read')]);
    });

    it('a missing write scope is a flaw that names the scope, found without a change', async () => {
      const { fake, zone } = await withScopes('domain:read');
      fake.put(www);
      const changes = fake.changes();
      expect(await zone.flaws?.(www.name, 'A')).toEqual([expect.stringContaining('the scope domain:update.')]);
      const error = await failure(zone.replace(www, { ...www, values: [B] }));
      expect(error).toMatchObject({ kind: 'denied', message: expect.stringContaining('domain:update') as string });
      expect(fake.changes()).toBe(changes);
    });
  });

  it('a set that can be moved has no flaws, and checking it changes nothing', async () => {
    const { fake, zone } = await start();
    fake.put(www);
    const changes = fake.changes();
    expect(await zone.flaws?.(www.name, 'A')).toEqual([]);
    expect(fake.changes()).toBe(changes);
  });

  it('a missing zone is an error, a missing record is not', async () => {
    const { fake, zone } = await start();
    expect(await zone.read('absent.shop.test.', 'A')).toBeUndefined();
    const other = opened(await zoneAt({ url: fake.url, origin: 'other.test.' }));
    const error = await failure(other.read('www.other.test.', 'A'));
    expect(error).toMatchObject({
      kind: 'absent',
      message: expect.stringContaining('Add other.test. to the team of the token') as string,
    });
    expect(await other.flaws?.('www.other.test.', 'A')).toEqual([error.message]);
  });

  it('a failed request is reported with the request id for DigitalOcean support', async () => {
    const { fake, zone } = await start();
    fake.faults.play({ effect: { kind: 'error', status: 500, when: 'before' } });
    expect((await failure(zone.read(www.name, 'A'))).message).toMatch(
      /Request id for DigitalOcean support: [\da-f-]{36}\.$/,
    );
  });

  describe('reading', () => {
    it('reading a set at DigitalOcean requests full pages by the full name and reads all of them', async () => {
      const { fake, zone } = await start();
      const values = Array.from({ length: 201 }, (_, at) => `198.51.100.${at}`).sort();
      fake.put({ ...www, values });
      expect((await zone.read(www.name, 'A'))?.values).toEqual(values);
      const filter = '/v2/domains/shop.test/records?type=A&name=www.shop.test&per_page=200';
      expect(fake.calls.map(({ path }) => path)).toEqual([`${filter}&page=1`, `${filter}&page=2`]);
    });

    it('reading a set at DigitalOcean drops other records when the API ignores the filters', async () => {
      const others = [record({ name: 'wwww' }), record({ type: 'AAAA', data: '2001:db8::1' }), record({ name: '@' })];
      const { zone } = await replying(page(...others, record({ data: B })));
      expect(await zone.read(www.name, 'A')).toEqual({ ...www, values: [B] });
    });

    it.each([
      ['its own page', 'https://api.digitalocean.com/v2/domains/shop.test/records?page=1'],
      ['no page', 'https://api.digitalocean.com/v2/domains/shop.test/records'],
      ['no URL', 'page two'],
    ])('a next-page link to %s is not followed', async (_what, next) => {
      const { server, zone } = await replying({ body: { domain_records: [record()], links: { pages: { next } } } });
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'garbage' });
      expect(server.asked).toHaveLength(1);
    });

    it('a set with several TTLs is read with the highest one, and has a flaw', async () => {
      const { zone } = await replying(
        ...[page(record(), record({ id: 8, data: B, ttl: 300 })), page(record(), record({ id: 8, data: B, ttl: 300 }))],
        { status: 404, body: { id: 'not_found', message: 'no' } },
      );
      expect(await zone.read(www.name, 'A')).toEqual({ ...www, ttlSeconds: 300, values: [A, B] });
      expect(await zone.flaws?.(www.name, 'A')).toEqual([
        'The records of A www.shop.test. have different TTLs (30, 300 s); set the same TTL on all of them.',
      ]);
    });
  });

  describe('zone apex', () => {
    const apex: RecordSet = { ...www, name: 'shop.test.' };

    it('moving the addresses of the apex leaves its other records alone', async () => {
      const { fake, zone } = await start();
      fake.put(apex);
      fake.put({ ...apex, type: 'AAAA', values: ['2001:db8::1'] });
      await zone.replace(apex, { ...apex, values: [B] });
      expect(fake.sets()).toEqual(
        [
          { ...apex, type: 'AAAA', values: ['2001:db8::1'] },
          { ...apex, values: [B] },
        ].sort((one) => (one.type === 'A' ? -1 : 1)),
      );
    });
  });

  describe('CNAME records', () => {
    it('a CNAME target is written with a trailing dot, also when only the TTL changes', async () => {
      const { fake, zone } = await start();
      fake.put({ ...alias, ttlSeconds: 300 });
      await zone.replace({ ...alias, ttlSeconds: 300 }, alias);
      const { method, body } = fake.calls.at(-1)!;
      expect([method, JSON.parse(body)]).toEqual(['PATCH', { type: 'CNAME', data: 'a.shop.test.', ttl: 30 }]);
      expect(await zone.read(www.name, 'CNAME')).toEqual(alias);
    });

    it('a CNAME to the apex is read with the full name', async () => {
      const { fake, zone } = await start();
      fake.put(alias);
      const toApex = { ...alias, values: ['shop.test.'] };
      await zone.replace(alias, toApex);
      expect(await zone.read(www.name, 'CNAME')).toEqual(toApex);
    });
  });

  describe.each([
    ['all values changed', [A, B], 30, [C, D], 30, ['PATCH', 'PATCH']],
    ['one value changed', [A, B], 30, [A, C], 30, ['PATCH']],
    ['one value and the TTL changed', [A, B], 300, [A, C], 30, ['PATCH', 'PATCH']],
    ['more values', [A], 30, [B, C], 30, ['PATCH', 'POST']],
    ['fewer values', [A, B, C], 30, [D], 30, ['PATCH', 'DELETE', 'DELETE']],
    ['all values changed and a lower TTL', [A, B], 300, [C, D], 30, ['PATCH', 'PATCH']],
    ['all values changed and a higher TTL', [A, B], 30, [C, D], 300, ['PATCH', 'PATCH']],
  ])('a set with %s', (what, from, fromTtl, to, toTtl, methods) => {
    const before: RecordSet = { ...www, ttlSeconds: fromTtl, values: from };
    const after: RecordSet = { ...www, ttlSeconds: toTtl, values: to };
    const isChange = ({ method }: { method: string }) => method !== 'GET';

    it(`a set with ${what} is written record by record and never emptied`, async () => {
      const { fake, zone } = await start();
      fake.put(before);
      await zone.replace(before, after);
      expect(fake.calls.filter(isChange).map(({ method }) => method)).toEqual(methods);
      expect(fake.sets()).toEqual([after]);
    });

    it.each(
      methods.flatMap((method, at) => [
        [at + 1, method, 'before' as const, 'was'],
        [at + 1, method, 'after' as const, 'was'],
        [at + 1, method, 'before' as const, 'is'],
        [at + 1, method, 'after' as const, 'is'],
      ]),
    )(
      `a set with ${what} is completed after request %i (%s) failed %s its effect, with the TTL that %s expected`,
      async (nth, method, when, ttl) => {
        const { fake, zone } = await start();
        fake.put(before);
        const skip = methods.slice(0, nth - 1).filter((one) => one === method).length;
        fake.faults.play({ on: { method }, skip, effect: { kind: 'error', status: 502, when } });
        expect(await failure(zone.replace(before, after))).toMatchObject({ kind: 'unavailable' });
        const [halfway] = fake.sets();
        expect(new Set(halfway?.values).size).toBe(halfway?.values.length);
        expect(halfway?.values.length).toBeGreaterThan(0);
        const asked = fake.calls.filter(isChange).length;
        // Steps take the old values from their plan, and the TTL from the last read.
        const read = await zone.read(www.name, 'A');
        await zone.replace(ttl === 'was' ? before : { ...before, ttlSeconds: read?.ttlSeconds ?? 0 }, after);
        expect(fake.sets()).toEqual([after]);
        const did = fake.calls.filter(isChange).length - asked;
        expect(did).toBe(methods.length - nth + (when === 'before' ? 1 : 0));
      },
    );
  });

  it('a mix of old and new values that no interrupted move would leave is a conflict', async () => {
    const { fake, zone } = await start();
    const mixed = { ...www, values: [B, D] };
    fake.put(mixed);
    const error = await failure(zone.replace({ ...www, values: [A, B] }, { ...www, values: [C, D] }));
    expect(error).toMatchObject({ kind: 'conflict', message: expect.stringContaining(`holds ${B}, ${D}`) as string });
    expect(fake.sets()).toEqual([mixed]);
  });

  it.each<[string, RecordSet]>([
    ['with another TTL than the expected one', { ...www, ttlSeconds: 60, values: [A, B] }],
    ['of old and new values, where the new ones have the old TTL,', { ...www, ttlSeconds: 300, values: [B, C] }],
  ])('a set %s is a conflict', async (_what, found) => {
    const { fake, zone } = await start();
    fake.put(found);
    const error = await failure(zone.replace({ ...www, ttlSeconds: 300, values: [A, B] }, { ...www, values: [C, D] }));
    expect(error.kind).toBe('conflict');
    expect(fake.sets()).toEqual([found]);
  });

  it('a duplicate value is a flaw and is not moved', async () => {
    const { fake, zone } = await start();
    fake.put({ ...www, values: [A, A] });
    const because = `A www.shop.test. has two records with the value ${A}; remove one of them.`;
    expect(await zone.flaws?.(www.name, 'A')).toEqual([because]);
    const error = await failure(zone.replace(www, { ...www, values: [B] }));
    expect([error.kind, error.message]).toEqual(['conflict', because]);
  });

  it.each([
    ['a TTL below 30 s', www, { ...www, ttlSeconds: 5, values: [B] }, 'record ttl must be greater than 30'],
    ['a value that is not an address', www, { ...www, values: ['here'] }, 'Data must be a valid IPv4 address.'],
  ])('DigitalOcean refuses %s with its own message', async (_what, before, after, words) => {
    const { fake, zone } = await start();
    fake.put(before);
    const error = await failure(zone.replace(before, after));
    expect(error).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining(`returned 422: ${words}`) as string,
    });
    expect(fake.sets()).toEqual([before]);
  });

  it.each([
    ['another record', { id: 8 }, 'garbage', 'A www.shop.test. with 192.0.2.2 (record 8)'],
    ['another name', { name: 'api' }, 'garbage', 'A api.shop.test.'],
    ['another value', { data: C }, 'garbage', `with ${C}`],
    ['another TTL', { ttl: 60 }, 'refused', 'with a TTL of 60 s instead of 30 s'],
  ])('a 200 that reports %s is an error', async (_what, over, kind, words) => {
    const { zone } = await replying(page(record()), { body: { domain_record: record({ data: B, ...over }) } });
    const error = await failure(zone.replace(www, { ...www, values: [B] }));
    expect(error).toMatchObject({ kind, message: expect.stringContaining(words) as string });
  });

  describe('rate limits', () => {
    const few = { requests: 1, perMs: 20_000 };
    const many = { requests: 100, perMs: 3_600_000 };

    it('the limit per minute is reported with the wait of Retry-After', async () => {
      const { zone } = await start({ limits: { burst: few, hour: many } });
      await zone.read(www.name, 'A');
      const { kind, waitMs } = await failure(zone.read(www.name, 'A'));
      expect([kind, waitMs]).toEqual(['limited', 20_000]);
    });

    it('the limit per hour is reported with the wait until the oldest request leaves the window', async () => {
      const { zone } = await start({ limits: { burst: many, hour: few } });
      await zone.read(www.name, 'A');
      const { kind, waitMs } = await failure(zone.read(www.name, 'A'));
      expect(kind).toBe('limited');
      expect(waitMs).toBeGreaterThan(18_000);
      expect(waitMs).toBeLessThanOrEqual(21_000);
    });

    it('the wait of the limit per hour is capped at a minute', async () => {
      const { zone } = await start({ limits: { burst: many, hour: { ...few, perMs: 3_600_000 } } });
      await zone.read(www.name, 'A');
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'limited', waitMs: 60_000 });
    });
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { dnsProviders } from '../../src/providers/dns';
import { google } from '../../src/providers/dns/google/google';
import type { DnsZone } from '../../src/providers/dns/provider';
import type { RecordSet } from '../../src/ports/ports';
import type { GoogleFake, GoogleOptions } from '../../lab/vendors/google/google';
import type { GoogleZone } from '../../lab/vendors/google/zones';
import * as world from './google-world';
import { describeDns } from './dns.contract';
import { describeDnsFaults } from './dns-faults.contract';
import { failure } from './servers/failure';
import { web, type Reply } from '../../lab/loopback/web';

describeDns('Google Cloud DNS', world.openWorld);
describeDnsFaults('Google Cloud DNS', world.openFaultWorld, ['stale', 'pages']);

const [A, B, C] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
const www: RecordSet = { name: 'www.shop.test.', type: 'A', ttlSeconds: 30, values: [A] };
const toB = { ...www, values: [B] };
const text = (words: string) => expect.stringContaining(words) as string;

describe('Google Cloud DNS', () => {
  const open: { close: () => unknown }[] = [];
  const opened = <T extends { close: () => unknown }>(one: T) => {
    open.push(one);
    return one;
  };
  afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
  const start = async (
    over: Partial<GoogleOptions> = {},
    site: object = {},
    key?: string,
  ): Promise<{ fake: GoogleFake; zone: DnsZone }> => {
    const fake = opened(await world.startFake(over));
    return { fake, zone: opened(await world.zoneAt({ ...fake, origin: 'shop.test.' }, site, key)) };
  };
  const asked = ({ calls }: GoogleFake, path: RegExp) => calls.filter((call) => path.test(call.path)).length;
  /** A server with canned replies that the fake would never send, after those for a token and a zone. */
  const replying = async (...replies: Reply[]) => {
    const given = { body: { access_token: 'ya29.token', expires_in: 3_599 } };
    const found = { body: { managedZones: [{ name: 'shop-test', dnsName: 'shop.test.' }] } };
    const all = [given, found, ...replies];
    const server = opened(await web(() => all.shift() ?? { status: 500 }));
    const at = { url: server.url, origin: 'shop.test.', tokenUrl: `${server.url}/token` };
    return { server, zone: opened(await world.zoneAt(at)) };
  };
  const listed = (over: object = {}) => ({ name: www.name, type: 'A', ttl: 30, rrdatas: [A], ...over });
  const failing = (code: number, reason: string, message = 'No.'): Reply => {
    return { status: code, body: { error: { code, message, errors: [{ reason, message, domain: 'global' }] } } };
  };

  it('Google Cloud DNS is in the list of providers, with its APIs as the default URLs', () => {
    expect(dnsProviders).toContain(google);
    expect(google.options.parse({ kind: 'google', zone: 'shop.test.', key: 'file:google-key.json' })).toMatchObject({
      url: 'https://dns.googleapis.com',
      tokenUrl: 'https://oauth2.googleapis.com/token',
    });
  });

  it('Google Cloud DNS lists every invalid option', async () => {
    const options = {
      kind: 'google',
      zone: 'shop.test',
      key: 'in the clear',
      url: 'api',
      managedZone: 'No',
      project: 'X',
    };
    const error = await failure(google.connect(options, { secret: () => Promise.resolve('') }));
    for (const field of ['zone', 'key', 'url', 'managedZone', 'project'])
      expect(error.message).toContain(`dns.provider.${field}`);
    expect(error.message).not.toContain('in the clear');
  });

  it.each([
    ['not JSON', world.privateKey, 'the content'],
    ['the key of a person', world.keyFile({ type: 'authorized_user' }), 'type'],
    ['without an email address', world.keyFile({ client_email: undefined }), 'client_email'],
    ['with a truncated key', world.keyFile({ private_key: world.privateKey.slice(0, 400) }), 'private_key'],
  ])('a key file that is %s is refused with the invalid field, without its content', async (_what, key, field) => {
    const at = { url: 'http://127.0.0.1:1', tokenUrl: 'http://127.0.0.1:1', origin: 'shop.test.' };
    const error = await failure(world.zoneAt(at, {}, key));
    expect(error).toMatchObject({
      kind: 'refused',
      message: text(`of a service account: ${field} is missing or invalid`),
    });
    for (const line of world.linesOfKey) expect(error.message).not.toContain(line);
  });

  describe('access tokens', () => {
    it("a token is requested once, from the site's token URL and not from the one in the key file", async () => {
      const { fake, zone } = await start();
      await Promise.all([zone.read(www.name, 'A'), zone.read(www.name, 'AAAA')]);
      await zone.read(www.name, 'A');
      expect(asked(fake, /^\/token$/)).toBe(1);
    });

    it('an expired token is replaced', async () => {
      const { fake, zone } = await start({ tokenSeconds: 1 });
      await zone.read(www.name, 'A');
      await new Promise((resolve) => setTimeout(resolve, 1_050));
      await zone.read(www.name, 'A');
      expect(fake.tokens().length).toBeGreaterThan(1);
    });

    it('a revoked token is denied, and the next attempt requests a new one', async () => {
      const { fake, zone } = await start();
      await zone.read(www.name, 'A');
      fake.revoke();
      const error = await failure(zone.read(www.name, 'A'));
      expect(error).toMatchObject({ kind: 'denied', message: text('invalid authentication credentials') });
      expect(await zone.read(www.name, 'A')).toBeUndefined();
    });

    it.each([
      ['a deleted account', { client_email: 'gone@shop.test' }, 'Invalid grant: account not found'],
      ['the key of another account', {}, 'Invalid JWT Signature.'],
    ])('a token for %s is denied in one attempt', async (_what, over, words) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
      const other = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const { fake, zone } = await start({}, {}, world.keyFile({ private_key: other, ...over }));
      const error = await failure(zone.read(www.name, 'A'));
      expect(error).toMatchObject({ kind: 'denied', message: text(`returned 400, invalid_grant: ${words}`) });
      expect(error.message).toContain('Create a new key for the service account');
      expect(await zone.flaws?.(www.name, 'A')).toEqual([error.message]);
      expect(asked(fake, /^\/token$/)).toBe(2);
    });

    it.each([
      ['a 503', { kind: 'error', status: 503, when: 'before' }, 'unavailable'],
      ['a broken connection', { kind: 'cut', when: 'before' }, 'unavailable'],
      ['a truncated response', { kind: 'truncated' }, 'unavailable'],
      ['a web page', { kind: 'html', when: 'before' }, 'garbage'],
      ['a redirect', { kind: 'redirect', status: 307, to: 'http://127.0.0.1:1' }, 'garbage'],
    ] as const)(
      'a token request that gets %s is sent once, and the message contains no key',
      async (_what, effect, kind) => {
        const { fake, zone } = await start();
        fake.faults.play({ on: { path: /^\/token$/ }, effect });
        const error = await failure(zone.read(www.name, 'A'));
        expect(error.kind).toBe(kind);
        expect(asked(fake, /^\/token$/)).toBe(1);
        const assertion = new URLSearchParams(fake.calls[0]?.body).get('assertion') ?? '';
        for (const secret of [assertion, ...assertion.split('.'), ...world.linesOfKey])
          expect(error.message).not.toContain(secret);
        expect(await zone.read(www.name, 'A')).toBeUndefined();
      },
    );

    it.each([
      [400, 'denied', (said: string) => ({ error: 'invalid_grant', error_description: said })],
      [500, 'unavailable', (said: string) => said],
    ])('a %i that echoes the assertion does not put it into the message (%s)', async (status, kind, repeat) => {
      const server = opened(await web(({ body }) => ({ status, body: repeat(body.split('=').at(-1) ?? '') })));
      const at = { url: server.url, origin: 'shop.test.', tokenUrl: `${server.url}/token` };
      const error = await failure(opened(await world.zoneAt(at)).read(www.name, 'A'));
      expect(error.kind).toBe(kind);
      const assertion = new URLSearchParams(server.asked[0]?.body).get('assertion') ?? 'no assertion';
      for (const part of assertion.split('.')) expect(error.message).not.toContain(part.slice(0, 40));
    });

    it('a rate-limited token request is reported with the wait of Retry-After', async () => {
      const server = opened(await web(() => ({ status: 429, headers: { 'retry-after': '7' }, body: {} })));
      const at = { url: server.url, origin: 'shop.test.', tokenUrl: `${server.url}/token` };
      const zone = opened(await world.zoneAt(at));
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'limited', waitMs: 7_000 });
      expect(server.asked).toHaveLength(1);
    });
  });

  it.each(world.everything)(
    'the missing permission %s is a flaw that names it, found without a change',
    async (lacking) => {
      const { fake, zone } = await start({
        accounts: world.allowing(world.everything.filter((one) => one !== lacking)),
      });
      fake.put(www);
      const changes = fake.changes();
      expect(await zone.flaws?.(www.name, 'A')).toEqual([
        expect.stringMatching(`Grant the service account .*${lacking}`),
      ]);
      expect(await failure(zone.replace(www, toB))).toMatchObject({ kind: 'denied', message: text(lacking) });
      expect(fake.changes()).toBe(changes);
    },
  );

  it('a set that can be moved has no flaws, and checking it changes nothing', async () => {
    const { fake, zone } = await start();
    fake.put(www);
    const changes = fake.changes();
    expect(await zone.flaws?.(www.name, 'A')).toEqual([]);
    expect(await zone.flaws?.('absent.shop.test.', 'CNAME')).toEqual([]);
    expect(fake.changes()).toBe(changes);
  });

  describe('managed zones', () => {
    const named = (name: string, dnsName = 'shop.test.', visibility?: 'private'): GoogleZone => {
      return { name, dnsName, ...(visibility === undefined ? {} : { visibility }) };
    };

    it('the managed zone is looked up by its DNS name once, and again after a failure', async () => {
      const { fake, zone } = await start();
      fake.faults.play({ on: { path: /managedZones$/ }, effect: { kind: 'error', status: 503, when: 'before' } });
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'unavailable' });
      for (let times = 0; times < 2; times += 1) expect(await zone.read(www.name, 'A')).toBeUndefined();
      expect(asked(fake, /managedZones\?dnsName=shop\.test\.$/)).toBe(2);
    });

    it('a managed zone that the site names is fetched from the project of the site, without a search', async () => {
      const accounts = world.allowing([...world.everything, 'dns.managedZones.get']);
      const site = { managedZone: 'shop-test', project: 'other-1' };
      const { fake, zone } = await start({ accounts, project: 'other-1' }, site);
      fake.put(www);
      expect(await zone.read(www.name, 'A')).toEqual(www);
      expect(asked(fake, /managedZones\?/)).toBe(0);
      expect(asked(fake, /^\/dns\/v1\/projects\/other-1\/managedZones\/shop-test$/)).toBe(1);
    });

    it('of two managed zones with the DNS name the public one is used', async () => {
      const { fake, zone } = await start({ managedZones: [named('one'), named('two', 'shop.test.', 'private')] });
      fake.put(www);
      expect(await zone.read(www.name, 'A')).toEqual(www);
    });

    it.each([
      ['absent', [named('one', 'other.test.')], {}, 'absent', 'no public managed zone shop.test. in the project'],
      ['private', [named('one', 'shop.test.', 'private')], {}, 'absent', '(one is the private zone shop.test.)'],
      ['ambiguous', [named('one'), named('two')], {}, 'refused', '(one, two); set dns.provider.managedZone to the one'],
      [
        'of another DNS name',
        [named('one', 'other.test.')],
        { managedZone: 'one' },
        'absent',
        'one is the public zone other.',
      ],
      ['unknown', [named('one')], { managedZone: 'two' }, 'absent', "named 'two' does not exist"],
      ['in another project', [named('one')], { project: 'other-1' }, 'absent', 'resource'],
    ])('a managed zone that is %s is an error and a flaw', async (_what, managedZones, site, kind, words) => {
      const accounts = world.allowing([...world.everything, 'dns.managedZones.get']);
      const { zone } = await start({ accounts, managedZones }, site);
      const error = await failure(zone.read(www.name, 'A'));
      expect(error).toMatchObject({ kind, message: text(words) });
      expect(await zone.flaws?.(www.name, 'A')).toEqual([error.message]);
    });
  });

  describe('reading', () => {
    it('reading a set at Google continues after an empty page', async () => {
      const pages = [{ rrsets: [], nextPageToken: 'on' }, { nextPageToken: 'and on' }, { rrsets: [listed()] }];
      const { server, zone } = await replying(...pages.map((body) => ({ body })));
      expect(await zone.read(www.name, 'A')).toEqual(www);
      const query = 'rrsets?name=www.shop.test.&type=A';
      const end = (path: string) => path.replace(/.*\//, '');
      expect(server.asked.slice(2).map(({ path }) => end(path))).toEqual([
        ...[query, `${query}&pageToken=on`, `${query}&pageToken=and+on`],
      ]);
    });

    it('reading a set at Google drops other sets when the API ignores the filters', async () => {
      const others = [listed({ name: 'wwww.shop.test.' }), listed({ type: 'AAAA', rrdatas: ['2001:db8::1'] })];
      const { zone } = await replying({ body: { rrsets: [...others, listed({ rrdatas: [B] })] } });
      expect(await zone.read(www.name, 'A')).toEqual(toB);
    });

    it('an endless list of pages is garbage', async () => {
      const { zone } = await replying(...Array.from({ length: 60 }, () => ({ body: { nextPageToken: 'on' } })));
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'garbage' });
    });

    it.each([
      ['twice', [listed(), listed()]],
      ['without a TTL', [listed({ ttl: undefined })]],
      ['without values', [listed({ rrdatas: undefined })]],
    ])('a set that is listed %s is garbage', async (_what, rrsets) => {
      const { zone } = await replying({ body: { rrsets } });
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'garbage' });
    });

    it('a set with a routing policy has a flaw and is not moved', async () => {
      const { fake, zone } = await start();
      fake.store({ name: www.name, type: 'A', ttl: 30, routingPolicy: { wrr: { items: [] } } });
      expect(await zone.flaws?.(www.name, 'A')).toEqual([text('A www.shop.test. has a routing policy')]);
      expect(await failure(zone.replace(www, toB))).toMatchObject({ kind: 'refused' });
    });
  });

  describe('changes', () => {
    it('changing a set that was read takes one request at Google', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      await zone.read(www.name, 'A');
      const before = fake.calls.length;
      await zone.replace(www, toB);
      expect(fake.calls.slice(before).map(({ method, status }) => [method, status])).toEqual([['POST', 200]]);
      expect(fake.sets()).toContainEqual(toB);
    });

    const stale = { on: { method: 'GET', path: /rrsets/ }, effect: { kind: 'hint', hints: { stale: true } } } as const;

    it('a change at Google deletes exactly the stored set and adds the new one', async () => {
      const { fake, zone } = await start();
      const rrdatas = ['2001:DB8:0::2', '2001:db8::1'];
      fake.store({ name: www.name, type: 'AAAA', ttl: 30, rrdatas });
      const six: RecordSet = { ...www, type: 'AAAA', values: ['2001:db8::1', '2001:db8::2'] };
      await zone.replace(six, { ...six, values: ['2001:db8::3'] });
      const set = { name: www.name, type: 'AAAA', ttl: 30 };
      expect(JSON.parse(fake.calls.at(-1)?.body ?? '')).toEqual({
        deletions: [{ ...set, rrdatas }],
        additions: [{ ...set, rrdatas: ['2001:db8::3'] }],
      });
    });

    it('a change by hand before the write is a conflict and stays', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      fake.put({ ...www, values: [C] });
      fake.faults.play(stale);
      const error = await failure(zone.replace(www, toB));
      expect(error).toMatchObject({ kind: 'conflict', message: text(`holds ${C} (TTL 30 s); expected ${A}`) });
      expect(fake.sets()).toContainEqual({ ...www, values: [C] });
    });

    it('the same change by somebody else before the write counts as done', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      fake.put(toB);
      const changes = fake.changes();
      fake.faults.play(stale);
      await zone.replace(www, toB);
      expect(fake.changes()).toBe(changes);
      expect(fake.calls.slice(-3).map(({ method, status }) => [method, status])).toEqual([
        ['GET', 200],
        ['POST', 412],
        ['GET', 200],
      ]);
    });

    it.each([
      [404, 'notFound', [], 'holds no records; expected'],
      [409, 'alreadyExists', [listed({ rrdatas: [C] })], `holds ${C}`],
      [
        412,
        'conditionNotMet',
        [listed()],
        'somebody else is changing it. Google Cloud DNS returned 412, conditionNotMet',
      ],
    ])('a change that gets %i %s is a conflict after the set was read again', async (status, reason, then, words) => {
      const after = { body: { rrsets: then } };
      const { zone } = await replying({ body: { rrsets: [listed()] } }, failing(status, reason), after);
      expect(await failure(zone.replace(www, toB))).toMatchObject({ kind: 'conflict', message: text(words) });
    });

    it("a change that violates a rule of the zone is refused with Google's message", async () => {
      const { fake, zone } = await start();
      fake.put(www);
      const error = await failure(zone.replace(www, { ...www, values: ['here'] }));
      expect(error).toMatchObject({ kind: 'refused', message: text('returned 400, invalid: Invalid value for') });
      expect(error.message).toContain("'here'");
      expect(fake.sets()).toContainEqual(www);
    });

    it('a change response without an id is garbage', async () => {
      const { zone } = await replying({ body: { rrsets: [listed()] } }, { body: { kind: 'dns#change' } });
      expect(await failure(zone.replace(www, toB))).toMatchObject({ kind: 'garbage' });
    });
  });

  it.each([
    [403, 'rateLimitExceeded', 'limited'],
    [403, 'userRateLimitExceeded', 'limited'],
    [429, 'rateLimitExceeded', 'limited'],
    [403, 'quotaExceeded', 'refused'],
    [403, 'forbidden', 'denied'],
    [503, 'backendError', 'unavailable'],
  ])('Google error %i %s is %s', async (status, reason, kind) => {
    const { zone } = await replying({ ...failing(status, reason), headers: { 'retry-after': '7' } });
    const error = await failure(zone.read(www.name, 'A'));
    expect([error.kind, error.waitMs]).toEqual([kind, kind === 'limited' ? 7_000 : undefined]);
  });

  it("a disabled API is denied with Google's message and without a permission hint", async () => {
    const words = 'Cloud DNS API has not been used in the project before or it is disabled.';
    const { zone } = await replying(failing(403, 'accessNotConfigured', words));
    const error = await failure(zone.read(www.name, 'A'));
    expect([error.kind, error.message]).toEqual([
      'denied',
      `Google Cloud DNS returned 403, accessNotConfigured: ${words}`,
    ]);
  });

  it('exceeding the quota of the project is limited', async () => {
    const { zone } = await start({ limit: { requests: 1, perMs: 20_000 } });
    expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'limited', message: text('Rate Limit') });
  });
});

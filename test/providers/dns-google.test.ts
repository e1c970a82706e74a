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
  /** A server that says what it is told to, behind a token and a zone: what the fake would never say. */
  const saying = async (...replies: Reply[]) => {
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

  it('is in the list of providers, under its own addresses', () => {
    expect(dnsProviders).toContain(google);
    expect(google.options.parse({ kind: 'google', zone: 'shop.test.', key: 'file:google-key.json' })).toMatchObject({
      url: 'https://dns.googleapis.com',
      tokenUrl: 'https://oauth2.googleapis.com/token',
    });
  });

  it('names every option that is wrong', async () => {
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
    ['no JSON', world.privateKey, 'the whole'],
    ['the key of a person', world.keyFile({ type: 'authorized_user' }), 'type'],
    ['without an address', world.keyFile({ client_email: undefined }), 'client_email'],
    ['with half of a key', world.keyFile({ private_key: world.privateKey.slice(0, 400) }), 'private_key'],
  ])('says what is wrong with a key file that is %s, and shows none of it', async (_what, key, field) => {
    const at = { url: 'http://127.0.0.1:1', tokenUrl: 'http://127.0.0.1:1', origin: 'shop.test.' };
    const error = await failure(world.zoneAt(at, {}, key));
    expect(error).toMatchObject({
      kind: 'refused',
      message: text(`of a service account: ${field} is missing or wrong`),
    });
    for (const line of world.linesOfKey) expect(error.message).not.toContain(line);
  });

  describe('a token', () => {
    it('is asked for once, where the site says and not where the key says', async () => {
      const { fake, zone } = await start();
      await Promise.all([zone.read(www.name, 'A'), zone.read(www.name, 'AAAA')]);
      await zone.read(www.name, 'A');
      expect(asked(fake, /^\/token$/)).toBe(1);
    });

    it('that has run out is replaced by another one', async () => {
      const { fake, zone } = await start({ tokenSeconds: 1 });
      await zone.read(www.name, 'A');
      await new Promise((resolve) => setTimeout(resolve, 1_050));
      await zone.read(www.name, 'A');
      expect(fake.tokens().length).toBeGreaterThan(1);
    });

    it('that is not taken any more is said to be so, and the next attempt asks for another one', async () => {
      const { fake, zone } = await start();
      await zone.read(www.name, 'A');
      fake.revoke();
      const error = await failure(zone.read(www.name, 'A'));
      expect(error).toMatchObject({ kind: 'denied', message: text('invalid authentication credentials') });
      expect(await zone.read(www.name, 'A')).toBeUndefined();
    });

    it.each([
      ['an account that is gone', { client_email: 'gone@shop.test' }, 'Invalid grant: account not found'],
      ['the key of another account', {}, 'Invalid JWT Signature.'],
    ])('is refused for %s, in one attempt', async (_what, over, words) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
      const other = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const { fake, zone } = await start({}, {}, world.keyFile({ private_key: other, ...over }));
      const error = await failure(zone.read(www.name, 'A'));
      expect(error).toMatchObject({ kind: 'denied', message: text(`answered 400, invalid_grant: ${words}`) });
      expect(error.message).toContain('Make a new key for the service account');
      expect(await zone.flaws?.(www.name, 'A')).toEqual([error.message]);
      expect(asked(fake, /^\/token$/)).toBe(2);
    });

    it.each([
      ['an error 503', { kind: 'error', status: 503, when: 'before' }, 'unavailable'],
      ['a connection that breaks', { kind: 'cut', when: 'before' }, 'unavailable'],
      ['half of an answer', { kind: 'truncated' }, 'unavailable'],
      ['a web page', { kind: 'html', when: 'before' }, 'garbage'],
      ['a redirect', { kind: 'redirect', status: 307, to: 'http://127.0.0.1:1' }, 'garbage'],
    ] as const)(
      'that is answered by %s is asked for once, and its key is in no message',
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
    ])('that is refused with %i by repeating what was sent leaves that out', async (status, kind, repeat) => {
      const server = opened(await web(({ body }) => ({ status, body: repeat(body.split('=').at(-1) ?? '') })));
      const at = { url: server.url, origin: 'shop.test.', tokenUrl: `${server.url}/token` };
      const error = await failure(opened(await world.zoneAt(at)).read(www.name, 'A'));
      expect(error.kind).toBe(kind);
      const assertion = new URLSearchParams(server.asked[0]?.body).get('assertion') ?? 'no assertion';
      for (const part of assertion.split('.')) expect(error.message).not.toContain(part.slice(0, 40));
    });

    it('that is limited waits as long as it is told', async () => {
      const server = opened(await web(() => ({ status: 429, headers: { 'retry-after': '7' }, body: {} })));
      const at = { url: server.url, origin: 'shop.test.', tokenUrl: `${server.url}/token` };
      const zone = opened(await world.zoneAt(at));
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'limited', waitMs: 7_000 });
      expect(server.asked).toHaveLength(1);
    });
  });

  it.each(world.everything)(
    'names the permission %s that the account lacks, before anything is changed',
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

  it('finds no flaw in a set that can be moved, and changes nothing in looking', async () => {
    const { fake, zone } = await start();
    fake.put(www);
    const changes = fake.changes();
    expect(await zone.flaws?.(www.name, 'A')).toEqual([]);
    expect(await zone.flaws?.('absent.shop.test.', 'CNAME')).toEqual([]);
    expect(fake.changes()).toBe(changes);
  });

  describe('the managed zone', () => {
    const named = (name: string, dnsName = 'shop.test.', visibility?: 'private'): GoogleZone => {
      return { name, dnsName, ...(visibility === undefined ? {} : { visibility }) };
    };

    it('is looked up by the name of the zone, once, and anew after a failure', async () => {
      const { fake, zone } = await start();
      fake.faults.play({ on: { path: /managedZones$/ }, effect: { kind: 'error', status: 503, when: 'before' } });
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'unavailable' });
      for (let times = 0; times < 2; times += 1) expect(await zone.read(www.name, 'A')).toBeUndefined();
      expect(asked(fake, /managedZones\?dnsName=shop\.test\.$/)).toBe(2);
    });

    it('is only looked at when the site names it, in the project that the site names', async () => {
      const accounts = world.allowing([...world.everything, 'dns.managedZones.get']);
      const site = { managedZone: 'shop-test', project: 'other-1' };
      const { fake, zone } = await start({ accounts, project: 'other-1' }, site);
      fake.put(www);
      expect(await zone.read(www.name, 'A')).toEqual(www);
      expect(asked(fake, /managedZones\?/)).toBe(0);
      expect(asked(fake, /^\/dns\/v1\/projects\/other-1\/managedZones\/shop-test$/)).toBe(1);
    });

    it('is the public one of that name', async () => {
      const { fake, zone } = await start({ managedZones: [named('one'), named('two', 'shop.test.', 'private')] });
      fake.put(www);
      expect(await zone.read(www.name, 'A')).toEqual(www);
    });

    it.each([
      ['none of that name', [named('one', 'other.test.')], {}, 'absent', 'no public managed zone shop.test. in the'],
      ['a private one', [named('one', 'shop.test.', 'private')], {}, 'absent', '(one is the private zone shop.test.)'],
      ['two', [named('one'), named('two')], {}, 'refused', '(one, two); name the one that the domain is delegated to'],
      [
        'another zone',
        [named('one', 'other.test.')],
        { managedZone: 'one' },
        'absent',
        'one is the public zone other.',
      ],
      ['unknown', [named('one')], { managedZone: 'two' }, 'absent', "named 'two' does not exist"],
      ['in another project', [named('one')], { project: 'other-1' }, 'absent', "'parameters.project' resource"],
    ])('that is %s is said so', async (_what, managedZones, site, kind, words) => {
      const accounts = world.allowing([...world.everything, 'dns.managedZones.get']);
      const { zone } = await start({ accounts, managedZones }, site);
      const error = await failure(zone.read(www.name, 'A'));
      expect(error).toMatchObject({ kind, message: text(words) });
      expect(await zone.flaws?.(www.name, 'A')).toEqual([error.message]);
    });
  });

  describe('reading', () => {
    it('goes on behind an empty page', async () => {
      const pages = [{ rrsets: [], nextPageToken: 'on' }, { nextPageToken: 'and on' }, { rrsets: [listed()] }];
      const { server, zone } = await saying(...pages.map((body) => ({ body })));
      expect(await zone.read(www.name, 'A')).toEqual(www);
      const query = 'rrsets?name=www.shop.test.&type=A';
      const end = (path: string) => path.replace(/.*\//, '');
      expect(server.asked.slice(2).map(({ path }) => end(path))).toEqual([
        ...[query, `${query}&pageToken=on`, `${query}&pageToken=and+on`],
      ]);
    });

    it('looks through what came when the filters were not understood', async () => {
      const others = [listed({ name: 'wwww.shop.test.' }), listed({ type: 'AAAA', rrdatas: ['2001:db8::1'] })];
      const { zone } = await saying({ body: { rrsets: [...others, listed({ rrdatas: [B] })] } });
      expect(await zone.read(www.name, 'A')).toEqual(toB);
    });

    it('ends where pages don’t', async () => {
      const { zone } = await saying(...Array.from({ length: 60 }, () => ({ body: { nextPageToken: 'on' } })));
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'garbage' });
    });

    it.each([
      ['twice', [listed(), listed()]],
      ['without a TTL', [listed({ ttl: undefined })]],
      ['without values', [listed({ rrdatas: undefined })]],
    ])('does not believe a set that is listed %s', async (_what, rrsets) => {
      const { zone } = await saying({ body: { rrsets } });
      expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'garbage' });
    });

    it('calls a routing policy a flaw, and refuses it', async () => {
      const { fake, zone } = await start();
      fake.store({ name: www.name, type: 'A', ttl: 30, routingPolicy: { wrr: { items: [] } } });
      expect(await zone.flaws?.(www.name, 'A')).toEqual([text('A www.shop.test. is answered by a routing policy')]);
      expect(await failure(zone.replace(www, toB))).toMatchObject({ kind: 'refused' });
    });
  });

  describe('a change', () => {
    it('of what was read before is one request, for its condition is enough', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      await zone.read(www.name, 'A');
      const before = fake.calls.length;
      await zone.replace(www, toB);
      expect(fake.calls.slice(before).map(({ method, status }) => [method, status])).toEqual([['POST', 200]]);
      expect(fake.sets()).toContainEqual(toB);
    });

    const stale = { on: { method: 'GET', path: /rrsets/ }, effect: { kind: 'hint', hints: { stale: true } } } as const;

    it('removes exactly what was there and adds the new set, and is pending at first', async () => {
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

    it('made by hand in between is shown, not overwritten', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      fake.put({ ...www, values: [C] });
      fake.faults.play(stale);
      const error = await failure(zone.replace(www, toB));
      expect(error).toMatchObject({ kind: 'conflict', message: text(`holds ${C} (TTL 30 s), which is neither`) });
      expect(fake.sets()).toContainEqual({ ...www, values: [C] });
    });

    it('that somebody else made in between is taken for what it is: done', async () => {
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
      [404, 'notFound', [], 'holds nothing, which is neither'],
      [409, 'alreadyExists', [listed({ rrdatas: [C] })], `holds ${C}`],
      [
        412,
        'conditionNotMet',
        [listed()],
        'somebody else is changing it. Google Cloud DNS answered 412, conditionNotMet',
      ],
    ])('that is answered %i %s is a conflict, once the set was read again', async (status, reason, then, words) => {
      const after = { body: { rrsets: then } };
      const { zone } = await saying({ body: { rrsets: [listed()] } }, failing(status, reason), after);
      expect(await failure(zone.replace(www, toB))).toMatchObject({ kind: 'conflict', message: text(words) });
    });

    it('that breaks a rule of the zone is refused in Google’s own words', async () => {
      const { fake, zone } = await start();
      fake.put(www);
      const error = await failure(zone.replace(www, { ...www, values: ['here'] }));
      expect(error).toMatchObject({ kind: 'refused', message: text('answered 400, invalid: Invalid value for') });
      expect(error.message).toContain("'here'");
      expect(fake.sets()).toContainEqual(www);
    });

    it('that is answered without an id is not believed', async () => {
      const { zone } = await saying({ body: { rrsets: [listed()] } }, { body: { kind: 'dns#change' } });
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
  ])('tells %i %s as %s', async (status, reason, kind) => {
    const { zone } = await saying({ ...failing(status, reason), headers: { 'retry-after': '7' } });
    const error = await failure(zone.read(www.name, 'A'));
    expect([error.kind, error.waitMs]).toEqual([kind, kind === 'limited' ? 7_000 : undefined]);
  });

  it('repeats what Google says of an API that is switched off, and asks for no permission', async () => {
    const words = 'Cloud DNS API has not been used in project 123456 before or it is disabled.';
    const { zone } = await saying(failing(403, 'accessNotConfigured', words));
    const error = await failure(zone.read(www.name, 'A'));
    expect([error.kind, error.message]).toEqual([
      'denied',
      `Google Cloud DNS answered 403, accessNotConfigured: ${words}`,
    ]);
  });

  it('keeps to the limit of a project', async () => {
    const { zone } = await start({ limit: { requests: 1, perMs: 20_000 } });
    expect(await failure(zone.read(www.name, 'A'))).toMatchObject({ kind: 'limited', message: text('Rate Limit') });
  });
});

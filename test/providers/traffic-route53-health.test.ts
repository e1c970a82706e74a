import { durationOf } from '../duration';
import { PortError } from '../../src/ports/errors';
import { route53Health } from '../../src/providers/traffic/route53/route53-health';
import type { Effect } from '../../lab/vendors/kit/faults';
import type { Route53Options } from '../../lab/vendors/route53/route53';
import type { SwitchObject } from '../../lab/vendors/route53/switch-object';
import { expectNoSecret, expectTold, failures, orFailure, waits, limitedFor, expectLimited } from './faults';
import { keyId, secretKey, startFake as startApi } from './route53-world';
import { closedAfterEach } from './servers/closed';
import { failure } from './servers/failure';
import { nameServer } from '../../lab/loopback/name-server';
import { answers, openWorld, record, startWatched, texts } from './switch-object-world';
import { describeTraffic } from './traffic.contract';
import { describeTrafficFaults } from './traffic-faults.contract';

const start = closedAfterEach(startWatched);
const names = closedAfterEach(nameServer);

describeTraffic('Route 53 failover by a health check', openWorld);
describeTrafficFaults('Route 53 failover by a health check', openWorld, ['stale']);

describe('object of the health check', () => {
  it('the object is replaced with If-Match and the secret', async () => {
    const { fake, traffic } = await start();
    const { state, because } = await traffic.read();
    expect(because).toBe(
      `The health check's object contains "${texts.A}". All name servers return ${answers.A} for ${record}`,
    );
    await traffic.point('B', state);
    expect(fake.text()).toBe(`${texts.B}\n`);
    expect(fake.calls.map(({ method, status }) => [method, status])).toEqual([
      ['GET', 200],
      ['GET', 200],
      ['PUT', 200],
    ]);
  });

  it('customers may use an old answer for the TTL of the failover records, a minute by default', async () => {
    expect((await (await start()).traffic.read()).rememberedSeconds).toBe(60);
    expect((await (await start({ ttlSeconds: 300 })).traffic.read()).rememberedSeconds).toBe(300);
  });

  it('a written object is pending until the name servers follow it', async () => {
    const { fake, traffic } = await start();
    fake.publishAfter(Infinity);
    await traffic.point('B', (await traffic.read()).state);
    const { leadsTo, pending } = await traffic.read();
    expect(leadsTo).toBe('B');
    expect(pending).toMatch(
      /^Not all name servers return 203\.0\.113\.10 for www\.shop\.test\. yet: .* returns 198\.51\.100\.10\.$/,
    );
    fake.publish();
    expect(await traffic.read()).toMatchObject({ leadsTo: 'B', because: expect.stringContaining(answers.B) as string });
    expect((await traffic.read()).pending).toBeUndefined();
  });

  it.each<[string, string, 'done' | 'conflict']>([
    ['the wanted text', texts.B, 'done'],
    ['another text', 'customers go home', 'conflict'],
  ])('an object that somebody else changes to %s before the write ends as %s', async (_what, theirs, ending) => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    fake.meanwhile(`${theirs}\n`);
    const attempt = traffic.point('B', state);
    if (ending === 'done') await attempt;
    else expect(await failure(attempt)).toMatchObject({ kind: 'conflict' });
    expect(fake.text()).toBe(`${theirs}\n`);
  });

  it.each<[string, (fake: SwitchObject) => void, object, RegExp]>([
    [
      'that does not exist',
      (fake) => fake.write(undefined),
      {},
      /does not exist; expected one of "customers go to A", "customers go to B"\. Write the text/,
    ],
    [
      'with another text',
      (fake) => fake.write('hello'),
      {},
      /contains "hello"; expected one of .*Write the text of the region where customers go/,
    ],
    [
      'whose texts overlap',
      () => undefined,
      { texts: { A: texts.A, B: 'customers go to A and B' } },
      /"customers go to A" is part of another one in traffic\.texts/,
    ],
  ])('an object %s has a flaw', async (_what, prepare, over, because) => {
    const { fake, traffic } = await start(over);
    prepare(fake);
    expect(await traffic.flaws()).toEqual([expect.stringMatching(because)]);
  });

  it('an object is pending until every name server follows it', async () => {
    const late = await names(() => [answers.B]);
    const { fake, traffic } = await start();
    const { traffic: both } = await start({ url: fake.url, nameServers: [...fake.nameServers, late.address] });
    expect((await traffic.read()).pending).toBeUndefined();
    expect((await both.read()).pending).toContain(`${late.address} returns ${answers.B}.`);
  });

  it('IPv6 answers are compared in canonical form', async () => {
    const { traffic } = await start({ answers: { A: '2001:DB8:0::10', B: '2001:db8::20' } });
    const { leadsTo, pending } = await traffic.read();
    expect([leadsTo, pending]).toEqual(['A', undefined]);
  });

  it('the object is read within the two seconds of a survey even if a name server is silent', async () => {
    const silent = await names(() => 'silence');
    const { fake, traffic } = await start({ nameServers: [silent.address] });
    fake.faults.play({ effect: { kind: 'slow', ms: 500 } });
    const took = await durationOf(async () => {
      expect(await traffic.read()).toMatchObject({
        leadsTo: 'A',
        pending: expect.stringContaining('did not answer within 0.9 s') as string,
      });
    });
    expect(took).toBeLessThan(1_900);
  });

  it('an object with a weak ETag has a flaw, because If-Match never matches it', async () => {
    const { fake, traffic } = await start({}, 'gives a weak ETag');
    const { state } = await traffic.read();
    expect(await failure(traffic.point('B', state))).toMatchObject({ kind: 'conflict' });
    expect(await traffic.flaws()).toEqual([
      expect.stringMatching(/has a weak ETag, .*use a server that sends strong ETags\.$/),
    ]);
    expect(fake.text()).toBe(`${texts.A}\n`);
  });

  it.each(['no ETag', 'ignores If-Match'] as const)('an object on a server with "%s" has a flaw', async (careless) => {
    const { fake, traffic } = await start({}, careless);
    expect(await traffic.flaws()).toEqual([expect.stringMatching(/use a server that supports ETag and If-Match\.$/)]);
    expect(fake.text()).toBe(`${texts.A}\n`);
  });

  it('an object with a wrong secret has a flaw', async () => {
    const { fake, traffic } = await start();
    fake.faults.play({ on: { method: 'PUT' }, effect: { kind: 'error', status: 403, when: 'before' } });
    expect(await traffic.flaws()).toEqual([expect.stringMatching(/^The health check's object returned 403/)]);
  });
});

describe('health checks of Route 53', () => {
  const ids = { A: 'abcdef11-2222-3333-4444-555555fedcba', B: 'abcdef11-2222-3333-4444-555555fedcbb' };
  const right = { Type: 'HTTPS', ResourcePath: '/serving', FullyQualifiedDomainName: 'www.shop.test' };
  const may = ['GetHealthCheck'] as const;
  const secrets = [keyId, secretKey];
  const startAws = closedAfterEach(startApi);

  async function watched(
    ofB: Record<string, string> = right,
    over: Partial<Route53Options> = {},
    options: object = {},
  ) {
    const healthChecks = { [ids.A]: right, [ids.B]: ofB };
    const api = await startAws({ keys: { [keyId]: { secret: secretKey, may } }, healthChecks, ...over });
    const { traffic } = await start({ healthChecks: ids, key: 'file:route53-key', api: api.url, ...options });
    return { api, traffic };
  }

  it('health checks are read by flaws, one request each, and never by a move', async () => {
    const { api, traffic } = await watched();
    await traffic.point('B', (await traffic.read()).state);
    expect(api.calls).toEqual([]);
    expect(await traffic.flaws()).toEqual([]);
    expect(api.calls.map(({ method, path, status }) => [method, path, status])).toEqual(
      Object.values(ids).map((id) => ['GET', `/2013-04-01/healthcheck/${id}`, 200]),
    );
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'requests another path',
      { ResourcePath: '/health' },
      /^The health check of B at Route 53 requests \/health, .*request \/serving/,
    ],
    ['requests no path', { ResourcePath: '/' }, /requests \/, so a read-only standby counts as healthy/],
    ['only connects', { Type: 'TCP' }, /uses tcp, .*set it to request \/serving over HTTP or HTTPS/],
    [
      'is calculated from others',
      { Type: 'CALCULATED' },
      /has the type CALCULATED .*set traffic\.healthChecks\.B to one that requests \/serving/,
    ],
    ['is inverted', { Inverted: 'true' }, /is inverted, .*turn inversion off/],
    ['is disabled', { Disabled: 'true' }, /is disabled, so it always counts as healthy; enable it/],
  ])('a health check that %s has a flaw', async (_what, over, because) => {
    const { traffic } = await watched({ ...right, ...over });
    expect(await traffic.flaws()).toEqual([expect.stringMatching(because)]);
  });

  it.each([
    ['a text in addition to the path', { ...right, Type: 'HTTPS_STR_MATCH', SearchString: 'true' }, {}],
    ['the path of this site', { ...right, ResourcePath: '/open?now' }, { serving: '/open' }],
  ])('a health check that requests %s has no flaw', async (_what, ofB, options) => {
    const healthChecks = { [ids.A]: ofB, [ids.B]: ofB };
    const { traffic } = await watched(ofB, { healthChecks }, options);
    expect(await traffic.flaws()).toEqual([]);
  });

  it.each<[string, Partial<Route53Options>, RegExp]>([
    ['a missing health check', { healthChecks: {} }, /NoSuchHealthCheck\. Correct traffic\.healthChecks\.A\./],
    [
      'a key without permission',
      { keys: { [keyId]: { secret: secretKey, may: [] } } },
      /AccessDenied\. Correct traffic\.key, and allow route53:GetHealthCheck in its policy\./,
    ],
    ['a wrong key', { keys: { [keyId]: { secret: 'another', may } } }, /Correct traffic\.key/],
  ])('reading health checks with %s is a flaw', async (_what, over, because) => {
    const { traffic } = await watched(right, over);
    const flaws = await traffic.flaws();
    expect(flaws).toEqual([expect.stringMatching(because)]);
    expectNoSecret(flaws.join(), secrets);
  });

  it.each(failures.filter(([, { kind }]) => kind !== 'limited'))(
    'a health check request that gets %s is reported',
    async (_w, effect, kinds) => {
      const { api, traffic } = await watched();
      api.faults.play({ effect });
      const found = await orFailure(traffic.flaws());
      expectTold(found instanceof PortError ? found : new PortError('denied', found.join()), kinds, secrets);
    },
  );

  it.each<[string, Effect]>([
    ['a truncated response', { kind: 'truncated' }],
    ['a redirect', { kind: 'redirect', status: 307, to: 'http://127.0.0.1:9' }],
  ])('a health check request that gets %s is an error', async (_what, effect) => {
    const { api, traffic } = await watched();
    api.faults.play({ effect });
    expectTold(await failure(traffic.flaws()), ['garbage', 'unavailable'], secrets);
  });

  it.each(waits)(
    'a rate limit on health checks with Retry-After %s is limited without a wait',
    async (_what, after) => {
      const { api, traffic } = await watched();
      api.faults.play({ effect: limitedFor(after()) });
      // Route 53's rate limit is a 400, for which Retry-After is not documented.
      expectLimited(await failure(traffic.flaws()), undefined, secrets);
    },
  );

  it('health checks without their ids or a key are left to a manual check', () => {
    const named = { healthChecks: ids, key: 'file:route53-key', serving: '/serving' };
    expect(route53Health.manualCheck?.(named)).toBeUndefined();
    for (const options of [
      { ...named, key: undefined },
      { ...named, healthChecks: undefined },
    ])
      expect(route53Health.manualCheck?.(options)).toMatch(
        /were not checked: .*or check yourself that they request \/serving\.$/,
      );
  });
});

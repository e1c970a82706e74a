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

describe('an object that a health check watches', () => {
  it('is replaced on the condition that it is what was read, and by its secret alone', async () => {
    const { fake, traffic } = await start();
    const { state, because } = await traffic.read();
    expect(because).toBe(`The object of the health check says “${texts.A}”. ${record} is answered with ${answers.A}.`);
    await traffic.point('B', state);
    expect(fake.text()).toBe(`${texts.B}\n`);
    expect(fake.calls.map(({ method, status }) => [method, status])).toEqual([
      ['GET', 200],
      ['GET', 200],
      ['PUT', 200],
    ]);
  });

  it('is remembered by customers for the TTL of the failover records, a minute unless it is told', async () => {
    expect((await (await start()).traffic.read()).rememberedSeconds).toBe(60);
    expect((await (await start({ ttlSeconds: 300 })).traffic.read()).rememberedSeconds).toBe(300);
  });

  it('that is written counts only when the name servers answer by it', async () => {
    const { fake, traffic } = await start();
    fake.publishAfter(Infinity);
    await traffic.point('B', (await traffic.read()).state);
    const { leadsTo, pending } = await traffic.read();
    expect(leadsTo).toBe('B');
    expect(pending).toMatch(
      /^www\.shop\.test\. is not answered with 203\.0\.113\.10 everywhere yet: .* answers 198\.51\.100\.10\.$/,
    );
    fake.publish();
    expect(await traffic.read()).toMatchObject({ leadsTo: 'B', because: expect.stringContaining(answers.B) as string });
    expect((await traffic.read()).pending).toBeUndefined();
  });

  it.each<[string, string, 'done' | 'conflict']>([
    ['the same', texts.B, 'done'],
    ['something else', 'customers go home', 'conflict'],
  ])('and that somebody else changes to %s in between ends as it should', async (_what, theirs, ending) => {
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
      'is not there',
      (fake) => fake.write(undefined),
      {},
      /is not there, and not one of customers go to A, customers go to B\. Let it say/,
    ],
    [
      'says something else',
      (fake) => fake.write('hello'),
      {},
      /says “hello”, and not one of .*Let it say where customers go/,
    ],
    [
      'has a text within another one',
      () => undefined,
      { texts: { A: texts.A, B: 'customers go to A and B' } },
      /“customers go to A” stands within another one/,
    ],
  ])('that %s is a flaw', async (_what, prepare, over, because) => {
    const { fake, traffic } = await start(over);
    prepare(fake);
    expect(await traffic.flaws()).toEqual([expect.stringMatching(because)]);
  });

  it('counts only when every name server goes by it, not the first one alone', async () => {
    const late = await names(() => [answers.B]);
    const { fake, traffic } = await start();
    const { traffic: both } = await start({ url: fake.url, nameServers: [...fake.nameServers, late.address] });
    expect((await traffic.read()).pending).toBeUndefined();
    expect((await both.read()).pending).toContain(`${late.address} answers ${answers.B}.`);
  });

  it('may stand before IPv6 addresses, however they are spelled', async () => {
    const { traffic } = await start({ answers: { A: '2001:DB8:0::10', B: '2001:db8::20' } });
    const { leadsTo, pending } = await traffic.read();
    expect([leadsTo, pending]).toEqual(['A', undefined]);
  });

  it('is read within the two seconds of a survey, though a name server is silent', async () => {
    const silent = await names(() => 'silence');
    const { fake, traffic } = await start({ nameServers: [silent.address] });
    fake.faults.play({ effect: { kind: 'slow', ms: 500 } });
    const took = await durationOf(async () => {
      expect(await traffic.read()).toMatchObject({
        leadsTo: 'A',
        pending: expect.stringContaining('did not answer in time') as string,
      });
    });
    expect(took).toBeLessThan(1_900);
  });

  it('served with a weak ETag is a flaw, for no condition on it ever holds', async () => {
    const { fake, traffic } = await start({}, 'gives a weak ETag');
    const { state } = await traffic.read();
    expect(await failure(traffic.point('B', state))).toMatchObject({ kind: 'conflict' });
    expect(await traffic.flaws()).toEqual([expect.stringMatching(/has a weak ETag, .*gives a strong one\.$/)]);
    expect(fake.text()).toBe(`${texts.A}\n`);
  });

  it.each(['no ETag', 'ignores If-Match'] as const)('served by something that %s is a flaw', async (careless) => {
    const { fake, traffic } = await start({}, careless);
    expect(await traffic.flaws()).toEqual([expect.stringMatching(/knows ETag and If-Match\.$/)]);
    expect(fake.text()).toBe(`${texts.A}\n`);
  });

  it('whose secret is wrong is a flaw', async () => {
    const { fake, traffic } = await start();
    fake.faults.play({ on: { method: 'PUT' }, effect: { kind: 'error', status: 403, when: 'before' } });
    expect(await traffic.flaws()).toEqual([expect.stringMatching(/^The object of the health check answered 403/)]);
  });
});

describe('the health checks by which Route 53 itself moves customers', () => {
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

  it('are read, one request each, when the checks look and never for a move', async () => {
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
      'ask another path',
      { ResourcePath: '/health' },
      /^The health check of B at Route 53 asks \/health, .*ask \/serving/,
    ],
    ['ask no path', { ResourcePath: '/' }, /asks \/, so a read-only standby looks healthy to it/],
    ['only connect', { Type: 'TCP' }, /speaks tcp, .*let it ask \/serving by HTTP or HTTPS/],
    [
      'only look at others',
      { Type: 'CALCULATED' },
      /is of the type CALCULATED .*name the one that asks it for \/serving/,
    ],
    ['are inverted', { Inverted: 'true' }, /is inverted, .*do not invert it/],
    ['are disabled', { Disabled: 'true' }, /is disabled, and so counts as healthy whatever the shop says; enable it/],
  ])('that %s are a flaw', async (_what, over, because) => {
    const { traffic } = await watched({ ...right, ...over });
    expect(await traffic.flaws()).toEqual([expect.stringMatching(because)]);
  });

  it.each([
    ['a text beside the path', { ...right, Type: 'HTTPS_STR_MATCH', SearchString: 'true' }, {}],
    ['the path of this site', { ...right, ResourcePath: '/open?now' }, { serving: '/open' }],
  ])('that ask for %s are none', async (_what, ofB, options) => {
    const healthChecks = { [ids.A]: ofB, [ids.B]: ofB };
    const { traffic } = await watched(ofB, { healthChecks }, options);
    expect(await traffic.flaws()).toEqual([]);
  });

  it.each<[string, Partial<Route53Options>, RegExp]>([
    [
      'a health check that is not there',
      { healthChecks: {} },
      /NoSuchHealthCheck\. Correct traffic\.healthChecks\.A\./,
    ],
    [
      'a key that may not',
      { keys: { [keyId]: { secret: secretKey, may: [] } } },
      /AccessDenied\. Correct traffic\.key, and allow route53:GetHealthCheck in its policy\./,
    ],
    ['a wrong key', { keys: { [keyId]: { secret: 'another', may } } }, /Correct traffic\.key/],
  ])('with %s are a flaw', async (_what, over, because) => {
    const { traffic } = await watched(right, over);
    const flaws = await traffic.flaws();
    expect(flaws).toEqual([expect.stringMatching(because)]);
    expectNoSecret(flaws.join(), secrets);
  });

  it.each(failures.filter(([, { kind }]) => kind !== 'limited'))(
    'that meet %s are told so',
    async (_w, effect, kinds) => {
      const { api, traffic } = await watched();
      api.faults.play({ effect });
      const found = await orFailure(traffic.flaws());
      expectTold(found instanceof PortError ? found : new PortError('denied', found.join()), kinds, secrets);
    },
  );

  it.each<[string, Effect]>([
    ['half of an answer', { kind: 'truncated' }],
    ['a redirect', { kind: 'redirect', status: 307, to: 'http://127.0.0.1:9' }],
  ])('that meet %s are not believed', async (_what, effect) => {
    const { api, traffic } = await watched();
    api.faults.play({ effect });
    expectTold(await failure(traffic.flaws()), ['garbage', 'unavailable'], secrets);
  });

  it.each(waits)('that meet a limit whose Retry-After is %s wait for a minute at most', async (_what, after) => {
    const { api, traffic } = await watched();
    api.faults.play({ effect: limitedFor(after()) });
    // The vendor's limit is a 400, so its Retry-After is nobody's promise.
    expectLimited(await failure(traffic.flaws()), undefined, secrets);
  });

  it('are a person’s to keep right where they or their key are not named', () => {
    const named = { healthChecks: ids, key: 'file:route53-key', serving: '/serving' };
    expect(route53Health.unseen?.(named)).toBeUndefined();
    for (const options of [
      { ...named, key: undefined },
      { ...named, healthChecks: undefined },
    ])
      expect(route53Health.unseen?.(options)).toMatch(
        /was not looked at: .*or see yourself that they ask \/serving\.$/,
      );
  });
});

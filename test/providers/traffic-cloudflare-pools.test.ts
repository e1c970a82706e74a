import { durationOf } from '../duration';
import type { CloudflareOptions } from '../../lab/vendors/cloudflare/cloudflare';
import { monitor, name, openWorld, origin, permissions, startPools, type Pools } from './cloudflare-pools-world';
import { closedAfterEach } from './servers/closed';
import { failure } from './servers/failure';
import { describeTraffic } from './traffic.contract';
import { describeTrafficFaults } from './traffic-faults.contract';

const otherMonitor = { ...monitor, id: 'e2bba936b94213e5b8dca0c0dbf1f9cc' };
const start = closedAfterEach(startPools);

describeTraffic('Cloudflare Load Balancing', openWorld);
describeTrafficFaults('Cloudflare Load Balancing', openWorld, ['stale', 'ids']);

describe('the pools of Cloudflare', () => {
  it('are reordered together with the fallback, by one request, and the rest of the balancer stays', async () => {
    const { fake, traffic, a, b } = await start();
    fake.putBalancer({ name, session_affinity: 'cookie', proxied: true });
    const [before] = fake.balancers();
    await traffic.point('B', (await traffic.read()).state);
    const patches = fake.calls.filter(({ method }) => method === 'PATCH');
    expect(patches.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { default_pools: [b, a], fallback_pool: b },
    ]);
    expect(fake.balancers()).toEqual([{ ...before, default_pools: [b, a], fallback_pool: b }]);
  });

  it('of which only one stands in the order are exchanged for one another', async () => {
    const { fake, traffic, a, b } = await start();
    fake.putBalancer({ name, default_pools: [a], fallback_pool: a });
    await traffic.point('B', (await traffic.read()).state);
    expect(fake.balancers()).toMatchObject([{ default_pools: [b], fallback_pool: b }]);
  });

  it('take eight requests for a whole move at most, ids looked up included', async () => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    await traffic.point('B', state);
    await traffic.read();
    expect(fake.calls.length).toBeLessThanOrEqual(8);
  });

  it('that the monitor calls unhealthy get nobody yet, and that is said', async () => {
    const { fake, traffic } = await start();
    fake.putPool({ name: 'region-a', healthy: false });
    const { leadsTo, because, pending } = await traffic.read();
    expect([leadsTo, because]).toEqual(['A', expect.stringContaining('The pool of A is unhealthy.')]);
    expect(pending).toMatch(/monitor calls it unhealthy, so customers are not sent there yet\.$/);
  });

  it('on whose health the places that ask do not agree are unhealthy, unless most of them say otherwise', async () => {
    const { fake, traffic } = await start();
    fake.putPool({ name: 'region-a', disagree: true });
    expect((await traffic.read()).pending).toMatch(/calls it unhealthy/);
  });

  it('that Cloudflare says it reordered, and did not, are no success', async () => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    fake.faults.play({ on: { method: 'PATCH' }, effect: { kind: 'hint', hints: { ignores: true } } });
    const error = await failure(traffic.point('B', state));
    expect([error.kind, error.message]).toEqual([
      'garbage',
      expect.stringMatching(/was told to send customers to B, and/),
    ]);
  });

  it('of which two regions have the same one, by its name and by its id, are refused', async () => {
    const { fake, a } = await start();
    const { traffic: twice } = await start(permissions, { pools: { A: 'region-a', B: a }, url: fake.url });
    const error = await failure(twice.read());
    expect([error.kind, error.message]).toEqual([
      'refused',
      expect.stringMatching(/traffic\.pools\.A and traffic\.pools\.B are the same pool/),
    ]);
    expect(await twice.flaws()).toEqual([error.message]);
  });

  it('of which none is healthy get the customers all the same, the first one as the fallback', async () => {
    const { fake, traffic } = await start();
    for (const pool of ['region-a', 'region-b']) fake.putPool({ name: pool, healthy: false });
    const { leadsTo, because, pending } = await traffic.read();
    expect([leadsTo, pending]).toEqual(['A', undefined]);
    expect(because).toMatch(/The pool of A is unhealthy\. No other one is healthy, so it gets the customers/);
    fake.putBalancer({ name, default_pools: [fake.balancers()[0]!.fallback_pool] });
    fake.putPool({ name: 'region-b', healthy: true });
    expect((await traffic.read()).pending).toBeUndefined();
  });

  it('are read within the two seconds of a survey, though the ids are looked up and Cloudflare is slow', async () => {
    const { fake, traffic } = await start();
    fake.faults.play({ times: Infinity, effect: { kind: 'slow', ms: 500 } });
    expect(await durationOf(() => traffic.read())).toBeLessThan(1_900);
  });

  it.each([
    ['for the TTL of a balancer that is not proxied', { proxied: false, ttl: 300 }, 300],
    ['no longer behind one that is proxied', { proxied: true, ttl: 300 }, undefined],
  ])('are remembered by customers %s', async (_what, over, seconds) => {
    const { fake, traffic } = await start();
    fake.putBalancer({ name, ...over });
    expect((await traffic.read()).rememberedSeconds).toBe(seconds);
  });

  it('whose health may not be seen are moved all the same', async () => {
    const { traffic, b, a } = await start(['Zone Read', 'Load Balancers Write'], {});
    const { fake: _fake, traffic: byIds } = await start(['Zone Read', 'Load Balancers Write'], {
      pools: { A: a, B: b },
    });
    expect((await failure(traffic.read())).message).toContain(
      'Load Balancing: Monitors and Pools Read for its account',
    );
    expect(await byIds.read()).toMatchObject({
      leadsTo: 'A',
      because: expect.stringContaining('unknown health') as string,
    });
  });

  describe.each<[string, object, RegExp]>([
    ['overrides for regions', { region_pools: { WEU: ['x'] } }, /has region_pools, which go before the order/],
    ['overrides for countries', { country_pools: { DE: ['x'] } }, /has country_pools, .*remove them/],
    ['overrides for places', { pop_pools: { LAX: ['x'] } }, /has pop_pools/],
    ['rules', { rules: [{ name: 'one' }] }, /has rules/],
    ['another steering', { steering_policy: 'random' }, /steers by random .*set steering_policy to off/],
    ['been disabled', { enabled: false }, /is disabled, so its pools move nobody; enable it/],
  ])('of a balancer that has %s', (_what, over, because) => {
    it('lead nowhere, are a flaw, and are not moved', async () => {
      const { fake, traffic } = await start();
      const { state } = await traffic.read();
      fake.putBalancer({ name, ...over });
      const changes = fake.changes();
      expect(await traffic.read()).toMatchObject({
        leadsTo: undefined,
        because: expect.stringMatching(because) as string,
      });
      expect(await traffic.flaws()).toEqual([expect.stringMatching(because)]);
      expect(await failure(traffic.point('B', state))).toMatchObject({ kind: 'refused' });
      expect(fake.changes()).toBe(changes);
    });
  });

  it.each<[string, (world: Pools) => void, RegExp]>([
    [
      'a pool of neither region',
      ({ fake, a }) => {
        const other = fake.putPool({ name: 'other', origins: origin('192.0.2.1') });
        fake.putBalancer({ name, default_pools: [a, other] });
      },
      /uses the pool \w+, which traffic\.pools gives to no region; take it out/,
    ],
    [
      'a pool that stands in the order twice',
      ({ fake, a, b }) => void fake.putBalancer({ name, default_pools: [a, b, a] }),
      /names a pool twice; name each once/,
    ],
    [
      'a fallback to the standby',
      ({ fake, b }) => void fake.putBalancer({ name, fallback_pool: b }),
      /leads to A, but falls back to B/,
    ],
    [
      'a pool that is disabled',
      ({ fake }) => void fake.putPool({ name: 'region-b', enabled: false }),
      /region-b of B is disabled/,
    ],
    [
      'the one they lead to unhealthy',
      ({ fake }) => void fake.putPool({ name: 'region-a', healthy: false }),
      /^Cloudflare's monitor calls the pool of A unhealthy, to which www\.shop\.test leads; see .*Host header/,
    ],
    [
      'customers who stay where they came to first',
      ({ fake }) => void fake.putBalancer({ name, session_affinity: 'ip_cookie' }),
      /keeps customers at the endpoint they came to first \(session_affinity ip_cookie\).*set session_affinity to none\.$/,
    ],
    [
      'a pool without an endpoint',
      ({ fake }) => void fake.putPool({ name: 'region-b', origins: [] }),
      /has no enabled endpoint/,
    ],
    [
      'a monitor that asks something else',
      ({ fake }) => void fake.putPool({ name: 'region-b', monitor: { ...otherMonitor, path: '/' } }),
      /monitor of the pool region-b asks \/, so a read-only standby looks healthy to it.*let it ask \/serving/,
    ],
    [
      'a monitor that only connects',
      ({ fake }) => void fake.putPool({ name: 'region-b', monitor: { ...otherMonitor, type: 'tcp' } }),
      /monitor of the pool region-b speaks tcp/,
    ],
    [
      'a monitor that is content with 503',
      ({ fake }) => void fake.putPool({ name: 'region-b', monitor: { ...otherMonitor, expected_codes: '2xx, 5xx' } }),
      /region-b takes 2xx, 5xx for healthy, and so the 503 of a read-only standby too; let it expect 200/,
    ],
    [
      'a group of monitors',
      ({ fake }) => void fake.putPool({ name: 'region-b', monitor: undefined, monitor_group: 'g' }),
      /region-b of B has a monitor group, whose members are not looked at here; give it one monitor that asks \/serving/,
    ],
    [
      'one monitor alone',
      ({ fake }) => void fake.putPool({ name: 'region-b', monitor: undefined }),
      /region-b of B has no monitor while region-a has one, .*as soon as region-a looks ill; give it a monitor that asks \/serving/,
    ],
  ])('with %s are a flaw', async (_what, prepare, because) => {
    const world = await start();
    prepare(world);
    expect(await world.traffic.flaws()).toEqual([expect.stringMatching(because)]);
  });

  it.each(['2xx', '200', '200,204', '200-299', ''])('and monitors that expect %p are no flaw', async (codes) => {
    const { fake, traffic } = await start();
    fake.putPool({ name: 'region-b', monitor: { ...otherMonitor, expected_codes: codes } });
    expect(await traffic.flaws()).toEqual([]);
  });

  it.each(['503', '5xx', '200-599', '2xx,500-503'])('and monitors that expect %p are a flaw', async (codes) => {
    const { fake, traffic } = await start();
    fake.putPool({ name: 'region-b', monitor: { ...otherMonitor, expected_codes: codes } });
    expect(await traffic.flaws()).toEqual([expect.stringContaining('let it expect 200')]);
  });

  it('without any monitor are no flaw, for nothing but their order moves customers then', async () => {
    const { fake, traffic } = await start();
    for (const pool of ['region-a', 'region-b']) fake.putPool({ name: pool, monitor: undefined });
    expect(await traffic.flaws()).toEqual([]);
  });

  it.each<[string, CloudflareOptions['tokens'][string], string]>([
    ['finding the zone', permissions.slice(1), 'the permission Zone Read'],
    ['changing', ['Zone Read', 'Load Balancers Read', permissions[2]!], 'the permission Load Balancers Write'],
    ['seeing the pools', permissions.slice(0, 2), 'the permission Load Balancing: Monitors and Pools Read'],
  ])('need a permission for %s, which is named', async (_what, given, lacks) => {
    const { fake, traffic } = await start(given);
    const changes = fake.changes();
    const flaws = await traffic.flaws();
    expect(flaws).toEqual([expect.stringContaining(lacks)]);
    expect(fake.changes()).toBe(changes);
  });

  it.each<[string, object, RegExp]>([
    [
      'a balancer',
      { balancer: 'api.shop.test' },
      /no load balancer api\.shop\.test at Cloudflare, but www\.shop\.test; correct traffic\.balancer/,
    ],
    [
      'a pool',
      { pools: { A: 'region-a', B: 'region-c' } },
      /no pool region-c \(region-a, region-b\); correct traffic\.pools\.B/,
    ],
    ['a zone', { zone: 'other.test.' }, /sees no zone other\.test .*correct traffic\.zone/],
  ])('and %s that is not there are named', async (_what, over, because) => {
    const { traffic } = await start(permissions, over);
    const error = await failure(traffic.read());
    expect([error.kind, error.message]).toEqual(['absent', expect.stringMatching(because)]);
    expect(await traffic.flaws()).toEqual([error.message]);
  });
});

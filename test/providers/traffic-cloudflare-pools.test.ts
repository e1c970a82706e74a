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

describe('pools of Cloudflare', () => {
  it('a move changes pool order and fallback pool in one request, and nothing else of the balancer', async () => {
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

  it('a balancer with one pool in its order gets the other pool', async () => {
    const { fake, traffic, a, b } = await start();
    fake.putBalancer({ name, default_pools: [a], fallback_pool: a });
    await traffic.point('B', (await traffic.read()).state);
    expect(fake.balancers()).toMatchObject([{ default_pools: [b], fallback_pool: b }]);
  });

  it('a whole move at Cloudflare takes at most eight requests, including the lookup of ids', async () => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    await traffic.point('B', state);
    await traffic.read();
    expect(fake.calls.length).toBeLessThanOrEqual(8);
  });

  it('a move is pending while the monitor reports the pool as unhealthy', async () => {
    const { fake, traffic } = await start();
    fake.putPool({ name: 'region-a', healthy: false });
    const { leadsTo, because, pending } = await traffic.read();
    expect([leadsTo, because]).toEqual(['A', expect.stringContaining('The pool of A is unhealthy.')]);
    expect(pending).toMatch(/monitor reports it as unhealthy, so customers are not sent there yet\.$/);
  });

  it('a pool is unhealthy unless the majority of the check locations report it as healthy', async () => {
    const { fake, traffic } = await start();
    fake.putPool({ name: 'region-a', disagree: true });
    expect((await traffic.read()).pending).toMatch(/reports it as unhealthy/);
  });

  it('a move that Cloudflare accepts but does not store is an error', async () => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    fake.faults.play({ on: { method: 'PATCH' }, effect: { kind: 'hint', hints: { ignores: true } } });
    const error = await failure(traffic.point('B', state));
    expect([error.kind, error.message]).toEqual([
      'garbage',
      expect.stringMatching(/^Cloudflare did not store the pool order for B; it reported/),
    ]);
  });

  it('one pool for two regions, by name and by id, is refused', async () => {
    const { fake, a } = await start();
    const { traffic: twice } = await start(permissions, { pools: { A: 'region-a', B: a }, url: fake.url });
    const error = await failure(twice.read());
    expect([error.kind, error.message]).toEqual([
      'refused',
      expect.stringMatching(/traffic\.pools\.A and traffic\.pools\.B are the same pool/),
    ]);
    expect(await twice.flaws()).toEqual([error.message]);
  });

  it('without a healthy pool the fallback pool gets the customers', async () => {
    const { fake, traffic } = await start();
    for (const pool of ['region-a', 'region-b']) fake.putPool({ name: pool, healthy: false });
    const { leadsTo, because, pending } = await traffic.read();
    expect([leadsTo, pending]).toEqual(['A', undefined]);
    expect(because).toMatch(/The pool of A is unhealthy\. No other pool is healthy, so it gets the customers/);
    fake.putBalancer({ name, default_pools: [fake.balancers()[0]!.fallback_pool] });
    fake.putPool({ name: 'region-b', healthy: true });
    expect((await traffic.read()).pending).toBeUndefined();
  });

  it('the pools are read within the two seconds of a survey even if Cloudflare is slow', async () => {
    const { fake, traffic } = await start();
    fake.faults.play({ times: Infinity, effect: { kind: 'slow', ms: 500 } });
    expect(await durationOf(() => traffic.read())).toBeLessThan(1_900);
  });

  it.each([
    ['the TTL of a balancer that is not proxied', { proxied: false, ttl: 300 }, 300],
    ['no time for a proxied balancer', { proxied: true, ttl: 300 }, undefined],
  ])('customers may use an old answer for %s', async (_what, over, seconds) => {
    const { fake, traffic } = await start();
    fake.putBalancer({ name, ...over });
    expect((await traffic.read()).rememberedSeconds).toBe(seconds);
  });

  it('pools given by id are moved even if their health may not be read', async () => {
    const { traffic, b, a } = await start(['Zone Read', 'Load Balancers Write'], {});
    const { fake: _fake, traffic: byIds } = await start(['Zone Read', 'Load Balancers Write'], {
      pools: { A: a, B: b },
    });
    expect((await failure(traffic.read())).message).toContain(
      'Load Balancing: Monitors and Pools Read for its account',
    );
    expect(await byIds.read()).toMatchObject({
      leadsTo: 'A',
      because: expect.stringContaining('in unknown health') as string,
    });
  });

  describe.each<[string, object, RegExp]>([
    ['overrides for regions', { region_pools: { WEU: ['x'] } }, /has region_pools, which override the pool order/],
    ['overrides for countries', { country_pools: { DE: ['x'] } }, /has country_pools, .*remove them/],
    ['overrides for places', { pop_pools: { LAX: ['x'] } }, /has pop_pools/],
    ['rules', { rules: [{ name: 'one' }] }, /has rules/],
    ['another steering policy', { steering_policy: 'random' }, /steers by random .*set steering_policy to off/],
    ['the state disabled', { enabled: false }, /is disabled, so its pool order has no effect; enable it/],
  ])('balancer with %s', (what, over, because) => {
    it(`a balancer with ${what} leads to no region, has a flaw and is not moved`, async () => {
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
      'a pool of no region',
      ({ fake, a }) => {
        const other = fake.putPool({ name: 'other', origins: origin('192.0.2.1') });
        fake.putBalancer({ name, default_pools: [a, other] });
      },
      /uses the pool \w+, which is not in traffic\.pools; remove it/,
    ],
    [
      'a duplicate pool in the order',
      ({ fake, a, b }) => void fake.putBalancer({ name, default_pools: [a, b, a] }),
      /lists a pool twice; list each once/,
    ],
    [
      'the fallback pool of the standby',
      ({ fake, b }) => void fake.putBalancer({ name, fallback_pool: b }),
      /leads to A, but its fallback pool is that of B/,
    ],
    [
      'a disabled pool',
      ({ fake }) => void fake.putPool({ name: 'region-b', enabled: false }),
      /region-b of B is disabled/,
    ],
    [
      'an unhealthy pool of the serving region',
      ({ fake }) => void fake.putPool({ name: 'region-a', healthy: false }),
      /^Cloudflare's monitor reports the pool of A as unhealthy, to which www\.shop\.test leads; check .*Host header/,
    ],
    [
      'session affinity',
      ({ fake }) => void fake.putBalancer({ name, session_affinity: 'ip_cookie' }),
      /keeps customers on their first endpoint \(session_affinity ip_cookie\).*set session_affinity to none\.$/,
    ],
    [
      'a pool without an endpoint',
      ({ fake }) => void fake.putPool({ name: 'region-b', origins: [] }),
      /has no enabled endpoint/,
    ],
    [
      'a monitor that requests another path',
      ({ fake }) => void fake.putPool({ name: 'region-b', monitor: { ...otherMonitor, path: '/' } }),
      /monitor of the pool region-b requests \/, so a read-only standby counts as healthy.*set it to request \/serving/,
    ],
    [
      'a monitor that only connects',
      ({ fake }) => void fake.putPool({ name: 'region-b', monitor: { ...otherMonitor, type: 'tcp' } }),
      /monitor of the pool region-b uses tcp/,
    ],
    [
      'a monitor that accepts 503',
      ({ fake }) => void fake.putPool({ name: 'region-b', monitor: { ...otherMonitor, expected_codes: '2xx, 5xx' } }),
      /region-b accepts 2xx, 5xx as healthy, including the 503 of a read-only standby; set expected_codes to 200/,
    ],
    [
      'a monitor group',
      ({ fake }) => void fake.putPool({ name: 'region-b', monitor: undefined, monitor_group: 'g' }),
      /region-b of B has a monitor group, which is not checked here; give it a single monitor that requests \/serving/,
    ],
    [
      'a monitor on one pool only',
      ({ fake }) => void fake.putPool({ name: 'region-b', monitor: undefined }),
      /region-b of B has no monitor but region-a has one, .*when region-a is unhealthy; give it a monitor that requests \/serving/,
    ],
  ])('a balancer with %s has a flaw', async (_what, prepare, because) => {
    const world = await start();
    prepare(world);
    expect(await world.traffic.flaws()).toEqual([expect.stringMatching(because)]);
  });

  it.each(['2xx', '200', '200,204', '200-299', ''])('a monitor that expects %p is not a flaw', async (codes) => {
    const { fake, traffic } = await start();
    fake.putPool({ name: 'region-b', monitor: { ...otherMonitor, expected_codes: codes } });
    expect(await traffic.flaws()).toEqual([]);
  });

  it.each(['503', '5xx', '200-599', '2xx,500-503'])('a monitor that expects %p is a flaw', async (codes) => {
    const { fake, traffic } = await start();
    fake.putPool({ name: 'region-b', monitor: { ...otherMonitor, expected_codes: codes } });
    expect(await traffic.flaws()).toEqual([expect.stringContaining('set expected_codes to 200')]);
  });

  it('pools without any monitor are not a flaw, because only their order moves customers', async () => {
    const { fake, traffic } = await start();
    for (const pool of ['region-a', 'region-b']) fake.putPool({ name: pool, monitor: undefined });
    expect(await traffic.flaws()).toEqual([]);
  });

  it.each<[string, CloudflareOptions['tokens'][string], string]>([
    ['finding the zone', permissions.slice(1), 'the permission Zone Read'],
    [
      'changing load balancers',
      ['Zone Read', 'Load Balancers Read', permissions[2]!],
      'the permission Load Balancers Write',
    ],
    ['reading pools', permissions.slice(0, 2), 'the permission Load Balancing: Monitors and Pools Read'],
  ])('a missing permission for %s is a flaw that names it', async (_what, given, lacks) => {
    const { fake, traffic } = await start(given);
    const changes = fake.changes();
    const flaws = await traffic.flaws();
    expect(flaws).toEqual([expect.stringContaining(lacks)]);
    expect(fake.changes()).toBe(changes);
  });

  it.each<[string, object, RegExp]>([
    [
      'load balancer',
      { balancer: 'api.shop.test' },
      /no load balancer api\.shop\.test at Cloudflare \(found: www\.shop\.test\); correct traffic\.balancer/,
    ],
    [
      'pool',
      { pools: { A: 'region-a', B: 'region-c' } },
      /no pool region-c \(found: region-a, region-b\); correct traffic\.pools\.B/,
    ],
    ['zone', { zone: 'other.test.' }, /can't see the zone other\.test .*correct traffic\.zone/],
  ])('a missing %s is reported with the field to correct', async (_what, over, because) => {
    const { traffic } = await start(permissions, over);
    const error = await failure(traffic.read());
    expect([error.kind, error.message]).toEqual(['absent', expect.stringMatching(because)]);
    expect(await traffic.flaws()).toEqual([error.message]);
  });
});

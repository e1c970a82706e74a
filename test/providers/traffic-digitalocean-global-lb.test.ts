import type { NetworkFake } from '../../lab/vendors/digitalocean/network/network';
import {
  balancerScopes as scopes,
  global,
  id,
  openBalancerWorld,
  orders,
  prioritiesOf,
  settings,
  startBalancer,
} from './digitalocean-network-world';
import { closedAfterEach } from './servers/closed';
import { failure } from './servers/failure';
import { describeTraffic } from './traffic.contract';
import { describeTrafficFaults } from './traffic-faults.contract';

const start = closedAfterEach(startBalancer);
const put = (fake: NetworkFake, over: object) => fake.putBalancer({ ...global, ...over });

describeTraffic('A global load balancer of DigitalOcean', openBalancerWorld);
describeTrafficFaults('A global load balancer of DigitalOcean', openBalancerWorld, ['stale', 'pages', 'links', 'ids']);

describe('global load balancer', () => {
  it('an update sends the whole balancer, so that only the priorities change', async () => {
    const { fake, traffic } = await start();
    await traffic.point('B', (await traffic.read()).state);
    fake.settle();
    expect(fake.balancer(id)).toMatchObject({ ...global, glb_settings: { ...settings, region_priorities: orders.B } });
  });

  it.each([
    ['as ids', { droplet_ids: [1, 2], tag: '' }],
    ['as a tag', { droplet_ids: [1, 2], tag: 'web' }],
  ])('an update keeps droplets given %s', async (_what, over) => {
    const { fake, traffic } = await start();
    put(fake, over);
    await traffic.point('B', (await traffic.read()).state);
    const kept = over.tag === '' ? { droplet_ids: [1, 2] } : { tag: 'web' };
    expect(fake.balancer(id)).toMatchObject(kept);
  });

  it.each<[string, object, string]>([
    ['empty lists', { forwarding_rules: [], domains: [] }, 'forwarding_rules'],
    ['size in addition to size_unit', { size: 'lb-small' }, 'size'],
  ])('an update of a balancer that is listed with %s leaves that field out', async (_what, over, field) => {
    const { fake, traffic } = await start();
    put(fake, over);
    await traffic.point('B', (await traffic.read()).state);
    expect(prioritiesOf(fake)).toEqual(orders.B);
    const sent = fake.calls.find(({ method }) => method === 'PUT')?.body ?? '';
    expect(JSON.parse(sent)).not.toHaveProperty(field);
  });

  it("an update sends the region's slug in place of the region object", async () => {
    const { fake, traffic } = await start();
    put(fake, { region: { slug: 'nyc3', name: 'New York 3', available: true } });
    await traffic.point('B', (await traffic.read()).state);
    const sent = fake.calls.find(({ method }) => method === 'PUT')?.body ?? '';
    expect(JSON.parse(sent)).toMatchObject({ region: 'nyc3' });
  });

  it('a move that DigitalOcean accepts but does not store is an error', async () => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    fake.faults.play({ on: { method: 'PUT' }, effect: { kind: 'hint', hints: { ignores: true } } });
    const error = await failure(traffic.point('B', state));
    expect([error.kind, error.message]).toEqual([
      'garbage',
      expect.stringMatching(/^DigitalOcean did not store the priorities for B; it reported/),
    ]);
  });

  it('a move swaps the numbers of the priorities', async () => {
    const { fake, traffic } = await start();
    put(fake, { glb_settings: { ...settings, region_priorities: { nyc3: 10, fra1: 70 } } });
    await traffic.point('B', (await traffic.read()).state);
    expect(prioritiesOf(fake)).toEqual({ nyc3: 70, fra1: 10 });
  });

  it('a balancer with a change in progress is pending, and another change is unavailable with a wait', async () => {
    const { fake, traffic } = await start();
    await traffic.point('B', (await traffic.read()).state);
    const { leadsTo, pending, state } = await traffic.read();
    expect([leadsTo, pending]).toEqual(['B', 'DigitalOcean is still changing shop-global (status new).']);
    const error = await failure(traffic.point('A', state));
    expect(error).toMatchObject({ kind: 'unavailable', waitMs: 3_000 });
    expect(error.message).toContain('processes previous actions');
    fake.settle();
    await traffic.point('A', state);
    expect(prioritiesOf(fake)).toEqual(orders.A);
  });

  it('a balancer is found by name on any page', async () => {
    const { fake, traffic } = await start(scopes, { balancer: 'shop-global' });
    fake.putBalancer({ ...global, id: 'another', name: 'another' });
    fake.putBalancer({ ...fake.balancer('another')!, id: 'a-third' });
    fake.faults.play({ on: { path: /load_balancers$/ }, times: 3, effect: { kind: 'hint', hints: { pageSize: 1 } } });
    expect(await traffic.read()).toMatchObject({ leadsTo: 'A' });
    expect(fake.calls).toHaveLength(3);
    await traffic.read();
    expect(fake.calls.at(-1)?.path).toBe(`/v2/load_balancers/${id}`);
  });

  it.each<[string, object, RegExp]>([
    ['name', { balancer: 'other' }, /no load balancer other \(found: shop-global\); correct traffic\.balancer/],
    ['id', { balancer: id.replace('4de7', '4de8') }, /no load balancer 4de8.*; correct traffic\.balancer/],
  ])('an unknown %s of a balancer is absent', async (_what, over, because) => {
    const { traffic } = await start(scopes, over);
    const error = await failure(traffic.read());
    expect([error.kind, error.message]).toEqual(['absent', expect.stringMatching(because)]);
  });

  it('two balancers with the same name are refused until an id is given', async () => {
    const { fake, traffic } = await start(scopes, { balancer: 'shop-global' });
    fake.putBalancer({ ...global, id: 'another' });
    expect((await failure(traffic.read())).message).toMatch(
      /Two load balancers are named shop-global; set traffic\.balancer to the id of one/,
    );
  });

  it.each<[string, object, RegExp]>([
    ['without priorities', { glb_settings: settings }, /has no priority for nyc3; set one in region_priorities/],
    [
      'with a third region',
      { glb_settings: { ...settings, region_priorities: { ...orders.A, sgp1: 3 } } },
      /has a priority for sgp1, which is not in traffic\.targets; remove it/,
    ],
    [
      'that sends customers to both',
      { glb_settings: { ...settings, region_priorities: orders.mixture } },
      /has the same priority for nyc3 and fra1, so it sends customers to both/,
    ],
    ['of the type REGIONAL', { type: 'REGIONAL' }, /has the type REGIONAL; .* a load balancer of the type GLOBAL/],
    ['with the status errored', { status: 'errored' }, /has the status errored/],
    [
      'with a health check of another path',
      { health_check: { protocol: 'https', path: '/' } },
      /health check of shop-global requests \/, so a read-only standby counts as healthy.*set it to request \/serving/,
    ],
    ['with a health check that only connects', { health_check: { protocol: 'tcp', path: '/' } }, /uses tcp/],
  ])('a balancer %s has a flaw', async (_what, over, because) => {
    const { fake, traffic } = await start();
    put(fake, over);
    expect(await traffic.flaws()).toEqual([expect.stringMatching(because)]);
  });

  it.each(scopes)('the missing scope %s is a flaw that names it', async (lacking) => {
    const { fake, traffic } = await start(scopes.filter((scope) => scope !== lacking));
    expect(await traffic.flaws()).toEqual([expect.stringContaining(`The token needs the scope ${lacking}.`)]);
    expect(fake.changes()).toBe(0);
  });
});

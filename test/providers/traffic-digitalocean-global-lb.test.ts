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

describe('a global load balancer', () => {
  it('is sent whole, so that nothing but the priorities changes', async () => {
    const { fake, traffic } = await start();
    await traffic.point('B', (await traffic.read()).state);
    fake.settle();
    expect(fake.balancer(id)).toMatchObject({ ...global, glb_settings: { ...settings, region_priorities: orders.B } });
  });

  it.each([
    ['by their ids', { droplet_ids: [1, 2], tag: '' }],
    ['by a tag', { droplet_ids: [1, 2], tag: 'web' }],
  ])('keeps its droplets, given %s', async (_what, over) => {
    const { fake, traffic } = await start();
    put(fake, over);
    await traffic.point('B', (await traffic.read()).state);
    const kept = over.tag === '' ? { droplet_ids: [1, 2] } : { tag: 'web' };
    expect(fake.balancer(id)).toMatchObject(kept);
  });

  it.each<[string, object, string]>([
    ['empty lists', { forwarding_rules: [], domains: [] }, 'forwarding_rules'],
    ['its size in words beside that in nodes', { size: 'lb-small' }, 'size'],
  ])('that tells %s is sent without', async (_what, over, field) => {
    const { fake, traffic } = await start();
    put(fake, over);
    await traffic.point('B', (await traffic.read()).state);
    expect(prioritiesOf(fake)).toEqual(orders.B);
    const sent = fake.calls.find(({ method }) => method === 'PUT')?.body ?? '';
    expect(JSON.parse(sent)).not.toHaveProperty(field);
  });

  it('whose region is told as a whole is sent with its name alone', async () => {
    const { fake, traffic } = await start();
    put(fake, { region: { slug: 'nyc3', name: 'New York 3', available: true } });
    await traffic.point('B', (await traffic.read()).state);
    const sent = fake.calls.find(({ method }) => method === 'PUT')?.body ?? '';
    expect(JSON.parse(sent)).toMatchObject({ region: 'nyc3' });
  });

  it('that DigitalOcean says it changed, and did not, is no success', async () => {
    const { fake, traffic } = await start();
    const { state } = await traffic.read();
    fake.faults.play({ on: { method: 'PUT' }, effect: { kind: 'hint', hints: { ignores: true } } });
    const error = await failure(traffic.point('B', state));
    expect([error.kind, error.message]).toEqual([
      'garbage',
      expect.stringMatching(/was told to send customers to B, and/),
    ]);
  });

  it('keeps whatever numbers its priorities are, in their other order', async () => {
    const { fake, traffic } = await start();
    put(fake, { glb_settings: { ...settings, region_priorities: { nyc3: 10, fra1: 70 } } });
    await traffic.point('B', (await traffic.read()).state);
    expect(prioritiesOf(fake)).toEqual({ nyc3: 70, fra1: 10 });
  });

  it('that is busy with a change is waited for, and one more has a wait and is no denial', async () => {
    const { fake, traffic } = await start();
    await traffic.point('B', (await traffic.read()).state);
    const { leadsTo, pending, state } = await traffic.read();
    expect([leadsTo, pending]).toEqual(['B', 'DigitalOcean is not done with shop-global: its status is new.']);
    const error = await failure(traffic.point('A', state));
    expect(error).toMatchObject({ kind: 'unavailable', waitMs: 3_000 });
    expect(error.message).toContain('processes previous actions');
    fake.settle();
    await traffic.point('A', state);
    expect(prioritiesOf(fake)).toEqual(orders.A);
  });

  it('is found by its name, on whatever page', async () => {
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
    ['has another name', { balancer: 'other' }, /no load balancer other \(shop-global\); correct traffic\.balancer/],
    ['has another id', { balancer: id.replace('4de7', '4de8') }, /no load balancer 4de8.*; correct traffic\.balancer/],
  ])('that %s is absent', async (_what, over, because) => {
    const { traffic } = await start(scopes, over);
    const error = await failure(traffic.read());
    expect([error.kind, error.message]).toEqual(['absent', expect.stringMatching(because)]);
  });

  it('of which there are two by the same name is refused until its id is given', async () => {
    const { fake, traffic } = await start(scopes, { balancer: 'shop-global' });
    fake.putBalancer({ ...global, id: 'another' });
    expect((await failure(traffic.read())).message).toMatch(/Two load balancers are called shop-global; give the id/);
  });

  it.each<[string, object, RegExp]>([
    ['without priorities', { glb_settings: settings }, /has no priority for nyc3; give it one under region_priorities/],
    [
      'with a third region',
      { glb_settings: { ...settings, region_priorities: { ...orders.A, sgp1: 3 } } },
      /has a priority for sgp1, which traffic\.targets gives to no region; take it out/,
    ],
    [
      'that sends customers to both',
      { glb_settings: { ...settings, region_priorities: orders.mixture } },
      /gives nyc3 and fra1 the same priority, and so sends customers to both/,
    ],
    ['that is none', { type: 'REGIONAL' }, /is of the type REGIONAL; name a load balancer of the type GLOBAL/],
    ['that is broken', { status: 'errored' }, /has the status errored/],
    [
      'whose health check asks something else',
      { health_check: { protocol: 'https', path: '/' } },
      /health check of shop-global asks \/, so a read-only standby looks healthy to it.*let it ask \/serving/,
    ],
    ['whose health check only connects', { health_check: { protocol: 'tcp', path: '/' } }, /speaks tcp/],
  ])('%s is a flaw', async (_what, over, because) => {
    const { fake, traffic } = await start();
    put(fake, over);
    expect(await traffic.flaws()).toEqual([expect.stringMatching(because)]);
  });

  it.each(scopes)('needs the scope %s, which is named', async (lacking) => {
    const { fake, traffic } = await start(scopes.filter((scope) => scope !== lacking));
    expect(await traffic.flaws()).toEqual([expect.stringContaining(`The token needs the scope ${lacking}.`)]);
    expect(fake.changes()).toBe(0);
  });
});

import { digitaloceanGlobalLb } from '../../src/providers/traffic/digitalocean-global-lb';
import type { TrafficSwitch } from '../../src/providers/traffic/switch';
import { startNetwork, type FakeBalancer, type NetworkFake, type NetworkScope } from '../fakes/digitalocean-network';
import { failure } from './servers/failure';
import { describeTraffic, type TrafficWorld } from './traffic.contract';

const token = 'dop_v1_token/of the+tests';
const id = '4de7ac8b-495b-4884-9a69-1050c6793cd6';
const scopes: readonly NetworkScope[] = ['load_balancer:read', 'load_balancer:update'];
const orders = { A: { nyc3: 1, fra1: 2 }, B: { nyc3: 2, fra1: 1 }, mixture: { nyc3: 1, fra1: 1 } };
const settings = { target_protocol: 'https', target_port: 443, cdn: { is_enabled: false }, failover_threshold: 50 };

const global: FakeBalancer = {
  ...{ id, name: 'shop-global', project_id: '4de7ac8b-495b-4884-9a69-1050c6793cd7', type: 'GLOBAL', status: 'active' },
  ...{ ip: '104.131.186.241', ipv6: '2604:a880:800:14::85f5:c000', created_at: '2026-02-01T22:22:58Z', size_unit: 1 },
  ...{
    domains: [{ name: 'www.shop.test', is_managed: false, certificate_id: '892071a0-bb95-49bc-8021-3afd67a210bf' }],
  },
  ...{ target_load_balancer_ids: ['one', 'two'], droplet_ids: [], tag: '', vpc_uuid: '', network: 'EXTERNAL' },
  ...{ http_idle_timeout_seconds: 90, redirect_http_to_https: true, forwarding_rules: [], tls_cipher_policy: 'STRONG' },
  ...{ firewall: { deny: ['ip:192.0.2.1'], allow: [] }, sticky_sessions: { type: 'none' } },
  health_check: { protocol: 'https', port: 443, path: '/serving', check_interval_seconds: 10 },
  glb_settings: { ...settings, region_priorities: orders.A },
};

interface Place {
  fake: NetworkFake;
  traffic: TrafficSwitch;
}

const open: (() => unknown)[] = [];
const closeAll = () => Promise.all(open.splice(0).map((close) => close()));
afterEach(closeAll);

async function start(given = scopes, over: object = {}): Promise<Place> {
  const fake = await startNetwork({ tokens: { [token]: given } });
  fake.putBalancer(global);
  const targets = { A: 'nyc3', B: 'fra1' };
  const options = { kind: 'digitalocean-global-lb', balancer: id, targets, token: 'file:token', url: fake.url };
  const traffic = await digitaloceanGlobalLb.connect({ ...options, ...over }, { secret: () => Promise.resolve(token) });
  open.push(() => traffic.close(), fake.close);
  return { fake, traffic };
}

const prioritiesOf = (fake: NetworkFake) =>
  (fake.balancer(id)?.glb_settings as { region_priorities: Record<string, number> }).region_priorities;
const put = (fake: NetworkFake, over: object) => fake.putBalancer({ ...global, ...over });

async function openWorld(): Promise<TrafficWorld> {
  const { fake, traffic } = await start();
  const path = /load_balancers\/4de7/;
  return {
    ...{ traffic, faults: fake.faults, calls: fake.calls, changes: fake.changes, secrets: [token] },
    sentTo: () => ((prioritiesOf(fake).nyc3 ?? 0) < (prioritiesOf(fake).fra1 ?? 0) ? 'A' : 'B'),
    set: (to) => put(fake, { glb_settings: { ...settings, region_priorities: orders[to] } }),
    settle: () => fake.settle(),
    ...{ reads: { method: 'GET', path }, writes: { method: 'PUT', path } },
    close: closeAll,
  };
}

describeTraffic('A global load balancer of DigitalOcean', openWorld);

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

  it('keeps whatever numbers its priorities are, in their other order', async () => {
    const { fake, traffic } = await start();
    put(fake, { glb_settings: { ...settings, region_priorities: { nyc3: 10, fra1: 70 } } });
    await traffic.point('B', (await traffic.read()).state);
    expect(prioritiesOf(fake)).toEqual({ nyc3: 70, fra1: 10 });
  });

  it('that is busy with a change is waited for, and one more is a limit with a wait, not a denial', async () => {
    const { fake, traffic } = await start();
    await traffic.point('B', (await traffic.read()).state);
    const { leadsTo, pending, state } = await traffic.read();
    expect([leadsTo, pending]).toEqual(['B', 'DigitalOcean is not done with shop-global: its status is new.']);
    const error = await failure(traffic.point('A', state));
    expect(error).toMatchObject({ kind: 'limited', waitMs: 3_000 });
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

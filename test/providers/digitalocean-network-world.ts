import { digitaloceanGlobalLb } from '../../src/providers/traffic/digitalocean/digitalocean-global-lb';
import { reservedIp } from '../../src/providers/traffic/digitalocean/reserved-ip';
import type { TrafficSwitch } from '../../src/providers/traffic/switch';
import type { NetworkScope } from '../../lab/vendors/digitalocean/network/access';
import { startNetwork, type NetworkFake } from '../../lab/vendors/digitalocean/network/network';
import type { FakeBalancer } from '../../lab/vendors/digitalocean/network/state';
import type { TrafficWorld } from './traffic.contract';

/** Contains characters that `encodeURIComponent` changes. */
export const token = 'dop_v1_token/of the+tests';
const secret = { secret: () => Promise.resolve(token) };

export interface Network {
  fake: NetworkFake;
  traffic: TrafficSwitch;
  close: () => Promise<void>;
}

/** A proxy in front of the fake: the adapter uses its URL, and it connects to the fake at this port. */
export interface Front {
  url: string;
  port: number;
}

async function network(
  scopes: readonly NetworkScope[],
  prepare: (fake: NetworkFake) => void,
  connect: (url: string) => Promise<TrafficSwitch>,
  front?: Front,
): Promise<Network> {
  const fake = await startNetwork({
    tokens: { [token]: scopes },
    ...(front && { api: { host: '127.0.0.1', port: front.port } }),
  });
  prepare(fake);
  const traffic = await connect(front?.url ?? fake.url);
  const close = () => {
    traffic.close();
    return fake.close();
  };
  return { fake, traffic, close };
}

export const id = '4de7ac8b-495b-4884-9a69-1050c6793cd6';
export const balancerScopes: readonly NetworkScope[] = ['load_balancer:read', 'load_balancer:update'];
export const orders = { A: { nyc3: 1, fra1: 2 }, B: { nyc3: 2, fra1: 1 }, mixture: { nyc3: 1, fra1: 1 } };
export const settings = {
  target_protocol: 'https',
  target_port: 443,
  cdn: { is_enabled: false },
  failover_threshold: 50,
};

export const global: FakeBalancer = {
  id,
  name: 'shop-global',
  project_id: '4de7ac8b-495b-4884-9a69-1050c6793cd7',
  type: 'GLOBAL',
  status: 'active',
  ip: '104.131.186.241',
  ipv6: '2604:a880:800:14::85f5:c000',
  created_at: '2026-02-01T22:22:58Z',
  size_unit: 1,
  domains: [{ name: 'www.shop.test', is_managed: false, certificate_id: '892071a0-bb95-49bc-8021-3afd67a210bf' }],
  target_load_balancer_ids: ['one', 'two'],
  droplet_ids: [],
  tag: '',
  network: 'EXTERNAL',
  http_idle_timeout_seconds: 90,
  redirect_http_to_https: true,
  tls_cipher_policy: 'STRONG',
  firewall: { deny: ['ip:192.0.2.1'], allow: [] },
  sticky_sessions: { type: 'none' },
  health_check: { protocol: 'https', port: 443, path: '/serving', check_interval_seconds: 10 },
  glb_settings: { ...settings, region_priorities: orders.A },
};

export const startBalancer = (
  scopes = balancerScopes,
  over: object = {},
  front?: Front,
  balancers = [global],
): Promise<Network> =>
  network(
    scopes,
    (fake) => balancers.forEach(fake.putBalancer),
    (url) =>
      digitaloceanGlobalLb.connect(
        {
          kind: 'digitalocean-global-lb',
          balancer: id,
          targets: { A: 'nyc3', B: 'fra1' },
          token: 'file:token',
          url,
          ...over,
        },
        secret,
      ),
    front,
  );

export const prioritiesOf = (fake: NetworkFake) =>
  (fake.balancer(id)?.glb_settings as { region_priorities: Record<string, number> }).region_priorities;

/** The balancer is found by name, after two others. */
export async function openBalancerWorld(front?: Front): Promise<TrafficWorld> {
  const others = [1, 2].map((number) => ({ ...global, id: id.replace(/.$/, `${number}`), name: `other-${number}` }));
  const called = { balancer: 'shop-global' };
  const { fake, traffic, close } = await startBalancer(balancerScopes, called, front, [...others, global]);
  return {
    traffic,
    close,
    faults: fake.faults,
    calls: fake.calls,
    changes: fake.changes,
    secrets: [token],
    sentTo: () => ((prioritiesOf(fake).nyc3 ?? 0) < (prioritiesOf(fake).fra1 ?? 0) ? 'A' : 'B'),
    set: (to) => fake.putBalancer({ ...global, glb_settings: { ...settings, region_priorities: orders[to] } }),
    settle: () => fake.settle(),
    reads: { method: 'GET', path: /load_balancers(\/[\da-f-]+)?$/ },
    writes: { method: 'PUT', path: /load_balancers\/4de7/ },
  };
}

export const ip = '45.55.96.47';
export const [a, b] = [3164444, 3164445] as const;
const other = 3164446;
export const addressScopes: readonly NetworkScope[] = ['reserved_ip:read', 'reserved_ip:update', 'droplet:read'];

export const addressOptions = {
  kind: 'reserved-ip',
  ip,
  droplets: { A: a, B: b },
  places: { A: 'fra1', B: 'fra1' },
  token: 'file:token',
};

export const startAddress = (scopes = addressScopes, over: object = {}, front?: Front): Promise<Network> =>
  network(
    scopes,
    (fake) => {
      for (const droplet of [a, b, other]) fake.putDroplet({ id: droplet, region: 'fra1', status: 'active' });
      fake.putAddress({ ip, region: 'fra1', droplet: a });
    },
    (url) => reservedIp.connect({ ...addressOptions, url, ...over }, secret),
    front,
  );

export async function openAddressWorld(front?: Front): Promise<TrafficWorld> {
  const { fake, traffic, close } = await startAddress(addressScopes, {}, front);
  const holders = { A: a, B: b, mixture: other };
  return {
    traffic,
    close,
    faults: fake.faults,
    calls: fake.calls,
    changes: fake.changes,
    secrets: [token],
    sentTo: () => (fake.address(ip)?.droplet === a ? 'A' : 'B'),
    set: (to) => fake.putAddress({ ip, region: 'fra1', droplet: holders[to] }),
    settle: () => fake.settle(),
    reads: { method: 'GET', path: /reserved_ips\/45[\d.]+$/ },
    writes: { method: 'POST', path: /45[\d.]+\/actions$/ },
  };
}

import { cloudflarePools } from '../../src/providers/traffic/cloudflare-pools/cloudflare-pools';
import type { TrafficSwitch } from '../../src/providers/traffic/switch';
import type { CloudflareFake, CloudflareOptions } from '../../lab/vendors/cloudflare/cloudflare';
import { startFake, token } from './cloudflare-world';
import type { TrafficWorld } from './traffic.contract';

export type Permissions = CloudflareOptions['tokens'][string];

export const name = 'www.shop.test';
export const permissions: Permissions = [
  'Zone Read',
  'Load Balancers Write',
  'Load Balancing: Monitors and Pools Read',
];
export const monitor = { id: 'f1aba936b94213e5b8dca0c0dbf1f9cc', type: 'https', path: '/serving' };
export const origin = (address: string) => [{ name: 'web', address, enabled: true }];

export interface Pools {
  fake: CloudflareFake;
  traffic: TrafficSwitch;
  /** Ids of the pools of both regions. */
  a: string;
  b: string;
  close: () => Promise<void>;
}

export async function startPools(given = permissions, over: object = {}): Promise<Pools> {
  const fake = await startFake({ tokens: { [token]: given } });
  const a = fake.putPool({ name: 'region-a', origins: origin('198.51.100.10'), monitor });
  const b = fake.putPool({ name: 'region-b', origins: origin('203.0.113.10'), monitor });
  fake.putBalancer({ name, default_pools: [a, b], fallback_pool: a });
  const options = { kind: 'cloudflare-pools', zone: fake.origin, balancer: name, token: 'file:token', url: fake.url };
  const traffic = await cloudflarePools.connect(
    { ...options, pools: { A: 'region-a', B: b }, ...over },
    { secret: () => Promise.resolve(token) },
  );
  const close = () => {
    traffic.close();
    return fake.close();
  };
  return { fake, traffic, a, b, close };
}

const balancerPath = /\/load_balancers(\/[\da-f]{32})?$/;

export async function openWorld(): Promise<TrafficWorld> {
  const { fake, traffic, a, b, close } = await startPools();
  const orders = { A: [a, b], B: [b, a], mixture: [a, b] };
  return {
    traffic,
    close,
    faults: fake.faults,
    calls: fake.calls,
    changes: fake.changes,
    secrets: [token],
    sentTo: () => {
      const [balancer] = fake.balancers();
      return balancer?.default_pools[0] === a ? 'A' : 'B';
    },
    set: (to) => void fake.putBalancer({ name, default_pools: orders[to], fallback_pool: to === 'A' ? a : b }),
    settle: () => undefined,
    reads: { method: 'GET', path: balancerPath },
    writes: { method: 'PATCH', path: /[1-9]$/ },
  };
}

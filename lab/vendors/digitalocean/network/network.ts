/**
 * DigitalOcean's reserved IPs, the droplets behind them and its global load balancers as far as the adapters use them, by the published OpenAPI
 * description of 2026-08-07; words of refusals as users report them. An assignment is an action that is under way until `settle`; a load
 * balancer is `new` until then, and a PUT resets what it does not name.
 *
 *     const fake = await startNetwork({ tokens: { [token]: ['reserved_ip:read', 'reserved_ip:update', 'droplet:read'] } });
 *     fake.putDroplet({ id: 1, region: 'fra1', status: 'active' });
 *     fake.putAddress({ ip: '45.55.96.47', region: 'fra1', droplet: 1 });
 */
import type { Call } from '../../kit/calls';
import type { Faults } from '../../kit/faults';
import type { Place } from '../../kit/name-server';
import { startServer } from '../../kit/server';
import { failed, limited } from '../replies';
import { guarded, type Tokens } from './access';
import { dropletRoutes } from './droplets';
import { balancerRoutes } from './load-balancers';
import { addressRoutes } from './reserved-ips';
import { emptyState, settle, type FakeAddress, type FakeBalancer, type FakeDroplet } from './state';

export interface NetworkOptions {
  tokens: Tokens;
  /** Where it listens; a free port of the loopback by default. */
  api?: Place;
}

export interface NetworkFake {
  url: string;
  calls: Call[];
  faults: Faults;
  /** Changes so far: actions begun, balancers changed. */
  changes: () => number;
  putDroplet: (droplet: FakeDroplet) => void;
  putAddress: (address: FakeAddress) => void;
  address: (ip: string) => FakeAddress | undefined;
  /** Adds a balancer, or replaces the one of the same id. */
  putBalancer: (balancer: FakeBalancer) => void;
  balancer: (id: string) => FakeBalancer | undefined;
  /** Ends all that is under way, well or not. */
  settle: (how?: 'completed' | 'errored') => void;
  /** Addresses that were brought along have no actions to look at. */
  hideActions: () => void;
  close: () => Promise<void>;
}

export async function startNetwork({
  tokens,
  api = { host: '127.0.0.1', port: 0 },
}: NetworkOptions): Promise<NetworkFake> {
  const state = emptyState();
  const routes = [...addressRoutes(state), ...dropletRoutes(state), ...balancerRoutes(state)].map((route) =>
    guarded(route, tokens),
  );
  const server = await startServer({ ...api, secrets: Object.keys(tokens), routes, failed, limited });
  return {
    url: server.url,
    calls: server.calls,
    faults: server.faults,
    close: server.close,
    changes: () => state.changes,
    putDroplet: (droplet) => void state.droplets.set(droplet.id, droplet),
    putAddress: (address) => void state.addresses.set(address.ip, { ...address }),
    address: (ip) => state.addresses.get(ip),
    putBalancer: (balancer) => void state.balancers.set(balancer.id, balancer),
    balancer: (id) => state.balancers.get(id),
    settle: (how = 'completed') => settle(state, how),
    hideActions: () => void (state.hidden = true),
  };
}

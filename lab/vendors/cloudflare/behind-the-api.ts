/** Changes of the zone and the account behind the API's back. */
import type { RecordSet } from '../../../src/ports/ports';
import {
  balancersOf,
  fresh,
  poolsOf,
  recordsOf,
  withRecords,
  type CfBalancer,
  type CfPool,
  type CfRecord,
  type Item,
  type State,
} from './state';

export interface BehindTheApi {
  /** Writes a whole set. */
  put: (set: RecordSet) => void;
  /** Changes the fields given of the records of this name (without its final dot). */
  alter: (name: string, change: Partial<CfRecord>) => void;
  /** Adds a pool, or changes the one of the same name; gives its id. */
  putPool: (pool: Pick<CfPool, 'name'> & Partial<CfPool>) => string;
  /** Adds a load balancer, or changes the one of the same name; gives its id. */
  putBalancer: (balancer: Pick<CfBalancer, 'name'> & Partial<CfBalancer>) => string;
}

export function behindTheApi(state: State, newId: () => string): BehindTheApi {
  return {
    put: (set) => void state.change((items) => withSet(items, set, newId)),
    alter: (name, change) => {
      const altered = (one: CfRecord) => (one.name === name ? { ...one, ...change } : one);
      state.change((items) => withRecords(items, recordsOf(items).map(altered)));
    },
    putPool: (pool) => putPool(state, pool, newId),
    putBalancer: (balancer) => putBalancer(state, balancer, newId),
  };
}

function withSet(items: readonly Item[], { name, type, ttlSeconds: ttl, values }: RecordSet, newId: () => string) {
  const bare = name.slice(0, -1);
  const made = values.map((value) => ({
    ...fresh(newId()),
    name: bare,
    type,
    ttl,
    content: type === 'CNAME' ? value.replace(/\.$/, '') : value,
  }));
  return withRecords(items, [...recordsOf(items).filter((one) => one.name !== bare || one.type !== type), ...made]);
}

function putPool(state: State, pool: Pick<CfPool, 'name'> & Partial<CfPool>, newId: () => string): string {
  const old = poolsOf(state.records()).find(({ name }) => name === pool.name);
  const base = old ?? { id: newId(), enabled: true, healthy: true, origins: [] };
  const made = { ...base, ...pool };
  state.change((items) => [...items.filter((one) => !('pool' in one) || one.pool.id !== made.id), { pool: made }]);
  return made.id;
}

function putBalancer(state: State, one: Pick<CfBalancer, 'name'> & Partial<CfBalancer>, newId: () => string): string {
  const old = balancersOf(state.records()).find(({ name }) => name === one.name);
  const plain = { default_pools: [], fallback_pool: '', steering_policy: 'off', session_affinity: 'none' };
  const overrides = { region_pools: {}, country_pools: {}, pop_pools: {}, rules: [] };
  const base = old ?? { id: newId(), enabled: true, proxied: false, ttl: 30, ...plain, ...overrides };
  const made: CfBalancer = { ...base, ...one };
  const others = (items: readonly Item[]) =>
    items.filter((each) => !('balancer' in each) || each.balancer.id !== made.id);
  state.change((items) => [...others(items), { balancer: made }]);
  return made.id;
}

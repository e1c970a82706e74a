/** Cloudflare's calls on a load balancer of a zone and on the pools of its account. */
import { z } from 'zod';
import { PortError } from '../../../ports/errors';
import type { HttpClient, HttpRequest } from '../../http/client';
import { ask, CloudflareRefusal, once, who, zoneCalled, zoneOfId } from '../../dns/cloudflare/api';

const nobody = '0'.repeat(32);
const hexId = /^[\da-f]{32}$/;
const poolsRead = 'Load Balancing: Monitors and Pools Read';

const byPlace = z.record(z.string(), z.array(z.string())).nullish();
const balancerShape = z.object({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean().nullish(),
  default_pools: z.array(z.string()),
  fallback_pool: z.string(),
  region_pools: byPlace,
  country_pools: byPlace,
  pop_pools: byPlace,
  rules: z.array(z.object({ disabled: z.boolean().nullish() })).nullish(),
  steering_policy: z.string().nullish(),
  session_affinity: z.string().nullish(),
  proxied: z.boolean().nullish(),
  ttl: z.number().nullish(),
});
const poolShape = z.object({
  id: z.string(),
  name: z.string(),
  enabled: z.boolean().nullish(),
  monitor: z.string().nullish(),
  monitor_group: z.string().nullish(),
  origins: z.array(z.object({ enabled: z.boolean().nullish() })),
});
const healthShape = z.object({
  pop_health: z.record(z.string(), z.object({ healthy: z.boolean().nullish() })).nullish(),
});
const monitorShape = z.object({
  type: z.string().nullish(),
  path: z.string().nullish(),
  expected_codes: z.string().nullish(),
});

export type Balancer = z.output<typeof balancerShape>;
export type Pool = z.output<typeof poolShape>;
export type Monitor = z.output<typeof monitorShape>;
type Health = 'healthy' | 'unhealthy' | 'unknown';
/** What one change changes. */
export interface Order {
  default_pools: string[];
  fallback_pool: string;
}

export interface PoolsOptions {
  http: HttpClient;
  /** Canonical name of the zone. */
  zone: string;
  zoneId: string | undefined;
  accountId: string | undefined;
  /** Host name of the load balancer, lower case, without a dot at its end. */
  balancer: string;
  /** Id or name of the pool of each region. */
  pools: Readonly<Record<string, string>>;
}

export interface PoolsApi {
  /** @throws PortError absent when the zone has no load balancer of that name. */
  balancer: () => Promise<Balancer>;
  /** Ids by region, looked up once where names were given. */
  ids: () => Promise<Record<string, string>>;
  /** Ids are looked up anew from now on, in case something was made anew by the same name. */
  forget: () => void;
  pools: () => Promise<Pool[]>;
  health: (pool: string) => Promise<Health>;
  monitor: (id: string) => Promise<Monitor>;
  reorder: (id: string, order: Order) => Promise<Balancer>;
  /** @throws PortError denied, naming the permission, when the token may not change load balancers. */
  provokeDenial: () => Promise<void>;
}

export function poolsApi(options: PoolsOptions): PoolsApi {
  const { http } = options;
  const { ofZone, ofAccount, forget: forgetPlaces } = placesOf(options);
  const pools = () => read('/pools', z.array(poolShape));
  const ids = remembered(() => idsOf(options.pools, pools));
  const forget = () => {
    forgetPlaces();
    ids.forget();
  };
  const told = async <T>(permission: string, request: HttpRequest, shape: z.ZodType<T>): Promise<T> => {
    try {
      return (await ask(http, permission, request, shape)).result;
    } catch (error) {
      if (error instanceof PortError && (error.kind === 'absent' || error.kind === 'denied')) forget();
      throw error;
    }
  };
  const read = async <T>(rest: string, shape: z.ZodType<T>) =>
    told(poolsRead, { path: `${await ofAccount()}${rest}` }, shape);
  const reorder = async (id: string, json: object) => {
    const request = { method: 'PATCH', path: `${await ofZone()}/${encodeURIComponent(id)}`, json } as const;
    return told('Load Balancers Write', request, balancerShape);
  };
  return {
    pools,
    reorder,
    forget,
    ids: ids.get,
    balancer: async () => {
      const all = await told('Load Balancers Read', { path: await ofZone() }, z.array(balancerShape));
      return balancerAmong(all, options);
    },
    health: async (pool) => healthOf(await read(`/pools/${encodeURIComponent(pool)}/health`, healthShape)),
    monitor: (id) => read(`/monitors/${encodeURIComponent(id)}`, monitorShape),
    provokeDenial: () => mayChange(() => reorder(nobody, {})),
  };
}

/** Paths of the zone's load balancers and of the account's; ids that are not given are looked up once. */
function placesOf({ http, zone, zoneId, accountId }: PoolsOptions) {
  const found = remembered(() => (zoneId === undefined ? zoneCalled(http, zone, 'traffic') : zoneOfId(http, zoneId)));
  const account = async () => {
    const id = accountId ?? (await found.get()).account?.id;
    if (id !== undefined) return id;
    throw new PortError('garbage', `${who} did not tell the account of ${zone}; give traffic.accountId.`);
  };
  return {
    forget: found.forget,
    ofZone: async () => `/zones/${encodeURIComponent(zoneId ?? (await found.get()).id)}/load_balancers`,
    ofAccount: async () => `/accounts/${encodeURIComponent(await account())}/load_balancers`,
  };
}

/** What is asked once, and again after a failure or after `forget`. */
function remembered<T>(ask: () => Promise<T>): { get: () => Promise<T>; forget: () => void } {
  let get = once(ask);
  return { get: () => get(), forget: () => void (get = once(ask)) };
}

function balancerAmong(all: readonly Balancer[], { zone, balancer }: PoolsOptions): Balancer {
  const called = all.find(({ name }) => name.toLowerCase() === balancer);
  if (called !== undefined) return called;
  const others = all.map(({ name }) => name).join(', ') || 'none at all';
  const because = `${zone} has no load balancer ${balancer} at ${who}, but ${others}; correct traffic.balancer.`;
  throw new PortError('absent', because);
}

async function idsOf(given: PoolsOptions['pools'], list: PoolsApi['pools']): Promise<Record<string, string>> {
  const entries = Object.entries(given);
  if (entries.every(([, pool]) => hexId.test(pool))) return { ...given };
  const pools = await list();
  const found = entries.map(([region, pool]) => [region, poolCalled(pool, pools, region)] as const);
  const same = found.filter(([, id]) => found.filter(([, other]) => other === id).length > 1);
  if (same.length === 0) return Object.fromEntries(found);
  const both = same.map(([region]) => `traffic.pools.${region}`).join(' and ');
  throw new PortError('refused', `${both} are the same pool, ${same[0]?.[1] ?? ''}; give each region its own.`);
}

/** The id of the pool that goes by this name or id. @throws PortError absent unless there is one. */
function poolCalled(pool: string, pools: readonly Pool[], region: string): string {
  const called = pools.filter(({ id, name }) => id === pool || name === pool);
  if (called.length === 1 && called[0] !== undefined) return called[0].id;
  const known = pools.map(({ name }) => name).join(', ') || 'none';
  const many = called.length === 0 ? `has no pool ${pool} (${known})` : `has several pools ${pool}`;
  throw new PortError('absent', `The account ${many}; correct traffic.pools.${region}, or give the id of the pool.`);
}

/** Its places of checking don't agree at once; what most of them say counts. */
function healthOf({ pop_health: places }: z.output<typeof healthShape>): Health {
  const told = Object.values(places ?? {}).flatMap(({ healthy }) => (typeof healthy === 'boolean' ? [healthy] : []));
  if (told.length === 0) return 'unknown';
  return told.filter(Boolean).length * 2 > told.length ? 'healthy' : 'unhealthy';
}

/** No call tells the permissions of a token, so what can't exist is changed: whoever may change is told that it is absent. */
async function mayChange(change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof CloudflareRefusal) || (error.kind !== 'absent' && error.kind !== 'refused')) throw error;
  }
}

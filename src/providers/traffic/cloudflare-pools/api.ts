/** Cloudflare API calls for a zone's load balancer and its account's pools. */
import { z } from 'zod';
import { PortError } from '../../../ports/errors';
import type { HttpClient, HttpRequest } from '../../http/client';
import { canonicalHost } from '../../../fields/addresses';
import { call, CloudflareRefusal, once, vendor, findZone, getZone } from '../../dns/cloudflare/api';

const absentId = '0'.repeat(32);
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
/** The fields that a move changes. */
export interface PoolOrder {
  default_pools: string[];
  fallback_pool: string;
}

export interface PoolsOptions {
  http: HttpClient;
  /** Canonical name of the zone. */
  zone: string;
  zoneId: string | undefined;
  accountId: string | undefined;
  /** Host name of the load balancer, lower case, without a trailing dot. */
  balancer: string;
  /** Id or name of each region's pool. */
  pools: Readonly<Record<string, string>>;
}

export interface PoolsApi {
  /** @throws PortError absent when the zone has no load balancer with this name. */
  balancer: () => Promise<Balancer>;
  /** Pool ids by region; names are looked up once. */
  ids: () => Promise<Record<string, string>>;
  /** Drops the cached ids, in case something was recreated under the same name. */
  forget: () => void;
  pools: () => Promise<Pool[]>;
  health: (pool: string) => Promise<Health>;
  monitor: (id: string) => Promise<Monitor>;
  reorder: (id: string, order: PoolOrder) => Promise<Balancer>;
  /** @throws PortError denied, with the missing permission, when the token may not change load balancers. */
  probeWritePermission: () => Promise<void>;
}

export function poolsApi(options: PoolsOptions): PoolsApi {
  const { http } = options;
  const { ofZone, ofAccount, forget: forgetPaths } = pathsOf(options);
  const pools = () => read('/pools', z.array(poolShape));
  const ids = resettable(() => poolIds(options.pools, pools));
  const forget = () => {
    forgetPaths();
    ids.forget();
  };
  const callOrForget = async <T>(permission: string, request: HttpRequest, shape: z.ZodType<T>): Promise<T> => {
    try {
      return (await call(http, permission, request, shape)).result;
    } catch (error) {
      if (error instanceof PortError && (error.kind === 'absent' || error.kind === 'denied')) forget();
      throw error;
    }
  };
  const read = async <T>(rest: string, shape: z.ZodType<T>) =>
    callOrForget(poolsRead, { path: `${await ofAccount()}${rest}` }, shape);
  const reorder = async (id: string, json: object) => {
    const request = { method: 'PATCH', path: `${await ofZone()}/${encodeURIComponent(id)}`, json } as const;
    return callOrForget('Load Balancers Write', request, balancerShape);
  };
  return {
    pools,
    reorder,
    forget,
    ids: ids.get,
    balancer: async () => {
      const all = await callOrForget('Load Balancers Read', { path: await ofZone() }, z.array(balancerShape));
      return findBalancer(all, options);
    },
    health: async (pool) => healthOf(await read(`/pools/${encodeURIComponent(pool)}/health`, healthShape)),
    monitor: (id) => read(`/monitors/${encodeURIComponent(id)}`, monitorShape),
    probeWritePermission: () => expectAbsent(() => reorder(absentId, {})),
  };
}

/** API paths of the zone's and the account's load balancing; ids that are not given are looked up once. */
function pathsOf({ http, zone, zoneId, accountId }: PoolsOptions) {
  const zoneInfo = resettable(() => (zoneId === undefined ? findZone(http, zone, 'traffic') : getZone(http, zoneId)));
  const account = async () => {
    const id = accountId ?? (await zoneInfo.get()).account?.id;
    if (id !== undefined) return id;
    throw new PortError('garbage', `${vendor} did not return the account of ${zone}; set traffic.accountId.`);
  };
  return {
    forget: zoneInfo.forget,
    ofZone: async () => `/zones/${encodeURIComponent(zoneId ?? (await zoneInfo.get()).id)}/load_balancers`,
    ofAccount: async () => `/accounts/${encodeURIComponent(await account())}/load_balancers`,
  };
}

/** Like `once`, but `forget` drops the result, so that the next `get` loads it again. */
function resettable<T>(load: () => Promise<T>): { get: () => Promise<T>; forget: () => void } {
  let get = once(load);
  return { get: () => get(), forget: () => void (get = once(load)) };
}

function findBalancer(all: readonly Balancer[], { zone, balancer }: PoolsOptions): Balancer {
  const found = all.find(({ name }) => canonicalHost(name) === balancer);
  if (found !== undefined) return found;
  const others = all.map(({ name }) => name).join(', ') || 'none';
  const because = `${zone} has no load balancer ${balancer} at ${vendor} (found: ${others}); correct traffic.balancer.`;
  throw new PortError('absent', because);
}

async function poolIds(given: PoolsOptions['pools'], list: PoolsApi['pools']): Promise<Record<string, string>> {
  const entries = Object.entries(given);
  if (entries.every(([, pool]) => hexId.test(pool))) return { ...given };
  const pools = await list();
  const found = entries.map(([region, pool]) => [region, findPool(pool, pools, region)] as const);
  const same = found.filter(([, id]) => found.filter(([, other]) => other === id).length > 1);
  if (same.length === 0) return Object.fromEntries(found);
  const both = same.map(([region]) => `traffic.pools.${region}`).join(' and ');
  throw new PortError(
    'refused',
    `${both} are the same pool, ${same[0]?.[1] ?? ''}; set a different pool for each region.`,
  );
}

/** The id of the pool with this name or id. @throws PortError absent unless exactly one matches. */
function findPool(pool: string, pools: readonly Pool[], region: string): string {
  const matching = pools.filter(({ id, name }) => id === pool || name === pool);
  if (matching.length === 1 && matching[0] !== undefined) return matching[0].id;
  const known = pools.map(({ name }) => name).join(', ') || 'none';
  const found = matching.length === 0 ? `has no pool ${pool} (found: ${known})` : `has several pools named ${pool}`;
  throw new PortError('absent', `The account ${found}; correct traffic.pools.${region}, or set it to the pool's id.`);
}

/** Cloudflare checks from several locations, which may disagree for a while; the majority counts. */
function healthOf({ pop_health: locations }: z.output<typeof healthShape>): Health {
  const results = Object.values(locations ?? {}).flatMap(({ healthy }) =>
    typeof healthy === 'boolean' ? [healthy] : [],
  );
  if (results.length === 0) return 'unknown';
  return results.filter(Boolean).length * 2 > results.length ? 'healthy' : 'unhealthy';
}

/** No call returns the permissions of a token. `change` changes what can't exist: with the permission the error is that it is absent. */
async function expectAbsent(change: () => Promise<unknown>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof CloudflareRefusal) || (error.kind !== 'absent' && error.kind !== 'refused')) throw error;
  }
}

/**
 * The pool order of a Cloudflare load balancer with one pool per region: the first healthy pool gets the customers. A move is one PATCH of the
 * order and of the fallback pool, which serves when all are unhealthy. Settings that take precedence over the order (overrides for regions
 * and countries, rules, other steering) are refused, since they would keep customers where they are. Facts are from the published
 * documentation, read 2026-11, unless noted.
 */
import { z } from 'zod';
import { fullName, isHostName, path, text, url } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import type { Json } from '../../../domain/plan/plan';
import { canonicalName } from '../../dns/provider';
import { vendor } from '../../dns/cloudflare/api';
import { PortError } from '../../../ports/errors';
import { openHttp } from '../../http/client';
import type { TrafficReading } from '../../../ports/traffic';
import { poolsApi, type Balancer, type PoolOrder, type PoolsApi } from './api';
import { poolFlaws } from './health';
import { byRegion } from '../options';
import { defineTraffic, collectFlaws, refuseUnexpectedState, refuseUnknownRegion, sameState } from '../switch';

const timeoutMs = 5_000;
const defaultTtlSeconds = 30;
const title = 'Cloudflare Load Balancing';
const id = (what: string, example: string) =>
  text(`${what} id of 32 hexadecimal digits`, example, (value) => /^[\da-f]{32}$/.test(value)).exactOptional();

const options = z.strictObject({
  kind: z.literal('cloudflare-pools'),
  zone: fullName('shop.test.'),
  /** Host name of the load balancer. */
  balancer: text('the host name of the load balancer, without a trailing dot', 'www.shop.test', isHostName),
  /** Name or id of each region's pool. */
  pools: byRegion(text('the name or the id of a pool', 'region-a')),
  /** Path that the pools' monitor must request. */
  serving: path('/serving').prefault('/serving'),
  /** `Load Balancers Write` of the zone, `Load Balancing: Monitors and Pools Read` of the account and, unless both ids are given, `Zone Read`. */
  token: secret('file:cloudflare-token'),
  zoneId: id('a zone', '023e105f4ecef8ad9ca31a8372d0c353'),
  accountId: id('an account', '01a7362d577a6c3019a474fd6f485823'),
  url: url('https://api.cloudflare.com/client/v4').prefault('https://api.cloudflare.com/client/v4'),
  /** CA of an https URL, unless it is a public one. */
  ca: secret('file:ca.crt').exactOptional(),
});

export const cloudflarePools = defineTraffic({
  options,
  title,
  acrossRegions: true,
  readEveryMs: 10_000,
  // Per user or account token; exceeding it blocks the token for five minutes.
  limit: { requests: 1_200, perMs: 300_000 },
  connect: async ({ token, zone, zoneId, accountId, balancer, pools, serving, url: baseUrl, ca }, context) => {
    const headers = { authorization: `Bearer ${await context.secret(token)}` };
    const authority = ca === undefined ? {} : { ca: await context.secret(ca) };
    const http = openHttp({ server: vendor, baseUrl, headers, timeoutMs, ...authority });
    const ids = { zoneId, accountId, pools };
    const api = poolsApi({ http, zone: canonicalName(zone), ...ids, balancer: balancer.toLowerCase() });
    return {
      read: () => read(api),
      point: (to, expected) => point(api, to, expected),
      flaws: () => flaws(api, serving),
      close: http.close,
    };
  },
});

type Ids = Record<string, string>;
const orderShape = z.strictObject({ default_pools: z.array(z.string()), fallback_pool: z.string() });
const regionOf = (ids: Ids, pool: string | undefined) => Object.keys(ids).find((region) => ids[region] === pool);

/** In parallel: a survey has a limit of 2 s, and unknown ids need a request of their own. */
const fetchState = (api: PoolsApi): Promise<[Ids, Balancer]> => Promise.all([api.ids(), api.balancer()]);

async function read(api: PoolsApi): Promise<TrafficReading> {
  const [ids, balancer] = await fetchState(api);
  const reading = readingOf(ids, balancer);
  const pool = reading.leadsTo === undefined ? undefined : ids[reading.leadsTo];
  // A pool that matches no region may have been recreated under the same name.
  if (reading.leadsTo === undefined) api.forget();
  if (pool === undefined || reading.leadsTo === undefined) return reading;
  const healthOf = (id: string) => api.health(id).catch(() => 'unknown' as const);
  const health = await healthOf(pool);
  const because = `${reading.because} The pool of ${reading.leadsTo} is ${health === 'unknown' ? 'in unknown health' : health}.`;
  if (health !== 'unhealthy') return { ...reading, because };
  const next = balancer.default_pools.find((id) => id !== pool);
  if (next === undefined || (await healthOf(next)) === 'unhealthy')
    return {
      ...reading,
      because: `${because} No other pool is healthy, so it gets the customers as the fallback pool.`,
    };
  const pending = `The pool of ${reading.leadsTo} is first in the order, but ${vendor}'s monitor reports it as unhealthy, so customers are not sent there yet.`;
  return { ...reading, because, pending };
}

function readingOf(ids: Ids, balancer: Balancer): TrafficReading {
  const { name, default_pools, fallback_pool } = balancer;
  const state = { default_pools, fallback_pool };
  const [flaw] = [...steeringFlaws(balancer), ...orderFlaws(ids, balancer)];
  if (flaw !== undefined) return { leadsTo: undefined, state, because: flaw };
  const regions = default_pools.map((pool) => regionOf(ids, pool)).join(', then ');
  const reading = { leadsTo: regionOf(ids, fallback_pool), state, because: `${name} sends customers to ${regions}.` };
  // A proxied balancer is answered with Cloudflare's own addresses, which do not change.
  return balancer.proxied === true ? reading : { ...reading, rememberedSeconds: balancer.ttl ?? defaultTtlSeconds };
}

/** Settings that take precedence over the pool order, each with what to change. */
function steeringFlaws(balancer: Balancer): string[] {
  const { name, enabled, steering_policy: steering, rules } = balancer;
  const fields = (['region_pools', 'country_pools', 'pop_pools'] as const).filter(
    (field) => Object.keys(balancer[field] ?? {}).length > 0,
  );
  const overridden = [...fields, ...((rules ?? []).some(({ disabled }) => disabled !== true) ? ['rules'] : [])];
  const reasons = [
    enabled === false && `The load balancer ${name} is disabled, so its pool order has no effect; enable it.`,
    overridden.length > 0 &&
      `The load balancer ${name} has ${overridden.join(', ')}, which override the pool order; remove them.`,
    !['', 'off'].includes(steering ?? '') &&
      `The load balancer ${name} steers by ${steering ?? ''} and ignores the pool order; set steering_policy to off.`,
  ];
  return reasons.filter((reason) => typeof reason === 'string');
}

/** Why this pool order leads to neither region. */
function orderFlaws(ids: Ids, { name, default_pools: order, fallback_pool: fallback }: Balancer): string[] {
  const unknown = [...order, fallback].find((pool) => regionOf(ids, pool) === undefined);
  const first = regionOf(ids, order[0]);
  const reasons = [
    unknown !== undefined &&
      `The load balancer ${name} uses the pool ${unknown}, which is not in traffic.pools; remove it.`,
    new Set(order).size !== order.length && `The load balancer ${name} lists a pool twice; list each once.`,
    first !== regionOf(ids, fallback) &&
      `The load balancer ${name} leads to ${first ?? 'no region'}, but its fallback pool is that of ${regionOf(ids, fallback) ?? 'no region'}; set the first pool of the order as the fallback pool.`,
  ];
  return reasons.filter((reason) => typeof reason === 'string');
}

/** The order that leads to `to`: the two regions' pools are swapped, so that a move back restores the exact order. */
function orderTo(ids: Ids, to: string, expected: Json): PoolOrder {
  const parsed = orderShape.safeParse(expected);
  if (!parsed.success)
    throw new PortError('refused', `The plan contains no pool order of ${title}; start a new transfer.`);
  const from = parsed.data.fallback_pool;
  const other = ids[to] ?? from;
  const swapped = (pool: string) => (pool === from ? other : pool === other ? from : pool);
  return { default_pools: parsed.data.default_pools.map(swapped), fallback_pool: other };
}

async function point(api: PoolsApi, to: string, expected: Json): Promise<void> {
  const ids = await api.ids();
  refuseUnknownRegion(title, ids, to);
  const wanted = orderTo(ids, to, expected);
  const balancer = await api.balancer();
  const [flaw] = steeringFlaws(balancer);
  if (flaw !== undefined) throw new PortError('refused', flaw);
  const found = readingOf(ids, balancer);
  if (sameState(found.state, { ...wanted })) return;
  refuseUnexpectedState(`The load balancer ${balancer.name}`, found.state, expected, { ...wanted });
  const stored = readingOf(ids, await api.reorder(balancer.id, wanted));
  if (sameState(stored.state, { ...wanted })) return;
  const because = `${vendor} did not store the pool order for ${to}; it reported ${JSON.stringify(stored.state)}.`;
  throw new PortError('garbage', because);
}

function flaws(api: PoolsApi, serving: string): Promise<string[]> {
  return collectFlaws(
    async () => {
      const [ids, balancer] = await fetchState(api);
      const found = [...steeringFlaws(balancer), ...orderFlaws(ids, balancer), ...affinityFlaws(balancer)];
      return [...found, ...(await healthFlaws(api, ids, balancer))];
    },
    () => poolFlaws(api, serving),
    () => api.probeWritePermission().then(() => []),
  );
}

/** A monitor that reports the serving region as unhealthy would do the same to the other region after a move. */
async function healthFlaws(api: PoolsApi, ids: Ids, balancer: Balancer): Promise<string[]> {
  const { leadsTo } = readingOf(ids, balancer);
  const pool = leadsTo === undefined ? undefined : ids[leadsTo];
  if (leadsTo === undefined || pool === undefined || (await api.health(pool)) !== 'unhealthy') return [];
  const because = `${vendor}'s monitor reports the pool of ${leadsTo} as unhealthy, to which ${balancer.name} leads`;
  return [`${because}; check that its shop serves, and check the monitor's path, expected codes and Host header.`];
}

/** A flaw that does not block a move: in an outage, some customers following late is better than no move. */
function affinityFlaws({ name, session_affinity: affinity }: Balancer): string[] {
  if (['', 'none'].includes(affinity ?? '')) return [];
  const because = `The load balancer ${name} keeps customers on their first endpoint (session_affinity ${affinity ?? ''})`;
  return [`${because} as long as it is healthy, whatever the pool order; set session_affinity to none.`];
}

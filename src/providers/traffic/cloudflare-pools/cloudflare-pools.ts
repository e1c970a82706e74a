/**
 * The order of a Cloudflare load balancer's pools, one pool a region: the first that its monitor calls healthy gets the customers. A move is
 * one PATCH of that order together with the fallback, which serves when all look down. Whatever goes before the order (overrides for regions
 * and countries, rules, other steering) is refused, since it would keep customers where they are. Facts as of the published documentation,
 * read 2026-11, unless said otherwise.
 */
import { z } from 'zod';
import { fullName, isHostName, path, text, url } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import type { Json } from '../../../domain/plan/plan';
import { canonicalName } from '../../dns/provider';
import { who } from '../../dns/cloudflare/api';
import { PortError } from '../../../ports/errors';
import { openHttp } from '../../http/client';
import type { TrafficReading } from '../../../ports/traffic';
import { poolsApi, type Balancer, type Order, type PoolsApi } from './api';
import { poolFlaws } from './health';
import { perRegion } from '../options';
import { defineTraffic, flawsOf, refuseThird, refuseUnknown, sameState } from '../switch';

const timeoutMs = 5_000;
const defaultTtlSeconds = 30;
const title = 'Cloudflare Load Balancing';
const id = (what: string, example: string) =>
  text(`${what} id of 32 hexadecimal digits`, example, (value) => /^[\da-f]{32}$/.test(value)).exactOptional();

const options = z.strictObject({
  kind: z.literal('cloudflare-pools'),
  zone: fullName('shop.test.'),
  /** Host name of the load balancer. */
  balancer: text('the host name of the load balancer, without a dot at its end', 'www.shop.test', isHostName),
  /** For each region the name or the id of its pool. */
  pools: perRegion(text('the name or the id of a pool', 'region-a')),
  /** Path that the pools' monitor must ask. */
  serving: path('/serving').prefault('/serving'),
  /** `Load Balancers Write` of the zone, `Load Balancing: Monitors and Pools Read` of the account and, unless both ids are given, `Zone Read`. */
  token: secret('file:cloudflare-token'),
  zoneId: id('a zone', '023e105f4ecef8ad9ca31a8372d0c353'),
  accountId: id('an account', '01a7362d577a6c3019a474fd6f485823'),
  url: url('https://api.cloudflare.com/client/v4').prefault('https://api.cloudflare.com/client/v4'),
  /** The authority behind an https URL, when it is not a well-known one. */
  ca: secret('file:ca.crt').exactOptional(),
});

export const cloudflarePools = defineTraffic({
  options,
  title,
  acrossRegions: true,
  readEveryMs: 10_000,
  // Of a user or account token; whoever goes over it is blocked for five minutes.
  limit: { requests: 1_200, perMs: 300_000 },
  connect: async ({ token, zone, zoneId, accountId, balancer, pools, serving, url: baseUrl, ca }, context) => {
    const headers = { authorization: `Bearer ${await context.secret(token)}` };
    const authority = ca === undefined ? {} : { ca: await context.secret(ca) };
    const http = openHttp({ who, baseUrl, headers, timeoutMs, ...authority });
    const place = { http, zone: canonicalName(zone), zoneId, accountId, pools };
    const api = poolsApi({ ...place, balancer: balancer.toLowerCase() });
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

/** Asked at once: a survey gives up after two seconds, and ids that are not known yet take a look of their own. */
const lookedUp = (api: PoolsApi): Promise<[Ids, Balancer]> => Promise.all([api.ids(), api.balancer()]);

async function read(api: PoolsApi): Promise<TrafficReading> {
  const [ids, balancer] = await lookedUp(api);
  const reading = readingOf(ids, balancer);
  const pool = reading.leadsTo === undefined ? undefined : ids[reading.leadsTo];
  // A pool that seems to be a stranger's may have been made anew by the name that was given.
  if (reading.leadsTo === undefined) api.forget();
  if (pool === undefined || reading.leadsTo === undefined) return reading;
  const healthOf = (id: string) => api.health(id).catch(() => 'unknown' as const);
  const health = await healthOf(pool);
  const because = `${reading.because} The pool of ${reading.leadsTo} is ${health === 'unknown' ? 'of unknown health' : health}.`;
  if (health !== 'unhealthy') return { ...reading, because };
  const next = balancer.default_pools.find((id) => id !== pool);
  if (next === undefined || (await healthOf(next)) === 'unhealthy')
    return { ...reading, because: `${because} No other one is healthy, so it gets the customers as the fallback.` };
  const pending = `The pool of ${reading.leadsTo} stands first, but ${who}'s monitor calls it unhealthy, so customers are not sent there yet.`;
  return { ...reading, because, pending };
}

function readingOf(ids: Ids, balancer: Balancer): TrafficReading {
  const { name, default_pools, fallback_pool } = balancer;
  const state = { default_pools, fallback_pool };
  const [hindrance] = [...hindrances(balancer), ...mixtures(ids, balancer)];
  if (hindrance !== undefined) return { leadsTo: undefined, state, because: hindrance };
  const regions = default_pools.map((pool) => regionOf(ids, pool)).join(', then ');
  const reading = { leadsTo: regionOf(ids, fallback_pool), state, because: `${name} sends customers to ${regions}.` };
  // Proxied, it answers with addresses of Cloudflare's own, which stay.
  return balancer.proxied === true ? reading : { ...reading, rememberedSeconds: balancer.ttl ?? defaultTtlSeconds };
}

/** What goes before the order of the pools, each with what to change. */
function hindrances(balancer: Balancer): string[] {
  const { name, enabled, steering_policy: steering, rules } = balancer;
  const fields = (['region_pools', 'country_pools', 'pop_pools'] as const).filter(
    (field) => Object.keys(balancer[field] ?? {}).length > 0,
  );
  const overridden = [...fields, ...((rules ?? []).some(({ disabled }) => disabled !== true) ? ['rules'] : [])];
  const reasons = [
    enabled === false && `The load balancer ${name} is disabled, so its pools move nobody; enable it.`,
    overridden.length > 0 &&
      `The load balancer ${name} has ${overridden.join(', ')}, which go before the order of its pools; remove them.`,
    !['', 'off'].includes(steering ?? '') &&
      `The load balancer ${name} steers by ${steering ?? ''} in place of the order of its pools; set steering_policy to off.`,
  ];
  return reasons.filter((reason) => typeof reason === 'string');
}

/** Why this order leads neither to one region nor to the other. */
function mixtures(ids: Ids, { name, default_pools: order, fallback_pool: fallback }: Balancer): string[] {
  const stranger = [...order, fallback].find((pool) => regionOf(ids, pool) === undefined);
  const first = regionOf(ids, order[0]);
  const reasons = [
    stranger !== undefined &&
      `The load balancer ${name} uses the pool ${stranger}, which traffic.pools gives to no region; take it out.`,
    new Set(order).size !== order.length && `The load balancer ${name} names a pool twice; name each once.`,
    first !== regionOf(ids, fallback) &&
      `The load balancer ${name} leads to ${first ?? 'nobody'}, but falls back to ${regionOf(ids, fallback) ?? 'nobody'} when all pools look down; make the first pool of its order the fallback.`,
  ];
  return reasons.filter((reason) => typeof reason === 'string');
}

/** The order that leads to `to`: the two regions change places, so that a move back brings back what was there. */
function orderTo(ids: Ids, to: string, expected: Json): Order {
  const parsed = orderShape.safeParse(expected);
  if (!parsed.success)
    throw new PortError('refused', `The plan holds no order of pools of ${title}; plan the move anew.`);
  const from = parsed.data.fallback_pool;
  const other = ids[to] ?? from;
  const swapped = (pool: string) => (pool === from ? other : pool === other ? from : pool);
  return { default_pools: parsed.data.default_pools.map(swapped), fallback_pool: other };
}

async function point(api: PoolsApi, to: string, expected: Json): Promise<void> {
  const ids = await api.ids();
  refuseUnknown(title, ids, to);
  const wanted = orderTo(ids, to, expected);
  const balancer = await api.balancer();
  const [hindrance] = hindrances(balancer);
  if (hindrance !== undefined) throw new PortError('refused', hindrance);
  const found = readingOf(ids, balancer);
  if (sameState(found.state, { ...wanted })) return;
  refuseThird(`The load balancer ${balancer.name}`, found.state, expected, { ...wanted });
  const told = readingOf(ids, await api.reorder(balancer.id, wanted));
  if (sameState(told.state, { ...wanted })) return;
  const because = `${who} was told to send customers to ${to}, and says that it stored ${JSON.stringify(told.state)}.`;
  throw new PortError('garbage', because);
}

function flaws(api: PoolsApi, serving: string): Promise<string[]> {
  return flawsOf(
    async () => {
      const [ids, balancer] = await lookedUp(api);
      const wrong = [...hindrances(balancer), ...mixtures(ids, balancer), ...adherence(balancer)];
      return [...wrong, ...(await illness(api, ids, balancer))];
    },
    () => poolFlaws(api, serving),
    () => api.provokeDenial().then(() => []),
  );
}

/** A monitor that calls the region ill which serves will call the other one ill too, as soon as that serves. */
async function illness(api: PoolsApi, ids: Ids, balancer: Balancer): Promise<string[]> {
  const { leadsTo } = readingOf(ids, balancer);
  const pool = leadsTo === undefined ? undefined : ids[leadsTo];
  if (leadsTo === undefined || pool === undefined || (await api.health(pool)) !== 'unhealthy') return [];
  const because = `${who}'s monitor calls the pool of ${leadsTo} unhealthy, to which ${balancer.name} leads`;
  return [`${because}; see whether its shop serves, and which path, codes and Host header the monitor has.`];
}

/** A flaw, but no hindrance: in an outage a move that some customers follow late is better than none. */
function adherence({ name, session_affinity: affinity }: Balancer): string[] {
  if (['', 'none'].includes(affinity ?? '')) return [];
  const because = `The load balancer ${name} keeps customers at the endpoint they came to first (session_affinity ${affinity ?? ''})`;
  return [
    `${because}, whatever the order of its pools, as long as no monitor calls that ill; set session_affinity to none.`,
  ];
}

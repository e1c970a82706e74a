/** The calls on load balancers, of the zone, and on their pools, of the account. */
import { z } from 'zod';
import { bad, foreign, good, type CfRoute } from './records';
import { balancersOf, poolsOf, type CfBalancer, type State } from './state';
import type { FakeRequest } from '../kit/request';
import type { Route } from '../kit/routes';

const pools = z.array(z.string());
const byPlace = z.record(z.string(), pools);
const change = z.object({
  enabled: z.boolean().optional(),
  proxied: z.boolean().optional(),
  ttl: z.number().optional(),
  default_pools: pools.optional(),
  fallback_pool: z.string().optional(),
  region_pools: byPlace.optional(),
  country_pools: byPlace.optional(),
  pop_pools: byPlace.optional(),
  rules: z.array(z.looseObject({})).optional(),
  steering_policy: z.string().optional(),
});

const absent = () => bad(404, 1001, 'object not found: not found');
const invalid = (words: string) => bad(400, 1002, `${words}: validation failed`);

export function balancerRoutes(state: State, zoneId: string, accountId: string): CfRoute[] {
  const all = '/client/v4/zones/:zone/load_balancers';
  const pool = '/client/v4/accounts/:account/load_balancers/pools';
  const own = (part: 'zone' | 'account', id: string, answer: Route['answer']): Route['answer'] => {
    return (request) =>
      request.params[part] === id ? answer(request) : foreign(request.params[part] ?? '', request.path);
  };
  const balancer = ({ params, hints }: FakeRequest) =>
    balancersOf(state.records(hints)).find(({ id }) => id === params.id);
  const onPool = (answer: (found: ReturnType<typeof poolsOf>[number]) => unknown) =>
    own('account', accountId, ({ params, hints }) => {
      const found = poolsOf(state.records(hints)).find(({ id }) => id === params.id);
      return found === undefined ? absent() : good(answer(found));
    });
  const wrong = <T extends { id: string }>(all: readonly T[], { wrongIds }: FakeRequest['hints']) =>
    wrongIds === true ? all.map((one) => ({ ...one, id: one.id.replace(/^./, 'f') })) : all;
  const list = own('zone', zoneId, ({ hints }) => good(wrong(balancersOf(state.records(hints)), hints)));
  const show = own('zone', zoneId, (request) => {
    const found = balancer(request);
    return found === undefined ? absent() : good(found);
  });
  const patch = own('zone', zoneId, (request) => {
    const found = balancer(request);
    return found === undefined ? absent() : changed(state, found, request);
  });
  const monitor = own('account', accountId, ({ params, hints }) => {
    const found = poolsOf(state.records(hints)).find((one) => one.monitor?.id === params.id)?.monitor;
    return found === undefined ? absent() : good({ method: 'GET', expected_codes: '200', interval: 60, ...found });
  });
  const listPools = own('account', accountId, ({ hints }) =>
    good(wrong(poolsOf(state.records(hints)).map(shown), hints)),
  );
  const reading = ['Load Balancers Read', 'Load Balancers Write'] as const;
  const permissions = ['Load Balancing: Monitors and Pools Read', 'Load Balancing: Monitors and Pools Write'] as const;
  return [
    { method: 'GET', path: all, permissions: reading, answer: list },
    { method: 'GET', path: `${all}/:id`, permissions: reading, answer: show },
    { method: 'PATCH', path: `${all}/:id`, permissions: ['Load Balancers Write'], answer: patch },
    {
      method: 'GET',
      path: '/client/v4/accounts/:account/load_balancers/monitors/:id',
      permissions,
      answer: monitor,
    },
    { method: 'GET', path: pool, permissions, answer: listPools },
    { method: 'GET', path: `${pool}/:id`, permissions, answer: onPool(shown) },
    { method: 'GET', path: `${pool}/:id/health`, permissions, answer: onPool(healthOf) },
  ];
}

function changed(state: State, old: CfBalancer, { json, hints }: FakeRequest) {
  const parsed = change.safeParse(json);
  if (!parsed.success) return invalid('request body is invalid');
  const given = Object.entries(parsed.data).filter(([, value]) => value !== undefined);
  const next: CfBalancer = { ...old, ...Object.fromEntries(given) };
  const known = new Set(poolsOf(state.records()).map(({ id }) => id));
  const used = [
    next.default_pools,
    ...[next.region_pools, next.country_pools, next.pop_pools].flatMap((places) => Object.values(places)),
  ];
  const unknown = [next.fallback_pool, ...used.flat()].find((id) => !known.has(id));
  if (next.default_pools.length === 0) return invalid('default_pools: must not be empty');
  if (unknown !== undefined) return invalid(`pool ${unknown} does not exist`);
  if (hints.ignores === true) return good(old);
  state.change((items) =>
    items.map((one) => ('balancer' in one && one.balancer.id === old.id ? { balancer: next } : one)),
  );
  return good(next);
}

type Pool = ReturnType<typeof poolsOf>[number];

/** Health is no field of the pool itself. */
const shown = ({ healthy: _healthy, disagree: _disagree, monitor, ...pool }: Pool) => ({
  ...pool,
  ...(monitor === undefined ? {} : { monitor: monitor.id }),
  minimum_origins: 1,
  check_regions: ['WEU', 'ENAM'],
});

/** By the place of the check, as the documentation's example has it; the published types leave the places out. */
function healthOf({ id, healthy, disagree, origins }: Pool) {
  const details = healthy
    ? { healthy, rtt: '12.1ms', failure_reason: 'No failures', response_code: 200 }
    : { healthy, rtt: '0s', failure_reason: 'TCP connection failed', response_code: 0 };
  const seen = origins.map(({ address }) => ({ [address]: details }));
  return {
    pool_id: id,
    pop_health: {
      'Amsterdam, NL': { healthy, origins: seen },
      'Newark, US': { healthy: disagree === true ? !healthy : healthy, origins: seen },
    },
  };
}

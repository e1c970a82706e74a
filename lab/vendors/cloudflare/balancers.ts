/** The calls on the load balancers of the zone. */
import { z } from 'zod';
import type { FakeRequest } from '../kit/request';
import type { FakeReply, Route } from '../kit/routes';
import { within, type CfRoute } from './access';
import { bad, good } from './envelope';
import { listed } from './ids';
import { balancersOf, poolsOf, type CfBalancer, type State } from './state';

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

/** Of a load balancer, and of a pool or a monitor. */
export const absent = () => bad(404, 1001, 'object not found: not found');
const invalid = (words: string) => bad(400, 1002, `${words}: validation failed`);

export function balancerRoutes(state: State, zoneId: string): CfRoute[] {
  const all = '/client/v4/zones/:zone/load_balancers';
  const own = (answer: Route['answer']) => within('zone', zoneId, answer);
  const one = (answer: (found: CfBalancer, request: FakeRequest) => FakeReply) =>
    own((request) => {
      const found = balancersOf(state.records(request.hints)).find(({ id }) => id === request.params.id);
      return found === undefined ? absent() : answer(found, request);
    });
  const list = own(({ hints }) => good(listed(balancersOf(state.records(hints)), hints)));
  const show = one((found) => good(found));
  const patch = one((found, request) => changed(state, found, request));
  const reading = ['Load Balancers Read', 'Load Balancers Write'] as const;
  return [
    { method: 'GET', path: all, permissions: reading, answer: list },
    { method: 'GET', path: `${all}/:id`, permissions: reading, answer: show },
    { method: 'PATCH', path: `${all}/:id`, permissions: ['Load Balancers Write'], answer: patch },
  ];
}

function changed(state: State, old: CfBalancer, { json, hints }: FakeRequest): FakeReply {
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

/** The calls on global load balancers. One that was changed is `new` until the fake is told to settle; a PUT resets what it does not name. */
import { z } from 'zod';
import type { FakeRequest } from '../../kit/request';
import type { FakeReply } from '../../kit/routes';
import { absent, failed } from '../replies';
import type { ScopedRoute } from './access';
import { region } from './droplets';
import { remember, seen, type State } from './state';

export function balancerRoutes(state: State): ScopedRoute[] {
  const path = '/v2/load_balancers';
  return [
    { method: 'GET', path, scope: 'load_balancer:read', answer: (request) => list(state, request) },
    { method: 'GET', path: `${path}/:id`, scope: 'load_balancer:read', answer: (request) => show(state, request) },
    { method: 'PUT', path: `${path}/:id`, scope: 'load_balancer:update', answer: (request) => put(state, request) },
  ];
}

function show(state: State, { params, hints }: FakeRequest): FakeReply {
  const balancer = seen(state, hints).balancers.get(params.id ?? '');
  return balancer === undefined ? absent() : { body: { load_balancer: balancer } };
}

function list(state: State, { query, hints, base, path }: FakeRequest): FakeReply {
  const [page, size] = [Number(query.get('page') ?? 1), hints.pageSize ?? Number(query.get('per_page') ?? 20)];
  const all = [...seen(state, hints).balancers.values()];
  const more = page * size < all.length;
  const next = `${hints.linkBase ?? base}${path}?page=${page + 1}`;
  const onPage = all.slice((page - 1) * size, page * size);
  const shown = hints.wrongIds === true ? onPage.map((one) => ({ ...one, id: one.id.replace(/^./, 'f') })) : onPage;
  return { body: { load_balancers: shown, links: more ? { pages: { next } } : {}, meta: { total: all.length } } };
}

const whole = z.looseObject({
  name: z.string(),
  droplet_ids: z.array(z.int()).optional(),
  tag: z.string().optional(),
  region: z.string().optional(),
  forwarding_rules: z.array(z.looseObject({})).optional(),
  size: z.string().optional(),
  size_unit: z.int().optional(),
});
/** What a balancer has of all that a PUT leaves out. */
const defaults = {
  type: 'REGIONAL',
  size_unit: 1,
  algorithm: 'round_robin',
  redirect_http_to_https: false,
  enable_proxy_protocol: false,
  enable_backend_keepalive: false,
  http_idle_timeout_seconds: 60,
  droplet_ids: [],
  tag: '',
  domains: [],
  target_load_balancer_ids: [],
  health_check: { protocol: 'http', port: 80, path: '/' },
  glb_settings: {},
  sticky_sessions: { type: 'none' },
};
const readOnly = ['id', 'ip', 'ipv6', 'status', 'created_at'];

function put(state: State, { params, json, hints }: FakeRequest): FakeReply {
  const balancer = state.balancers.get(params.id ?? '');
  if (balancer === undefined) return absent();
  const { id, ip, ipv6, created_at } = balancer;
  const { data } = whole.safeParse(json);
  if (balancer.status !== 'active')
    return failed(403, "Load Balancer can't be updated while it processes previous actions");
  if (data === undefined) return failed(422, 'name is required');
  const reason = reasonAgainst(data);
  if (reason !== undefined) return failed(422, reason);
  if (hints.ignores === true) return { body: { load_balancer: balancer } };
  const { region: slug, ...rest } = data;
  const next = { ...defaults, ...rest, ...(slug === undefined ? {} : { region: region(slug) }) };
  remember(state);
  state.balancers.set(id, { ...next, id, ip, ipv6, created_at, name: data.name, status: 'new' });
  state.changes += 1;
  return { body: { load_balancer: state.balancers.get(id) } };
}

function reasonAgainst(data: z.output<typeof whole>): string | undefined {
  if (readOnly.some((field) => field in data)) return 'a field can not be changed';
  if (data.droplet_ids !== undefined && data.tag !== undefined) return 'only one of droplet_ids and tag can be given';
  if (data.forwarding_rules?.length === 0) return 'forwarding_rules must hold at least one rule';
  if (data.size !== undefined && data.size_unit !== undefined) return 'only one of size and size_unit can be given';
  return undefined;
}

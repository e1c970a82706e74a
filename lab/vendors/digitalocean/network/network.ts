/**
 * DigitalOcean's reserved IPs, the droplets behind them and its global load balancers as far as the adapters use them, by the published OpenAPI
 * description of 2026-08-07; words of refusals as users report them. An assignment is an action that is under way until `settle`; a load
 * balancer is `new` until then, and a PUT resets what it does not name.
 *
 *     const fake = await startNetwork({ tokens: { [token]: ['reserved_ip:read', 'reserved_ip:update', 'droplet:read'] } });
 *     fake.putDroplet({ id: 1, region: 'fra1', status: 'active' });
 *     fake.putAddress({ ip: '45.55.96.47', region: 'fra1', droplet: 1 });
 */
import { z } from 'zod';
import type { Faults } from '../../kit/faults';
import type { Place } from '../../kit/name-server';
import type { Call } from '../../kit/calls';
import type { FakeRequest } from '../../kit/request';
import type { FakeReply, Route } from '../../kit/routes';
import { startServer } from '../../kit/server';

export type NetworkScope =
  'reserved_ip:read' | 'reserved_ip:update' | 'droplet:read' | 'load_balancer:read' | 'load_balancer:update';

export interface NetworkOptions {
  /** Scopes of each token. */
  tokens: Readonly<Record<string, readonly NetworkScope[]>>;
  /** Where it listens; a free port of the loopback by default. */
  api?: Place;
}

interface FakeDroplet {
  id: number;
  region: string;
  status: string;
}

interface FakeAddress {
  ip: string;
  region: string;
  droplet: number | null;
}

export type FakeBalancer = Record<string, unknown> & { id: string; name: string };

interface Action {
  id: number;
  ip: string;
  droplet: number;
  status: 'in-progress' | 'completed' | 'errored';
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

interface Held {
  addresses: Map<string, FakeAddress>;
  balancers: Map<string, FakeBalancer>;
}

interface State extends Held {
  /** As it was before the last change took effect. */
  before: Held;
  droplets: Map<number, FakeDroplet>;
  actions: Action[];
  hidden: boolean;
  changes: number;
}

const requestId = '4d9d8375-3c56-4925-a3e7-eb137fed17e9';
const ids: Record<number, string> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  422: 'unprocessable_entity',
};
const failed = (status: number, message: string): FakeReply => {
  const id = status === 429 ? 'too_many_requests' : (ids[status] ?? 'server_error');
  return { status, body: { id, message, request_id: requestId } };
};
const absent = () => failed(404, 'The resource you were accessing could not be found.');

export async function startNetwork({
  tokens,
  api = { host: '127.0.0.1', port: 0 },
}: NetworkOptions): Promise<NetworkFake> {
  const state: State = {
    droplets: new Map(),
    addresses: new Map(),
    balancers: new Map(),
    actions: [],
    hidden: false,
    changes: 0,
    before: { addresses: new Map(), balancers: new Map() },
  };
  const routes = [...addressRoutes(state), ...balancerRoutes(state)].map((route) => guarded(route, tokens));
  const limited = () => failed(429, 'API Rate limit exceeded.');
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

const remember = (state: State) => {
  state.before = structuredClone({ addresses: state.addresses, balancers: state.balancers });
};
const seen = (state: State, { stale }: FakeRequest['hints']): Held => (stale === true ? state.before : state);

function settle(state: State, how: 'completed' | 'errored'): void {
  const underWay = state.actions.filter(({ status }) => status === 'in-progress');
  if (underWay.length > 0) remember(state);
  for (const action of underWay) {
    action.status = how;
    const address = state.addresses.get(action.ip);
    if (address !== undefined && how === 'completed') address.droplet = action.droplet;
  }
  for (const balancer of state.balancers.values()) balancer.status = 'active';
}

type ScopedRoute = Route & { scope: NetworkScope };

function guarded({ scope, ...route }: ScopedRoute, tokens: NetworkOptions['tokens']): Route {
  const answer = (request: FakeRequest): FakeReply => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const granted = Object.hasOwn(tokens, token) ? tokens[token] : undefined;
    if (granted === undefined) return failed(401, 'Unable to authenticate you');
    if (!granted.includes(scope)) return failed(403, 'You do not have access for the attempted action.');
    const seesDroplets = granted.includes('droplet:read');
    const reply = route.answer(request);
    return seesDroplets || scope !== 'reserved_ip:read' ? reply : withoutDroplet(reply);
  };
  return { ...route, answer };
}

/** "Requires `droplet:read` scope", says the description of this field. */
function withoutDroplet({ body, ...reply }: FakeReply): FakeReply {
  const shown = z.object({ reserved_ip: z.looseObject({}) }).safeParse(body).data;
  return shown === undefined
    ? { ...reply, body }
    : { ...reply, body: { reserved_ip: { ...shown.reserved_ip, droplet: null } } };
}

/** The rest of a droplet, which nobody here looks at. */
const machine = {
  memory: 1_024,
  vcpus: 1,
  disk: 25,
  locked: false,
  created_at: '2026-02-01T22:22:58Z',
  features: [],
  tags: [],
  backup_ids: [],
  snapshot_ids: [],
  volume_ids: [],
  size_slug: 's-1vcpu-1gb',
  networks: { v4: [], v6: [] },
  next_backup_window: { start: '2026-11-24T00:00:00Z', end: '2026-11-24T23:00:00Z' },
  image: { id: 63663980, name: '12 x64', type: 'base', distribution: 'Debian', slug: 'debian-12-x64', public: true },
  size: {
    slug: 's-1vcpu-1gb',
    memory: 1_024,
    vcpus: 1,
    disk: 25,
    transfer: 1,
    description: 'Basic',
    price_monthly: 6,
    price_hourly: 0.00893,
    regions: ['fra1', 'nyc3'],
    available: true,
  },
};

const region = (slug: string) => ({ name: slug.toUpperCase(), slug, features: [], available: true, sizes: [] });
const assignment = z.object({ type: z.literal('assign'), droplet_id: z.int() });

function addressRoutes(state: State): ScopedRoute[] {
  const underWay = (fits: (action: Action) => boolean) =>
    state.actions.some((action) => action.status === 'in-progress' && fits(action));
  const shownDroplet = (id: number | null) => {
    const held = id === null ? undefined : state.droplets.get(id);
    return held === undefined ? null : { ...machine, ...held, name: `web-${held.id}`, region: region(held.region) };
  };
  const shownAction = ({ id, status }: Action, { wrongIds }: FakeRequest['hints']) => ({
    action: { id: wrongIds === true ? id + 1_000_000 : id, status, type: 'assign_ip', resource_type: 'reserved_ip' },
  });
  const show: Route['answer'] = ({ params, hints }) => {
    const address = seen(state, hints).addresses.get(params.ip ?? '');
    if (address === undefined) return absent();
    const { ip, region: slug, droplet } = address;
    const locked = underWay((action) => action.ip === ip);
    const held = shownDroplet(droplet);
    const wrong = held !== null && hints.wrongIds === true ? { ...held, id: held.id + 1_000_000 } : held;
    return { body: { reserved_ip: { ip, region: region(slug), droplet: wrong, locked } } };
  };
  const assign: Route['answer'] = ({ params, json, hints }) => {
    const address = state.addresses.get(params.ip ?? '');
    const asked = assignment.safeParse(json).data;
    const droplet = asked === undefined ? undefined : state.droplets.get(asked.droplet_id);
    if (address === undefined) return absent();
    if (droplet === undefined) return failed(422, 'Droplet is invalid.');
    if (underWay(({ ip }) => ip === address.ip)) return failed(422, 'The floating IP already has a pending event.');
    if (underWay((action) => action.droplet === droplet.id)) return failed(422, 'Droplet already has a pending event.');
    if (droplet.region !== address.region)
      return failed(422, 'The floating IP and the Droplet are in different regions.');
    const action: Action = {
      id: 36_804_636 + state.actions.length,
      ip: address.ip,
      droplet: droplet.id,
      status: 'in-progress',
    };
    state.actions.push(action);
    state.changes += 1;
    return { status: 201, body: shownAction(action, hints) };
  };
  const showAction: Route['answer'] = ({ params, hints }) => {
    const action = state.actions.find(({ id, ip }) => String(id) === params.id && ip === params.ip);
    return action === undefined || state.hidden ? absent() : { body: shownAction(action, hints) };
  };
  const showDroplet: Route['answer'] = ({ params }) => {
    const droplet = shownDroplet(Number(params.id));
    return droplet === null ? absent() : { body: { droplet } };
  };
  const path = '/v2/reserved_ips/:ip';
  return [
    { method: 'GET', path, scope: 'reserved_ip:read', answer: show },
    { method: 'POST', path: `${path}/actions`, scope: 'reserved_ip:update', answer: assign },
    { method: 'GET', path: `${path}/actions/:id`, scope: 'reserved_ip:read', answer: showAction },
    { method: 'GET', path: '/v2/droplets/:id', scope: 'droplet:read', answer: showDroplet },
  ];
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

function balancerRoutes(state: State): ScopedRoute[] {
  const held = ({ params, hints }: FakeRequest) => seen(state, hints).balancers.get(params.id ?? '');
  const show: Route['answer'] = (request) => {
    const balancer = held(request);
    return balancer === undefined ? absent() : { body: { load_balancer: balancer } };
  };
  const list: Route['answer'] = ({ query, hints, base, path }) => {
    const [page, size] = [Number(query.get('page') ?? 1), hints.pageSize ?? Number(query.get('per_page') ?? 20)];
    const all = [...seen(state, hints).balancers.values()];
    const more = page * size < all.length;
    const next = `${hints.linkBase ?? base}${path}?page=${page + 1}`;
    const onPage = all.slice((page - 1) * size, page * size);
    const shown = hints.wrongIds === true ? onPage.map((one) => ({ ...one, id: one.id.replace(/^./, 'f') })) : onPage;
    return { body: { load_balancers: shown, links: more ? { pages: { next } } : {}, meta: { total: all.length } } };
  };
  const put: Route['answer'] = (request) => {
    const balancer = state.balancers.get(request.params.id ?? '');
    if (balancer === undefined) return absent();
    const { id, ip, ipv6, created_at } = balancer;
    const { data } = whole.safeParse(request.json);
    if (balancer.status !== 'active')
      return failed(403, "Load Balancer can't be updated while it processes previous actions");
    if (data === undefined) return failed(422, 'name is required');
    if (readOnly.some((field) => field in data)) return failed(422, 'a field can not be changed');
    if (data.droplet_ids !== undefined && data.tag !== undefined)
      return failed(422, 'only one of droplet_ids and tag can be given');
    if (data.forwarding_rules?.length === 0) return failed(422, 'forwarding_rules must hold at least one rule');
    if (data.size !== undefined && data.size_unit !== undefined)
      return failed(422, 'only one of size and size_unit can be given');
    if (request.hints.ignores === true) return { body: { load_balancer: balancer } };
    const { region: slug, ...rest } = data;
    const next = { ...defaults, ...rest, ...(slug === undefined ? {} : { region: region(slug) }) };
    remember(state);
    state.balancers.set(id, { ...next, id, ip, ipv6, created_at, name: data.name, status: 'new' });
    state.changes += 1;
    return { body: { load_balancer: state.balancers.get(id) } };
  };
  const path = '/v2/load_balancers';
  return [
    { method: 'GET', path, scope: 'load_balancer:read', answer: list },
    { method: 'GET', path: `${path}/:id`, scope: 'load_balancer:read', answer: show },
    { method: 'PUT', path: `${path}/:id`, scope: 'load_balancer:update', answer: put },
  ];
}

/**
 * Cloudflare's API v4 as far as records and load balancing need it, by its published documentation and its own client 7.3.0 (read 2026-11);
 * codes and words of errors as users report them. Every answer is in the envelope, lists of records and zones have pages (one past the last
 * is empty), a proxied record answers the edge's addresses, an enabled load balancer answers in place of the records of its name.
 *
 *     const fake = await startCloudflare({ tokens: { [token]: ['Zone Read', 'DNS Write', 'Load Balancers Write'] } });
 *     const a = fake.putPool({ name: 'region-a', origins: [{ name: 'web', address: '198.51.100.10', enabled: true }] });
 *     fake.putBalancer({ name: 'www.shop.test', default_pools: [a], fallback_pool: a });
 *     fake.putPool({ name: 'region-a', healthy: false });
 */
import type { RecordSet } from '../../../src/ports/ports';
import { balancerRoutes } from './balancers';
import { bad, fresh, foreign, good, recordRoutes, type CfRoute, type Permission } from './records';
import {
  balancersOf,
  idMaker,
  poolsOf,
  recordsOf,
  servedBy,
  withRecords,
  type CfBalancer,
  type CfPool,
  type CfRecord,
  type Item,
  type State,
} from './state';
import { originOf, serversOf, startDnsFake, type DnsFake, type DnsFakeOptions } from '../kit/dns';
import { slidingWindow, type Limit } from '../kit/limits';
import type { FakeRequest } from '../kit/request';
import type { FakeReply, Route } from '../kit/routes';
import { fakeZone } from '../kit/zone';

export interface CloudflareOptions extends DnsFakeOptions {
  /** Permissions of each token. */
  tokens: Readonly<Record<string, readonly Permission[]>>;
  /** Of one token; the published one by default. Whoever goes over it is blocked for its whole time. */
  limit?: Limit;
  /** Addresses that are answered for what is proxied. */
  edge?: readonly string[];
}

export interface CloudflareFake extends DnsFake {
  zoneId: string;
  accountId: string;
  /** What is stored; `sets` is what name servers make of it. */
  records: () => readonly CfRecord[];
  pools: () => readonly CfPool[];
  balancers: () => readonly CfBalancer[];
  /** Changes the fields given of the records of this name (without its final dot), behind the API's back. */
  alter: (name: string, change: Partial<CfRecord>) => void;
  /** Adds a pool, or changes the one of the same name; gives its id. */
  putPool: (pool: Pick<CfPool, 'name'> & Partial<CfPool>) => string;
  /** Adds a load balancer, or changes the one of the same name; gives its id. */
  putBalancer: (balancer: Pick<CfBalancer, 'name'> & Partial<CfBalancer>) => string;
}

const published: Limit = { requests: 1_200, perMs: 300_000 };
const codes: Record<number, number> = { 401: 10000, 403: 10000, 404: 7003, 429: 971 };
const failed = (status: number, words: string): FakeReply => bad(status, codes[status] ?? 10001, words);
const limited = (): FakeReply => failed(429, 'Please wait and consider throttling your request speed');

export async function startCloudflare(options: CloudflareOptions): Promise<CloudflareFake> {
  const origin = originOf(options);
  const setsOf = servedBy(origin, options.edge ?? ['192.0.2.104', '192.0.2.105']);
  const state: State = fakeZone<Item>({ origin, setsOf, nameServers: serversOf(options).length });
  const [zoneId, accountId] = [idMaker('023e105f4ecef8ad9ca31a83')(), idMaker('01a7362d577a6c3019a474fd')()];
  const newId = idMaker('372e67954025e0ba6aaa6d58');
  const put = (set: RecordSet) => state.change((items) => withSet(items, set, newId));
  const routes = [
    ...zoneRoutes(origin, zoneId, accountId),
    ...recordRoutes(state, zoneId, newId),
    ...balancerRoutes(state, zoneId, accountId),
  ];
  const enter = limiter(options.limit ?? published, options.now);
  const fake = await startDnsFake(options, {
    zone: state,
    put,
    failed,
    limited,
    secrets: Object.keys(options.tokens),
    routes: routes.map((route) => guarded(route, options.tokens, enter)),
  });
  return {
    ...fake,
    url: `${fake.url}/client/v4`,
    zoneId,
    accountId,
    records: () => recordsOf(state.records()),
    pools: () => poolsOf(state.records()),
    balancers: () => balancersOf(state.records()),
    alter: (name, change) =>
      void state.change((items) =>
        withRecords(
          items,
          recordsOf(items).map((one) => (one.name === name ? { ...one, ...change } : one)),
        ),
      ),
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

function zoneRoutes(origin: string, id: string, accountId: string): CfRoute[] {
  const name = origin.slice(0, -1);
  const zone = {
    id,
    name,
    status: 'active',
    paused: false,
    type: 'full',
    account: { id: accountId, name: 'A shop' },
    name_servers: ['ada.ns.cloudflare.com', 'bob.ns.cloudflare.com'],
    original_name_servers: null,
    plan: { id: 'free', name: 'Free Website' },
    meta: {},
    owner: {},
    permissions: ['#dns_records:edit'],
  };
  const list: Route['answer'] = ({ query, hints }) => {
    const page = Number(query.get('page') ?? 1);
    const wanted = query.get('name');
    const found = (wanted === null || wanted === name) && page === 1 ? [zone] : [];
    const shown = hints.wrongIds === true ? found.map((one) => ({ ...one, id: one.id.replace(/^./, 'f') })) : found;
    const counts = { count: shown.length, total_count: shown.length, total_pages: shown.length };
    return good(shown, { result_info: { page, per_page: Number(query.get('per_page') ?? 20), ...counts } });
  };
  const show: Route['answer'] = ({ params, path }) =>
    params.zone === id ? good(zone) : foreign(params.zone ?? '', path);
  const active = { id: 'ed17574386854bf78a67040be0a770b0', status: 'active' };
  const verify = () => good(active, { messages: [{ code: 10000, message: 'This API Token is valid and active' }] });
  const permissions = ['Zone Read'] as const;
  return [
    { method: 'GET', path: '/client/v4/zones', permissions, answer: list },
    { method: 'GET', path: '/client/v4/zones/:zone', permissions, answer: show },
    { method: 'GET', path: '/client/v4/user/tokens/verify', permissions: [], answer: verify },
  ];
}

/** Counts a request of this token, and refuses it while it is blocked. */
type Limiter = (token: string) => { refused: FakeReply | undefined; headers: Record<string, string> };

function limiter({ requests, perMs }: Limit, clock = () => performance.now()): Limiter {
  const known = new Map<string, { window: ReturnType<typeof slidingWindow>; blockedUntil: number }>();
  return (token) => {
    const now = clock();
    const one = known.get(token) ?? { window: slidingWindow({ requests, perMs }), blockedUntil: 0 };
    known.set(token, one);
    const { allowed, remaining, oldestLeavesInMs } = one.window.take(now);
    if (!allowed && one.blockedUntil <= now) one.blockedUntil = now + perMs;
    const left = Math.max(one.blockedUntil - now, 0);
    const seconds = String(Math.ceil((left > 0 ? left : oldestLeavesInMs) / 1_000));
    const headers = {
      ratelimit: `"default";r=${left > 0 ? 0 : remaining};t=${seconds}`,
      'ratelimit-policy': `"default";q=${requests};w=${perMs / 1_000}`,
    };
    return { refused: left > 0 ? { ...limited(), headers: { 'retry-after': seconds } } : undefined, headers };
  };
}

/** Who may do what, and how often. */
function guarded({ permissions, ...route }: CfRoute, tokens: CloudflareOptions['tokens'], enter: Limiter): Route {
  const answer = (request: FakeRequest): FakeReply => {
    const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) return bad(400, 6003, 'Invalid request headers');
    const granted = Object.hasOwn(tokens, given) ? tokens[given] : undefined;
    const { refused, headers } = enter(given);
    const may = permissions.length === 0 || permissions.some((one) => granted?.includes(one));
    const denied =
      granted === undefined ? bad(403, 9109, 'Invalid access token') : may ? undefined : forbidden(route.path);
    const reply = denied ?? refused ?? route.answer(request);
    return { ...reply, headers: { ...headers, ...reply.headers } };
  };
  return { ...route, answer };
}

const forbidden = (path: string): FakeReply =>
  path === '/client/v4/zones'
    ? bad(
        403,
        0,
        "Actor 'com.cloudflare.api.token.x' requires permission 'com.cloudflare.api.account.zone.list' to list zones",
      )
    : bad(403, 10000, 'Authentication error');

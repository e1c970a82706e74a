/**
 * DigitalOcean's DNS API as far as the adapter uses it, by its published OpenAPI description of 2026-08-07; texts of errors as users report
 * them. It answers as the real one does where that is known: pages of 20 unless asked for more, absolute links, names relative to the zone
 * while the filter wants the full one, targets that come back without their dot and as `@` for the apex, no condition and no upsert.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import type { RecordSet } from '../../../src/ports/ports';
import { originOf, serversOf, startDnsFake, type DnsFake, type DnsFakeOptions } from '../kit/dns';
import { slidingWindow, type Limit, type SlidingWindow } from '../kit/limits';
import type { FakeRequest } from '../kit/request';
import type { FakeReply, Route } from '../kit/routes';
import { fakeZone, type FakeZone } from '../kit/zone';

type DigitalOceanScope = 'domain:read' | 'domain:create' | 'domain:update' | 'domain:delete';

export interface DigitalOceanOptions extends DnsFakeOptions {
  /** Scopes of each token. */
  tokens: Readonly<Record<string, readonly DigitalOceanScope[]>>;
  /** Of one token; the published ones by default. */
  limits?: { burst: Limit; hour: Limit };
}

interface DoRecord {
  id: number;
  type: string;
  name: string;
  data: string;
  ttl: number;
  priority: null;
  port: null;
  weight: null;
  flags: null;
  tag: null;
}

const published = { burst: { requests: 250, perMs: 60_000 }, hour: { requests: 5_000, perMs: 3_600_000 } };
const nothing = { priority: null, port: null, weight: null, flags: null, tag: null };
const ids: Record<number, string> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  422: 'unprocessable_entity',
};
const requestId = '4d9d8375-3c56-4925-a3e7-eb137fed17e9';
const lowestTtl = 30;

const failed = (status: number, message: string): FakeReply => {
  const id = status === 429 ? 'too_many_requests' : (ids[status] ?? 'server_error');
  return { status, body: { id, message, request_id: requestId } };
};
const absent = () => failed(404, 'The resource you were accessing could not be found.');
const unknown = () => failed(401, 'Unable to authenticate you');
const forbidden = () => failed(403, 'You do not have access for the attempted action.');
const invalid = (message: string) => failed(422, message);

export async function startDigitalOcean(options: DigitalOceanOptions): Promise<DnsFake> {
  const origin = originOf(options);
  const zone = fakeZone<DoRecord>({ origin, setsOf: setsOf(origin), nameServers: serversOf(options).length });
  let lastId = 28_448_429;
  const newRecord = (type: string, name: string, data: string, ttl: number): DoRecord => ({
    id: (lastId += 1),
    type,
    name,
    data,
    ttl,
    ...nothing,
  });
  zone.change(() => [
    newRecord('SOA', '@', '1800', 1_800),
    ...[1, 2, 3].map((number) => newRecord('NS', '@', `ns${number}.digitalocean.com`, 1_800)),
  ]);
  const put = (set: RecordSet) => {
    const name = relative(origin, set.name);
    const made = set.values.map((value) => newRecord(set.type, name, shownAs(origin, set.type, value), set.ttlSeconds));
    zone.change((records) => [...records.filter((one) => one.type !== set.type || one.name !== name), ...made]);
  };
  const count = counter(options.limits ?? published, options.now);
  return startDnsFake(options, {
    zone,
    put,
    secrets: Object.keys(options.tokens),
    routes: routesOf(zone, newRecord).map((route) => guarded(route, options.tokens, count)),
    failed,
    limited: () => failed(429, 'API Rate limit exceeded.'),
  });
}

/** Who may do what, and how often; the headers that tell of the limit come with every answer. */
function guarded({ scopes, ...route }: ScopedRoute, tokens: DigitalOceanOptions['tokens'], count: Counter): Route {
  const answer = (request: FakeRequest): FakeReply => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const granted = Object.hasOwn(tokens, token) ? tokens[token] : undefined;
    const { refused, headers } = count(token);
    const may = scopes.some((scope) => granted?.includes(scope));
    const denied = granted === undefined ? unknown() : may ? undefined : forbidden();
    const reply = denied ?? refused ?? route.answer(request);
    return { ...reply, headers: { ...headers, ...reply.headers } };
  };
  return { ...route, answer };
}

/** Counts a request of this token. Only the burst limit tells Retry-After. */
type Counter = (token: string) => { refused: FakeReply | undefined; headers: Record<string, string> };

function counter(limits: { burst: Limit; hour: Limit }, now: DigitalOceanOptions['now']): Counter {
  const known = new Map<string, { burst: SlidingWindow; hour: SlidingWindow }>();
  return (token) => {
    const fresh = () => ({ burst: slidingWindow(limits.burst, now), hour: slidingWindow(limits.hour, now) });
    const windows = known.get(token) ?? fresh();
    known.set(token, windows);
    const [burst, hour] = [windows.burst.take(), windows.hour.take()];
    const headers = {
      'ratelimit-limit': String(limits.hour.requests),
      'ratelimit-remaining': String(hour.remaining),
      'ratelimit-reset': String(Math.ceil((Date.now() + hour.oldestLeavesInMs) / 1_000)),
    };
    const tooMany = failed(429, 'API Rate limit exceeded.');
    const retryAfter = String(Math.ceil(burst.oldestLeavesInMs / 1_000));
    if (!burst.allowed) return { refused: { ...tooMany, headers: { 'retry-after': retryAfter } }, headers };
    return { refused: hour.allowed ? undefined : tooMany, headers };
  };
}

type ScopedRoute = Route & { scopes: readonly DigitalOceanScope[] };
type NewRecord = (type: string, name: string, data: string, ttl: number) => DoRecord;

function routesOf(zone: FakeZone<DoRecord>, newRecord: NewRecord): ScopedRoute[] {
  const domain = '/v2/domains/:domain';
  const one = `${domain}/records/:id`;
  const own = (answer: Route['answer']): Route['answer'] => {
    return (request) => (`${request.params.domain}.` === zone.origin ? answer(request) : absent());
  };
  const held = ({ params, hints }: FakeRequest) => zone.records(hints).find(({ id }) => String(id) === params.id);
  const show: Route['answer'] = (request) => {
    const record = held(request);
    return record === undefined ? absent() : { body: { domain_record: record } };
  };
  const edit: Route['answer'] = (request) => {
    const record = held(request);
    if (record === undefined) return absent();
    const asked = bodyOf(request);
    const { name = record.name, data = record.data, ttl = record.ttl } = asked;
    return store(zone, asked, { ...record, type: asked.type, name, data, ttl });
  };
  const create: Route['answer'] = (request) => {
    const { type, name = '@', data = '', ttl = 1_800 } = bodyOf(request);
    return { status: 201, ...store(zone, { type, data }, newRecord(type, name, data, ttl)) };
  };
  const remove: Route['answer'] = (request) => {
    const record = held(request);
    if (record === undefined) return absent();
    zone.change((records) => records.filter(({ id }) => id !== record.id));
    return { status: 204 };
  };
  const whole = { name: zone.origin.slice(0, -1), ttl: 1_800, zone_file: null };
  const update = ['domain:update'] as const;
  return [
    { method: 'GET', path: domain, scopes: ['domain:read'], answer: own(() => ({ body: { domain: whole } })) },
    {
      method: 'GET',
      path: `${domain}/records`,
      scopes: ['domain:read'],
      answer: own((request) => list(zone, request)),
    },
    { method: 'GET', path: one, scopes: ['domain:read'], answer: own(show) },
    { method: 'POST', path: `${domain}/records`, scopes: ['domain:create', ...update], answer: own(create) },
    { method: 'PATCH', path: one, scopes: update, answer: own(edit) },
    { method: 'PUT', path: one, scopes: update, answer: own(edit) },
    { method: 'DELETE', path: one, scopes: ['domain:delete', ...update], answer: own(remove) },
  ];
}

const body = z.object({
  type: z.string(),
  name: z.string().optional(),
  data: z.string().optional(),
  ttl: z.number().int().optional(),
});

function bodyOf({ json }: FakeRequest): z.output<typeof body> {
  const result = body.safeParse(json);
  return result.success ? result.data : { type: '' };
}

/** `asked` is what the request said, `record` what the record would be. */
function store(
  zone: FakeZone<DoRecord>,
  asked: { type: string; data?: string | undefined },
  record: DoRecord,
): FakeReply {
  const others = zone.records().filter(({ id }) => id !== record.id);
  const beside = others.filter(({ name }) => name === record.name);
  if (asked.type === '') return invalid('Type is required.');
  if (record.ttl < lowestTtl) return invalid(`record ttl must be greater than ${lowestTtl}`);
  if (record.type === 'A' && !isIPv4(record.data)) return invalid('Data must be a valid IPv4 address.');
  if (record.type === 'AAAA' && !isIPv6(record.data)) return invalid('Data must be a valid IPv6 address.');
  const dotted = asked.data === '@' || (asked.data ?? record.data).endsWith('.');
  if (/^(CNAME|MX|NS)$/.test(record.type) && !dotted) return invalid('Data needs to end with a dot (.)');
  if (record.type === 'CNAME' ? beside.length > 0 : beside.some(({ type }) => type === 'CNAME'))
    return invalid('CNAME records cannot share a name with other records');
  const stored = { ...record, data: shownAs(zone.origin, record.type, record.data) };
  zone.change((records) => {
    const known = records.some(({ id }) => id === stored.id);
    return known ? records.map((one) => (one.id === stored.id ? stored : one)) : [...records, stored];
  });
  return { body: { domain_record: stored } };
}

function list(zone: FakeZone<DoRecord>, { query, hints, base, path }: FakeRequest): FakeReply {
  const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 20)];
  if (!(perPage >= 1 && perPage <= 200)) return invalid('per_page must be between 1 and 200.');
  const [type, name] = [query.get('type'), query.get('name')];
  const fits = (record: DoRecord) =>
    (type === null || record.type === type) && (name === null || `${name}.` === absolute(zone.origin, record.name));
  const all = zone.records(hints).filter(fits);
  const size = hints.pageSize ?? perPage;
  const shown = all.slice((page - 1) * size, page * size);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (to: number) => {
    const search = new URLSearchParams([...query]);
    search.set('page', String(to));
    return `${hints.linkBase ?? base}${path}?${search.toString()}`;
  };
  const back = page > 1 ? { first: link(1), prev: link(page - 1) } : {};
  const on = page < last ? { next: link(page + 1), last: link(last) } : {};
  const records = hints.wrongIds === true ? shown.map((record) => ({ ...record, id: record.id + 1_000_000 })) : shown;
  return { body: { domain_records: records, links: { pages: { ...back, ...on } }, meta: { total: all.length } } };
}

const absolute = (origin: string, name: string) => (name === '@' ? origin : `${name}.${origin}`);
const relative = (origin: string, name: string) => (name === origin ? '@' : name.slice(0, -origin.length - 1));

/** A target is shown without its dot, and the apex as `@`. */
function shownAs(origin: string, type: string, data: string): string {
  if (!/^(CNAME|MX|NS)$/.test(type)) return data;
  return data === origin ? '@' : data.replace(/\.$/, '');
}

function setsOf(origin: string): (records: readonly DoRecord[]) => RecordSet[] {
  return (records) =>
    records.flatMap(({ type, name, data, ttl: ttlSeconds }) => {
      if (type !== 'A' && type !== 'AAAA' && type !== 'CNAME') return [];
      const value = type === 'CNAME' && data === '@' ? origin : data;
      return [{ name: absolute(origin, name), type, ttlSeconds, values: [value] }];
    });
}

/** The calls on the records of the fake's zone. Codes and their words are those that users of the real API report. */
import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import type { FakeRequest } from '../kit/request';
import type { FakeReply, Route } from '../kit/routes';
import { recordsOf, withRecords, type CfRecord, type State } from './state';

export type Permission =
  | 'Zone Read'
  | 'DNS Read'
  | 'DNS Write'
  | 'Load Balancers Read'
  | 'Load Balancers Write'
  | 'Load Balancing: Monitors and Pools Read'
  | 'Load Balancing: Monitors and Pools Write';

/** One of `permissions` is enough. */
export type CfRoute = Route & { permissions: readonly Permission[] };

export const good = (result: unknown, more: object = {}): FakeReply => ({
  body: { success: true, errors: [], messages: [], result, ...more },
});
export const bad = (status: number, code: number, message: string): FakeReply => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
});

const absent = () => bad(404, 81044, 'Record does not exist.');
/** A path names one zone; any other is somebody else's, or no id at all. */
export const foreign = (id: string, path: string): FakeReply =>
  /^[\da-f]{32}$/.test(id)
    ? bad(403, 9109, 'Unauthorized to access requested resource')
    : bad(400, 7003, `Could not route to ${path}, perhaps your object identifier is invalid?`);

const fields = z.object({
  type: z.string().optional(),
  name: z.string().optional(),
  content: z.string().optional(),
  ttl: z.number().optional(),
  proxied: z.boolean().optional(),
  comment: z.string().nullish(),
  settings: z.object({ flatten_cname: z.boolean().optional() }).optional(),
});
type Fields = z.output<typeof fields>;
const withId = fields.extend({ id: z.string() });
const batch = z.object({
  deletes: z.array(z.object({ id: z.string() })).nullish(),
  patches: z.array(withId).nullish(),
  puts: z.array(withId).nullish(),
  posts: z.array(fields).nullish(),
});

/** Thrown to end a change with nothing changed. */
class Refused extends Error {
  readonly reply: FakeReply;

  constructor(reply: FakeReply) {
    super('refused');
    this.reply = reply;
  }
}

/** A zone's records while a request changes them. */
type Draft = CfRecord[];

export function recordRoutes(state: State, zoneId: string, newId: () => string): CfRoute[] {
  const all = '/client/v4/zones/:zone/dns_records';
  const one = `${all}/:id`;
  const own = (answer: Route['answer']): Route['answer'] => {
    return (request) =>
      request.params.zone === zoneId ? answer(request) : foreign(request.params.zone ?? '', request.path);
  };
  /** All of `edit` takes hold, or nothing. */
  const changing = (edit: (draft: Draft, request: FakeRequest) => unknown): Route['answer'] =>
    own((request) => {
      const draft = recordsOf(state.records(request.hints)).map((record) => ({ ...record }));
      try {
        const result = edit(draft, request);
        state.change((items) => withRecords(items, draft));
        return good(result);
      } catch (error) {
        if (error instanceof Refused) return error.reply;
        throw error;
      }
    });
  const show = own(({ params, hints }) => {
    const record = recordsOf(state.records(hints)).find(({ id }) => id === params.id);
    return record === undefined ? absent() : good(record);
  });
  const add = (draft: Draft, asked: Fields) => store(state, draft, asked, fresh(newId()));
  const edit = (draft: Draft, id: string, asked: Fields) => store(state, draft, asked, held(draft, id));
  const replace = (draft: Draft, id: string, asked: Fields) =>
    store(state, draft, asked, { ...fresh(id), created_on: held(draft, id).created_on });
  const remove = (draft: Draft, id: string) => {
    draft.splice(draft.indexOf(held(draft, id)), 1);
    return { id };
  };
  const together = (draft: Draft, request: FakeRequest) => {
    const asked = read(batch, request);
    return {
      deletes: (asked.deletes ?? []).map(({ id }) => remove(draft, id)),
      patches: (asked.patches ?? []).map(({ id, ...rest }) => edit(draft, id, rest)),
      puts: (asked.puts ?? []).map(({ id, ...rest }) => replace(draft, id, rest)),
      posts: (asked.posts ?? []).map((each) => add(draft, each)),
    };
  };
  const [reading, writing] = [['DNS Read', 'DNS Write'] as const, ['DNS Write'] as const];
  const idOf = ({ params }: FakeRequest) => params.id ?? '';
  const patch = changing((draft, request) => edit(draft, idOf(request), read(fields, request)));
  const put = changing((draft, request) => replace(draft, idOf(request), read(fields, request)));
  return [
    { method: 'GET', path: all, permissions: reading, answer: own((request) => list(state, request)) },
    { method: 'GET', path: one, permissions: reading, answer: show },
    {
      method: 'POST',
      path: all,
      permissions: writing,
      answer: changing((draft, request) => add(draft, read(fields, request))),
    },
    { method: 'POST', path: `${all}/batch`, permissions: writing, answer: changing(together) },
    { method: 'PATCH', path: one, permissions: writing, answer: patch },
    { method: 'PUT', path: one, permissions: writing, answer: put },
    {
      method: 'DELETE',
      path: one,
      permissions: writing,
      answer: changing((draft, request) => remove(draft, idOf(request))),
    },
  ];
}

function read<T>(schema: z.ZodType<T>, { json }: FakeRequest): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new Refused(bad(400, 9207, 'Request body is invalid.'));
}

function held(draft: Draft, id: string): CfRecord {
  const record = draft.find((one) => one.id === id);
  if (record === undefined) throw new Refused(absent());
  return record;
}

export function fresh(id: string): CfRecord {
  const now = new Date().toISOString();
  const nothing = { type: '', name: '', content: '', comment: null, settings: {}, meta: {}, tags: [] };
  return { id, ...nothing, ttl: 1, proxied: false, proxiable: true, created_on: now, modified_on: now };
}

/** Puts what was asked for over `base`, and the whole into the draft. */
function store(state: State, draft: Draft, asked: Fields, base: CfRecord): CfRecord {
  const wanted = {
    ...base,
    type: asked.type ?? base.type,
    content: plain(asked.content ?? base.content),
    name: fullName(state.origin, asked.name ?? base.name),
    proxied: asked.proxied ?? base.proxied,
    comment: asked.comment === undefined ? base.comment : asked.comment,
    settings: asked.settings ?? base.settings,
  };
  const stored = {
    ...wanted,
    ttl: wanted.proxied ? 1 : (asked.ttl ?? base.ttl),
    modified_on: new Date().toISOString(),
  };
  const reason = reasonAgainst(
    stored,
    draft.filter(({ id }) => id !== base.id),
  );
  if (reason !== undefined) throw new Refused(bad(400, ...reason));
  const at = draft.findIndex(({ id }) => id === base.id);
  draft.splice(at < 0 ? draft.length : at, at < 0 ? 0 : 1, stored);
  return stored;
}

function reasonAgainst(record: CfRecord, others: readonly CfRecord[]): [number, string] | undefined {
  const { type, name, content, ttl, comment } = record;
  const beside = others.filter((one) => one.name === name);
  const held = (types: RegExp) => beside.some((one) => types.test(one.type));
  if (type === 'A' && !isIPv4(content)) return [9005, 'Content for A record must be a valid IPv4 address.'];
  if (type === 'AAAA' && !isIPv6(content)) return [9006, 'Content for AAAA record must be a valid IPv6 address.'];
  if (type === 'CNAME' && !/^[\w.-]+$/.test(content)) return [9007, 'Content for CNAME record is invalid.'];
  if (ttl !== 1 && !(ttl >= 60 && ttl <= 86_400))
    return [9021, 'Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.'];
  if ((comment ?? '').length > 100) return [9313, 'DNS record comment exceeds the maximum length of 100 characters.'];
  if (type === 'CNAME' && held(/^(A|AAAA|CNAME)$/))
    return [81053, 'An A, AAAA, or CNAME record with that host already exists.'];
  if (/^(A|AAAA)$/.test(type) && held(/^CNAME$/)) return [81054, 'A CNAME record with that host already exists.'];
  const identical = beside.some((one) => one.type === type && one.content === content);
  return identical ? [81058, 'An identical record already exists.'] : undefined;
}

/** A name outside of the zone is taken for one within it, as the real API does. */
function fullName(origin: string, name: string): string {
  const [zone, given] = [origin.slice(0, -1), plain(name).toLowerCase()];
  if (given === '@' || given === '') return zone;
  return given === zone || given.endsWith(`.${zone}`) ? given : `${given}.${zone}`;
}

const plain = (text: string) => text.replace(/\.$/, '');

function list(state: State, { query, hints }: FakeRequest): FakeReply {
  const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 100)];
  const [type, content] = [query.get('type'), query.get('content.exact') ?? query.get('content')];
  const name = (query.get('name.exact') ?? query.get('name'))?.toLowerCase();
  const fits = (one: CfRecord) =>
    (type === null || one.type === type) &&
    (name === undefined || one.name === name) &&
    (content === null || one.content === content);
  const all = recordsOf(state.records(hints)).filter(fits);
  const size = hints.pageSize ?? perPage;
  const shown = all.slice((page - 1) * size, page * size);
  const result = hints.wrongIds === true ? shown.map((one) => ({ ...one, id: one.id.replace(/^./, 'f') })) : shown;
  const counts = { count: shown.length, total_count: all.length, total_pages: Math.ceil(all.length / size) };
  return good(result, { result_info: { page, per_page: size, ...counts } });
}

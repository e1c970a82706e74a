/** The calls on the zone and its records. */
import { z } from 'zod';
import type { FakeRequest } from '../kit/request';
import type { FakeReply, Route } from '../kit/routes';
import type { FakeZone } from '../kit/zone';
import type { ScopedRoute } from './access';
import { store } from './record-rules';
import { absent, failed } from './replies';
import { absolute, type DoRecord } from './spelling';

export type NewRecord = (type: string, name: string, data: string, ttl: number) => DoRecord;

export function recordRoutes(zone: FakeZone<DoRecord>, newRecord: NewRecord): ScopedRoute[] {
  const domain = '/v2/domains/:domain';
  const [all, one] = [`${domain}/records`, `${domain}/records/:id`];
  const own = (answer: Route['answer']): Route['answer'] => {
    return (request) => (`${request.params.domain}.` === zone.origin ? answer(request) : absent());
  };
  const held = (answer: (record: DoRecord, request: FakeRequest) => FakeReply) =>
    own((request) => {
      const record = zone.records(request.hints).find(({ id }) => String(id) === request.params.id);
      return record === undefined ? absent() : answer(record, request);
    });
  const edit = held((record, request) => edited(zone, record, request));
  const whole = { name: zone.origin.slice(0, -1), ttl: 1_800, zone_file: null };
  const update = ['domain:update'] as const;
  return [
    { method: 'GET', path: domain, scopes: ['domain:read'], answer: own(() => ({ body: { domain: whole } })) },
    { method: 'GET', path: all, scopes: ['domain:read'], answer: own((request) => list(zone, request)) },
    {
      method: 'GET',
      path: one,
      scopes: ['domain:read'],
      answer: held((record) => ({ body: { domain_record: record } })),
    },
    {
      method: 'POST',
      path: all,
      scopes: ['domain:create', ...update],
      answer: own((request) => created(zone, newRecord, request)),
    },
    { method: 'PATCH', path: one, scopes: update, answer: edit },
    { method: 'PUT', path: one, scopes: update, answer: edit },
    {
      method: 'DELETE',
      path: one,
      scopes: ['domain:delete', ...update],
      answer: held((record) => removed(zone, record)),
    },
  ];
}

/** The records of the zone that fit, in pages with absolute links between them. */
function list(zone: FakeZone<DoRecord>, { query, hints, base, path }: FakeRequest): FakeReply {
  const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 20)];
  if (!(perPage >= 1 && perPage <= 200)) return failed(422, 'per_page must be between 1 and 200.');
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

function created(zone: FakeZone<DoRecord>, newRecord: NewRecord, request: FakeRequest): FakeReply {
  const { type, name = '@', data = '', ttl = 1_800 } = bodyOf(request);
  return { status: 201, ...store(zone, { type, data }, newRecord(type, name, data, ttl)) };
}

function edited(zone: FakeZone<DoRecord>, record: DoRecord, request: FakeRequest): FakeReply {
  const asked = bodyOf(request);
  const { name = record.name, data = record.data, ttl = record.ttl } = asked;
  return store(zone, asked, { ...record, type: asked.type, name, data, ttl });
}

function removed(zone: FakeZone<DoRecord>, record: DoRecord): FakeReply {
  zone.change((records) => records.filter(({ id }) => id !== record.id));
  return { status: 204 };
}

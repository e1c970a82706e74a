/** The calls on the records of the fake's zone. */
import type { FakeRequest } from '../kit/request';
import type { FakeReply, Route } from '../kit/routes';
import { within, type CfRoute } from './access';
import { good } from './envelope';
import { listed } from './ids';
import { absent, changed, changes, type Change } from './record-changes';
import { recordsOf, type CfRecord, type State } from './state';

export function recordRoutes(state: State, zoneId: string, newId: () => string): CfRoute[] {
  const all = '/client/v4/zones/:zone/dns_records';
  const one = `${all}/:id`;
  const own = (answer: Route['answer']) => within('zone', zoneId, answer);
  const changing = (change: Change) => own((request) => changed(state, newId, change, request));
  const [reading, writing] = [['DNS Read', 'DNS Write'] as const, ['DNS Write'] as const];
  const { post, batch, patch, put, remove } = changes;
  return [
    { method: 'GET', path: all, permissions: reading, answer: own((request) => list(state, request)) },
    { method: 'GET', path: one, permissions: reading, answer: own((request) => show(state, request)) },
    { method: 'POST', path: all, permissions: writing, answer: changing(post) },
    { method: 'POST', path: `${all}/batch`, permissions: writing, answer: changing(batch) },
    { method: 'PATCH', path: one, permissions: writing, answer: changing(patch) },
    { method: 'PUT', path: one, permissions: writing, answer: changing(put) },
    { method: 'DELETE', path: one, permissions: writing, answer: changing(remove) },
  ];
}

function show(state: State, { params, hints }: FakeRequest): FakeReply {
  const record = recordsOf(state.records(hints)).find(({ id }) => id === params.id);
  return record === undefined ? absent() : good(record);
}

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
  const counts = { count: shown.length, total_count: all.length, total_pages: Math.ceil(all.length / size) };
  return good(listed(shown, hints), { result_info: { page, per_page: size, ...counts } });
}

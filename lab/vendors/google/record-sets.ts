/** The calls on the sets of the fake's own zone, and on their changes. */
import type { FakeRequest } from '../kit/request';
import type { FakeReply, Route } from '../kit/routes';
import type { FakeZone } from '../kit/zone';
import type { GoogleRoute } from './access';
import { changed } from './changes';
import { paged } from './pages';
import { absent, failed } from './replies';
import type { GoogleSet } from './sets';
import { base } from './zones';

/** `name` is the managed zone's. */
export function setRoutes(zone: FakeZone<GoogleSet>, name: string | undefined): GoogleRoute[] {
  const own = (answer: Route['answer']): Route['answer'] => {
    return (request) => (request.params.zone === name ? answer(request) : absent(request.params.zone));
  };
  const [sets, changes] = [`${base}/:zone/rrsets`, `${base}/:zone/changes`];
  const changing = ['dns.changes.create', 'dns.resourceRecordSets.create', 'dns.resourceRecordSets.delete'] as const;
  const list = own((request) => listSets(zone, request));
  const create = own((request) => createChange(zone, request));
  const show = own((request) => getChange(zone, request));
  return [
    { method: 'GET', path: sets, permissions: ['dns.resourceRecordSets.list'], answer: list },
    { method: 'POST', path: changes, permissions: changing, answer: create },
    { method: 'GET', path: `${changes}/:id`, permissions: ['dns.changes.get'], answer: show },
  ];
}

function listSets(zone: FakeZone<GoogleSet>, request: FakeRequest): FakeReply {
  const [name, type] = [request.query.get('name'), request.query.get('type')];
  if (name === null && type !== null) return failed(400, "Invalid value for 'parameters.type': it needs a name");
  const fits = (set: GoogleSet) => (name === null || set.name === name) && (type === null || set.type === type);
  return paged(request, 'rrsets', zone.records(request.hints).filter(fits));
}

function createChange(zone: FakeZone<GoogleSet>, { json }: FakeRequest): FakeReply {
  const refused = changed(zone, json);
  return refused ?? { body: { ...shownChange(zone, zone.changes()), status: 'pending' } };
}

function getChange(zone: FakeZone<GoogleSet>, { params }: FakeRequest): FakeReply {
  const number = Number(params.id);
  return number <= zone.changes() ? { body: shownChange(zone, number) } : failed(404, 'No such change.');
}

const shownChange = (zone: FakeZone<GoogleSet>, number: number) => ({
  kind: 'dns#change',
  id: String(number),
  startTime: '2026-11-23T09:00:00.000Z',
  status: zone.isPublished(number) ? 'done' : 'pending',
});

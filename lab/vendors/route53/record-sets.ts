/** The calls on the sets of the fake's own zone, and on their changes. */
import type { FakeRequest } from '../kit/request';
import type { FakeReply, Route } from '../kit/routes';
import type { FakeZone } from '../kit/zone';
import type { Route53Route } from './access';
import { changed } from './batches';
import { element, failedAs, xml } from './replies';
import { changesIn, setElement } from './set-xml';
import { sorted, type R53Set } from './sets';

/** `id` is the hosted zone's. */
export function setRoutes(path: string, zone: FakeZone<R53Set>, id: string): Route53Route[] {
  const own = (answer: Route['answer']): Route['answer'] => {
    return (request) => (request.params.id === id ? answer(request) : noZone(request.params.id));
  };
  const sets = `${path}/hostedzone/:id/rrset`;
  const list = own((request) => listSets(zone, request));
  const change = own(({ body }) => changeSets(zone, body));
  const show: Route['answer'] = ({ params }) => getChange(zone, params.id);
  return [
    { method: 'GET', path: sets, action: 'ListResourceRecordSets', answer: list },
    { method: 'POST', path: sets, action: 'ChangeResourceRecordSets', answer: change },
    { method: 'GET', path: `${path}/change/:id`, action: 'GetChange', answer: show },
  ];
}

const noZone = (id = '') => failedAs(404, 'NoSuchHostedZone', `No hosted zone found with ID: ${id}`);

function listSets(zone: FakeZone<R53Set>, { query, hints }: FakeRequest): FakeReply {
  const size = Math.min(Number(query.get('maxitems') ?? 300), 300, hints.pageSize ?? 300);
  const all = sorted(zone.records(hints));
  const [name, type, label] = [query.get('name'), query.get('type') ?? '', query.get('identifier') ?? ''];
  const start = { name: name === null || name.endsWith('.') ? (name ?? '') : `${name}.`, type, label };
  const from = name === null ? all : all.filter((one) => sorted([start, one])[0] === start);
  const [shown, next] = [from.slice(0, size), from[size]];
  const more =
    next === undefined
      ? ''
      : element('NextRecordName', next.name) +
        element('NextRecordType', next.type) +
        (next.label === undefined ? '' : element('NextRecordIdentifier', next.label));
  const rest = `${element('IsTruncated', String(next !== undefined))}${more}${element('MaxItems', String(size))}`;
  const list = `<ResourceRecordSets>${shown.map(setElement).join('')}</ResourceRecordSets>`;
  return xml(200, `<ListResourceRecordSetsResponse>${list}${rest}</ListResourceRecordSetsResponse>`);
}

function changeSets(zone: FakeZone<R53Set>, body: string): FakeReply {
  const number = changed(zone, changesIn(body));
  if (typeof number === 'string') return failedAs(400, 'InvalidChangeBatch', `[${number}]`);
  // A change is never INSYNC in the answer that accepts it.
  const info = changeInfo(zone, number).replace('INSYNC', 'PENDING');
  return xml(200, `<ChangeResourceRecordSetsResponse>${info}</ChangeResourceRecordSetsResponse>`);
}

function getChange(zone: FakeZone<R53Set>, id = ''): FakeReply {
  const number = Number(/^C(\d+)$/.exec(id)?.[1] ?? NaN);
  if (!(number <= zone.changes())) return failedAs(404, 'NoSuchChange', `Could not find resource with ID: ${id}`);
  return xml(200, `<GetChangeResponse>${changeInfo(zone, number)}</GetChangeResponse>`);
}

function changeInfo(zone: FakeZone<R53Set>, number: number): string {
  const status = zone.isPublished(number) ? 'INSYNC' : 'PENDING';
  const info = element('Id', `/change/C${number}`) + element('Status', status);
  return `<ChangeInfo>${info}${element('SubmittedAt', '2026-11-23T09:00:00Z')}</ChangeInfo>`;
}

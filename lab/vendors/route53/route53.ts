/**
 * Route 53's API of 2013-04-01 as far as the adapter uses it, by AWS's reference of 2026-11; texts of errors as users report them. It answers
 * as the real one does where that is known: REST with XML, sets in the order of their labels from the right, at most 300 a page, a batch as a
 * whole or not at all, removals to the letter, changes that are PENDING before they are INSYNC, limits as 400, signatures looked at.
 */
import { aliasOf } from '../../../src/providers/dns/provider';
import { originOf, serversOf, startDnsFake, type DnsFake, type DnsFakeOptions } from '../kit/dns';
import { slidingWindow, type Limit, type SlidingWindow } from '../kit/limits';
import {
  changesIn,
  element,
  isSame,
  refusedValue,
  setElement,
  setsOf,
  sorted,
  strayAlias,
  type ChangeElement,
  type R53Set,
} from './sets';
import type { FakeRequest } from '../kit/request';
import type { FakeReply, Route } from '../kit/routes';
import { isSignedBy, keyIdOf } from './sigv4';
import { fakeZone, type FakeZone } from '../kit/zone';

export type Route53Action =
  'ListHostedZonesByName' | 'ListResourceRecordSets' | 'ChangeResourceRecordSets' | 'GetChange' | 'GetHealthCheck';

export interface Route53Options extends DnsFakeOptions {
  /** Access keys by their id, and what their policy allows. */
  keys: Readonly<Record<string, { secret: string; may: readonly Route53Action[] }>>;
  /** Hosted zones of the account; by default the fake's own alone, which is the first of this list. */
  hostedZones?: readonly { id: string; name: string; private?: boolean }[];
  /** Configurations of health checks by their id, such as `{ Type: 'HTTPS', ResourcePath: '/serving' }`. */
  healthChecks?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** For each action; none by default. */
  limit?: Limit;
}

export interface Route53Fake extends DnsFake {
  /** Stores sets as they are: aliases and those of routing policies too. */
  store: (...sets: R53Set[]) => void;
}

const path = '/2013-04-01';
const requestId = '6a96ada9-ca89-11e8-8889-7146c770a10d';
const codes: Record<number, string> = {
  400: 'InvalidInput',
  401: 'InvalidClientTokenId',
  403: 'AccessDenied',
  404: 'NoSuchHostedZone',
  503: 'ServiceUnavailable',
};

const xml = (status: number, root: string): FakeReply => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body: `<?xml version="1.0"?>\n${root.replace('>', ' xmlns="https://route53.amazonaws.com/doc/2013-04-01/">')}`,
});
const failedAs = (status: number, code: string, message: string) => {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const error = element('Type', type) + element('Code', code) + element('Message', message);
  const body = `<Error>${error}</Error>${element('RequestId', requestId)}`;
  return xml(status, `<ErrorResponse>${body}</ErrorResponse>`);
};
const failed = (status: number, words: string) => failedAs(status, codes[status] ?? 'InternalFailure', words);
const limited = () => failedAs(400, 'Throttling', 'Rate exceeded');
const invalidBatch = (message: string) => failedAs(400, 'InvalidChangeBatch', `[${message}]`);
const noZone = (id = '') => failedAs(404, 'NoSuchHostedZone', `No hosted zone found with ID: ${id}`);

export async function startRoute53(options: Route53Options): Promise<Route53Fake> {
  const origin = originOf(options);
  const zone = fakeZone<R53Set>({ origin, setsOf, nameServers: serversOf(options).length });
  const store = (...sets: R53Set[]) => {
    const replaced = (one: R53Set) => sets.some((set) => set.name === one.name && set.type === one.type);
    zone.change((known) => [...known.filter((one) => !replaced(one)), ...sets]);
  };
  store({ name: origin, type: 'NS', ttl: 172_800, values: ['ns-2048.awsdns-64.com.'] });
  const fake = await startDnsFake(options, {
    zone,
    put: ({ name, type, ttlSeconds: ttl, values }) => {
      const alias = aliasOf(values[0]);
      store(alias === undefined ? { name, type, ttl, values } : { name, type, alias, aliasZone: ownZone(options) });
    },
    secrets: Object.entries(options.keys).flatMap(([id, { secret }]) => [id, secret]),
    routes: routesOf(zone, options),
    failed,
    limited,
  });
  return { ...fake, store };
}

const ownZone = ({ hostedZones }: Route53Options) => hostedZones?.[0]?.id ?? 'Z0SHOP';

function routesOf(zone: FakeZone<R53Set>, options: Route53Options): Route[] {
  const own = ownZone(options);
  const zones = options.hostedZones ?? [{ id: own, name: zone.origin }];
  const windows = new Map<Route53Action, SlidingWindow>();
  const may = (action: Route53Action, answer: Route['answer']): Route['answer'] => {
    if (options.limit !== undefined) windows.set(action, slidingWindow(options.limit, options.now));
    return (request) => {
      const denied = denial(options.keys, action, request);
      if (denied !== undefined) return denied;
      return windows.get(action)?.take().allowed === false ? limited() : answer(request);
    };
  };
  const held = (answer: Route['answer']): Route['answer'] => {
    return (request) => (request.params.id === own ? answer(request) : noZone(request.params.id));
  };
  const listZones: Route['answer'] = ({ query }) => {
    const from = `${query.get('dnsname') ?? ''}.`.replace('..', '.');
    const shown = sorted(zones).filter(({ name }) => sorted([{ name: from }, { name }])[0]?.name === from);
    const body = shown.map(({ id, name, private: isPrivate = false }) => {
      const config = `<Config>${element('PrivateZone', String(isPrivate))}</Config>`;
      return `<HostedZone>${element('Id', `/hostedzone/${id}`)}${element('Name', name)}${element('CallerReference', id)}${config}</HostedZone>`;
    });
    const rest = element('IsTruncated', 'false') + element('MaxItems', '100');
    const list = `<HostedZones>${body.join('')}</HostedZones>${rest}`;
    return xml(200, `<ListHostedZonesByNameResponse>${list}</ListHostedZonesByNameResponse>`);
  };
  const change: Route['answer'] = ({ body }) => changed(zone, changesIn(body));
  const getChange: Route['answer'] = ({ params }) => {
    const number = Number(/^C(\d+)$/.exec(params.id ?? '')?.[1] ?? NaN);
    if (!(number <= zone.changes()))
      return failedAs(404, 'NoSuchChange', `Could not find resource with ID: ${params.id}`);
    return xml(200, `<GetChangeResponse>${changeInfo(zone, number)}</GetChangeResponse>`);
  };
  const getHealthCheck: Route['answer'] = ({ params: { id = '' } }) => {
    const config = options.healthChecks?.[id];
    if (config === undefined) return failedAs(404, 'NoSuchHealthCheck', `A health check with id ${id} does not exist.`);
    const fields = Object.entries({ RequestInterval: '10', FailureThreshold: '3', Inverted: 'false', ...config });
    const shown = `<HealthCheckConfig>${fields.map(([name, value]) => element(name, value)).join('')}</HealthCheckConfig>`;
    const rest = element('CallerReference', id) + element('HealthCheckVersion', '1');
    const whole = `<HealthCheck>${element('Id', id)}${rest}${shown}</HealthCheck>`;
    return xml(200, `<GetHealthCheckResponse>${whole}</GetHealthCheckResponse>`);
  };
  const sets = `${path}/hostedzone/:id/rrset`;
  return [
    { method: 'GET', path: `${path}/hostedzonesbyname`, answer: may('ListHostedZonesByName', listZones) },
    {
      method: 'GET',
      path: sets,
      answer: may(
        'ListResourceRecordSets',
        held((request) => listSets(zone, request)),
      ),
    },
    { method: 'POST', path: sets, answer: may('ChangeResourceRecordSets', held(change)) },
    { method: 'GET', path: `${path}/change/:id`, answer: may('GetChange', getChange) },
    { method: 'GET', path: `${path}/healthcheck/:id`, answer: may('GetHealthCheck', getHealthCheck) },
  ];
}

function denial(keys: Route53Options['keys'], action: Route53Action, request: FakeRequest): FakeReply | undefined {
  const id = keyIdOf(request) ?? '';
  const key = Object.hasOwn(keys, id) ? keys[id] : undefined;
  if (key === undefined)
    return failedAs(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.');
  const words =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.';
  if (!isSignedBy(key.secret, request)) return failedAs(403, 'SignatureDoesNotMatch', words);
  if (key.may.includes(action)) return undefined;
  const because = 'because no identity-based policy allows the action';
  const user = 'arn:aws:iam::123456789012:user/handover';
  return failedAs(403, 'AccessDenied', `User: ${user} is not authorized to perform: route53:${action} ${because}`);
}

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

function changeInfo(zone: FakeZone<R53Set>, number: number): string {
  const status = zone.isPublished(number) ? 'INSYNC' : 'PENDING';
  const info = element('Id', `/change/C${number}`) + element('Status', status);
  return `<ChangeInfo>${info}${element('SubmittedAt', '2026-11-23T09:00:00Z')}</ChangeInfo>`;
}

/** In their order on a copy, which is stored when none is refused. */
function changed(zone: FakeZone<R53Set>, changes: readonly ChangeElement[]): FakeReply {
  let sets = [...zone.records()];
  for (const { action, set } of changes) {
    const title = `resource record set [name='${set.name}', type='${set.type}'] but`;
    const refused = refusedValue(zone.origin, set) ?? (action === 'CREATE' ? strayAlias(sets, set) : undefined);
    if (refused !== undefined) return invalidBatch(refused);
    const at = sets.findIndex(({ name, type, label }) => name === set.name && type === set.type && label === set.label);
    const there = sets[at];
    if (action === 'DELETE') {
      if (there === undefined) return invalidBatch(`Tried to delete ${title} it was not found`);
      if (!isSame(there, set))
        return invalidBatch(`Tried to delete ${title} the values provided do not match the current values`);
    } else if (action === 'CREATE' && there !== undefined)
      return invalidBatch(`Tried to create ${title} it already exists`);
    sets = sets.filter((one) => one !== there);
    if (action === 'DELETE') continue;
    const beside = sets.some(({ name, type }) => name === set.name && (type === 'CNAME') !== (set.type === 'CNAME'));
    if (beside)
      return invalidBatch(
        `RRSet of type ${set.type} with DNS name ${set.name} is not permitted as it conflicts with other records with the same DNS name in zone ${zone.origin}`,
      );
    sets.push(set);
  }
  const number = zone.change(() => sets);
  // A change is never INSYNC in the answer that accepts it.
  const info = changeInfo(zone, number).replace('INSYNC', 'PENDING');
  return xml(200, `<ChangeResourceRecordSetsResponse>${info}</ChangeResourceRecordSetsResponse>`);
}

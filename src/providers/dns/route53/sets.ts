/**
 * The sets of a hosted zone: found among what is listed, and spelled for a change. A set has values, or is an alias of another name of the
 * zone, by AWS's page "Choosing between alias and non-alias records" (read 2026-11): it is answered with that name's values and TTL.
 */
import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { PortError } from '../../../ports/errors';
import type { RecordSet } from '../../../ports/ports';
import type { Stored } from '../conditional';
import { aliasOf, aliasTo, canonicalName, canonicalSet, nameWithin } from '../provider';
import { who, type Page, type Route53Calls } from './calls';

/** Sets of one name and type are few; more of them come only by routing policies. */
const perPage = 10;
const maxPages = 20;

/** A hosted zone whose id is known once it has been asked for. */
export interface Zone {
  calls: Route53Calls;
  /** Canonical. */
  name: string;
  id: () => Promise<string>;
}

/** The one set of this name and type. @throws PortError refused for what is not one set, or an alias that can't be proved to move. */
export async function storedAs(
  zone: Zone,
  asked: string,
  type: RecordSet['type'],
): Promise<Stored<ResourceRecordSet> | undefined> {
  const name = nameWithin(zone.name, asked);
  const title = `${type} ${name}`;
  const listed = await simple(zone, title, name, type);
  if (listed === undefined) return undefined;
  if (listed.AliasTarget === undefined) return { set: setOf(title, name, type, listed), listed };
  const target = await targetOf(zone, title, listed.AliasTarget);
  const leads = await simple(zone, `${type} ${target}, to which ${title} is an alias,`, target, type);
  if (leads === undefined || leads.AliasTarget !== undefined) {
    const what = leads === undefined ? `has no ${type} record` : 'is an alias itself';
    throw new PortError('refused', `${title} is an alias of ${target}, which ${what}; give that one values.`);
  }
  const { ttlSeconds } = setOf(`${type} ${target}`, target, type, leads);
  return { set: { name, type, ttlSeconds, values: [aliasTo(target)] }, listed };
}

/** @throws PortError refused unless the alias leads to a name of its own zone: only its servers can show that it moved. */
async function targetOf(
  zone: Zone,
  title: string,
  { DNSName = '', HostedZoneId }: NonNullable<ResourceRecordSet['AliasTarget']>,
): Promise<string> {
  const target = canonicalName(DNSName);
  if (HostedZoneId === (await zone.id()) && `.${target}`.endsWith(`.${zone.name}`)) return target;
  const because = `${title} is an alias of ${target}, outside of the zone ${zone.name}, whose addresses change by themselves, so nobody could prove that it moved`;
  throw new PortError(
    'refused',
    `${because}; replace it by a record with values, or by an alias of a name in the zone.`,
  );
}

function setOf(title: string, name: string, type: RecordSet['type'], listed: ResourceRecordSet): RecordSet {
  const { TTL: ttlSeconds, ResourceRecords: records = [] } = listed;
  if (!Number.isInteger(ttlSeconds) || ttlSeconds === undefined || records.length === 0)
    throw new PortError('garbage', `${who} lists ${title} without a TTL or without values.`);
  return canonicalSet({ name, type, ttlSeconds, values: records.map(({ Value = '' }) => Value) });
}

/** @throws PortError refused for sets of a routing policy, and for what a traffic policy made. */
async function simple(
  zone: Zone,
  title: string,
  name: string,
  type: RecordSet['type'],
): Promise<ResourceRecordSet | undefined> {
  const sets = await listedAs(zone, name, type);
  const labels = sets.flatMap(({ SetIdentifier: label }) => (label === undefined ? [] : [`"${label}"`]));
  const [first] = sets;
  const policy = first?.TrafficPolicyInstanceId;
  const because =
    labels.length > 0 || sets.length > 1
      ? `${title} is ${sets.length} ${sets.length === 1 ? 'set' : 'sets'} of a routing policy (${labels.join(', ')}), where one simple set is expected; replace it by one with simple routing.`
      : policy !== undefined
        ? `${title} belongs to the traffic policy instance ${policy}; delete that, and make a simple record in its place.`
        : undefined;
  if (because !== undefined) throw new PortError('refused', because);
  return first;
}

/** All sets of this name and type. The list goes on with other names, in the order of their labels from the right. */
async function listedAs({ calls, id }: Zone, name: string, type: RecordSet['type']): Promise<ResourceRecordSet[]> {
  const isOurs = (one: { Name?: string | undefined; Type?: string | undefined }) =>
    one.Type === type && canonicalName(one.Name ?? '') === name;
  const found: ResourceRecordSet[] = [];
  let from: Page['next'] = { StartRecordName: name, StartRecordType: type };
  for (let page = 1; page <= maxPages; page += 1) {
    const { sets, next } = await calls.sets({ HostedZoneId: await id(), MaxItems: perPage, ...from });
    found.push(...sets.filter(isOurs));
    if (next === undefined || !isOurs({ Name: next.StartRecordName, Type: next.StartRecordType })) return found;
    from = next;
  }
  throw new PortError('garbage', `${who} lists ${type} ${name} on more than ${maxPages} pages.`);
}

/** What else was listed stays, so that a removal repeats it to the letter. @throws PortError refused when a set would become an alias, or an alias a set. */
export function spelled(
  { name: Name, type: Type, ttlSeconds: TTL, values }: RecordSet,
  listed: ResourceRecordSet = { Name, Type },
): ResourceRecordSet {
  const target = aliasOf(values[0]);
  if ((target === undefined) === (listed.AliasTarget !== undefined)) {
    const [is, wanted] = target === undefined ? ['an alias', 'a record with values'] : ['no alias', 'one'];
    throw new PortError('refused', `${Type} ${Name} is ${is}; make it ${wanted} by hand before a transfer.`);
  }
  if (listed.AliasTarget !== undefined) return { ...listed, AliasTarget: { ...listed.AliasTarget, DNSName: target } };
  return { ...listed, TTL, ResourceRecords: values.map((Value) => ({ Value })) };
}

/** One batch, which takes place as a whole or not at all. */
export function changesOf(remove: ResourceRecordSet, make: ResourceRecordSet | undefined): Change[] {
  const made: Change[] = make === undefined ? [] : [{ Action: 'CREATE', ResourceRecordSet: make }];
  return [{ Action: 'DELETE', ResourceRecordSet: remove }, ...made];
}

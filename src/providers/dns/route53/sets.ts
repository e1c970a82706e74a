/**
 * Record sets of a hosted zone: finding and encoding them. A set has values, or is an alias of another name in the zone and is answered with
 * that name's values and TTL (AWS, "Choosing between alias and non-alias records", read 2026-11).
 */
import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { PortError } from '../../../ports/errors';
import type { RecordSet } from '../../../ports/ports';
import type { StoredSet } from '../conditional-zone';
import { aliasOf, aliasTo, canonicalName, canonicalSet, nameWithin } from '../provider';
import { vendor, type Page, type Route53Calls } from './calls';

/** A name and type has one set; only routing policies add more. */
const perPage = 10;
const maxPages = 20;

/** A hosted zone whose id is looked up on first use. */
export interface Zone {
  calls: Route53Calls;
  /** Canonical. */
  name: string;
  id: () => Promise<string>;
}

/** The only set of this name and type. @throws PortError refused for a routing policy, or an alias whose move can't be verified. */
export async function findSet(
  zone: Zone,
  given: string,
  type: RecordSet['type'],
): Promise<StoredSet<ResourceRecordSet> | undefined> {
  const name = nameWithin(zone.name, given);
  const title = `${type} ${name}`;
  const listed = await simpleSet(zone, title, name, type);
  if (listed === undefined) return undefined;
  if (listed.AliasTarget === undefined) return { set: setOf(title, name, type, listed), listed };
  const target = await aliasTarget(zone, title, listed.AliasTarget);
  const targetSet = await simpleSet(zone, `${type} ${target}, the target of the alias ${title},`, target, type);
  if (targetSet === undefined || targetSet.AliasTarget !== undefined) {
    const what = targetSet === undefined ? `has no ${type} record` : 'is an alias itself';
    throw new PortError(
      'refused',
      `${title} is an alias of ${target}, which ${what}; give ${target} a record with values.`,
    );
  }
  const { ttlSeconds } = setOf(`${type} ${target}`, target, type, targetSet);
  return { set: { name, type, ttlSeconds, values: [aliasTo(target)] }, listed };
}

/** The target of an alias. @throws PortError refused unless it is in the same zone: only that zone's servers can show the move. */
async function aliasTarget(
  zone: Zone,
  title: string,
  { DNSName = '', HostedZoneId }: NonNullable<ResourceRecordSet['AliasTarget']>,
): Promise<string> {
  const target = canonicalName(DNSName);
  if (HostedZoneId === (await zone.id()) && `.${target}`.endsWith(`.${zone.name}`)) return target;
  const because = `${title} is an alias of ${target}, outside the zone ${zone.name}, so a move can't be verified`;
  throw new PortError(
    'refused',
    `${because}; replace it with a record with values, or with an alias of a name in the zone.`,
  );
}

function setOf(title: string, name: string, type: RecordSet['type'], listed: ResourceRecordSet): RecordSet {
  const { TTL: ttlSeconds, ResourceRecords: records = [] } = listed;
  if (!Number.isInteger(ttlSeconds) || ttlSeconds === undefined || records.length === 0)
    throw new PortError('garbage', `${vendor} listed ${title} without a TTL or without values.`);
  return canonicalSet({ name, type, ttlSeconds, values: records.map(({ Value = '' }) => Value) });
}

/** The set of a name, type and simple routing. @throws PortError refused for sets of a routing policy or a traffic policy. */
async function simpleSet(
  zone: Zone,
  title: string,
  name: string,
  type: RecordSet['type'],
): Promise<ResourceRecordSet | undefined> {
  const sets = await listSets(zone, name, type);
  const labels = sets.flatMap(({ SetIdentifier: label }) => (label === undefined ? [] : [`"${label}"`]));
  const [first] = sets;
  const policy = first?.TrafficPolicyInstanceId;
  const because =
    labels.length > 0 || sets.length > 1
      ? `${title} has a routing policy with ${sets.length} ${sets.length === 1 ? 'set' : 'sets'} (${labels.join(', ')}); replace it with one simple set.`
      : policy !== undefined
        ? `${title} belongs to the traffic policy instance ${policy}; delete the instance, and create a simple record in its place.`
        : undefined;
  if (because !== undefined) throw new PortError('refused', because);
  return first;
}

/** All sets of this name and type. The listing continues with other names, ordered by their labels from the right. */
async function listSets({ calls, id }: Zone, name: string, type: RecordSet['type']): Promise<ResourceRecordSet[]> {
  const matches = (one: { Name?: string | undefined; Type?: string | undefined }) =>
    one.Type === type && canonicalName(one.Name ?? '') === name;
  const found: ResourceRecordSet[] = [];
  let from: Page['next'] = { StartRecordName: name, StartRecordType: type };
  for (let page = 1; page <= maxPages; page += 1) {
    const { sets, next } = await calls.sets({ HostedZoneId: await id(), MaxItems: perPage, ...from });
    found.push(...sets.filter(matches));
    if (next === undefined || !matches({ Name: next.StartRecordName, Type: next.StartRecordType })) return found;
    from = next;
  }
  throw new PortError('garbage', `${vendor} listed ${type} ${name} on more than ${maxPages} pages.`);
}

/** The set in Route 53's format; other attributes of `listed` are kept. @throws PortError refused when values would become an alias, or an alias values. */
export function encodeSet(
  { name: Name, type: Type, ttlSeconds: TTL, values }: RecordSet,
  listed: ResourceRecordSet = { Name, Type },
): ResourceRecordSet {
  const target = aliasOf(values[0]);
  if ((target === undefined) === (listed.AliasTarget !== undefined)) {
    const [is, wanted] =
      target === undefined ? ['an alias', 'a record with values'] : ['a record with values', 'an alias'];
    throw new PortError('refused', `${Type} ${Name} is ${is}; change it to ${wanted} before a transfer.`);
  }
  if (listed.AliasTarget !== undefined) return { ...listed, AliasTarget: { ...listed.AliasTarget, DNSName: target } };
  return { ...listed, TTL, ResourceRecords: values.map((Value) => ({ Value })) };
}

/** One atomic batch. */
export function replacementBatch(remove: ResourceRecordSet, create: ResourceRecordSet | undefined): Change[] {
  const creation: Change[] = create === undefined ? [] : [{ Action: 'CREATE', ResourceRecordSet: create }];
  return [{ Action: 'DELETE', ResourceRecordSet: remove }, ...creation];
}

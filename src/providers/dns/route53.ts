/**
 * Amazon Route 53. A set is changed by removing exactly the old one and making the new one in one batch, which happens as a whole or not
 * at all: the condition and the change in one. A change is PENDING at first; whether it has arrived is asked of the name servers alone.
 */
import type { Change, HostedZone, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { z } from 'zod';
import { fullName, text, url } from '../../config/leaf';
import { secret } from '../../config/secrets';
import { PortError } from '../errors';
import type { RecordSet } from '../ports';
import { byCondition, type Stored } from './conditional';
import { canonicalName, canonicalSet, defineDns, nameWithin, type DnsZone } from './provider';
import { openRoute53, who, type Page, type Route53Calls } from './route53-calls';

/** Sets of one name and type are few; more of them come only by routing policies. */
const perPage = 10;
const maxPages = 20;

const options = z.strictObject({
  kind: z.literal('route53'),
  zone: fullName('shop.test.'),
  /** The hosted zone; found by its name when absent. */
  hostedZoneId: text('the id of a hosted zone', 'Z0123456789ABCDEFGHIJ', (id) =>
    /^Z[A-Z0-9]{1,31}$/.test(id),
  ).exactOptional(),
  /** `ACCESS_KEY_ID:SECRET_ACCESS_KEY`, and `:SESSION_TOKEN` for a temporary one. */
  key: secret('file:route53-key'),
  url: url('https://route53.amazonaws.com').prefault('https://route53.amazonaws.com'),
  /** The authority behind an https URL, when it is not a well-known one. */
  ca: secret('file:ca.crt').exactOptional(),
});

/** A hosted zone whose id is known once it has been asked for. */
interface Zone {
  calls: Route53Calls;
  /** Canonical. */
  name: string;
  id: () => Promise<string>;
}

export const route53 = defineDns({
  options,
  title: 'Amazon Route 53',
  ttlFloorSeconds: 1,
  readEveryMs: 30_000,
  // Since 2026-07-30: of an account and for each action, with bursts of 50.
  limit: { requests: 10, perMs: 1_000 },
  connect: async ({ zone: name, hostedZoneId, key, url, ca }, context): Promise<DnsZone> => {
    const authority = ca === undefined ? {} : { ca: await context.secret(ca) };
    const calls = await openRoute53({ url, key: await context.secret(key), ...authority });
    const zone: Zone = { calls, name: canonicalName(name), id: idOf(calls, canonicalName(name), hostedZoneId) };
    const methods = byCondition<ResourceRecordSet>({
      zone: zone.name,
      find: (of, type) => storedAs(zone, of, type),
      spelled: ({ name: Name, type: Type, ttlSeconds: TTL, values }, listed = { Name, Type }) => {
        return { ...listed, TTL, ResourceRecords: values.map((Value) => ({ Value })) };
      },
      change: async (remove, make) => calls.change(await zone.id(), changesOf(remove, make)),
    });
    return { ...methods, close: calls.close };
  },
});

function changesOf(remove: ResourceRecordSet, make: ResourceRecordSet | undefined): Change[] {
  const made: Change[] = make === undefined ? [] : [{ Action: 'CREATE', ResourceRecordSet: make }];
  return [{ Action: 'DELETE', ResourceRecordSet: remove }, ...made];
}

/** Looks the hosted zone up once; a failure is not remembered. */
function idOf(calls: Route53Calls, name: string, given: string | undefined): () => Promise<string> {
  let known = given;
  return async () => (known ??= publicZone(name, await calls.zones(name)));
}

/** @throws PortError absent or refused unless exactly one public zone has the name. */
function publicZone(name: string, listed: readonly HostedZone[]): string {
  const found = listed.filter((one) => canonicalName(one.Name ?? '') === name && one.Config?.PrivateZone !== true);
  const ids = found.map(({ Id = '' }) => Id.replace(/^\/hostedzone\//, ''));
  const [id] = ids;
  if (id === undefined)
    throw new PortError(
      'absent',
      `${who} has no public hosted zone ${name} in the account of the key; correct dns.provider.`,
    );
  if (ids.length > 1) {
    const because = `${who} has ${ids.length} public hosted zones ${name} (${ids.join(', ')})`;
    throw new PortError(
      'refused',
      `${because}; name the one that the domain is delegated to as dns.provider.hostedZoneId.`,
    );
  }
  return id;
}

async function storedAs(
  zone: Zone,
  asked: string,
  type: RecordSet['type'],
): Promise<Stored<ResourceRecordSet> | undefined> {
  const name = nameWithin(zone.name, asked);
  const title = `${type} ${name}`;
  const [listed, ...more] = await listedAs(zone, name, type);
  if (listed === undefined) return undefined;
  refuseUnmovable(title, [listed, ...more]);
  const { TTL: ttlSeconds, ResourceRecords: records = [] } = listed;
  if (!Number.isInteger(ttlSeconds) || ttlSeconds === undefined || records.length === 0)
    throw new PortError('garbage', `${who} lists ${title} without a TTL or without values.`);
  return { set: canonicalSet({ name, type, ttlSeconds, values: records.map(({ Value = '' }) => Value) }), listed };
}

/** @throws PortError refused for what is not one set of values. */
function refuseUnmovable(title: string, sets: readonly ResourceRecordSet[]): void {
  const labels = sets.flatMap(({ SetIdentifier: label }) => (label === undefined ? [] : [`"${label}"`]));
  const [{ AliasTarget: alias, TrafficPolicyInstanceId: policy } = {}] = sets;
  const because =
    labels.length > 0 || sets.length > 1
      ? `${title} is ${sets.length} ${sets.length === 1 ? 'set' : 'sets'} of a routing policy (${labels.join(', ')}), where one simple set is expected; replace it by one with simple routing.`
      : policy !== undefined
        ? `${title} belongs to the traffic policy instance ${policy}; delete that, and make a simple record in its place.`
        : alias !== undefined
          ? `${title} is an alias of ${alias.DNSName ?? 'another name'}, which has no values of its own that could be moved; replace it by a record with values.`
          : undefined;
  if (because !== undefined) throw new PortError('refused', because);
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

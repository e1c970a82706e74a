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
import {
  canonicalName,
  canonicalSet,
  defineDns,
  describeSet,
  nameWithin,
  neither,
  refuseUnsound,
  sameSet,
  type DnsZone,
} from './provider';
import { BatchRefused, openRoute53, who, type Page, type Route53Calls } from './route53-calls';

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
  readEveryMs: 10_000,
  // Since 2026-07-30: of an account and for each action, with bursts of 50.
  limit: { requests: 10, perMs: 1_000 },
  connect: async ({ zone: name, hostedZoneId, key, url, ca }, context): Promise<DnsZone> => {
    const authority = ca === undefined ? {} : { ca: await context.secret(ca) };
    const calls = await openRoute53({ url, key: await context.secret(key), ...authority });
    const zone: Zone = { calls, name: canonicalName(name), id: idOf(calls, canonicalName(name), hostedZoneId) };
    return {
      read: async (of, type) => (await storedAs(zone, of, type))?.set,
      replace: (expected, next) => replace(zone, expected, next),
      flaws: (of, type) => flawsOf(zone, of, type),
      close: calls.close,
    };
  },
});

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

interface Stored {
  set: RecordSet;
  /** As it was listed: a removal must repeat it to the letter. */
  listed: ResourceRecordSet;
}

async function storedAs(zone: Zone, asked: string, type: RecordSet['type']): Promise<Stored | undefined> {
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

async function replace(zone: Zone, expected: RecordSet, next: RecordSet): Promise<void> {
  refuseUnsound(expected, next);
  const wanted = canonicalSet(next);
  const found = await storedAs(zone, wanted.name, wanted.type);
  if (found !== undefined && sameSet(found.set, wanted)) return;
  if (found === undefined || !sameSet(found.set, expected)) throw neither(expected, next, found?.set);
  const records = { TTL: wanted.ttlSeconds, ResourceRecords: wanted.values.map((Value) => ({ Value })) };
  const changes: Change[] = [
    { Action: 'DELETE', ResourceRecordSet: found.listed },
    { Action: 'CREATE', ResourceRecordSet: { ...found.listed, ...records } },
  ];
  try {
    await zone.calls.change(await zone.id(), changes);
  } catch (error) {
    if (!(error instanceof BatchRefused)) throw error;
    await settle(zone, expected, wanted, error);
  }
}

/** After a refused batch: somebody may have been faster, with our change or with another. */
async function settle(zone: Zone, expected: RecordSet, wanted: RecordSet, refused: BatchRefused): Promise<void> {
  const found = (await storedAs(zone, wanted.name, wanted.type))?.set;
  if (found !== undefined && sameSet(found, wanted)) return;
  if (found === undefined || !sameSet(found, expected)) throw neither(expected, wanted, found);
  if (!refused.outdated) throw refused;
  const because = `${wanted.type} ${wanted.name} is listed as ${describeSet(found)}, and yet can't be changed from it`;
  throw new PortError('conflict', `${because}; somebody else is changing it. ${refused.message}`);
}

async function flawsOf(zone: Zone, asked: string, type: RecordSet['type']): Promise<string[]> {
  const name = nameWithin(zone.name, asked);
  if (type === 'CNAME' && name === zone.name)
    return [`The apex ${name} can't be a CNAME; move its A and AAAA records.`];
  try {
    await provokeRefusal(zone, name, type, await storedAs(zone, name, type));
    return [];
  } catch (error) {
    if (error instanceof PortError && /^(denied|absent|refused)$/.test(error.kind)) return [error.message];
    throw error;
  }
}

/**
 * Whoever may change the set is told that this batch does not fit: it makes what is there, and removes what is not. Permissions are
 * looked at first.
 */
async function provokeRefusal(zone: Zone, name: string, type: RecordSet['type'], found?: Stored): Promise<void> {
  const there: Change[] = found === undefined ? [] : [{ Action: 'CREATE', ResourceRecordSet: found.listed }];
  const value = { A: '192.0.2.1', AAAA: '2001:db8::1', CNAME: 'handover.invalid.' }[type];
  const TTL = (found?.set.ttlSeconds ?? 0) + 1;
  const notThere = { Name: name, Type: type, TTL, ResourceRecords: [{ Value: value }] };
  try {
    await zone.calls.change(await zone.id(), [...there, { Action: 'DELETE', ResourceRecordSet: notThere }]);
  } catch (error) {
    if (!(error instanceof BatchRefused) || !error.outdated) throw error;
  }
}

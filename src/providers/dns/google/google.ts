/**
 * Google Cloud DNS by its REST API v1. A set is changed by one change that removes exactly the old one and adds the new one, which happens
 * as a whole or not at all: the condition and the change in one. `done` means sent to the name servers, so they are asked themselves.
 */
import { z } from 'zod';
import { fullName, text, url } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import { PortError } from '../../../ports/errors';
import type { RecordSet } from '../../../ports/ports';
import { byCondition, type Stored } from '../conditional';
import { openGoogle, who, type GoogleCalls, type ManagedZone, type Rrset } from './calls';
import { openTokens, serviceAccountOf } from './token';
import { canonicalName, canonicalSet, defineDns, nameWithin, type DnsZone } from '../provider';

const options = z.strictObject({
  kind: z.literal('google'),
  zone: fullName('shop.test.'),
  /** Id of the project; that of the key when absent. */
  project: text('the id of a project', 'shop-123456', (id) => /^[a-z][a-z0-9:.-]{4,62}$/.test(id)).exactOptional(),
  /** Name of the managed zone; found by the name of the zone when absent. */
  managedZone: text('the name of a managed zone', 'shop-test', (id) =>
    /^[a-z][a-z0-9-]{0,62}$/.test(id),
  ).exactOptional(),
  /** The JSON key file of a service account. */
  key: secret('file:google-key.json'),
  url: url('https://dns.googleapis.com').prefault('https://dns.googleapis.com'),
  /** Where access tokens are asked for; the address in the key is not used. */
  tokenUrl: url('https://oauth2.googleapis.com/token').prefault('https://oauth2.googleapis.com/token'),
  /** The authority behind https URLs, when it is not a well-known one. */
  ca: secret('file:ca.crt').exactOptional(),
});

/** A managed zone whose name is known once it has been asked for. */
interface Zone {
  calls: GoogleCalls;
  /** Canonical. */
  dnsName: string;
  name: () => Promise<string>;
}

export const google = defineDns({
  options,
  title: 'Google Cloud DNS',
  ttlFloorSeconds: 1,
  readEveryMs: 30_000,
  // Quotas are a project's own and are shown in its console; no figure is published.
  limit: undefined,
  connect: async ({ zone: full, project, managedZone, key, url, tokenUrl, ca }, context): Promise<DnsZone> => {
    const account = serviceAccountOf(await context.secret(key));
    const authority = ca === undefined ? {} : { ca: await context.secret(ca) };
    const tokens = await openTokens(account, tokenUrl, authority);
    const calls = openGoogle(project ?? account.project_id, url, authority, tokens);
    const dnsName = canonicalName(full);
    const zone: Zone = { calls, dnsName, name: nameOf(calls, dnsName, managedZone) };
    const methods = byCondition<Rrset>({
      zone: dnsName,
      find: (of, type) => storedAs(zone, of, type),
      spelled: ({ name, type, ttlSeconds: ttl, values: rrdatas }) => ({ name, type, ttl, rrdatas }),
      change: async (remove, make) => calls.change(await zone.name(), remove, make),
    });
    return { ...methods, close: calls.close };
  },
});

/** Looks the managed zone up once; a failure is not remembered. */
function nameOf(calls: GoogleCalls, dnsName: string, given: string | undefined): () => Promise<string> {
  let known: string | undefined;
  return async () => {
    known ??= publicZone(dnsName, given === undefined ? await calls.zonesNamed(dnsName) : [await calls.zone(given)]);
    return known;
  };
}

/** @throws PortError absent or refused unless exactly one public zone has the name. */
function publicZone(dnsName: string, listed: readonly ManagedZone[]): string {
  const isPublic = ({ visibility = 'public' }: ManagedZone) => visibility === 'public';
  const found = listed.filter((one) => canonicalName(one.dnsName) === dnsName && isPublic(one)).map(({ name }) => name);
  const [name] = found;
  if (name === undefined) {
    const others = listed
      .map((one) => `${one.name} is the ${one.visibility ?? 'public'} zone ${one.dnsName}`)
      .join(', ');
    const because = `${who} has no public managed zone ${dnsName} in the project${others === '' ? '' : ` (${others})`}`;
    throw new PortError('absent', `${because}; correct zone, project or managedZone of dns.provider.`);
  }
  if (found.length === 1) return name;
  const because = `${who} has ${found.length} public managed zones ${dnsName} (${found.join(', ')})`;
  throw new PortError(
    'refused',
    `${because}; name the one that the domain is delegated to as dns.provider.managedZone.`,
  );
}

async function storedAs(zone: Zone, asked: string, type: RecordSet['type']): Promise<Stored<Rrset> | undefined> {
  const name = nameWithin(zone.dnsName, asked);
  const title = `${type} ${name}`;
  const sets = await zone.calls.sets(await zone.name(), name, type);
  // The filters are a favour: what came is looked through.
  const [found, second] = sets.filter((one) => one.type === type && canonicalName(one.name) === name);
  if (found === undefined) return undefined;
  if (found.routingPolicy !== undefined) {
    const because = `${title} is answered by a routing policy, which has no one set of values that could be moved`;
    throw new PortError('refused', `${because}; replace it by a record set without one.`);
  }
  const { ttl: ttlSeconds, rrdatas: values = [] } = found;
  if (second !== undefined || ttlSeconds === undefined || values.length === 0)
    throw new PortError('garbage', `${who} lists ${title} twice, without a TTL or without values.`);
  const listed = { name: found.name, type, ttl: ttlSeconds, rrdatas: values };
  return { set: canonicalSet({ name, type, ttlSeconds, values }), listed };
}

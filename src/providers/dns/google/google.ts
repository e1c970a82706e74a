/**
 * Google Cloud DNS through its REST API v1. One atomic change removes exactly the old set and adds the new one, so it is conditional. A change
 * that is `done` was sent to the name servers; whether they serve it is checked by querying them.
 */
import { z } from 'zod';
import { fullName, text, url } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import { PortError } from '../../../ports/errors';
import type { RecordSet } from '../../../ports/ports';
import { conditionalZone, type StoredSet } from '../conditional-zone';
import { openGoogle, vendor, type GoogleCalls, type ManagedZone, type Rrset } from './calls';
import { openTokens, serviceAccountOf } from './token';
import { canonicalName, canonicalSet, defineDns, nameWithin, type DnsZone } from '../provider';

const options = z.strictObject({
  kind: z.literal('google'),
  zone: fullName('shop.test.'),
  /** Project id; the key's own project when absent. */
  project: text('the id of a project', 'shop-123456', (id) => /^[a-z][a-z0-9:.-]{4,62}$/.test(id)).exactOptional(),
  /** Name of the managed zone; looked up by `zone` when absent. */
  managedZone: text('the name of a managed zone', 'shop-test', (id) =>
    /^[a-z][a-z0-9-]{0,62}$/.test(id),
  ).exactOptional(),
  /** The JSON key file of a service account. */
  key: secret('file:google-key.json'),
  url: url('https://dns.googleapis.com').prefault('https://dns.googleapis.com'),
  /** Where access tokens are requested; the address in the key file is ignored. */
  tokenUrl: url('https://oauth2.googleapis.com/token').prefault('https://oauth2.googleapis.com/token'),
  /** CA of the https URLs, unless it is a public one. */
  ca: secret('file:ca.crt').exactOptional(),
});

/** A managed zone whose name is looked up on first use. */
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
  // Quotas are per project and shown in its console; no figure is published.
  limit: undefined,
  connect: async ({ zone: full, project, managedZone, key, url, tokenUrl, ca }, context): Promise<DnsZone> => {
    const account = serviceAccountOf(await context.secret(key));
    const authority = ca === undefined ? {} : { ca: await context.secret(ca) };
    const tokens = await openTokens(account, tokenUrl, authority);
    const calls = openGoogle(project ?? account.project_id, url, authority, tokens);
    const dnsName = canonicalName(full);
    const zone: Zone = { calls, dnsName, name: lookUpOnce(calls, dnsName, managedZone) };
    const methods = conditionalZone<Rrset>({
      zone: dnsName,
      find: (of, type) => findSet(zone, of, type),
      encode: ({ name, type, ttlSeconds: ttl, values: rrdatas }) => ({ name, type, ttl, rrdatas }),
      change: async (remove, create) => calls.change(await zone.name(), remove, create),
    });
    return { ...methods, close: calls.close };
  },
});

/** Looks up the managed zone until that succeeds, and keeps its name. */
function lookUpOnce(calls: GoogleCalls, dnsName: string, given: string | undefined): () => Promise<string> {
  let known: string | undefined;
  return async () => {
    known ??= onePublicZone(dnsName, given === undefined ? await calls.zonesNamed(dnsName) : [await calls.zone(given)]);
    return known;
  };
}

/** @throws PortError absent or refused unless exactly one public zone has this DNS name. */
function onePublicZone(dnsName: string, listed: readonly ManagedZone[]): string {
  const isPublic = ({ visibility = 'public' }: ManagedZone) => visibility === 'public';
  const found = listed.filter((one) => canonicalName(one.dnsName) === dnsName && isPublic(one)).map(({ name }) => name);
  const [name] = found;
  if (name === undefined) {
    const others = listed
      .map((one) => `${one.name} is the ${one.visibility ?? 'public'} zone ${one.dnsName}`)
      .join(', ');
    const because = `${vendor} has no public managed zone ${dnsName} in the project${others === '' ? '' : ` (${others})`}`;
    throw new PortError(
      'absent',
      `${because}; correct dns.provider.zone, dns.provider.project or dns.provider.managedZone.`,
    );
  }
  if (found.length === 1) return name;
  const because = `${vendor} has ${found.length} public managed zones ${dnsName} (${found.join(', ')})`;
  throw new PortError(
    'refused',
    `${because}; set dns.provider.managedZone to the one that the domain is delegated to.`,
  );
}

async function findSet(zone: Zone, given: string, type: RecordSet['type']): Promise<StoredSet<Rrset> | undefined> {
  const name = nameWithin(zone.dnsName, given);
  const title = `${type} ${name}`;
  const sets = await zone.calls.sets(await zone.name(), name, type);
  // Filtered here too, in case the API ignores a filter.
  const [found, second] = sets.filter((one) => one.type === type && canonicalName(one.name) === name);
  if (found === undefined) return undefined;
  if (found.routingPolicy !== undefined) {
    const because = `${title} has a routing policy, so it has no single set of values to move`;
    throw new PortError('refused', `${because}; replace it with a record set without a policy.`);
  }
  const { ttl: ttlSeconds, rrdatas: values = [] } = found;
  if (second !== undefined || ttlSeconds === undefined || values.length === 0)
    throw new PortError('garbage', `${vendor} listed ${title} twice, without a TTL or without values.`);
  const listed = { name: found.name, type, ttl: ttlSeconds, rrdatas: values };
  return { set: canonicalSet({ name, type, ttlSeconds, values }), listed };
}

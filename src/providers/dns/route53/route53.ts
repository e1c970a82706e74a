/**
 * Amazon Route 53. One atomic batch deletes exactly the old set and creates the new one, so it is conditional. A change is PENDING at first;
 * whether it is served is checked by querying the name servers.
 */
import type { HostedZone, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { z } from 'zod';
import { fullName, text, url } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import { PortError } from '../../../ports/errors';
import { conditionalZone } from '../conditional-zone';
import { canonicalName, defineDns, type DnsZone } from '../provider';
import { openRoute53, vendor, type Route53Calls } from './calls';
import { replacementBatch, encodeSet, findSet, type Zone } from './sets';

const options = z.strictObject({
  kind: z.literal('route53'),
  zone: fullName('shop.test.'),
  /** The hosted zone; looked up by `zone` when absent. */
  hostedZoneId: text('the id of a hosted zone', 'Z0123456789ABCDEFGHIJ', (id) =>
    /^Z[A-Z0-9]{1,31}$/.test(id),
  ).exactOptional(),
  /** `ACCESS_KEY_ID:SECRET_ACCESS_KEY`, and `:SESSION_TOKEN` for a temporary one. */
  key: secret('file:route53-key'),
  url: url('https://route53.amazonaws.com').prefault('https://route53.amazonaws.com'),
  /** CA of an https URL, unless it is a public one. */
  ca: secret('file:ca.crt').exactOptional(),
});

export const route53 = defineDns({
  options,
  title: 'Amazon Route 53',
  ttlFloorSeconds: 1,
  readEveryMs: 30_000,
  // Since 2026-07-30: per account and action, with bursts of 50.
  limit: { requests: 10, perMs: 1_000 },
  aliases: true,
  connect: async ({ zone: name, hostedZoneId, key, url, ca }, context): Promise<DnsZone> => {
    const authority = ca === undefined ? {} : { ca: await context.secret(ca) };
    const calls = await openRoute53({ url, key: await context.secret(key), ...authority });
    const zone: Zone = { calls, name: canonicalName(name), id: lookUpOnce(calls, canonicalName(name), hostedZoneId) };
    const methods = conditionalZone<ResourceRecordSet>({
      zone: zone.name,
      find: (of, type) => findSet(zone, of, type),
      encode: encodeSet,
      change: async (remove, create) => calls.change(await zone.id(), replacementBatch(remove, create)),
    });
    return { ...methods, close: calls.close };
  },
});

/** Looks up the hosted zone until that succeeds, and keeps its id. */
function lookUpOnce(calls: Route53Calls, name: string, given: string | undefined): () => Promise<string> {
  let known = given;
  return async () => (known ??= onePublicZone(name, await calls.zones(name)));
}

/** @throws PortError absent or refused unless exactly one public zone has the name. */
function onePublicZone(name: string, listed: readonly HostedZone[]): string {
  const found = listed.filter((one) => canonicalName(one.Name ?? '') === name && one.Config?.PrivateZone !== true);
  const ids = found.map(({ Id = '' }) => Id.replace(/^\/hostedzone\//, ''));
  const [id] = ids;
  if (id === undefined)
    throw new PortError(
      'absent',
      `${vendor} has no public hosted zone ${name} in the account of the key; correct dns.provider.zone or dns.provider.key.`,
    );
  if (ids.length > 1) {
    const because = `${vendor} has ${ids.length} public hosted zones ${name} (${ids.join(', ')})`;
    throw new PortError(
      'refused',
      `${because}; set dns.provider.hostedZoneId to the one that the domain is delegated to.`,
    );
  }
  return id;
}

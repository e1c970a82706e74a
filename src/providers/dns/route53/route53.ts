/**
 * Amazon Route 53. A set is changed by removing exactly the old one and making the new one in one batch, which happens as a whole or not
 * at all: the condition and the change in one. A change is PENDING at first; whether it has arrived is asked of the name servers alone.
 */
import type { HostedZone, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { z } from 'zod';
import { fullName, text, url } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import { PortError } from '../../../ports/errors';
import { byCondition } from '../conditional';
import { canonicalName, defineDns, type DnsZone } from '../provider';
import { openRoute53, who, type Route53Calls } from './calls';
import { changesOf, spelled, storedAs, type Zone } from './sets';

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

export const route53 = defineDns({
  options,
  title: 'Amazon Route 53',
  ttlFloorSeconds: 1,
  readEveryMs: 30_000,
  // Since 2026-07-30: of an account and for each action, with bursts of 50.
  limit: { requests: 10, perMs: 1_000 },
  aliases: true,
  connect: async ({ zone: name, hostedZoneId, key, url, ca }, context): Promise<DnsZone> => {
    const authority = ca === undefined ? {} : { ca: await context.secret(ca) };
    const calls = await openRoute53({ url, key: await context.secret(key), ...authority });
    const zone: Zone = { calls, name: canonicalName(name), id: idOf(calls, canonicalName(name), hostedZoneId) };
    const methods = byCondition<ResourceRecordSet>({
      zone: zone.name,
      find: (of, type) => storedAs(zone, of, type),
      spelled,
      change: async (remove, make) => calls.change(await zone.id(), changesOf(remove, make)),
    });
    return { ...methods, close: calls.close };
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

/**
 * Cloudflare's DNS records through its API v4. It has no conditional change, so a set is read first. A record is updated by its id: removing
 * and adding would leave a moment in which the name does not exist (external-dns issue 1514). Records that are proxied, flattened or
 * overridden by a load balancer are refused: they are not answered with their value, so a move could not be verified. Facts are from the
 * published documentation, read 2026-11, unless noted.
 */
import { z } from 'zod';
import { fullName, text, url } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import { PortError } from '../../../ports/errors';
import { openHttp } from '../../http/client';
import type { RecordSet } from '../../../ports/ports';
import { CloudflareRefusal, vendor, openZone, type Zone } from './api';
import {
  automaticSeconds,
  recordFlaws,
  listRecords,
  probeWritePermission,
  balancerFlaw,
  writeSet,
  type StoredRecord,
} from './records';
import {
  canonicalName,
  canonicalSet,
  defineDns,
  nameWithin,
  unexpectedSet,
  refuseInvalidReplacement,
  sameSet,
  type DnsZone,
} from '../provider';

const timeoutMs = 5_000;
const hexId = /^[\da-f]{32}$/;

const options = z.strictObject({
  kind: z.literal('cloudflare'),
  zone: fullName('shop.test.'),
  /** A token with the permissions `DNS Write`, `Load Balancers Read` and, unless `zoneId` is given, `Zone Read`. */
  token: secret('file:cloudflare-token'),
  zoneId: text('a zone id of 32 hexadecimal digits', '023e105f4ecef8ad9ca31a8372d0c353', (id) =>
    hexId.test(id),
  ).exactOptional(),
  url: url('https://api.cloudflare.com/client/v4').prefault('https://api.cloudflare.com/client/v4'),
  /** CA of an https URL, unless it is a public one. */
  ca: secret('file:ca.crt').exactOptional(),
});

export const cloudflare = defineDns({
  options,
  title: 'Cloudflare DNS',
  // 30 s on the Enterprise plan; no call that is made here shows the plan.
  ttlFloorSeconds: 60,
  readEveryMs: 30_000,
  // Per user or account token; exceeding it blocks the token for five minutes.
  limit: { requests: 1_200, perMs: 300_000 },
  connect: async ({ token, zone: name, zoneId, url: baseUrl, ca }, context): Promise<DnsZone> => {
    const headers = { authorization: `Bearer ${await context.secret(token)}` };
    const authority = ca === undefined ? {} : { ca: await context.secret(ca) };
    const http = openHttp({ server: vendor, baseUrl, headers, timeoutMs, ...authority });
    const zone = openZone(http, canonicalName(name), zoneId);
    return {
      read: async (of, type) => setOf(of, type, await listRecords(zone, of, type)),
      replace: (expected, next) => replace(zone, expected, next),
      flaws: (of, type) => flawsOf(zone, of, type),
      close: http.close,
    };
  },
});

/** Each record may have its own TTL. The highest counts: resolvers may cache an answer for that long, and it decides whether to lower TTLs. */
function setOf(name: string, type: RecordSet['type'], found: readonly StoredRecord[]): RecordSet | undefined {
  if (found.length === 0) return undefined;
  const ttlSeconds = Math.max(...found.map((one) => (one.ttlSeconds === 1 ? automaticSeconds : one.ttlSeconds)));
  return canonicalSet({ name, type, ttlSeconds, values: found.map(({ value }) => value) });
}

async function replace(zone: Zone, expected: RecordSet, next: RecordSet): Promise<void> {
  refuseInvalidReplacement(expected, next);
  const wanted = canonicalSet({ ...next, name: nameWithin(zone.name, next.name) });
  const title = `${wanted.type} ${wanted.name}`;
  if (wanted.ttlSeconds === 1)
    throw new PortError(
      'refused',
      `${title} can't have a TTL of 1 s, which ${vendor} treats as automatic; set dns.ttlSeconds to at least 60.`,
    );
  const [found, overridden] = await Promise.all([
    listRecords(zone, wanted.name, wanted.type),
    // A new TTL moves no customers. A failed lookup must not stop a move: the drill's checks report it, and the name servers verify the move.
    sameValues(expected, wanted) ? undefined : balancerFlaw(zone, wanted.name).catch(() => undefined),
  ]);
  const flaws = recordFlaws(zone, wanted.name, wanted.type, found);
  const [flaw] = overridden === undefined ? flaws : [overridden];
  if (flaw !== undefined) throw new PortError('refused', flaw);
  const set = setOf(wanted.name, wanted.type, found);
  if (set !== undefined && sameSet(set, wanted)) return;
  if (set === undefined || !sameSet(set, expected)) throw unexpectedSet(expected, next, set);
  await writeSet(zone, found, wanted).catch((error: unknown) => acceptIdentical(zone, expected, wanted, error));
}

const sameValues = (one: RecordSet, other: RecordSet) => sameSet({ ...one, ttlSeconds: other.ttlSeconds }, other);

/** "An identical record exists" may be our own change, from an attempt whose reply was lost. The current set decides. */
async function acceptIdentical(zone: Zone, expected: RecordSet, wanted: RecordSet, error: unknown): Promise<void> {
  const identical = error instanceof CloudflareRefusal && error.codes.some((code) => code === 81057 || code === 81058);
  if (!identical) throw error;
  const set = setOf(wanted.name, wanted.type, await listRecords(zone, wanted.name, wanted.type));
  if (set === undefined || !sameSet(set, wanted)) throw unexpectedSet(expected, wanted, set);
}

async function flawsOf(zone: Zone, given: string, type: RecordSet['type']): Promise<string[]> {
  const name = nameWithin(zone.name, given);
  const unknownZone = await flawsOrRefusal(() => zone.id().then(() => []));
  if (unknownZone.length > 0) return unknownZone;
  const flaws = await Promise.all([
    flawsOrRefusal(async () => recordFlaws(zone, name, type, await listRecords(zone, name, type))),
    balancerFlaws(zone, name),
    flawsOrRefusal(() => probeWritePermission(zone).then(() => [])),
  ]);
  return [...new Set(flaws.flat())];
}

/** The flaws that `check` finds; a refused check is a flaw itself. */
async function flawsOrRefusal(check: () => Promise<string[]>): Promise<string[]> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof PortError && /^(denied|absent|refused)$/.test(error.kind)) return [error.message];
    throw error;
  }
}

/**
 * A token that may not read load balancers is a flaw: only they show that changing the records has no effect. Other refusals are not: an
 * account without load balancing would respond that way.
 */
async function balancerFlaws(zone: Zone, name: string): Promise<string[]> {
  try {
    const flaw = await balancerFlaw(zone, name);
    return flaw === undefined ? [] : [flaw];
  } catch (error) {
    if (!(error instanceof PortError) || /^(limited|unavailable|garbage)$/.test(error.kind)) throw error;
    const denied = error instanceof CloudflareRefusal && error.codes.some((code) => code === 10000 || code === 9109);
    return denied ? [`Can't check whether a load balancer overrides the records of ${name}: ${error.message}`] : [];
  }
}

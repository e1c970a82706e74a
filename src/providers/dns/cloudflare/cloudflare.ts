/**
 * Cloudflare's DNS records by its API v4. It knows no condition, so a set is read before it is changed; a record keeps its id and is changed
 * by it, because removing and adding leaves a time in which the name does not exist (external-dns issue 1514). What is proxied, flattened or
 * shadowed by a load balancer is refused: its answer is not its value, so no move of it could be proved. Facts as of the published
 * documentation, read 2026-11, unless said otherwise.
 */
import { z } from 'zod';
import { fullName, text, url } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import { PortError } from '../../../ports/errors';
import { openHttp } from '../../http/client';
import type { RecordSet } from '../../../ports/ports';
import { CloudflareRefusal, who, zoneOf, type Zone } from './api';
import { automaticSeconds, hindrances, listed, provokeDenial, shadowOf, write, type Stored } from './records';
import {
  canonicalName,
  canonicalSet,
  defineDns,
  nameWithin,
  neither,
  refuseUnsound,
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
  /** The authority behind an https URL, when it is not a well-known one. */
  ca: secret('file:ca.crt').exactOptional(),
});

export const cloudflare = defineDns({
  options,
  title: 'Cloudflare DNS',
  // 30 on the Enterprise plan, which no call needed here tells.
  ttlFloorSeconds: 60,
  readEveryMs: 30_000,
  // Of a user or account token; whoever goes over it is blocked for five minutes.
  limit: { requests: 1_200, perMs: 300_000 },
  connect: async ({ token, zone: name, zoneId, url: baseUrl, ca }, context): Promise<DnsZone> => {
    const headers = { authorization: `Bearer ${await context.secret(token)}` };
    const authority = ca === undefined ? {} : { ca: await context.secret(ca) };
    const http = openHttp({ who, baseUrl, headers, timeoutMs, ...authority });
    const zone = zoneOf(http, canonicalName(name), zoneId);
    return {
      read: async (asked, type) => setOf(asked, type, await listed(zone, asked, type)),
      replace: (expected, next) => replace(zone, expected, next),
      flaws: (asked, type) => flawsOf(zone, asked, type),
      close: http.close,
    };
  },
});

/** Records may have TTLs of their own. The highest tells how long an answer may be remembered, and whether it still has to be lowered. */
function setOf(name: string, type: RecordSet['type'], found: readonly Stored[]): RecordSet | undefined {
  if (found.length === 0) return undefined;
  const ttlSeconds = Math.max(...found.map((one) => (one.ttlSeconds === 1 ? automaticSeconds : one.ttlSeconds)));
  return canonicalSet({ name, type, ttlSeconds, values: found.map(({ value }) => value) });
}

async function replace(zone: Zone, expected: RecordSet, next: RecordSet): Promise<void> {
  refuseUnsound(expected, next);
  const wanted = canonicalSet({ ...next, name: nameWithin(zone.name, next.name) });
  const title = `${wanted.type} ${wanted.name}`;
  if (wanted.ttlSeconds === 1)
    throw new PortError('refused', `${title} can't be given a TTL of 1 s: it means "automatic"; ask for 60 s or more.`);
  const [found, shadow] = await Promise.all([
    listed(zone, wanted.name, wanted.type),
    // A new TTL moves nobody. Being unable to look must not stop a move: the checks name it, and the name servers' answers prove the move.
    sameValues(expected, wanted) ? undefined : shadowOf(zone, wanted.name).catch(() => undefined),
  ]);
  const [hindrance] = [...(shadow === undefined ? [] : [shadow]), ...hindrances(zone, wanted.name, wanted.type, found)];
  if (hindrance !== undefined) throw new PortError('refused', hindrance);
  const set = setOf(wanted.name, wanted.type, found);
  if (set !== undefined && sameSet(set, wanted)) return;
  if (set === undefined || !sameSet(set, expected)) throw neither(expected, next, set);
  await write(zone, found, wanted).catch((error: unknown) => takeIdentical(zone, expected, wanted, error));
}

const sameValues = (one: RecordSet, other: RecordSet) => sameSet({ ...one, ttlSeconds: other.ttlSeconds }, other);

/** "An identical record exists" may be our own change of an attempt whose reply was lost: the set as it is now decides. */
async function takeIdentical(zone: Zone, expected: RecordSet, wanted: RecordSet, error: unknown): Promise<void> {
  const identical = error instanceof CloudflareRefusal && error.codes.some((code) => code === 81057 || code === 81058);
  if (!identical) throw error;
  const set = setOf(wanted.name, wanted.type, await listed(zone, wanted.name, wanted.type));
  if (set === undefined || !sameSet(set, wanted)) throw neither(expected, wanted, set);
}

async function flawsOf(zone: Zone, asked: string, type: RecordSet['type']): Promise<string[]> {
  const name = nameWithin(zone.name, asked);
  const unknownZone = await complaints(() => zone.id().then(() => []));
  if (unknownZone.length > 0) return unknownZone;
  const flaws = await Promise.all([
    complaints(async () => hindrances(zone, name, type, await listed(zone, name, type))),
    shadowFlaws(zone, name),
    complaints(() => provokeDenial(zone).then(() => [])),
  ]);
  return [...new Set(flaws.flat())];
}

/** What `look` finds, or the sentence of what it is not allowed or not able to see. */
async function complaints(look: () => Promise<string[]>): Promise<string[]> {
  try {
    return await look();
  } catch (error) {
    const telling = error instanceof PortError && /^(denied|absent|refused)$/.test(error.kind);
    if (telling) return [error.message];
    throw error;
  }
}

/**
 * A token that may not look is a flaw: nobody but the load balancers could tell that the move would move nobody. A refusal of another kind is
 * none: it is how an account without load balancing would answer.
 */
async function shadowFlaws(zone: Zone, name: string): Promise<string[]> {
  try {
    const shadow = await shadowOf(zone, name);
    return shadow === undefined ? [] : [shadow];
  } catch (error) {
    if (!(error instanceof PortError) || /^(limited|unavailable|garbage)$/.test(error.kind)) throw error;
    const mayNot = error instanceof CloudflareRefusal && error.codes.some((code) => code === 10000 || code === 9109);
    return mayNot
      ? [`Whether a load balancer answers for ${name} in place of its records can't be seen: ${error.message}`]
      : [];
  }
}

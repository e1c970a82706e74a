/** Records of a zone at Cloudflare: listing, changing, and what keeps them from being served as they are. */
import { z } from 'zod';
import { PortError } from '../../../ports/errors';
import type { HttpRequest } from '../../http/client';
import type { RecordSet } from '../../../ports/ports';
import { call, CloudflareRefusal, vendor, type Zone } from './api';
import { canonicalName, canonicalValue, nameWithin, recordSetFlaw } from '../provider';

const perPage = 100;
/** The records of one name fit on one page; more pages mean that a filter was ignored. */
const maxPages = 50;
/** The TTL value for "automatic", and the TTL that is served for it. */
const automaticTtl = 1;
export const automaticSeconds = 300;
const absentId = '0'.repeat(32);
const commentPrefix = 'Set by handover, ';

const record = z.object({
  id: z.string().min(1),
  name: z.string(),
  type: z.string(),
  content: z.string().default(''),
  ttl: z.int(),
  proxied: z.boolean().nullish(),
  comment: z.string().nullish(),
  settings: z.object({ flatten_cname: z.boolean().nullish() }).nullish(),
});
const batched = z.object({ patches: z.array(record).nullish(), posts: z.array(record).nullish() });
const balancers = z.array(z.object({ name: z.string(), enabled: z.boolean().default(true) }));

/** A record in canonical form: full name, value as in a canonical set. */
export interface StoredRecord {
  id: string;
  name: string;
  type: string;
  value: string;
  ttlSeconds: number;
  proxied: boolean;
  comment: string;
  flattened: boolean;
}

/** All records of a name and type, from all pages. Filtered here too, in case the API ignores a filter. */
export async function listRecords(zone: Zone, given: string, type: RecordSet['type']): Promise<StoredRecord[]> {
  const name = nameWithin(zone.name, given);
  const seen = new Map<string, StoredRecord>();
  for (let page = 1; page <= maxPages; page += 1) {
    const filter = { type, 'name.exact': withoutDot(name), per_page: String(perPage), page: String(page) };
    const path = `?${new URLSearchParams(filter).toString()}`;
    const { result, total } = await callRecords(zone, { path }, z.array(record));
    for (const one of result) seen.set(one.id, storedOf(one));
    if (total === undefined || seen.size >= total)
      return [...seen.values()].filter((one) => one.name === name && one.type === type);
    if (result.length === 0) break;
  }
  throw new PortError(
    'garbage',
    `${vendor} listed fewer records of ${type} ${name} than the total it reported; try again.`,
  );
}

/** Why these records can't be moved, or a move could not be verified; each sentence says what to change. */
export function recordFlaws(
  zone: Zone,
  given: string,
  type: RecordSet['type'],
  found: readonly StoredRecord[],
): string[] {
  const name = nameWithin(zone.name, given);
  const title = `${type} ${name}`;
  const flat = type === 'CNAME' && (name === zone.name || found.some(({ flattened }) => flattened));
  const reasons = [
    found.some(({ proxied }) => proxied) &&
      `${title} is proxied: the name servers return ${vendor}'s own addresses, so a move can't be verified; set it to "DNS only", or use the traffic switch cloudflare-pools.`,
    found.some(({ ttlSeconds, proxied }) => ttlSeconds === automaticTtl && !proxied) &&
      `${title} has the automatic TTL (${automaticSeconds} s); set a TTL of at least 60 s.`,
    flat &&
      `${title} is flattened: the name servers return the addresses of its target, so a move can't be verified; ${name === zone.name ? 'replace it with A and AAAA records' : 'turn off CNAME flattening for it'}.`,
    recordSetFlaw(title, found),
  ];
  return reasons.filter((reason) => typeof reason === 'string');
}

/**
 * The flaw that a load balancer overrides the records of `name`; undefined when none does. One that is disabled or for a wildcard does not
 * (documentation "DNS records for load balancing", read 2026-11).
 */
export async function balancerFlaw(zone: Zone, name: string): Promise<string | undefined> {
  const path = `/zones/${encodeURIComponent(await zone.id())}/load_balancers`;
  const { result } = await call(zone.http, 'Load Balancers Read', { path }, balancers);
  if (!result.some((one) => one.enabled && canonicalName(one.name) === name)) return undefined;
  return `A load balancer overrides the records of ${name}, so changing them has no effect; use the traffic switch cloudflare-pools, or disable the load balancer.`;
}

/** Changes `found` to `next` in one request: a single record by its id, several as one transaction. Never removes a record to add it again. */
export async function writeSet(zone: Zone, found: readonly StoredRecord[], next: RecordSet): Promise<void> {
  const gone = found.filter(({ value }) => !next.values.includes(value));
  const fresh = next.values.filter((value) => !found.some((one) => one.value === value));
  const kept = found.filter((one) => !gone.includes(one) && one.ttlSeconds !== next.ttlSeconds);
  const patches = [
    ...gone.slice(0, fresh.length).map((one, at) => ({ id: one.id, ...recordBody(next, fresh[at] ?? one.value, one) })),
    ...kept.map((one) => ({ id: one.id, ...recordBody(next, one.value, one) })),
  ];
  const posts = fresh.slice(gone.length).map((value) => recordBody(next, value));
  const deletes = gone.slice(fresh.length).map(({ id }) => ({ id }));
  const [patch] = patches;
  if (patch !== undefined && patches.length + posts.length + deletes.length === 1) {
    const { id, ...json } = patch;
    const { result } = await callRecords(zone, { method: 'PATCH', path: `/${encodeURIComponent(id)}`, json }, record);
    verifyStored(next, [{ id, content: json.content }], [storedOf(result)]);
    return;
  }
  const request: HttpRequest = { method: 'POST', path: '/batch', json: { deletes, patches, posts } };
  const { result } = await callRecords(zone, request, batched);
  verifyStored(next, [...patches, ...posts], [...(result.patches ?? []), ...(result.posts ?? [])].map(storedOf));
}

/** New records are not proxied; changed ones keep their setting. A comment that a person wrote is kept. */
function recordBody({ name, type, ttlSeconds: ttl }: RecordSet, value: string, old?: StoredRecord) {
  const newComment = { comment: `${commentPrefix}${new Date().toISOString()}` };
  const ours = old === undefined || old.comment === '' || old.comment.startsWith(commentPrefix);
  const content = type === 'CNAME' ? withoutDot(value) : value;
  return {
    type,
    name: withoutDot(name),
    content,
    ttl,
    ...(old ? {} : { proxied: false }),
    ...(ours ? newComment : {}),
  };
}

/** @throws PortError garbage when Cloudflare reports another record or value; refused when it stored another TTL. */
function verifyStored(
  next: RecordSet,
  requested: { id?: string; content: string }[],
  reported: readonly StoredRecord[],
): void {
  const title = `${next.type} ${next.name}`;
  for (const { id, content } of requested) {
    const value = canonicalValue(next.type, content);
    const one = reported.find((each) => each.value === value && (id === undefined || each.id === id));
    if (one?.name !== next.name || one.type !== next.type) {
      const others = reported
        .map((each) => `${each.type} ${each.name} with ${each.value} (record ${each.id})`)
        .join(', ');
      const because = `${vendor} reported a different change: requested ${title} with ${value}, reported ${others || 'nothing'}.`;
      throw new PortError('garbage', because);
    }
    if (one.ttlSeconds !== next.ttlSeconds) {
      const because = `${vendor} stored ${title} with a TTL of ${one.ttlSeconds} s instead of ${next.ttlSeconds} s`;
      throw new PortError('refused', `${because}; set dns.ttlSeconds to a TTL that it accepts.`);
    }
  }
}

/**
 * No call returns the permissions of a token, so this changes a record that can't exist: with the permission the error is that it is absent.
 * @throws PortError denied, with the missing permission.
 */
export async function probeWritePermission(zone: Zone): Promise<void> {
  try {
    await callRecords(zone, { method: 'PATCH', path: `/${absentId}`, json: {} }, z.unknown());
  } catch (error) {
    if (!(error instanceof CloudflareRefusal) || (error.kind !== 'absent' && error.kind !== 'refused')) throw error;
  }
}

/** `path` is relative to the zone's records. */
async function callRecords<T>(zone: Zone, request: HttpRequest, result: z.ZodType<T>) {
  const path = `/zones/${encodeURIComponent(await zone.id())}/dns_records${request.path}`;
  return call(zone.http, 'DNS Write', { ...request, path }, result);
}

function storedOf({ id, name, type, content, ttl: ttlSeconds, ...more }: z.output<typeof record>): StoredRecord {
  const value = type === 'A' || type === 'AAAA' || type === 'CNAME' ? canonicalValue(type, content) : content;
  const { proxied, comment, settings } = more;
  const flags = { proxied: proxied === true, flattened: settings?.flatten_cname === true };
  return { id, type, name: canonicalName(name), value, ttlSeconds, comment: comment ?? '', ...flags };
}

const withoutDot = (name: string) => name.slice(0, -1);

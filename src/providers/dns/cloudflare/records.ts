/** The records of a zone at Cloudflare: their spelling, their pages, their change, and what stands between them and the name servers. */
import { z } from 'zod';
import { PortError } from '../../../ports/errors';
import type { HttpRequest } from '../../http/client';
import type { RecordSet } from '../../../ports/ports';
import { ask, CloudflareRefusal, who, type Zone } from './api';
import { canonicalName, canonicalValue, nameWithin, unevenness } from '../provider';

const perPage = 100;
/** A name has one page of records; more come only when a filter was not understood. */
const maxPages = 50;
/** The TTL that stands for "automatic", and what is answered for it. */
const automatic = 1;
export const automaticSeconds = 300;
const nobody = '0'.repeat(32);
const ourMark = 'Set by handover, ';

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

/** A record in our spelling: full name, value as in a canonical set. */
export interface Stored {
  id: string;
  name: string;
  type: string;
  value: string;
  ttlSeconds: number;
  proxied: boolean;
  comment: string;
  flattened: boolean;
}

/** The records of a name and type, of all pages. The filters are a favour: what came is looked through. */
export async function listed(zone: Zone, asked: string, type: RecordSet['type']): Promise<Stored[]> {
  const name = nameWithin(zone.name, asked);
  const seen = new Map<string, Stored>();
  for (let page = 1; page <= maxPages; page += 1) {
    const filter = { type, 'name.exact': bare(name), per_page: String(perPage), page: String(page) };
    const path = `?${new URLSearchParams(filter).toString()}`;
    const { result, total } = await records(zone, { path }, z.array(record));
    for (const one of result) seen.set(one.id, storedOf(one));
    if (total === undefined || seen.size >= total)
      return [...seen.values()].filter((one) => one.name === name && one.type === type);
    if (result.length === 0) break;
  }
  throw new PortError('garbage', `${who} tells of more records than its pages show; ask again.`);
}

/** Why these records can't be moved, or not be seen to move: each a sentence that says what to change. */
export function hindrances(zone: Zone, asked: string, type: RecordSet['type'], found: readonly Stored[]): string[] {
  const name = nameWithin(zone.name, asked);
  const title = `${type} ${name}`;
  const flat = type === 'CNAME' && (name === zone.name || found.some(({ flattened }) => flattened));
  const reasons = [
    found.some(({ proxied }) => proxied) &&
      `${title} is proxied: the name servers answer addresses of ${who} in place of its value, so nobody could see it move; set it to "DNS only", or move the pools of a load balancer instead.`,
    found.some(({ ttlSeconds, proxied }) => ttlSeconds === automatic && !proxied) &&
      `${title} has an automatic TTL, which is answered as ${automaticSeconds} s; give it one of 60 s or more.`,
    flat &&
      `${title} is flattened: the name servers answer the addresses behind the alias, so nobody could see it move; ${name === zone.name ? 'put A and AAAA records in its place' : 'turn its flattening off'}.`,
    unevenness(title, found),
  ];
  return reasons.filter((reason) => typeof reason === 'string');
}

/**
 * The load balancer that answers for `name` in place of its records, as a sentence; undefined when there is none. A disabled one, or one for
 * a wildcard, leaves them alone (documentation "DNS records for load balancing", read 2026-11).
 */
export async function shadowOf(zone: Zone, name: string): Promise<string | undefined> {
  const path = `/zones/${encodeURIComponent(await zone.id())}/load_balancers`;
  const { result } = await ask(zone.http, 'Load Balancers Read', { path }, balancers);
  if (!result.some((one) => one.enabled && canonicalName(one.name) === name)) return undefined;
  return `A load balancer answers for ${name} in place of its records, so changing them would move nobody; move its pools, or disable it.`;
}

/** Brings `found` to `next` by one request: one record is changed by its id, several as one transaction. Never by removing and adding. */
export async function write(zone: Zone, found: readonly Stored[], next: RecordSet): Promise<void> {
  const gone = found.filter(({ value }) => !next.values.includes(value));
  const fresh = next.values.filter((value) => !found.some((one) => one.value === value));
  const kept = found.filter((one) => !gone.includes(one) && one.ttlSeconds !== next.ttlSeconds);
  const patches = [
    ...gone.slice(0, fresh.length).map((one, at) => ({ id: one.id, ...bodyOf(next, fresh[at] ?? one.value, one) })),
    ...kept.map((one) => ({ id: one.id, ...bodyOf(next, one.value, one) })),
  ];
  const posts = fresh.slice(gone.length).map((value) => bodyOf(next, value));
  const deletes = gone.slice(fresh.length).map(({ id }) => ({ id }));
  const [patch] = patches;
  if (patch !== undefined && patches.length + posts.length + deletes.length === 1) {
    const { id, ...json } = patch;
    const { result } = await records(zone, { method: 'PATCH', path: `/${encodeURIComponent(id)}`, json }, record);
    refuseOther(next, [{ id, content: json.content }], [storedOf(result)]);
    return;
  }
  const request: HttpRequest = { method: 'POST', path: '/batch', json: { deletes, patches, posts } };
  const { result } = await records(zone, request, batched);
  refuseOther(next, [...patches, ...posts], [...(result.patches ?? []), ...(result.posts ?? [])].map(storedOf));
}

/** A new record is never proxied, and a changed one stays as it is. A comment that a person wrote is left alone. */
function bodyOf({ name, type, ttlSeconds: ttl }: RecordSet, value: string, old?: Stored) {
  const mark = { comment: `${ourMark}${new Date().toISOString()}` };
  const ours = old === undefined || old.comment === '' || old.comment.startsWith(ourMark);
  const content = type === 'CNAME' ? bare(value) : value;
  return { type, name: bare(name), content, ttl, ...(old ? {} : { proxied: false }), ...(ours ? mark : {}) };
}

/** @throws PortError garbage when another record or value is told of; refused when the TTL is not the one asked for. */
function refuseOther(next: RecordSet, asked: { id?: string; content: string }[], told: readonly Stored[]): void {
  const title = `${next.type} ${next.name}`;
  for (const { id, content } of asked) {
    const value = canonicalValue(next.type, content);
    const one = told.find((each) => each.value === value && (id === undefined || each.id === id));
    if (one?.name !== next.name || one.type !== next.type) {
      const others = told.map((each) => `${each.type} ${each.name} with ${each.value} (record ${each.id})`).join(', ');
      const because = `${who} was told to set ${title} to ${value}, and says that it changed ${others || 'nothing'}.`;
      throw new PortError('garbage', because);
    }
    if (one.ttlSeconds !== next.ttlSeconds) {
      const because = `${who} stored ${title} with a TTL of ${one.ttlSeconds} s instead of ${next.ttlSeconds} s`;
      throw new PortError('refused', `${because}; ask for a TTL that it stores as asked.`);
    }
  }
}

/**
 * No call tells the permissions of a token, so a record that can't exist is changed: whoever may change records is told that it is absent.
 * @throws PortError denied, naming the permission, when it is missing.
 */
export async function provokeDenial(zone: Zone): Promise<void> {
  try {
    await records(zone, { method: 'PATCH', path: `/${nobody}`, json: {} }, z.unknown());
  } catch (error) {
    if (!(error instanceof CloudflareRefusal) || (error.kind !== 'absent' && error.kind !== 'refused')) throw error;
  }
}

/** `path` follows that of the records. */
async function records<T>(zone: Zone, request: HttpRequest, result: z.ZodType<T>) {
  const path = `/zones/${encodeURIComponent(await zone.id())}/dns_records${request.path}`;
  return ask(zone.http, 'DNS Write', { ...request, path }, result);
}

function storedOf({ id, name, type, content, ttl: ttlSeconds, ...more }: z.output<typeof record>): Stored {
  const value = type === 'A' || type === 'AAAA' || type === 'CNAME' ? canonicalValue(type, content) : content;
  const { proxied, comment, settings } = more;
  const flags = { proxied: proxied === true, flattened: settings?.flatten_cname === true };
  return { id, type, name: canonicalName(name), value, ttlSeconds, comment: comment ?? '', ...flags };
}

const bare = (name: string) => name.slice(0, -1);

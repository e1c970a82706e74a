/** The calls on a domain's records: their spelling, their pages, and what an error means. */
import { z } from 'zod';
import { PortError } from '../../../ports/errors';
import type { HttpAnswer } from '../../http/answer';
import type { HttpClient, HttpRequest } from '../../http/client';
import type { RecordSet } from '../../../ports/ports';
import { digitaloceanRefusal } from '../../http/digitalocean';
import { parseBody, requireEmpty } from '../../http/answers';
import type { Stored } from '../by-record';
import { canonicalName, canonicalValue } from '../provider';

export const who = 'DigitalOcean';
/** The longest page there is. */
const perPage = 200;
/** A name has one page of records; more come only when a filter was not understood. */
const maxPages = 50;

const record = z.object({ id: z.int(), type: z.string(), name: z.string(), data: z.string(), ttl: z.int() });
const onePage = z.object({
  domain_records: z.array(record),
  links: z.object({ pages: z.object({ next: z.string().nullish() }).nullish() }).nullish(),
});
const oneRecord = z.object({ domain_record: record });

export interface Domain {
  http: HttpClient;
  /** Canonical. */
  zone: string;
}

/** The records of a name and type, of all pages. The filters are a favour: what came is looked through. */
export async function listed(domain: Domain, name: string, type: RecordSet['type']): Promise<Stored<number>[]> {
  const found: Stored<number>[] = [];
  for (let page: number | undefined = 1; page !== undefined;) {
    const query = new URLSearchParams({ type, name: bare(name), per_page: String(perPage), page: String(page) });
    const answer = await ask(domain, 'domain:read', { path: `?${query.toString()}` });
    const { domain_records: records, links } = parseBody(answer, onePage);
    found.push(...records.map((one) => storedOf(domain, one)).filter((one) => one.type === type && one.name === name));
    page = nextPage(links?.pages?.next, page);
  }
  return found;
}

/** Of an absolute link only the number of the page is taken: the token never follows it, and the filters stay ours. */
function nextPage(link: string | null | undefined, page: number): number | undefined {
  if (link === null || link === undefined || link === '') return undefined;
  const next = URL.canParse(link) ? Number(new URL(link).searchParams.get('page')) : NaN;
  if (next === page + 1 && next <= maxPages) return next;
  throw new PortError('garbage', `${who} answered page ${page} of the records with an unusable link to the next one.`);
}

/** Gives record `id` this value and TTL, or adds a record when there is no id; what is stored then. */
export async function written(
  domain: Domain,
  id: number | undefined,
  to: Omit<Stored<number>, 'id'>,
): Promise<Stored<number>> {
  const { type, value: data, ttlSeconds: ttl } = to;
  // A target is written with the dot at its end, also where only the TTL changes: 422 otherwise, though reads leave the dot out.
  const name = to.name === domain.zone ? '@' : to.name.slice(0, -domain.zone.length - 1);
  const request: HttpRequest =
    id === undefined
      ? { method: 'POST', path: '', json: { type, name, data, ttl } }
      : { method: 'PATCH', path: `/${id}`, json: { type, data, ttl } };
  return storedOf(domain, parseBody(await ask(domain, 'domain:update', request), oneRecord).domain_record);
}

export async function removed(domain: Domain, id: number): Promise<void> {
  requireEmpty(await ask(domain, 'domain:update', { method: 'DELETE', path: `/${id}` }));
}

/**
 * No call tells the scopes of a token, so a record that can't exist is changed: whoever may change records is told that it is absent.
 * @throws PortError denied, naming the scope, when it is missing; garbage when the record is said to be changed.
 */
export async function provokeDenial(domain: Domain, type: RecordSet['type']): Promise<void> {
  try {
    await ask(domain, 'domain:update', { method: 'PATCH', path: '/0', json: { type } });
  } catch (error) {
    if (error instanceof PortError && (error.kind === 'absent' || error.kind === 'refused')) return;
    throw error;
  }
  throw new PortError(
    'garbage',
    `${who} says that it changed a record that can't exist; what answers there is not its API.`,
  );
}

/** `path` follows that of the records. @throws PortError in the vendor's words, with the scope that the call needs where it is denied. */
async function ask({ http, zone }: Domain, scope: string, request: HttpRequest): Promise<HttpAnswer> {
  const path = `/v2/domains/${encodeURIComponent(bare(zone))}/records${request.path}`;
  const answer = await http.ask({ ...request, path });
  if (answer.status >= 200 && answer.status <= 299) return answer;
  throw refusal(answer, zone, request, scope);
}

function refusal(answer: HttpAnswer, zone: string, { method = 'GET' }: HttpRequest, scope: string): PortError {
  const missing = answer.status === 404 && method === 'GET';
  const hint = missing ? `Add ${zone} to the team that the token belongs to, or correct the zone.` : undefined;
  return digitaloceanRefusal(answer, scope, hint);
}

/** Names come relative, `@` for the apex; a target comes without its final dot, and as `@` when it is the apex. */
function storedOf(
  { zone }: Domain,
  { id, type, name, data, ttl: ttlSeconds }: z.output<typeof record>,
): Stored<number> {
  const full = name === '@' || name === '' ? zone : canonicalName(`${name}.${zone}`);
  const target = data === '@' ? zone : data;
  const value = type === 'A' || type === 'AAAA' || type === 'CNAME' ? canonicalValue(type, target) : data;
  return { id, type, name: full, value, ttlSeconds };
}

const bare = (name: string) => name.slice(0, -1);

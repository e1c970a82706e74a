/** Calls on a domain's records: their format, paging and errors. */
import { z } from 'zod';
import { PortError } from '../../../ports/errors';
import type { HttpResponse } from '../../http/response';
import type { HttpClient, HttpRequest } from '../../http/client';
import type { RecordSet } from '../../../ports/ports';
import { digitaloceanRefusal } from '../../http/digitalocean';
import { parseBody, requireEmpty } from '../../http/read-response';
import type { StoredRecord } from '../record-zone';
import { canonicalName, canonicalValue } from '../provider';

export const vendor = 'DigitalOcean';
/** The largest page size. */
const perPage = 200;
/** The records of one name fit on one page; more pages mean that a filter was ignored. */
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

/** All records of a name and type, from all pages. Filtered here too, in case the API ignores a filter. */
export async function listRecords(
  domain: Domain,
  name: string,
  type: RecordSet['type'],
): Promise<StoredRecord<number>[]> {
  const found: StoredRecord<number>[] = [];
  for (let page: number | undefined = 1; page !== undefined;) {
    const query = new URLSearchParams({ type, name: withoutDot(name), per_page: String(perPage), page: String(page) });
    const response = await call(domain, 'domain:read', { path: `?${query.toString()}` });
    const { domain_records: records, links } = parseBody(response, onePage);
    found.push(...records.map((one) => storedOf(domain, one)).filter((one) => one.type === type && one.name === name));
    page = nextPage(links?.pages?.next, page);
  }
  return found;
}

/** Takes only the page number from an absolute link, so that the token is never sent elsewhere and the filters stay the same. */
function nextPage(link: string | null | undefined, page: number): number | undefined {
  if (link === null || link === undefined || link === '') return undefined;
  const next = URL.canParse(link) ? Number(new URL(link).searchParams.get('page')) : NaN;
  if (next === page + 1 && next <= maxPages) return next;
  throw new PortError(
    'garbage',
    `${vendor} returned page ${page} of the records with an invalid link to the next page.`,
  );
}

/** Sets value and TTL of record `id`, or adds a record without an id. @returns the record that the response reports */
export async function writeRecord(
  domain: Domain,
  id: number | undefined,
  to: Omit<StoredRecord<number>, 'id'>,
): Promise<StoredRecord<number>> {
  const { type, value: data, ttlSeconds: ttl } = to;
  // CNAME targets are sent with the trailing dot, also when only the TTL changes: 422 otherwise, although reads omit the dot.
  const name = to.name === domain.zone ? '@' : to.name.slice(0, -domain.zone.length - 1);
  const request: HttpRequest =
    id === undefined
      ? { method: 'POST', path: '', json: { type, name, data, ttl } }
      : { method: 'PATCH', path: `/${id}`, json: { type, data, ttl } };
  return storedOf(domain, parseBody(await call(domain, 'domain:update', request), oneRecord).domain_record);
}

export async function removeRecord(domain: Domain, id: number): Promise<void> {
  requireEmpty(await call(domain, 'domain:update', { method: 'DELETE', path: `/${id}` }));
}

/**
 * No call returns the scopes of a token, so this changes a record that can't exist: with the scope the error is that it is absent.
 * @throws PortError denied, with the missing scope; garbage when the change is reported as successful.
 */
export async function probeWritePermission(domain: Domain, type: RecordSet['type']): Promise<void> {
  try {
    await call(domain, 'domain:update', { method: 'PATCH', path: '/0', json: { type } });
  } catch (error) {
    if (error instanceof PortError && (error.kind === 'absent' || error.kind === 'refused')) return;
    throw error;
  }
  throw new PortError(
    'garbage',
    `${vendor} reported changing a record that can't exist; dns.provider.url does not lead to its API.`,
  );
}

/** `path` is relative to the domain's records. @throws PortError with the vendor's message, and the missing scope when denied. */
async function call({ http, zone }: Domain, scope: string, request: HttpRequest): Promise<HttpResponse> {
  const path = `/v2/domains/${encodeURIComponent(withoutDot(zone))}/records${request.path}`;
  const response = await http.send({ ...request, path });
  if (response.status >= 200 && response.status <= 299) return response;
  throw refusal(response, zone, request, scope);
}

function refusal(response: HttpResponse, zone: string, { method = 'GET' }: HttpRequest, scope: string): PortError {
  const missing = response.status === 404 && method === 'GET';
  const hint = missing ? `Add ${zone} to the team of the token, or correct dns.provider.zone.` : undefined;
  return digitaloceanRefusal(response, scope, hint);
}

/** The API returns relative names, `@` for the apex; targets come without the trailing dot, and as `@` for the apex. */
function storedOf(
  { zone }: Domain,
  { id, type, name, data, ttl: ttlSeconds }: z.output<typeof record>,
): StoredRecord<number> {
  const full = name === '@' || name === '' ? zone : canonicalName(`${name}.${zone}`);
  const target = data === '@' ? zone : data;
  const value = type === 'A' || type === 'AAAA' || type === 'CNAME' ? canonicalValue(type, target) : data;
  return { id, type, name: full, value, ttlSeconds };
}

const withoutDot = (name: string) => name.slice(0, -1);

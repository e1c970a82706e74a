/** Calls to Cloud DNS: paging and errors. */
import { z } from 'zod';
import { PortError } from '../../../ports/errors';
import { openHttp, type HttpClient, type HttpRequest } from '../../http/client';
import type { HttpResponse } from '../../http/response';
import { plainWords } from '../../http/plain-words';
import { redactor } from '../../http/redact';
import { parseBody, httpError, retryAfterMs } from '../../http/read-response';
import { ChangeRejected } from '../conditional-zone';
import type { Tokens } from './token';

export const vendor = 'Google Cloud DNS';
const timeoutMs = 5_000;
const maxPages = 50;

const rrset = z.object({
  name: z.string(),
  type: z.string(),
  ttl: z.int().min(0).optional(),
  rrdatas: z.array(z.string()).optional(),
  routingPolicy: z.unknown().optional(),
});
/** A record set as the API lists it. */
export type Rrset = z.output<typeof rrset>;

const managedZone = z.object({ name: z.string(), dnsName: z.string(), visibility: z.string().optional() });
export type ManagedZone = z.output<typeof managedZone>;

const change = z.object({ id: z.string(), status: z.enum(['pending', 'done']) });
const errorBody = z.object({
  error: z.object({ message: z.string(), errors: z.array(z.object({ reason: z.string() })).optional() }),
});

/** The permissions that each call needs. */
const permissions = {
  list: 'dns.managedZones.list on the project, or name the zone as dns.provider.managedZone',
  get: 'dns.managedZones.get',
  read: 'dns.resourceRecordSets.list',
  change: 'dns.changes.create, dns.resourceRecordSets.create and dns.resourceRecordSets.delete',
};

export interface GoogleCalls {
  zonesNamed: (dnsName: string) => Promise<ManagedZone[]>;
  zone: (name: string) => Promise<ManagedZone>;
  /** Record sets of this name and type. */
  sets: (zone: string, name: string, type: string) => Promise<Rrset[]>;
  /** Atomic. @throws ChangeRejected when `deletion` is not stored, or `addition` is. */
  change: (zone: string, deletion: Rrset, addition: Rrset | undefined) => Promise<void>;
  close: () => void;
}

interface Session {
  http: HttpClient;
  tokens: Tokens;
}

export function openGoogle(project: string, url: string, ca: { ca?: string }, tokens: Tokens): GoogleCalls {
  const session: Session = { http: openHttp({ server: vendor, baseUrl: url, timeoutMs, ...ca }), tokens };
  const zones = `/dns/v1/projects/${encodeURIComponent(project)}/managedZones`;
  const at = (zone: string) => `${zones}/${encodeURIComponent(zone)}`;
  const listed = { managedZones: z.array(managedZone).optional() };
  const read = { rrsets: z.array(rrset).optional() };
  return {
    zonesNamed: async (dnsName) =>
      (await pages(session, permissions.list, zones, { dnsName }, listed)).flatMap(
        ({ managedZones = [] }) => managedZones,
      ),
    zone: async (name) => parseBody(await call(session, permissions.get, { path: at(name) }), managedZone),
    sets: async (zone, name, type) =>
      (await pages(session, permissions.read, `${at(zone)}/rrsets`, { name, type }, read)).flatMap(
        ({ rrsets = [] }) => rrsets,
      ),
    change: async (zone, deletion, addition) => {
      const json = { deletions: [deletion], additions: addition === undefined ? [] : [addition] };
      const request: HttpRequest = { method: 'POST', path: `${at(zone)}/changes`, json };
      parseBody(await call(session, permissions.change, request).catch(rejected), change);
    },
    close: () => {
      session.http.close();
      tokens.close();
    },
  };
}

/** A page may be short or empty and still have a next page. */
async function pages<S extends z.ZodRawShape>(
  session: Session,
  permission: string,
  path: string,
  query: Record<string, string>,
  shape: S,
): Promise<z.output<z.ZodObject<S>>[]> {
  const schema = z.object(shape);
  const more = z.object({ nextPageToken: z.string().optional() });
  const found: z.output<z.ZodObject<S>>[] = [];
  let pageToken: string | undefined;
  for (let page = 1; page <= maxPages; page += 1) {
    const search = new URLSearchParams({ ...query, ...(pageToken === undefined ? {} : { pageToken }) });
    const response = await call(session, permission, { path: `${path}?${search.toString()}` });
    found.push(parseBody(response, schema));
    pageToken = parseBody(response, more).nextPageToken;
    if (pageToken === undefined || pageToken === '') return found;
  }
  throw new PortError('garbage', `${vendor} returned more than ${maxPages} pages; expected a few.`);
}

/** @throws PortError with Google's message, and the missing permission when denied. */
async function call({ http, tokens }: Session, permission: string, request: HttpRequest): Promise<HttpResponse> {
  const token = await tokens.current();
  const response = await http.send({ ...request, headers: { authorization: `Bearer ${token}` } });
  if (response.status >= 200 && response.status <= 299) return response;
  if (response.status === 401) tokens.forget();
  // Hides the token only: the response's own redactor would also hide the names in the query.
  const hide = redactor([token]);
  throw refusal({ ...response, quote: (words) => plainWords(hide(words), response.asked) }, permission);
}

/** The set to delete is missing (404) or different (412), or the set to add exists (409). */
function rejected(error: unknown): never {
  if (!(error instanceof PortError) || (error.kind !== 'conflict' && error.kind !== 'absent')) throw error;
  throw new ChangeRejected(error.kind, error.message, true);
}

/** Rate limits are returned as 403 too; reasons as listed in Google's documentation of API errors (2026-11). */
const limitReasons = /^(userR|r)ateLimitExceeded$/;

function refusal(response: HttpResponse, permission: string): PortError {
  const { kind: kindOfStatus } = httpError(response);
  const { reason, message } = errorIn(response.text);
  const kind = limitReasons.test(reason) ? 'limited' : reason === 'quotaExceeded' ? 'refused' : kindOfStatus;
  const words = [
    reason === '' ? '' : `, ${reason}`,
    message === '' ? '' : `: ${response.quote(message).slice(0, 300)}`,
  ];
  const because = `${vendor} returned ${response.status}${words.join('')}`;
  const sentence = /[.!?]$/.test(because) ? because : `${because}.`;
  const hint =
    response.status === 401
      ? 'Retry; if it fails again, create a new key for the service account.'
      : kind === 'denied' && reason !== 'accessNotConfigured'
        ? `Grant the service account ${permission}.`
        : undefined;
  const waitMs = kind === 'limited' ? retryAfterMs(response.headers['retry-after'], Date.now()) : undefined;
  return new PortError(kind, [sentence, hint].filter(Boolean).join(' '), waitMs === undefined ? {} : { waitMs });
}

function errorIn(text: string): { reason: string; message: string } {
  try {
    const { error } = errorBody.parse(JSON.parse(text));
    const { reason = '' } = error.errors?.[0] ?? {};
    return { reason: /^[A-Za-z]{1,40}$/.test(reason) ? reason : '', message: error.message };
  } catch {
    return { reason: '', message: '' };
  }
}

/** The calls on Cloud DNS: their pages, and what an error means. */
import { z } from 'zod';
import { PortError } from '../../../ports/errors';
import { openHttp, type HttpClient, type HttpRequest } from '../../http/client';
import type { HttpAnswer } from '../../http/answer';
import { redactor } from '../../http/redact';
import { parseBody, httpError, retryAfterMs } from '../../http/answers';
import { Unfit } from '../conditional';
import type { Tokens } from './token';

export const who = 'Google Cloud DNS';
const timeoutMs = 5_000;
const maxPages = 50;

const rrset = z.object({
  name: z.string(),
  type: z.string(),
  ttl: z.int().min(0).optional(),
  rrdatas: z.array(z.string()).optional(),
  routingPolicy: z.unknown().optional(),
});
/** As it is listed. */
export type Rrset = z.output<typeof rrset>;

const managedZone = z.object({ name: z.string(), dnsName: z.string(), visibility: z.string().optional() });
export type ManagedZone = z.output<typeof managedZone>;

const change = z.object({ id: z.string(), status: z.enum(['pending', 'done']) });
const failed = z.object({
  error: z.object({ message: z.string(), errors: z.array(z.object({ reason: z.string() })).optional() }),
});

/** What the service account needs for each call. */
const needed = {
  list: 'dns.managedZones.list on the project, or name the zone as dns.provider.managedZone',
  get: 'dns.managedZones.get',
  read: 'dns.resourceRecordSets.list',
  change: 'dns.changes.create, dns.resourceRecordSets.create and dns.resourceRecordSets.delete',
};

export interface GoogleCalls {
  zonesNamed: (dnsName: string) => Promise<ManagedZone[]>;
  zone: (name: string) => Promise<ManagedZone>;
  /** Sets of this name and type. */
  sets: (zone: string, name: string, type: string) => Promise<Rrset[]>;
  /** Both or none. @throws Unfit when `deletion` is not what is stored, or `addition` is. */
  change: (zone: string, deletion: Rrset, addition: Rrset | undefined) => Promise<void>;
  close: () => void;
}

interface Session {
  http: HttpClient;
  tokens: Tokens;
}

export function openGoogle(project: string, url: string, ca: { ca?: string }, tokens: Tokens): GoogleCalls {
  const session: Session = { http: openHttp({ who, baseUrl: url, timeoutMs, ...ca }), tokens };
  const zones = `/dns/v1/projects/${encodeURIComponent(project)}/managedZones`;
  const at = (zone: string) => `${zones}/${encodeURIComponent(zone)}`;
  const listed = { managedZones: z.array(managedZone).optional() };
  const read = { rrsets: z.array(rrset).optional() };
  return {
    zonesNamed: async (dnsName) =>
      (await pages(session, needed.list, zones, { dnsName }, listed)).flatMap(({ managedZones = [] }) => managedZones),
    zone: async (name) => parseBody(await ask(session, needed.get, { path: at(name) }), managedZone),
    sets: async (zone, name, type) =>
      (await pages(session, needed.read, `${at(zone)}/rrsets`, { name, type }, read)).flatMap(
        ({ rrsets = [] }) => rrsets,
      ),
    change: async (zone, deletion, addition) => {
      const json = { deletions: [deletion], additions: addition === undefined ? [] : [addition] };
      const request: HttpRequest = { method: 'POST', path: `${at(zone)}/changes`, json };
      parseBody(await ask(session, needed.change, request).catch(unfit), change);
    },
    close: () => {
      session.http.close();
      tokens.close();
    },
  };
}

/** Pages may be short, even empty, and still have a next one. */
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
    const answer = await ask(session, permission, { path: `${path}?${search.toString()}` });
    found.push(parseBody(answer, schema));
    pageToken = parseBody(answer, more).nextPageToken;
    if (pageToken === undefined || pageToken === '') return found;
  }
  throw new PortError('garbage', `${who} answered with more than ${maxPages} pages where a few were expected.`);
}

/** @throws PortError in Google's words, with the permission that the call needs where it is denied. */
async function ask({ http, tokens }: Session, permission: string, request: HttpRequest): Promise<HttpAnswer> {
  const token = await tokens.current();
  const answer = await http.ask({ ...request, headers: { authorization: `Bearer ${token}` } });
  if (answer.status >= 200 && answer.status <= 299) return answer;
  if (answer.status === 401) tokens.forget();
  // Not the answer's own way of hiding: it would take the names in the query out of the sentence.
  throw refusal({ ...answer, hide: redactor([token]) }, permission);
}

/** What was to be removed is not there (404) or not so (412), or what was to be added is there (409). */
function unfit(error: unknown): never {
  if (!(error instanceof PortError) || (error.kind !== 'conflict' && error.kind !== 'absent')) throw error;
  throw new Unfit(error.kind, error.message, true);
}

/** Limits come as 403 too; reasons as Google's page on the errors of its APIs lists them (2026-11). */
const limits = /^(userR|r)ateLimitExceeded$/;

function refusal(answer: HttpAnswer, permission: string): PortError {
  const { kind: ofStatus } = httpError(answer);
  const { reason, message } = saidIn(answer.text);
  const kind = limits.test(reason) ? 'limited' : reason === 'quotaExceeded' ? 'refused' : ofStatus;
  const words = [reason === '' ? '' : `, ${reason}`, message === '' ? '' : `: ${answer.hide(message).slice(0, 300)}`];
  const because = `${who} answered ${answer.status}${words.join('')}`;
  const sentence = /[.!?]$/.test(because) ? because : `${because}.`;
  const hint =
    answer.status === 401
      ? 'Make a new key for the service account if a repeat says the same.'
      : kind === 'denied' && reason !== 'accessNotConfigured'
        ? `Grant the service account ${permission}.`
        : undefined;
  const waitMs = kind === 'limited' ? retryAfterMs(answer.headers['retry-after'], Date.now()) : undefined;
  return new PortError(kind, [sentence, hint].filter(Boolean).join(' '), waitMs === undefined ? {} : { waitMs });
}

function saidIn(text: string): { reason: string; message: string } {
  try {
    const { error } = failed.parse(JSON.parse(text));
    return { reason: error.errors?.[0]?.reason ?? '', message: error.message };
  } catch {
    return { reason: '', message: '' };
  }
}

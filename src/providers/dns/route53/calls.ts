/**
 * The calls on Route 53: AWS's client spells and signs them, our own HTTP sends them, one attempt each, and an error is read here, because
 * a batch that is refused tells by its words alone why.
 */
import type { Change, HostedZone, ListResourceRecordSetsRequest, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { noteTooManyRequests } from '../../rate-limit/scope';
import { PortError } from '../../../ports/errors';
import type { FailureKind } from '../../../domain/failure';
import { openHttp, type HttpClient } from '../../http/client';
import type { HttpAnswer } from '../../http/answer';
import { redactor } from '../../http/redact';
import { httpError, retryAfterMs } from '../../http/answers';
import { Unfit } from '../conditional';

export const who = 'Route 53';
const timeoutMs = 5_000;

export interface Access {
  url: string;
  /** `ACCESS_KEY_ID:SECRET_ACCESS_KEY`, and `:SESSION_TOKEN` for a temporary one. */
  key: string;
  /** PEM of the authority behind an https URL, when it is not a well-known one. */
  ca?: string;
}

export interface Page {
  sets: ResourceRecordSet[];
  /** Where the next page begins; undefined on the last one. */
  next: Omit<ListResourceRecordSetsRequest, 'HostedZoneId'> | undefined;
}

/** All throw PortError, with the permission that the call needs where it is denied. */
export interface Route53Calls {
  /** Hosted zones from this name on, in the order of names. */
  zones: (name: string) => Promise<HostedZone[]>;
  /** Sets from a name and type on, in the order of names. */
  sets: (request: ListResourceRecordSetsRequest) => Promise<Page>;
  /** All of `changes` or none. @throws Unfit when they are wrong, or don't fit what is stored. */
  change: (hostedZoneId: string, changes: Change[]) => Promise<void>;
  close: () => void;
}

/** Codes as AWS's pages "Common errors" and "ChangeResourceRecordSets" list them (2026-11). Limits come as 400. */
const kinds: readonly [FailureKind, RegExp][] = [
  ['denied', /^(AccessDenied|UnrecognizedClient|ExpiredToken|InvalidSignature|SignatureDoesNotMatch)(Exception)?$/],
  ['denied', /^(IncompleteSignature|MissingAuthenticationToken|InvalidClientTokenId|NotAuthorized|OptInRequired)$/],
  ['denied', /^Request(Expired|TimeTooSkewed)$/],
  ['limited', /^(Throttling|Throttled|RequestLimitExceeded|TooManyRequests)(Exception)?$|^PriorRequestNotComplete$/],
  ['absent', /^NoSuchHostedZone$/],
];

/** The words by which alone a batch that came too late is told from one that is wrong. */
const outdated = /\bTried to (delete|create) resource record set/;

const hints: readonly [RegExp, string][] = [
  [/^SignatureDoesNotMatch$/, 'Correct the secret behind the access key, and set the clock of the worker by NTP.'],
  [/^(InvalidClientTokenId|UnrecognizedClient)/, 'Make a new access key: this one is unknown, inactive or deleted.'],
  [/^(ExpiredToken|Request)/, 'Make a new access key that does not expire, and set the clock of the worker by NTP.'],
  [/^NoSuchHostedZone$/, 'Correct dns.provider.hostedZoneId, or leave it out to have the zone found by its name.'],
];

export async function openRoute53({ url, key, ca }: Access): Promise<Route53Calls> {
  // Not before it is needed: a site without Route 53 pays nothing for its client.
  const aws = await import('@aws-sdk/client-route-53');
  const http = openHttp({ who, baseUrl: new URL(url).origin, timeoutMs, ...(ca === undefined ? {} : { ca }) });
  const client = new aws.Route53Client({
    endpoint: url,
    region: 'us-east-1',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    credentials: credentialsOf(key),
    maxAttempts: 1,
    requestHandler: handlerOf(http, redactor(key.split(':'))),
  });
  return {
    zones: async (name) => {
      const answer = await understood(client.send(new aws.ListHostedZonesByNameCommand({ DNSName: name })));
      return answer.HostedZones ?? [];
    },
    sets: async (request) => {
      const answer = await understood(client.send(new aws.ListResourceRecordSetsCommand(request)));
      const { NextRecordName: StartRecordName, NextRecordType, NextRecordIdentifier } = answer;
      const next = {
        StartRecordName,
        StartRecordType: NextRecordType,
        ...(NextRecordIdentifier === undefined ? {} : { StartRecordIdentifier: NextRecordIdentifier }),
      };
      return { sets: answer.ResourceRecordSets ?? [], next: answer.IsTruncated === true ? next : undefined };
    },
    change: async (HostedZoneId, Changes) => {
      const command = new aws.ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } });
      await understood(client.send(command));
    },
    close: () => {
      client.destroy();
      http.close();
    },
  };
}

/** What failed on the way here is a PortError; the client itself fails only when it can't read the answer. */
async function understood<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof PortError) throw error;
    throw new PortError('garbage', `The answer of ${who} is not usable: AWS's own client can't read it.`);
  }
}

function credentialsOf(key: string) {
  const [accessKeyId = '', secretAccessKey = '', sessionToken] = key.split(':');
  if (accessKeyId === '' || secretAccessKey === '')
    throw new PortError('refused', `The key for ${who} is not of the form ACCESS_KEY_ID:SECRET_ACCESS_KEY.`);
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** A request as the client hands it over, signed. */
interface Outgoing {
  method: 'GET' | 'POST';
  path: string;
  query?: Record<string, string>;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** Sends what the client signed. Whatever is no answer of Route 53 in good order is thrown past the client, which would read sense into it. */
function handlerOf(http: HttpClient, hide: (text: string) => string) {
  return {
    handle: async ({ method, path, query = {}, headers, body }: Outgoing) => {
      const { host: _host, 'content-length': _length, ...sent } = headers;
      const search = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('='));
      const text = body === undefined ? {} : { body: Buffer.from(body).toString('utf8') };
      const request = {
        method,
        path: [path, ...(search.length === 0 ? [] : [search.join('&')])].join('?'),
        headers: sent,
        ...text,
      };
      const answer = await http.ask(request);
      const signature = redactor((headers['authorization'] ?? '').split(/[ ,=]+/).filter((part) => part.length > 24));
      refuse(answer, (words) => hide(signature(words)), neededBy(method, path));
      return { response: { statusCode: answer.status, headers: answer.headers, body: Buffer.from(answer.text) } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

function neededBy(method: string, path: string): string {
  if (path.includes('hostedzonesbyname')) return 'route53:ListHostedZonesByName';
  return method === 'GET' ? 'route53:ListResourceRecordSets' : 'route53:ChangeResourceRecordSets';
}

/** @throws PortError unless `answer` is a success in the words of Route 53. */
function refuse(answer: HttpAnswer, hide: (text: string) => string, permission: string): void {
  const root = /^\s*(?:<\?xml[^>]*>\s*)?<(\w+)/.exec(answer.text)?.[1] ?? '';
  if (answer.status >= 200 && answer.status <= 299) {
    if (root !== 'ErrorResponse' && root.endsWith('Response')) return;
    throw new PortError('garbage', `${who} answered ${answer.status}, but not in its own words.`);
  }
  const code = root === 'InvalidChangeBatch' ? root : (tagged(answer.text, 'Code')[0] ?? '');
  const words = hide([...tagged(answer.text, 'Message'), ...tagged(answer.text, 'message')].join(' ')).slice(0, 300);
  const because = `${who} answered ${answer.status}${code === '' ? '' : `, ${code}`}${words === '' ? '' : `: ${words}`}`;
  const sentence = /[.!?]$/.test(because) ? because : `${because}.`;
  if (code === 'InvalidChangeBatch') throw new Unfit('refused', sentence, outdated.test(words));
  const kind = kinds.find(([, codes]) => codes.test(code))?.[0] ?? httpError(answer).kind;
  if (kind === 'limited' && code !== 'PriorRequestNotComplete') noteTooManyRequests();
  const needs = `Allow ${permission} in the policy of the access key.`;
  const hint = hints.find(([codes]) => codes.test(code))?.[1] ?? (kind === 'denied' ? needs : undefined);
  const waitMs = kind === 'limited' ? retryAfterMs(answer.headers['retry-after'], Date.now()) : undefined;
  throw new PortError(
    kind,
    hint === undefined ? sentence : `${sentence} ${hint}`,
    waitMs === undefined ? {} : { waitMs },
  );
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** What stands in each element of this name, as one line of plain text. */
function tagged(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) =>
    text
      .replace(/&#(?:x([\da-f]{1,5})|(\d{1,6}));/gi, (_, hex?: string, ten?: string) =>
        String.fromCodePoint(hex === undefined ? Number(ten) : parseInt(hex, 16)),
      )
      .replace(/&(\w+);/g, (whole, entity: string) => entities[entity] ?? whole)
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

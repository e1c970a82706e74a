/**
 * Calls to Route 53: AWS's client builds and signs the requests, our HTTP client sends them, one attempt each. Errors are parsed here, because
 * only the message of a rejected batch tells why it was rejected.
 */
import type { Change, HostedZone, ListResourceRecordSetsRequest, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { noteTooManyRequests } from '../../rate-limit/scope';
import { PortError } from '../../../ports/errors';
import type { FailureKind } from '../../../domain/failure';
import { openHttp, type HttpClient } from '../../http/client';
import type { HttpResponse } from '../../http/response';
import { plainWords } from '../../http/plain-words';
import { redactor } from '../../http/redact';
import { httpError, retryAfterMs } from '../../http/read-response';
import { ChangeRejected } from '../conditional-zone';
import { codeIn, elementTexts } from './error-xml';

export const vendor = 'Route 53';
const timeoutMs = 5_000;

export interface Access {
  url: string;
  /** `ACCESS_KEY_ID:SECRET_ACCESS_KEY`, and `:SESSION_TOKEN` for a temporary one. */
  key: string;
  /** PEM of the CA of an https URL, unless it is a public one. */
  ca?: string;
}

export interface Page {
  sets: ResourceRecordSet[];
  /** Start of the next page; undefined on the last one. */
  next: Omit<ListResourceRecordSetsRequest, 'HostedZoneId'> | undefined;
}

/** All throw PortError, with the missing permission when denied. */
export interface Route53Calls {
  /** Hosted zones in name order, starting at this name. */
  zones: (name: string) => Promise<HostedZone[]>;
  /** Record sets in name order, starting at a name and type. */
  sets: (request: ListResourceRecordSetsRequest) => Promise<Page>;
  /** Atomic. @throws ChangeRejected when `changes` are invalid or don't match what is stored. */
  change: (hostedZoneId: string, changes: Change[]) => Promise<void>;
  close: () => void;
}

/** Error codes as listed in AWS's pages "Common errors" and "ChangeResourceRecordSets" (2026-11). Rate limits are returned as 400. */
const failureKinds: readonly [FailureKind, RegExp][] = [
  ['denied', /^(AccessDenied|UnrecognizedClient|ExpiredToken|InvalidSignature|SignatureDoesNotMatch)(Exception)?$/],
  ['denied', /^(IncompleteSignature|MissingAuthenticationToken|InvalidClientTokenId|NotAuthorized|OptInRequired)$/],
  ['denied', /^Request(Expired|TimeTooSkewed)$/],
  ['limited', /^(Throttling|Throttled|RequestLimitExceeded|TooManyRequests)(Exception)?$|^PriorRequestNotComplete$/],
  ['absent', /^NoSuchHostedZone$/],
];

/** Only this message tells an outdated batch from an invalid one. */
const outdatedChange = /\bTried to (delete|create) resource record set/;

const hints: readonly [RegExp, string][] = [
  [/^SignatureDoesNotMatch$/, 'Correct the secret of the access key, and synchronize the clock of the worker by NTP.'],
  [/^(InvalidClientTokenId|UnrecognizedClient)/, 'Create a new access key: this one is unknown, inactive or deleted.'],
  [
    /^(ExpiredToken|Request)/,
    'Create a new access key that does not expire, and synchronize the clock of the worker by NTP.',
  ],
  [/^NoSuchHostedZone$/, 'Correct dns.provider.hostedZoneId, or remove it to look the zone up by name.'],
];

export async function openRoute53({ url, key, ca }: Access): Promise<Route53Calls> {
  // Loaded on first use, to save memory on sites without Route 53.
  const aws = await import('@aws-sdk/client-route-53');
  const authority = ca === undefined ? {} : { ca };
  const http = openHttp({ server: vendor, baseUrl: new URL(url).origin, timeoutMs, ...authority });
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
      const response = await readable(client.send(new aws.ListHostedZonesByNameCommand({ DNSName: name })));
      return response.HostedZones ?? [];
    },
    sets: async (request) => {
      const response = await readable(client.send(new aws.ListResourceRecordSetsCommand(request)));
      const { NextRecordName: StartRecordName, NextRecordType, NextRecordIdentifier } = response;
      const next = {
        StartRecordName,
        StartRecordType: NextRecordType,
        ...(NextRecordIdentifier === undefined ? {} : { StartRecordIdentifier: NextRecordIdentifier }),
      };
      return { sets: response.ResourceRecordSets ?? [], next: response.IsTruncated === true ? next : undefined };
    },
    change: async (HostedZoneId, Changes) => {
      const command = new aws.ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } });
      await readable(client.send(command));
    },
    close: () => {
      client.destroy();
      http.close();
    },
  };
}

/** Transport errors are PortErrors already; the client itself fails only when it can't parse the response. */
async function readable<T>(result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof PortError) throw error;
    throw new PortError('garbage', `The response of ${vendor} is invalid: AWS's own client can't parse it.`);
  }
}

function credentialsOf(key: string) {
  const [accessKeyId = '', secretAccessKey = '', sessionToken] = key.split(':');
  if (accessKeyId === '' || secretAccessKey === '')
    throw new PortError('refused', `The key for ${vendor} must have the form ACCESS_KEY_ID:SECRET_ACCESS_KEY.`);
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

/** A signed request from AWS's client. */
interface SignedRequest {
  method: 'GET' | 'POST';
  path: string;
  query?: Record<string, string>;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** Sends the signed request. Errors are thrown past the client, which would misread responses that are not from Route 53. */
function handlerOf(http: HttpClient, hide: (text: string) => string) {
  return {
    handle: async ({ method, path, query = {}, headers, body }: SignedRequest) => {
      const { host: _host, 'content-length': _length, ...sent } = headers;
      const search = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('='));
      const text = body === undefined ? {} : { body: Buffer.from(body).toString('utf8') };
      const request = {
        method,
        path: [path, ...(search.length === 0 ? [] : [search.join('&')])].join('?'),
        headers: sent,
        ...text,
      };
      const response = await http.send(request);
      const signature = redactor((headers['authorization'] ?? '').split(/[ ,=]+/).filter((part) => part.length > 24));
      const quote = (words: string) => plainWords(hide(signature(words)), response.asked);
      requireRoute53Response(response, quote, permissionFor(method, path));
      return { response: { statusCode: response.status, headers: response.headers, body: Buffer.from(response.text) } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

function permissionFor(method: string, path: string): string {
  if (path.includes('hostedzonesbyname')) return 'route53:ListHostedZonesByName';
  return method === 'GET' ? 'route53:ListResourceRecordSets' : 'route53:ChangeResourceRecordSets';
}

/** @throws PortError unless `response` is a success of Route 53. */
function requireRoute53Response(response: HttpResponse, quote: (text: string) => string, permission: string): void {
  const root = /^\s*(?:<\?xml[^>]*>\s*)?<(\w+)/.exec(response.text)?.[1] ?? '';
  if (response.status >= 200 && response.status <= 299) {
    if (root !== 'ErrorResponse' && root.endsWith('Response')) return;
    throw new PortError('garbage', `${vendor} returned ${response.status} without a valid Route 53 response.`);
  }
  const code = root === 'InvalidChangeBatch' ? root : codeIn(response.text);
  const words = quote(
    [...elementTexts(response.text, 'Message'), ...elementTexts(response.text, 'message')].join(' '),
  ).slice(0, 300);
  const because = `${vendor} returned ${response.status}${code === '' ? '' : `, ${code}`}${words === '' ? '' : `: ${words}`}`;
  const sentence = /[.!?]$/.test(because) ? because : `${because}.`;
  if (code === 'InvalidChangeBatch') throw new ChangeRejected('refused', sentence, outdatedChange.test(words));
  const kind = failureKinds.find(([, codes]) => codes.test(code))?.[0] ?? httpError(response).kind;
  if (kind === 'limited' && code !== 'PriorRequestNotComplete') noteTooManyRequests();
  const allow = `Allow ${permission} in the policy of the access key.`;
  const hint = hints.find(([codes]) => codes.test(code))?.[1] ?? (kind === 'denied' ? allow : undefined);
  const waitMs = kind === 'limited' ? retryAfterMs(response.headers['retry-after'], Date.now()) : undefined;
  throw new PortError(
    kind,
    hint === undefined ? sentence : `${sentence} ${hint}`,
    waitMs === undefined ? {} : { waitMs },
  );
}

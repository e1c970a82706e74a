/** The one way out over HTTP: one attempt, one timeout over everything, no redirect followed, no secret in any message. */
import { lookup } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import fetch, { FetchError, type Response } from 'node-fetch';
import { waitForPermit, noteTooManyRequests } from '../rate-limit/scope';
import { codeOf, connectionFailed } from './connection-failed';
import { PortError } from '../../ports/errors';
import { recordCall } from './call-log';
import { redactor } from './redact';
import type { HttpAnswer } from './answer';

export interface HttpOptions {
  /** Whom we ask, as the sentences call it: `PowerDNS`, `the shop of region A`. */
  who: string;
  /** Scheme, name and port, perhaps a path; its name is sent as Host and SNI and must be in the certificate. */
  baseUrl: string;
  /** Connect here, whatever DNS says of that name. */
  address?: string;
  /** PEM of the authority to trust instead of the well-known ones. */
  ca?: string;
  /** Sent with every request; their values never appear in a message. */
  headers?: Readonly<Record<string, string>>;
  /** Further texts that must never appear in a message, such as a path that is a password. */
  secrets?: readonly string[];
  /** From connecting to the last byte of the body. */
  timeoutMs: number;
  /** Longest body read, 1 MB by default. */
  maxBytes?: number;
}

export interface HttpRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Appended to the base, query included. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as it is; `json` is sent as JSON. */
  body?: string;
  json?: unknown;
}

export interface HttpClient {
  /** Any status but a redirect is an answer. @throws PortError limited when it was not sent, to keep a limit; unavailable when none came, garbage when it was not HTTP we can use. */
  ask: (request: HttpRequest) => Promise<HttpAnswer>;
  close: () => void;
}

/** A server may close an idle connection at any time; one that has been idle for this long is not trusted with a request. */
export const idleMs = 2_000;
const redirects = new Set([301, 302, 303, 307, 308]);
const open = new Set(['accept', 'content-type', 'user-agent']);

/** @throws PortError refused when the base is no http or https URL. */
export function openHttp(options: HttpOptions): HttpClient {
  const base = baseOf(options);
  const agent = agentOf(options, base.protocol);
  const maxBytes = options.maxBytes ?? 1_000_000;
  return {
    ask: async (request) => {
      await waitForPermit();
      const started = performance.now();
      const headers = { accept: 'application/json', ...contentTypeOf(request), ...options.headers, ...request.headers };
      const url = `${base.origin}${base.pathname.replace(/\/$/, '')}${request.path}`;
      const hide = redactor(secretsOf(options, headers, url));
      const method = request.method ?? 'GET';
      const signal = AbortSignal.timeout(options.timeoutMs);
      const note = (ended: string) =>
        recordCall(hide(`${options.who} ${method} ${new URL(url).pathname}: ${ended}`), started);
      try {
        const body = request.json === undefined ? request.body : JSON.stringify(request.json);
        const init = { method, headers, redirect: 'manual', agent, signal, size: maxBytes } as const;
        const response = await fetch(url, body === undefined ? init : { ...init, body });
        const text = await response.text();
        note(String(response.status));
        if (response.status === 429) noteTooManyRequests();
        refuseRedirect(response, url, options.who);
        const ms = performance.now() - started;
        const answer = { who: options.who, status: response.status, headers: Object.fromEntries(response.headers) };
        return { ...answer, text, ms, hide };
      } catch (error) {
        if (!(error instanceof PortError)) note('no answer');
        throw failureOf(error, options, signal.aborted, maxBytes);
      }
    },
    close: () => agent.destroy(),
  };
}

function baseOf(options: HttpOptions): URL {
  const base = URL.canParse(options.baseUrl) ? new URL(options.baseUrl) : undefined;
  if (base?.protocol === 'http:' || base?.protocol === 'https:') return base;
  throw new PortError(
    'refused',
    `The URL of ${options.who} is not one of http or https, such as https://ns1.example:8081.`,
  );
}

function agentOf(options: HttpOptions, protocol: string): http.Agent {
  const agentOptions: https.AgentOptions = { keepAlive: true, timeout: idleMs };
  if (options.address !== undefined) agentOptions.lookup = lookupOf(options.address);
  if (options.ca !== undefined) agentOptions.ca = options.ca;
  return protocol === 'https:' ? new https.Agent(agentOptions) : new http.Agent(agentOptions);
}

/** Answers every name with `address`; node asks for one address or, when it races families, for a list. */
function lookupOf(address: string): LookupFunction {
  const family = isIP(address);
  if (family === 0) return (_name, options, done) => lookup(address, options, done);
  return (_name, options, done) => {
    if (options.all === true) done(null, [{ address, family }]);
    else done(null, address, family);
  };
}

function contentTypeOf(request: HttpRequest): Record<string, string> {
  return request.json === undefined && request.body === undefined ? {} : { 'content-type': 'application/json' };
}

function secretsOf(options: HttpOptions, headers: Record<string, string>, url: string): string[] {
  const ofHeaders = Object.entries(headers).flatMap(([name, value]) =>
    open.has(name.toLowerCase()) ? [] : [value, ...value.split(' ')],
  );
  const at = new URL(url);
  const ofUrl = [at.search, decodeURIComponent(at.password), ...at.searchParams.values()];
  return [...ofHeaders, ...ofUrl, ...(options.secrets ?? [])];
}

/** Following one would send our credentials, or our belief about a region, to somebody else. */
function refuseRedirect(response: Response, url: string, who: string): void {
  if (!redirects.has(response.status)) return;
  const location = response.headers.get('location') ?? '';
  const target = URL.canParse(location, url) ? new URL(location, url).host : 'an unreadable place';
  throw new PortError('garbage', `Instead of answering, ${who} redirected to ${target} (${response.status}).`);
}

/** The original error is not attached: its message holds the whole URL. */
function failureOf(error: unknown, options: HttpOptions, timedOut: boolean, maxBytes: number): PortError {
  const { who, timeoutMs } = options;
  if (error instanceof PortError) return error;
  if (timedOut) return connectionFailed(who, undefined, timeoutMs);
  if (error instanceof FetchError && error.type === 'max-size') {
    return new PortError('garbage', `The answer of ${who} was longer than ${maxBytes} bytes.`);
  }
  const code = codeOf(error);
  if (/CERT|ALTNAME|SELF_SIGNED|UNABLE_TO_|ISSUER/.test(code)) {
    return new PortError('garbage', `The certificate of ${who} is not the expected one (${code}).`);
  }
  if (/^HPE_|^EPROTO$|^ERR_SSL|^Z_/.test(code)) {
    return new PortError('garbage', `What ${who} answered is no HTTP of the expected kind (${code}).`);
  }
  if (/^ERR_(INVALID_CHAR|INVALID_HTTP_TOKEN|UNESCAPED)/.test(code)) {
    return new PortError(
      'refused',
      `The request to ${who} can't be sent: a header or the path holds a forbidden character.`,
    );
  }
  return connectionFailed(who, code, timeoutMs);
}

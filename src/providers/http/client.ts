/** The HTTP client of all adapters: one attempt, one timeout for the whole request, no redirect followed, no secret in any message. */
import { lookup } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import fetch, { FetchError, type Response } from 'node-fetch';
import { waitForPermit, noteTooManyRequests } from '../rate-limit/scope';
import { codeOf, connectionFailed } from './connection-failed';
import { PortError } from '../../ports/errors';
import { disagreement, isAlertAboutOurs, isDisagreement } from '../kit/tls-refusal';
import { recordCall } from './call-log';
import { plainWords, wordsIn } from './plain-words';
import { redactor } from './redact';
import type { HttpResponse } from './response';

export interface HttpOptions {
  /** The server as error messages name it: `PowerDNS`, `the shop of region A`. */
  server: string;
  /** Scheme, host name, port and an optional path; the host name is sent as Host and SNI and must be in the certificate. */
  baseUrl: string;
  /** The address to connect to in place of what DNS returns for that name. */
  address?: string;
  /** PEM of the CA to trust in place of the public ones. */
  ca?: string;
  /** Sent with every request; error messages never contain their values. */
  headers?: Readonly<Record<string, string>>;
  /** Further texts that error messages must not contain, such as a path that serves as a password. */
  secrets?: readonly string[];
  /** From connecting to the last byte of the body. */
  timeoutMs: number;
  /** Largest body that is read; 1 MB by default. */
  maxBytes?: number;
  /** What is repeated of an error message of the server, which holds no secret any more; `plainWords` by default. */
  quote?: (words: string) => string;
}

export interface HttpRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Appended to the base URL; includes the query, or is nothing but one. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent unchanged; `json` is serialized. */
  body?: string;
  json?: unknown;
}

export interface HttpClient {
  /** Resolves for any status but a redirect. @throws PortError limited when held back by our rate limiter; unavailable without a complete response; garbage when it is not usable HTTP. */
  send: (request: HttpRequest) => Promise<HttpResponse>;
  close: () => void;
}

/** Servers may close an idle connection at any time, so one that was idle for this long is not used again. */
export const idleMs = 2_000;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);
const publicHeaders = new Set(['accept', 'content-type', 'user-agent']);

/** @throws PortError refused when the base is not an http or https URL. */
export function openHttp(options: HttpOptions): HttpClient {
  const base = baseOf(options);
  const agent = agentOf(options, base.protocol);
  const maxBytes = options.maxBytes ?? 1_000_000;
  return {
    send: async (request) => {
      await waitForPermit();
      const started = performance.now();
      const headers = { accept: 'application/json', ...contentTypeOf(request), ...options.headers, ...request.headers };
      const url = urlOf(base, request.path);
      const hide = redactor(secretsOf(options, headers, url));
      const method = request.method ?? 'GET';
      const signal = AbortSignal.timeout(options.timeoutMs);
      const record = (ended: string) =>
        recordCall(hide(`${options.server} ${method} ${new URL(url).pathname}: ${ended}`), started);
      try {
        const body = request.json === undefined ? request.body : JSON.stringify(request.json);
        const init = { method, headers, redirect: 'manual', agent, signal, size: maxBytes } as const;
        const response = await fetch(url, body === undefined ? init : { ...init, body });
        const text = await response.text();
        record(String(response.status));
        if (response.status === 429) noteTooManyRequests();
        refuseRedirect(response, url, options.server);
        const ms = performance.now() - started;
        const asked = wordsIn(url, decoded(url), body ?? '');
        const { server, quote = (words) => plainWords(words, asked) } = options;
        const received = { status: response.status, headers: Object.fromEntries(response.headers), text, ms };
        return { server, ...received, asked, quote: (words) => quote(hide(words)) };
      } catch (error) {
        if (!(error instanceof PortError)) record('no response');
        throw errorOf(error, options, signal.aborted, maxBytes);
      }
    },
    close: () => agent.destroy(),
  };
}

/** Without a path of the request, that of the base stays as it is written: a server may know it with its last slash only. */
function urlOf(base: URL, path: string): string {
  return `${base.origin}${path.startsWith('/') ? base.pathname.replace(/\/$/, '') : base.pathname}${path}`;
}

function baseOf(options: HttpOptions): URL {
  const base = URL.canParse(options.baseUrl) ? new URL(options.baseUrl) : undefined;
  if (base?.protocol === 'http:' || base?.protocol === 'https:') return base;
  throw new PortError(
    'refused',
    `The URL of ${options.server} must start with http:// or https://, for example https://ns1.example:8081.`,
  );
}

function agentOf(options: HttpOptions, protocol: string): http.Agent {
  const agentOptions: https.AgentOptions = { keepAlive: true, timeout: idleMs };
  if (options.address !== undefined) agentOptions.lookup = lookupOf(options.address);
  if (options.ca !== undefined) agentOptions.ca = options.ca;
  return protocol === 'https:' ? new https.Agent(agentOptions) : new http.Agent(agentOptions);
}

/**
 * Resolves every name to `address`. Node wants a single address or, with happy eyeballs, a list, and never within the call: without a route
 * the connection would fail before anybody listens for its error, which ends the process.
 */
function lookupOf(address: string): LookupFunction {
  const family = isIP(address);
  if (family === 0) return (_name, options, done) => lookup(address, options, done);
  return (_name, options, done) => {
    if (options.all === true) process.nextTick(done, null, [{ address, family }]);
    else process.nextTick(done, null, address, family);
  };
}

/** A URL that came from a site file may hold a percent sign of no meaning. */
function decoded(url: string): string {
  return url.replace(/(%[\dA-F]{2})+/gi, (code) => new URLSearchParams(`_=${code}`).get('_') ?? '');
}

function contentTypeOf(request: HttpRequest): Record<string, string> {
  return request.json === undefined && request.body === undefined ? {} : { 'content-type': 'application/json' };
}

function secretsOf(options: HttpOptions, headers: Record<string, string>, url: string): string[] {
  const ofHeaders = Object.entries(headers).flatMap(([name, value]) =>
    publicHeaders.has(name.toLowerCase()) ? [] : [value, ...value.split(' ')],
  );
  const at = new URL(url);
  const ofUrl = [at.search, decodeURIComponent(at.password), ...at.searchParams.values()];
  return [...ofHeaders, ...ofUrl, ...(options.secrets ?? [])];
}

/** Following a redirect could send our credentials to another server, or probe another region. */
function refuseRedirect(response: Response, url: string, server: string): void {
  if (!redirectStatuses.has(response.status)) return;
  const location = response.headers.get('location') ?? '';
  const target = URL.canParse(location, url) ? new URL(location, url).host : 'an invalid location';
  throw new PortError(
    'garbage',
    `The response of ${server} is a redirect to ${target} (${response.status}), which is not followed.`,
  );
}

/** Does not attach the original error: its message contains the whole URL. */
function errorOf(error: unknown, options: HttpOptions, timedOut: boolean, maxBytes: number): PortError {
  const { server, timeoutMs } = options;
  if (error instanceof PortError) return error;
  if (timedOut) return connectionFailed(server, undefined, timeoutMs);
  if (error instanceof FetchError && error.type === 'max-size') {
    return new PortError('garbage', `The response of ${server} exceeds the limit of ${maxBytes} bytes.`);
  }
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : '';
  if (isAlertAboutOurs({ code, message })) {
    return new PortError(
      'garbage',
      `${server} asks handover for a TLS certificate, and it has none to show (${code}). Let the server take requests without one.`,
    );
  }
  if (isDisagreement({ code, message })) {
    return new PortError('garbage', `${server} ${disagreement} (${code}). Let the server offer TLS 1.2 or 1.3.`);
  }
  if (/CERT|ALTNAME|SELF_SIGNED|UNABLE_TO_|ISSUER/.test(code)) {
    return new PortError('garbage', `The TLS certificate of ${server} was rejected (${code}).`);
  }
  if (/^HPE_|^EPROTO$|^ERR_SSL|^Z_/.test(code)) {
    return new PortError('garbage', `The response of ${server} is not valid HTTP or TLS (${code}).`);
  }
  if (/^ERR_(INVALID_CHAR|INVALID_HTTP_TOKEN|UNESCAPED)/.test(code)) {
    return new PortError(
      'refused',
      `The request to ${server} can't be sent: a header or the path contains an invalid character.`,
    );
  }
  return connectionFailed(server, code, timeoutMs);
}

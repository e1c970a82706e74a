/**
 * The HTTP half of every fake: routes, the fault script around them, and a record of the calls that holds no secret.
 *
 * A vendor's fake gives its routes, how it refuses and what its secrets are; state, paging, scopes and limits live in its routes:
 *
 *     const server = await startServer({
 *       host: '127.0.0.1', port: 0, secrets: [token],
 *       guard: (request) => (request.headers.authorization === `Bearer ${token}` ? undefined : failed(401, 'Unable to authenticate you')),
 *       failed, // (status, words) => the vendor's error body
 *       limited: () => failed(429, 'API rate limit exceeded.'),
 *       routes: [{ method: 'GET', path: '/v2/domains/:domain', answer: ({ params }) => ({ body: { domain: zones[params.domain] } }) }],
 *     });
 *
 * For a DNS vendor start with `startDnsFake` of `dns.ts`, which adds the zone and its name servers.
 */
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { faultScript, type Effect, type Faults, type Hints } from './faults';

export interface FakeRequest {
  method: string;
  /** Without the query. */
  path: string;
  /** What stands for the `:names` of the route. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
  /** The body read as JSON; undefined when it is none. */
  json: unknown;
  /** Scheme, host and port by which the client came: absolute links begin with it unless `hints.linkBase` says otherwise. */
  base: string;
  hints: Hints;
}

export interface FakeReply {
  /** 200 by default. */
  status?: number;
  headers?: OutgoingHttpHeaders;
  /** A text is sent as it is, anything else as JSON; nothing for undefined. */
  body?: unknown;
}

export interface Route {
  method: string;
  /** Such as `/v2/domains/:domain/records/:id`. */
  path: string;
  /** Must finish its change before it returns: a fault may lose the reply, never half of the change. */
  answer: (request: FakeRequest) => FakeReply;
}

/** One request as it arrived and ended, without its headers and with every secret taken out. */
export interface Call {
  method: string;
  /** With its query. */
  path: string;
  body: string;
  /** Undefined when no whole answer was sent. */
  status: number | undefined;
  /** The kind of fault that was played. */
  fault: Effect['kind'] | undefined;
  /** Milliseconds since the start of the server, and from the request to the answer. */
  atMs: number;
  tookMs: number;
}

export interface ServerOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Speaks HTTPS with this. */
  identity?: { key: string; cert: string };
  /** Texts that no call on record may hold. */
  secrets: readonly string[];
  routes: readonly Route[];
  /** Asked before every route, for tokens and limits; an answer of it ends the request. */
  guard?: (request: FakeRequest) => FakeReply | undefined;
  /** The vendor's error of this status with these words. */
  failed: (status: number, words: string) => FakeReply;
  /** The vendor's "too many requests", without Retry-After. */
  limited: () => FakeReply;
}

export interface Server {
  url: string;
  port: number;
  calls: Call[];
  faults: Faults;
  close: () => Promise<void>;
}

const webPage = '<!doctype html><html><title>Sign in</title><body>Please sign in to go on.</body></html>';

export async function startServer(options: ServerOptions): Promise<Server> {
  const started = performance.now();
  const faults = faultScript();
  const calls: Call[] = [];
  const sockets = new Set<Socket>();
  const scheme = options.identity === undefined ? 'http' : 'https';
  const hide = (text: string) => options.secrets.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text);

  const onRequest = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const at = performance.now();
    const { method = '', url = '' } = incoming;
    const body = await bodyOf(incoming);
    const effect = faults.take({ method, path: url });
    const call: Call = {
      method,
      path: hide(url),
      body: hide(body),
      fault: effect?.kind,
      status: undefined,
      atMs: at - started,
      tookMs: 0,
    };
    calls.push(call);
    outgoing.on('finish', () => {
      call.status = outgoing.statusCode;
      call.tookMs = performance.now() - at;
    });
    const hints = effect?.kind === 'hint' ? effect.hints : {};
    const request = requestOf(incoming, body, `${scheme}://${incoming.headers.host ?? ''}`, hints);
    perform(outgoing, effect, options, request);
  };

  const listener = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    onRequest(incoming, outgoing).catch(() => incoming.socket.destroy());
  };
  const server =
    options.identity === undefined ? createServer(listener) : createSecureServer(options.identity, listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((ready, fail) => {
    server.once('error', fail);
    server.listen(options.port, options.host, ready);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://${options.host}:${port}`,
    port,
    calls,
    faults,
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      return new Promise((done) => void server.close(() => done()));
    },
  };
}

/** Plays `effect` around the route. The words of a failure repeat the credentials of the request, as careless gateways do. */
function perform(out: ServerResponse, effect: Effect | undefined, options: ServerOptions, request: FakeRequest): void {
  const right = () => answerOf(options, request);
  if (effect !== undefined && 'when' in effect && effect.when === 'after') right();
  switch (effect?.kind) {
    case undefined:
    case 'hint':
      send(out, right());
      break;
    case 'limited': {
      const { headers, ...reply } = options.limited();
      const wait = effect.retryAfter === undefined ? {} : { 'retry-after': effect.retryAfter };
      send(out, { status: 429, ...reply, headers: { ...headers, ...wait } });
      break;
    }
    case 'error':
      send(out, options.failed(effect.status, `Something broke for ${toldBy(request)}.`));
      break;
    case 'cut':
      out.socket?.destroy();
      break;
    case 'slow': {
      const reply = right();
      if (Number.isFinite(effect.ms)) setTimeout(() => send(out, reply), effect.ms);
      break;
    }
    case 'drip':
    case 'truncated':
      sendHalf(out, right(), effect.kind === 'truncated');
      break;
    case 'html':
      send(out, { headers: { 'content-type': 'text/html' }, body: webPage });
      break;
    case 'redirect':
      send(out, { status: effect.status, headers: { location: `${effect.to}${request.path}` } });
  }
}

function sendHalf(out: ServerResponse, reply: FakeReply, thenBreak: boolean): void {
  const text = textOf(reply);
  const length = String(Buffer.byteLength(text) + 1);
  const status = reply.status === 204 ? 200 : (reply.status ?? 200);
  out.writeHead(status, {
    'content-type': 'application/json',
    ...reply.headers,
    'content-length': length,
  });
  out.write(text.slice(0, Math.ceil(text.length / 2)) || ' ', () => {
    if (thenBreak) out.socket?.destroy();
  });
}

function answerOf({ routes, guard, failed }: ServerOptions, request: FakeRequest): FakeReply {
  const refused = guard?.(request);
  if (refused !== undefined) return refused;
  for (const { method, path, answer } of routes) {
    const params = method === request.method ? paramsOf(path, request.path) : undefined;
    if (params !== undefined) return answer({ ...request, params });
  }
  return failed(404, 'There is nothing at this place.');
}

function paramsOf(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.replace(/\/$/, '').split('/')];
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const value = decodeURIComponent(given[at] ?? '');
    if (part.startsWith(':')) params[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

function requestOf(incoming: IncomingMessage, body: string, base: string, hints: Hints): FakeRequest {
  const { method = '', headers } = incoming;
  const { pathname: path, searchParams: query } = new URL(incoming.url ?? '', base);
  return { method, path, params: {}, query, headers, body, json: jsonOf(body), base, hints };
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function textOf({ body }: FakeReply): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function send(out: ServerResponse, reply: FakeReply): void {
  const type = typeof reply.body === 'string' || reply.body === undefined ? {} : { 'content-type': 'application/json' };
  out.writeHead(reply.status ?? 200, { ...type, ...reply.headers }).end(textOf(reply));
}

const harmless = /^(host|accept.*|connection|content-.*|transfer-encoding|user-agent)$/;

/** Every header that may be a credential, as careless servers repeat them in their errors. */
const toldBy = ({ headers }: FakeRequest): string =>
  Object.entries(headers)
    .flatMap(([name, value]) => (harmless.test(name) ? [] : [String(value)]))
    .join(' ');

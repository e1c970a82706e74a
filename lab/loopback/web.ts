import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import {
  createServer as createPlain,
  type IncomingHttpHeaders,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { closing } from '../vendors/kit/closing';
import { place } from './place';

/** One request as it arrived. */
export interface Asked {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Name the client asked for in TLS; empty without TLS. */
  servername: string;
  /** Number of the connection it came by, from 1. */
  connection: number;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** Objects are sent as JSON. */
  body?: unknown;
  /** Sent so much later. */
  afterMs?: number;
}

/** `hang` never answers, `cut` breaks the connection, `drip` sends a head and then nothing more. */
export type Answering = (asked: Asked) => Reply | 'hang' | 'cut' | 'drip';

export interface Web {
  port: number;
  url: string;
  asked: Asked[];
  /** Answers all requests from now on. */
  answer: (answering: Answering) => void;
  close: () => Promise<void>;
}

export interface Identity {
  key: string;
  /** The certificate, which is its own authority. */
  cert: string;
}

/** A self-signed certificate for `names`, such as `DNS:www.shop.test`. */
export function identity(...names: string[]): Identity {
  const at = place();
  const files = ['-keyout', at.path('key'), '-out', at.path('crt')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', '/CN=test', '-addext', `subjectAltName=${names.join(',')}`];
  execFileSync('openssl', ['req', '-x509', ...curve, ...files, '-days', '2', ...subject], { stdio: 'pipe' });
  const made = { key: readFileSync(at.path('key'), 'utf8'), cert: readFileSync(at.path('crt'), 'utf8') };
  at.remove();
  return made;
}

/** A web server on loopback that answers as told; with an identity it speaks HTTPS. */
export async function web(first: Answering, secure?: Identity): Promise<Web> {
  let answering = first;
  const asked: Asked[] = [];
  let connections = 0;
  const numbers = new WeakMap<Socket, number>();
  const listener: RequestListener = (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { method = '', url = '', headers, socket } = request;
      const servername = String((socket as Partial<TLSSocket>).servername ?? '');
      const body = Buffer.concat(pieces).toString('utf8');
      const one = { method, path: url, headers, body, servername, connection: numbers.get(socket) ?? 0 };
      asked.push(one);
      reply(response, answering(one));
    });
  };
  const server = secure ? createSecure(secure, listener) : createPlain(listener);
  server.on(secure ? 'secureConnection' : 'connection', (socket: Socket) => numbers.set(socket, (connections += 1)));
  const close = closing(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${secure ? 'https' : 'http'}://127.0.0.1:${port}`,
    asked,
    answer: (next) => void (answering = next),
    close,
  };
}

function reply(response: ServerResponse, told: ReturnType<Answering>): void {
  if (told === 'hang') return;
  if (told === 'cut') return void response.req.socket.destroy();
  if (told === 'drip') return void response.writeHead(200, { 'content-length': '100' }).write('{');
  const text = typeof told.body === 'string' ? told.body : JSON.stringify(told.body ?? {});
  const send = () =>
    response.writeHead(told.status ?? 200, { 'content-type': 'application/json', ...told.headers }).end(text);
  if (told.afterMs === undefined) send();
  else setTimeout(send, told.afterMs);
}

/** The health answer of a shop in good order. */
export function healthOf(region: string, over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    site: 'lab',
    region,
    role: 'primary',
    epoch: 7,
    tableRegion: `lab-${region.toLowerCase()}`,
    scheduler: 'on',
    gate: null,
    workerPid: 4711,
    serving: true,
    because: `region ${region} is the verified primary of epoch 7`,
    database: { reachable: true, serverId: 1, readOnly: false, epoch: 7, primary: region, verifiedEpoch: 7 },
    sessions: { reachable: true, role: 'primary' },
    ...over,
  };
}

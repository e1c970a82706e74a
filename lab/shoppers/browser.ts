import { Agent, request, type RequestOptions } from 'node:https';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { NameCache } from './name-cache';

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  /** Milliseconds for one whole request, connecting included. */
  readonly timeoutMs: number;
}

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: Buffer;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The customer closes the page when the first byte of the answer arrives. */
  readonly leaves?: boolean;
}

export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingMessage['headers'];
      readonly body: unknown;
    }
  /** `reached`: the server may have received the request, and what it did is unknown. */
  | { readonly kind: 'nothing'; readonly because: string; readonly reached: boolean };

/** One customer's browser, with its own keep-alive connections and DNS cache. One attempt per call. */
export class Browser {
  private agent = newAgent();
  private readonly target: Target;
  private readonly lookup: LookupFunction;

  constructor(target: Target, names: NameCache) {
    this.target = target;
    this.lookup = (_host, options, callback) => {
      names.address().then(
        (address) => {
          if (options.all === true) callback(null, [{ address, family: 4 }]);
          else callback(null, address, 4);
        },
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), ''),
      );
    };
  }

  /** Never rejects: an error is the reply of kind `nothing`. */
  call(call: Call): Promise<Reply> {
    return new Promise((settle) => {
      const outgoing = request(this.options(call));
      const state = { reached: false };
      const timer = setTimeout(() => {
        // After a time-out the browser no longer uses its connections to that address.
        this.forgetConnections();
        outgoing.destroy(new Error(`no answer within ${this.target.timeoutMs} ms`));
      }, this.target.timeoutMs);
      const finish = (reply: Reply): void => {
        clearTimeout(timer);
        settle(reply);
      };
      const fail = (error: Error): void => finish({ kind: 'nothing', because: error.message, reached: state.reached });
      watchSocket(outgoing, state);
      outgoing.on('error', fail);
      outgoing.on('response', (incoming) => {
        if (call.leaves === true) {
          finish({ kind: 'nothing', because: 'left before the answer', reached: true });
          outgoing.destroy();
        } else readWhole(incoming).then((body) => finish(answerOf(incoming, body)), fail);
      });
      outgoing.end(call.body);
    });
  }

  close(): void {
    this.agent.destroy();
  }

  private forgetConnections(): void {
    const old = this.agent;
    this.agent = newAgent();
    for (const sockets of Object.values(old.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }

  private options(call: Call): RequestOptions {
    const length =
      call.body === undefined
        ? {}
        : { 'Content-Length': call.body.length, 'Content-Type': call.type ?? 'application/json' };
    return {
      agent: this.agent,
      host: this.target.host,
      servername: this.target.host,
      port: this.target.port,
      ca: this.target.ca,
      lookup: this.lookup,
      method: call.method,
      path: call.path,
      headers: { Host: this.target.host, ...length, ...call.headers },
    };
  }
}

function newAgent(): Agent {
  return new Agent({ keepAlive: true, maxFreeSockets: 2, scheduling: 'lifo' });
}

/** A request may have reached the server once its TLS connection is established. */
function watchSocket(outgoing: ClientRequest, state: { reached: boolean }): void {
  outgoing.on('socket', (socket) => {
    if (outgoing.reusedSocket) state.reached = true;
    else socket.once('secureConnect', () => (state.reached = true));
  });
}

async function readWhole(incoming: IncomingMessage): Promise<string> {
  let text = '';
  incoming.setEncoding('utf8');
  for await (const piece of incoming) text += String(piece);
  return text;
}

function answerOf(incoming: IncomingMessage, text: string): Reply {
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // nginx's own error pages are not JSON; the status alone decides.
  }
  return { kind: 'answer', status: incoming.statusCode ?? 0, headers: incoming.headers, body };
}

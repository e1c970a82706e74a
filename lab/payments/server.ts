import { existsSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';

const BODY_LIMIT_BYTES = 8 * 1024 * 1024;
const CLOSE_TIMEOUT_MS = 1000;

export interface Call {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Answer {
  status: number;
  body: unknown;
}

/** An error of the caller: answered with `status` and the reason, never logged as an error of the server. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, because: string) {
    super(because);
    this.status = status;
  }
}

/** Reads a request's body as UTF-8; refuses more than 8 MiB with 413. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) throw new Refusal(413, `the body is larger than ${BODY_LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads a JSON body; a body that does not match the schema is refused with 400 and the name of its first wrong field. */
export function parseBody<T>(schema: z.ZodType<T>, body: string): T {
  try {
    return schema.parse(JSON.parse(body));
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    throw new Refusal(400, issue ? `${issue.path.join('.')}: ${issue.message}` : 'the body is not valid JSON');
  }
}

/** An HTTP server with JSON answers: a `Refusal` becomes its status with `{because}`, any other error a 500. */
export function jsonServer(handle: (call: Call) => Promise<Answer>): Server {
  return createServer((request, response) => {
    void respond(request, response, handle);
  });
}

async function respond(request: IncomingMessage, response: ServerResponse, handle: (call: Call) => Promise<Answer>) {
  let answer: Answer;
  try {
    const body = await readBody(request);
    answer = await handle({
      method: request.method ?? 'GET',
      path: new URL(request.url ?? '/', 'http://local').pathname,
      headers: request.headers,
      body,
    });
  } catch (error) {
    if (!(error instanceof Refusal)) console.error(error);
    const status = error instanceof Refusal ? error.status : 500;
    answer = { status, body: { because: error instanceof Error ? error.message : String(error) } };
  }
  const text = JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/**
 * Listens on `HOST:PORT` or on a unix socket's path (a stale socket file is removed first) and resolves to the
 * address in the same notation, with the actual port when 0 was given.
 */
export function listen(server: Server, address: string): Promise<string> {
  if (address.startsWith('/') && existsSync(address)) rmSync(address);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const ready = () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound ? `${bound.address}:${bound.port}` : address);
    };
    if (address.startsWith('/')) server.listen(address, ready);
    else server.listen(portOf(address), hostOf(address), ready);
  });
}

/** Stops listening, gives open calls a second to end, then closes their connections. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeIdleConnections();
    setTimeout(() => {
      server.closeAllConnections();
    }, CLOSE_TIMEOUT_MS).unref();
  });
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}

function portOf(address: string): number {
  const port = Number(address.slice(address.lastIndexOf(':') + 1));
  if (!address.includes(':') || !Number.isInteger(port)) {
    throw new Error(`address "${address}" has no port: write it as 192.0.2.10:8080`);
  }
  return port;
}

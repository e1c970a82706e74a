/** A request as the routes of a fake see it. */
import type { IncomingMessage } from 'node:http';
import type { Hints } from './faults';

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

export function requestOf(incoming: IncomingMessage, body: string, base: string, hints: Hints): FakeRequest {
  const { method = '', headers } = incoming;
  const { pathname: path, searchParams: query } = new URL(incoming.url ?? '', base);
  return { method, path, params: {}, query, headers, body, json: jsonOf(body), base, hints };
}

export async function bodyOf(incoming: IncomingMessage): Promise<string> {
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

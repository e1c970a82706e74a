/** How a vendor answers: its routes, what is asked before them, and which route a request is for. */
import type { OutgoingHttpHeaders } from 'node:http';
import type { FakeRequest } from './request';

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

export interface Api {
  routes: readonly Route[];
  /** Asked before every route, for tokens and limits; an answer of it ends the request. */
  guard?: (request: FakeRequest) => FakeReply | undefined;
  /** The vendor's error of this status with these words. */
  failed: (status: number, words: string) => FakeReply;
  /** The vendor's "too many requests", without Retry-After. */
  limited: () => FakeReply;
}

export function answerOf({ routes, guard, failed }: Api, request: FakeRequest): FakeReply {
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

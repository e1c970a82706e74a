/** The record of a fake's calls, which holds no secret. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Effect } from './faults';

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

export interface CallRecord {
  calls: Call[];
  /** Adds a request that came at `at`, by the clock of `performance`; its end is added when the answer is out. */
  add: (incoming: IncomingMessage, body: string, fault: Call['fault'], at: number, outgoing: ServerResponse) => void;
}

/** `secrets` are the texts that no call may hold. */
export function callRecord(secrets: readonly string[]): CallRecord {
  const started = performance.now();
  const calls: Call[] = [];
  const hide = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text);
  return {
    calls,
    add: ({ method = '', url = '' }, body, fault, at, outgoing) => {
      const call: Call = {
        method,
        path: hide(url),
        body: hide(body),
        fault,
        status: undefined,
        atMs: at - started,
        tookMs: 0,
      };
      calls.push(call);
      outgoing.on('finish', () => {
        call.status = outgoing.statusCode;
        call.tookMs = performance.now() - at;
      });
    },
  };
}

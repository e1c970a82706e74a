/** Records every request that a piece of work sends, also through other adapters: the report lists each with its duration. */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface Call {
  /** Server, request and status, without query and secrets: `DigitalOcean PATCH /v2/domains/shop.test/records/17: 200`. */
  what: string;
  /** From connecting to the last byte of the body. */
  ms: number;
}

const listeners = new AsyncLocalStorage<(call: Call) => void>();

/** Runs `work` and calls `listener` for every request that it sends. */
export const recordingCalls = <T>(listener: (call: Call) => void, work: () => T): T => listeners.run(listener, work);

/** Called after each request; does nothing where nobody records. */
export function recordCall(what: string, sinceMs: number): void {
  listeners.getStore()?.({ what, ms: Math.round(performance.now() - sinceMs) });
}

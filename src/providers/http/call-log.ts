/** Which requests went out for a piece of work, whoever sent them: the report names each with its time. */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface Call {
  /** Whom and what, without query and without secrets: `DigitalOcean PATCH /v2/domains/shop.test/records/17: 200`. */
  what: string;
  /** From connecting to the last byte. */
  ms: number;
}

const listeners = new AsyncLocalStorage<(call: Call) => void>();

/** Runs `work`; `hear` is told of every request that it sends, also by way of others. */
export const recordingCalls = <T>(hear: (call: Call) => void, work: () => T): T => listeners.run(hear, work);

/** Told by whoever sends requests; nobody need listen. */
export function recordCall(what: string, sinceMs: number): void {
  listeners.getStore()?.({ what, ms: Math.round(performance.now() - sinceMs) });
}

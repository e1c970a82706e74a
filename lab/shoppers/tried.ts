/** What became of one request. */
import type { AckLine } from './ledger-lines';
import type { attemptOnce } from './action';
import type { Reply } from './browser';

export interface Tried {
  ack?: AckLine;
  reply?: Reply;
  waitMs: number | null;
}

export function triedIn(tried: Awaited<ReturnType<typeof attemptOnce>> | undefined): Tried {
  if (tried === undefined) return { waitMs: null };
  const { outcome, reply } = tried;
  return { reply, ...('ack' in outcome && { ack: outcome.ack }), waitMs: 'waitMs' in outcome ? outcome.waitMs : null };
}

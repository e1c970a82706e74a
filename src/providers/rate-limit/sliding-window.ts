/**
 * How many requests of one credential are permitted now, and when the next ones will be: a sliding window over the requests sent, and a block
 * after the vendor refused one. It knows ranks, but neither work nor a queue, and has no clock: the caller passes the time, which never goes back.
 */
import { priorities, type Priority } from '../../domain/priority';

export interface Limit {
  requests: number;
  perMs: number;
}

/** Shares of the published limit. The rest is for people, Terraform and whatever else uses the credential; an outage takes most of that too. */
const shares: Record<Priority, number> = { failover: 0.95, move: 0.8, prepare: 0.64, look: 0.64 };
/** No single wait is longer, whatever the vendor asks for. */
export const longestWaitMs = 60_000;
/** How long a failover is blocked when the vendor refused other work: its own request may be answered, and at worst is refused too. */
const failoverBlockMs = 1_000;

export class SlidingWindow {
  readonly perMs: number;
  private readonly caps: readonly number[];
  /** When each request was sent, the oldest first. */
  private sent: number[] = [];
  private readonly blockedUntil: number[] = priorities.map(() => 0);

  /** The share of one of `workers` in `limit`, at least one request. */
  constructor({ requests, perMs }: Limit, workers: number) {
    this.perMs = perMs;
    this.caps = priorities.map((priority) => Math.max(1, Math.floor((requests * shares[priority]) / workers)));
  }

  /** How many requests may be in a window when one of this rank is sent, whatever the rank of the others. */
  capOf(rank: number): number {
    return this.caps[rank] ?? 1;
  }

  add(now: number): void {
    this.sent.push(now);
  }

  expire(now: number): void {
    const stay = this.sent.findIndex((at) => at > now - this.perMs);
    this.sent = stay < 0 ? [] : this.sent.slice(stay);
  }

  /** The vendor refused work of this rank, and asked for a wait. */
  block(now: number, rank: number, ms: number): void {
    const failover = priorities.indexOf('failover');
    for (const each of priorities.keys()) {
      const spared = each === failover && rank !== failover;
      const until = now + Math.min(ms, spared ? failoverBlockMs : longestWaitMs);
      this.blockedUntil[each] = Math.max(this.blockedUntil[each] ?? 0, until);
    }
  }

  /** How much longer this rank is blocked; 0 when it is not. */
  blockedMs(now: number, rank: number): number {
    return Math.max(0, (this.blockedUntil[rank] ?? 0) - now);
  }

  /**
   * How long until the last of `count` more requests, at least one, may be sent when all go as early as permitted; 0 when all may go now.
   * Permits that are granted but `unused` count as sent. Request number n of the window may go when number n - cap has left it.
   */
  waitMs(now: number, rank: number, count: number, unused: number): number {
    const windows = Math.ceil(count / this.capOf(rank));
    const leaving = this.sent.length + unused + count - windows * this.capOf(rank);
    const left = leaving < 1 ? -Infinity : (this.sent[leaving - 1] ?? now);
    return Math.max(this.blockedMs(now, rank) + (windows - 1) * this.perMs, left - now + windows * this.perMs);
  }
}

/**
 * How many requests of one credential may go now, and when others may: a sliding window over what was sent, and a door that the vendor shuts.
 * Knows ranks, but neither work nor queues, and no clock: every time is ms of whatever clock the caller has, which must never go back.
 */
import { priorities, type Priority } from '../../domain/priority';

export interface Limit {
  requests: number;
  perMs: number;
}

/** Of the published limit. What nobody here may take is for people, Terraform and whatever else uses the credential; an outage goes before those. */
const shares: Record<Priority, number> = { failover: 0.95, move: 0.8, prepare: 0.64, look: 0.64 };
/** Longest that the door is shut at once, whatever the vendor asks. */
export const longestMs = 60_000;
/** How long a failover stands before a door that others have found shut: its own request may be answered, and at worst is refused like theirs. */
const failoverShutMs = 1_000;

export class SlidingWindow {
  readonly perMs: number;
  private readonly caps: readonly number[];
  /** When each was sent, the oldest first. */
  private sent: number[] = [];
  private readonly opensAt: number[] = priorities.map(() => 0);

  /** The share of one of `workers` in `limit`, at least one request. */
  constructor({ requests, perMs }: Limit, workers: number) {
    this.perMs = perMs;
    this.caps = priorities.map((priority) => Math.max(1, Math.floor((requests * shares[priority]) / workers)));
  }

  /** How many of this rank there may be in a window, together with all others. */
  capOf(rank: number): number {
    return this.caps[rank] ?? 1;
  }

  add(now: number): void {
    this.sent.push(now);
  }

  forget(now: number): void {
    const stay = this.sent.findIndex((at) => at > now - this.perMs);
    this.sent = stay < 0 ? [] : this.sent.slice(stay);
  }

  /** The vendor told whoever is of `rank` that it is enough, for so long. */
  shut(now: number, rank: number, ms: number): void {
    const failover = priorities.indexOf('failover');
    for (const each of priorities.keys()) {
      const spared = each === failover && rank !== failover;
      const until = now + Math.min(ms, spared ? failoverShutMs : longestMs);
      this.opensAt[each] = Math.max(this.opensAt[each] ?? 0, until);
    }
  }

  /** Until the door opens for `rank`; 0 when it is open. */
  shutMs(now: number, rank: number): number {
    return Math.max(0, (this.opensAt[rank] ?? 0) - now);
  }

  /**
   * Until the last of `count` more may go, at least one, if all go as early as they may; 0 when there is room for all. `booked` are promised to
   * others and count as sent. The request with the number n in the window goes when the one with the number n - cap has left it.
   */
  waitMs(now: number, rank: number, count: number, booked: number): number {
    const windows = Math.ceil(count / this.capOf(rank));
    const leaving = this.sent.length + booked + count - windows * this.capOf(rank);
    const left = leaving < 1 ? -Infinity : (this.sent[leaving - 1] ?? now);
    return Math.max(this.shutMs(now, rank) + (windows - 1) * this.perMs, left - now + windows * this.perMs);
  }
}

/**
 * The rate limiter of one credential at one vendor, in one worker: vendors count requests per credential, and a worker has many sites with the same
 * one. This file is the queue for permits, the most urgent work first; `sliding-window.ts` says how many permits there are. Work that would wait
 * longer than a moment is held back with the time to retry, so that no worker fills up with waiting activities; a reservation keeps its position.
 */
import { PortError } from '../../ports/errors';
import { before, Reservations, type QueueEntry } from './reservations';
import { priorities, type Priority, type RateLimitedWork } from '../../domain/priority';
import { longestWaitMs, SlidingWindow, type Limit } from './sliding-window';
import type { Clock } from '../kit/clock';

/** `limited`, but by ourselves: the vendor was not asked. */
export class HeldBack extends PortError {
  constructor(vendor: string, waitMs: number) {
    const seconds = Math.ceil(waitMs / 1_000);
    super('limited', `Held back to stay under ${vendor}'s rate limit; retrying in ${seconds} s.`, { waitMs });
  }
}

/** Longest that a request waits here; surveys give up after 2 s. */
const longestQueueMs = 1_500;
/** A reservation lapses so long after the time to retry. */
const graceMs = 5_000;
/** What a step usually sends to a DNS vendor: it reads, reads once more, and changes. */
const perWork = 3;
/** Work that sends nothing for so long has sent all it wanted, or waits for name servers. */
const idleMs = 2_000;
const recheckMs = 50;

interface Request {
  sinceMs: number;
  grant: () => void;
  refuse: (error: HeldBack) => void;
}
/** A piece of work, from its first request until it ends or is held back. */
interface ActiveWork extends QueueEntry {
  work: RateLimitedWork;
  waiting: Request[];
  started: boolean;
  /** Permits that it was granted and has not used; beyond them it queues for one at a time. */
  unused: number;
  /** Requests sent in a row, without an idle time. */
  burst: number;
  idleAt: number;
}

/** What the sender of requests needs of a rate limiter. */
export type Limiter = Pick<RateLimiter, 'acquire' | 'release' | 'blockFor'>;

export class RateLimiter {
  private readonly vendor: string;
  private readonly window: SlidingWindow;
  private readonly clock: Clock;
  private readonly active = new Map<RateLimitedWork, ActiveWork>();
  private readonly reservations = new Reservations();
  /** The sum over all active work. */
  private unused = 0;
  private arrivals = 0;
  private cancelRecheck: () => void = () => undefined;

  /** Grants the share of one of `workers` in `limit`. Sentences name the vendor. */
  constructor(vendor: string, limit: Limit, workers: number, clock: Clock) {
    this.vendor = vendor;
    this.window = new SlidingWindow(limit, workers);
    this.clock = clock;
  }

  /** Resolves when one request of `work` may be sent. The caller must call `release` when the work is done. @throws HeldBack. */
  acquire(work: RateLimitedWork): Promise<void> {
    this.expire();
    return new Promise((grant, refuse) => {
      const one = this.active.get(work) ?? this.enter(work);
      one.waiting.push({ sinceMs: this.clock.now(), grant, refuse });
      if (this.waitOf(one, this.ahead(one), this.claimOf(one)) > longestQueueMs) this.holdBack(one);
      // Not at once: of requests that come at the same moment, the most urgent go first.
      this.serveIn(0);
    });
  }

  /** `work` has ended: its unused permits are for others, and its waiting requests are not sent. */
  release(work: RateLimitedWork): void {
    const one = this.active.get(work);
    if (one === undefined) return;
    this.remove(one, 1);
    this.serveIn(0);
  }

  /** The vendor refused work of this priority: nobody asks again for so long, but for failovers that it did not refuse. */
  blockFor(ms: number, priority: Priority): void {
    this.window.block(this.clock.now(), priorities.indexOf(priority), ms);
  }

  private enter(work: RateLimitedWork): ActiveWork {
    const rank = priorities.indexOf(work.priority);
    const reserved = work.again ? this.reservations.take(rank) : undefined;
    const { order, needs } = reserved ?? { order: (this.arrivals += 1), needs: Math.min(perWork, this.mostOf(rank)) };
    const one = { rank, order, needs, work, waiting: [], started: false, unused: 0, burst: 0, idleAt: 0 };
    this.active.set(work, one);
    return one;
  }

  /** The most permits that work may need before it starts; one where a whole window passes while a request waits here. */
  private mostOf(rank: number): number {
    return this.window.perMs <= longestQueueMs ? 1 : this.window.capOf(rank);
  }

  /** How many free permits its next request needs. */
  private needs(one: ActiveWork): number {
    if (one.unused > 0) return 0;
    return one.started ? 1 : Math.min(this.mostOf(one.rank), Math.max(one.needs, one.waiting.length));
  }

  /** How many permits its waiting requests take from those behind it. */
  private claimOf(one: ActiveWork): number {
    return Math.max(one.started ? 0 : this.needs(one), one.waiting.length - one.unused);
  }

  /** How many permits go to others before `entry`. */
  private ahead(entry: QueueEntry): number {
    let ahead = this.reservations.ahead(entry);
    for (const one of this.active.values()) if (before(one, entry) < 0) ahead += this.claimOf(one);
    return ahead;
  }

  private waitOf({ rank }: QueueEntry, ahead: number, needs: number): number {
    if (needs <= 0) return this.window.blockedMs(this.clock.now(), rank);
    return this.window.waitMs(this.clock.now(), rank, ahead + needs, this.unused);
  }

  private setUnused(one: ActiveWork, count: number): void {
    this.unused += count - one.unused;
    one.unused = count;
  }

  private grant(one: ActiveWork): void {
    const now = this.clock.now();
    this.setUnused(one, (one.unused || this.needs(one)) - 1);
    this.window.add(now);
    one.started = true;
    one.burst += 1;
    one.idleAt = now + Math.min(idleMs, this.window.perMs);
    one.waiting.shift()?.grant();
  }

  /**
   * The work as a whole, because it starts again from its beginning. If it had started, it needs twice as many permits the next time: if much
   * such work started with as few as before, its first requests would use up the limit for ever. @returns how many permits are reserved for it
   */
  private holdBack(one: ActiveWork): number {
    const { rank, order, work } = one;
    const needs = Math.max(one.needs, Math.min(2 * one.burst, this.mostOf(rank)));
    const waitMs = Math.min(Math.max(this.waitOf(one, this.ahead(one), needs), 1), longestWaitMs);
    this.remove(one, waitMs);
    if (work.again === undefined) return 0;
    work.again = true;
    this.reservations.add({ rank, order, needs, untilMs: this.clock.now() + waitMs + graceMs });
    return needs;
  }

  private remove(one: ActiveWork, waitMs: number): void {
    this.active.delete(one.work);
    this.setUnused(one, 0);
    for (const { refuse } of one.waiting.splice(0)) refuse(new HeldBack(this.vendor, Math.ceil(waitMs)));
  }

  private expire(): void {
    const now = this.clock.now();
    this.window.expire(now);
    this.reservations.expire(now);
    for (const one of this.active.values()) {
      if (!one.started || one.idleAt > now) continue;
      this.setUnused(one, 0);
      one.burst = 0;
    }
  }

  /** One pass over the queue, because hundreds may wait, and a worker has heartbeats to send. */
  private serve(): void {
    this.expire();
    const waiting = [...this.active.values()].filter((one) => one.waiting.length > 0);
    const queue = [...waiting, ...this.reservations.all].sort(before);
    queue.reduce((ahead, entry) => ahead + ('waiting' in entry ? this.serveOne(entry, ahead) : entry.needs), 0);
    if (waiting.some((one) => one.waiting.length > 0)) this.serveIn(recheckMs);
  }

  /** @returns how many permits it takes from those behind it */
  private serveOne(one: ActiveWork, ahead: number): number {
    const waitMs = () => this.waitOf(one, ahead, this.needs(one));
    while (one.waiting.length > 0 && waitMs() <= 0) this.grant(one);
    const [first] = one.waiting;
    const tooLong = first && this.clock.now() - first.sinceMs > longestQueueMs && waitMs() > longestQueueMs;
    return tooLong ? this.holdBack(one) : this.claimOf(one);
  }

  private serveIn(ms: number): void {
    this.cancelRecheck();
    this.cancelRecheck = this.clock.after(ms, () => this.serve());
  }
}

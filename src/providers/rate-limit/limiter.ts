/**
 * The rate limiter of one vendor under one credential, in one worker: published limits count per credential, and a worker has many sites.
 * This file is the queue: who goes next; `window.ts` tells how many may go. Whoever would wait longer than a moment is sent away with the time
 * to come back, so that no worker stands full of sleepers, and a place is reserved meanwhile. The more urgent go first, also before those.
 */
import { PortError } from '../../ports/errors';
import { before, Reservations, type Place } from './reservations';
import { priorities, type Priority, type RateLimitedWork } from '../../domain/priority';
import { longestMs, SlidingWindow, type Limit } from './sliding-window';

/** `limited`, but by ourselves: the vendor was not asked. */
export class HeldBack extends PortError {
  constructor(who: string, waitMs: number) {
    const because = `Requests to ${who} wait for their turn, so that its limit is kept: come back in ${Math.ceil(waitMs / 1_000)} s.`;
    super('limited', because, { waitMs });
  }
}

/** Longest that a request is held here; surveys give up after 2 s. */
const holdMs = 1_500;
/** A place is reserved for so long after the time to come back. */
const graceMs = 5_000;
/** What a step sends to a vendor of DNS: it reads, reads once more, and changes. Where a window is no longer than a hold, nothing is lost by one. */
const perWork = 3;
/** Work that sends nothing for so long has sent all it wanted, or waits for name servers. */
const silentMs = 2_000;
const lookEveryMs = 50;

interface Waiter {
  sinceMs: number;
  go: () => void;
  refuse: (error: HeldBack) => void;
}
/** A piece of work, from its first request to its end, or until it is sent away. */
interface UnderWay extends Place {
  work: RateLimitedWork;
  waiting: Waiter[];
  begun: boolean;
  /** How many more it may send without waiting; what it sends beyond goes by its place, one by one. */
  booked: number;
  /** Sent one after the other, without a silence. */
  burst: number;
  silentAt: number;
}

export class RateLimiter {
  private readonly who: string;
  private readonly window: SlidingWindow;
  private readonly faster: number;
  private readonly underWay = new Map<RateLimitedWork, UnderWay>();
  private readonly reservations = new Reservations();
  /** The sum over all work under way. */
  private booked = 0;
  private arrivals = 0;
  private timer: NodeJS.Timeout | undefined;

  /** Lets through the share of one of `workers` in `limit`. `who` stands in the sentences. For the bench, its time may run so much `faster`. */
  constructor(who: string, limit: Limit, workers: number, faster = 1) {
    this.who = who;
    this.window = new SlidingWindow(limit, workers);
    this.faster = faster;
  }

  /** Resolves when one request of `work` may be sent. Whoever calls must call `leave` when the work is done. @throws SentAway. */
  acquire(work: RateLimitedWork): Promise<void> {
    this.forget();
    return new Promise((go, refuse) => {
      const one = this.underWay.get(work) ?? this.enter(work);
      one.waiting.push({ sinceMs: this.now(), go, refuse });
      if (this.waitOf(one, this.ahead(one), this.takes(one)) > holdMs) this.sendAway(one);
      // Not at once: of those that come at the same moment, the most urgent go first.
      this.settleIn(0);
    });
  }

  /** `work` has come to its end: what it did not send is for others, and what it still waits for is sent no more. */
  release(work: RateLimitedWork): void {
    const one = this.underWay.get(work);
    if (one === undefined) return;
    this.drop(one, 1);
    this.settleIn(0);
  }

  /** The vendor itself says to somebody as urgent as that that it is enough: nobody asks again before so long, but for failovers that it did not tell. */
  blockFor(ms: number, priority: Priority): void {
    this.window.shut(this.now(), priorities.indexOf(priority), ms * this.faster);
  }

  /** A clock that is set back must not make anybody wait. */
  private now(): number {
    return performance.now() * this.faster;
  }

  private enter(work: RateLimitedWork): UnderWay {
    const rank = priorities.indexOf(work.priority);
    const reserved = work.again ? this.reservations.take(rank) : undefined;
    const { order, needs } = reserved ?? { order: (this.arrivals += 1), needs: Math.min(perWork, this.mostOf(rank)) };
    const one = { rank, order, needs, work, waiting: [], begun: false, booked: 0, burst: 0, silentAt: 0 };
    this.underWay.set(work, one);
    return one;
  }

  /** Room for more than this is never asked for at once. */
  private mostOf(rank: number): number {
    return this.window.perMs <= holdMs ? 1 : this.window.capOf(rank);
  }

  /** How much room its next request needs. */
  private needs(one: UnderWay): number {
    if (one.booked > 0) return 0;
    return one.begun ? 1 : Math.min(this.mostOf(one.rank), Math.max(one.needs, one.waiting.length));
  }

  /** How much room all that it waits for takes from those behind it. */
  private takes(one: UnderWay): number {
    return Math.max(one.begun ? 0 : this.needs(one), one.waiting.length - one.booked);
  }

  /** How many requests come before `place`. */
  private ahead(place: Place): number {
    let ahead = this.reservations.ahead(place);
    for (const one of this.underWay.values()) if (before(one, place) < 0) ahead += this.takes(one);
    return ahead;
  }

  private waitOf({ rank }: Place, ahead: number, needs: number): number {
    if (needs <= 0) return this.window.shutMs(this.now(), rank);
    return this.window.waitMs(this.now(), rank, ahead + needs, this.booked);
  }

  private book(one: UnderWay, count: number): void {
    this.booked += count - one.booked;
    one.booked = count;
  }

  private send(one: UnderWay): void {
    this.book(one, (one.booked || this.needs(one)) - 1);
    this.window.add(this.now());
    one.begun = true;
    one.burst += 1;
    one.silentAt = this.now() + Math.min(silentMs, this.window.perMs);
    one.waiting.shift()?.go();
  }

  /**
   * All of it, because it begins anew. What did not get to its end needs room for twice as many: if it began with as many as before, a crowd of
   * such work would use up the limit with beginnings for ever. @returns what is reserved for it
   */
  private sendAway(one: UnderWay): number {
    const { rank, order, work } = one;
    const needs = Math.max(one.needs, Math.min(2 * one.burst, this.mostOf(rank)));
    const waitMs = Math.min(Math.max(this.waitOf(one, this.ahead(one), needs), 1), longestMs);
    this.drop(one, waitMs);
    if (work.again === undefined) return 0;
    work.again = true;
    this.reservations.add({ rank, order, needs, untilMs: this.now() + waitMs + graceMs });
    return needs;
  }

  private drop(one: UnderWay, waitMs: number): void {
    this.underWay.delete(one.work);
    this.book(one, 0);
    for (const { refuse } of one.waiting.splice(0)) refuse(new HeldBack(this.who, Math.ceil(waitMs / this.faster)));
  }

  private forget(): void {
    const now = this.now();
    this.window.forget(now);
    this.reservations.forget(now);
    for (const one of this.underWay.values()) {
      if (!one.begun || one.silentAt > now) continue;
      this.book(one, 0);
      one.burst = 0;
    }
  }

  /** In one walk along the line, because hundreds may wait, and a worker has heartbeats to send. */
  private settle(): void {
    this.forget();
    const waiting = [...this.underWay.values()].filter((one) => one.waiting.length > 0);
    const line = [...waiting, ...this.reservations.all].sort(before);
    line.reduce((ahead, one) => ahead + ('waiting' in one ? this.serve(one, ahead) : one.needs), 0);
    if (waiting.some((one) => one.waiting.length > 0)) this.settleIn(lookEveryMs / this.faster);
  }

  /** @returns what is taken from those behind it */
  private serve(one: UnderWay, ahead: number): number {
    const waitMs = () => this.waitOf(one, ahead, this.needs(one));
    while (one.waiting.length > 0 && waitMs() <= 0) this.send(one);
    const [first] = one.waiting;
    const tooLong = first !== undefined && this.now() - first.sinceMs > holdMs && waitMs() > holdMs;
    return tooLong ? this.sendAway(one) : this.takes(one);
  }

  private settleIn(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), ms);
  }
}

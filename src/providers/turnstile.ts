/**
 * The pace of requests to one vendor under one credential, in one worker: published limits count per credential, and a worker has many sites.
 * Whoever would wait longer than a moment is sent away with the time to come back, so that no worker stands full of sleepers. More urgent
 * requests go first, also before those that were sent away. A library for queues (p-queue 9, looked at) knows no such return.
 */
import { PortError } from './errors';

/** From what may not wait to what may: customers without a shop, a move under way, its preparation, and mere looks. */
export const urgencies = ['failover', 'move', 'prepare', 'look'] as const;
export type Urgency = (typeof urgencies)[number];

export interface Limit {
  requests: number;
  perMs: number;
}

/** `limited`, but by ourselves: the vendor was not asked. */
export class SentAway extends PortError {
  constructor(who: string, waitMs: number) {
    const because = `Requests to ${who} wait for their turn, so that its limit is kept: come back in ${Math.ceil(waitMs / 1_000)} s.`;
    super('limited', because, { waitMs });
  }
}

/** Longest that a request is held here; surveys give up after 2 s. */
const holdMs = 1_500;
const longestWaitMs = 60_000;
/** A place is kept for somebody who was sent away, for so long after the time to come back. */
const graceMs = 5_000;
/** Of the published limit; the rest is for people, Terraform and whatever else uses the credential. */
const ours = 0.8;
/** Of that, what those may take who can wait; the rest is for moves. */
const patientShare = 0.8;
const patientFrom = urgencies.indexOf('prepare');
const lookEveryMs = 50;

interface Place {
  rank: number;
  /** In a rank, whoever asked first goes first, however often it was sent away. */
  order: number;
}
type Waiter = Place & { sinceMs: number; go: () => void; sendAway: (waitMs: number) => void };
type Ticket = Place & { untilMs: number };

const before = (one: Place, other: Place) => one.rank - other.rank || one.order - other.order;

export class Turnstile {
  private readonly who: string;
  private readonly limit: Limit;
  private readonly most: number;
  private sent: number[] = [];
  private waiting: Waiter[] = [];
  private tickets: Ticket[] = [];
  private shutUntil = 0;
  private arrivals = 0;
  private timer: NodeJS.Timeout | undefined;

  /** Lets through what is the share of one of `workers` in `limit`. `who` stands in the sentences. */
  constructor(who: string, limit: Limit, workers: number) {
    this.who = who;
    this.limit = limit;
    this.most = Math.max(1, Math.floor((limit.requests * ours) / workers));
  }

  /** Resolves when one request may be sent. @throws SentAway. */
  pass(urgency: Urgency): Promise<void> {
    return new Promise((go, refuse) => {
      const { rank, order } = this.placeFor(urgencies.indexOf(urgency));
      const waitMs = this.waitOf({ rank, order });
      const sendAway = (ms: number) => refuse(this.sendAway({ rank, order }, ms));
      if (waitMs > holdMs) {
        sendAway(waitMs);
        return;
      }
      this.waiting.push({ rank, order, sinceMs: Date.now(), go, sendAway });
      this.settle();
    });
  }

  /** The vendor itself says that it is enough: nobody asks again before so long. */
  shutFor(ms: number): void {
    this.shutUntil = Math.max(this.shutUntil, Date.now() + Math.min(ms, longestWaitMs));
  }

  private capOf({ rank }: Place): number {
    return rank < patientFrom ? this.most : Math.max(1, Math.floor(this.most * patientShare));
  }

  /** How many come before `place`, waiting here or sent away. */
  private ahead(place: Place): number {
    return [...this.waiting, ...this.tickets].filter((one) => before(one, place) < 0).length;
  }

  /** Until it is the turn of `place`, when all go that come before it. */
  private waitOf(place: Place): number {
    const times = [...this.sent];
    for (let left = this.ahead(place); left >= 0; left -= 1) {
      const freed = times[times.length - this.capOf(place)];
      times.push(Math.max(Date.now(), this.shutUntil, freed === undefined ? 0 : freed + this.limit.perMs));
    }
    return (times.at(-1) ?? 0) - Date.now();
  }

  private sendAway(place: Place, waitMs: number): SentAway {
    const ms = Math.min(Math.max(Math.ceil(waitMs), 1), longestWaitMs);
    this.tickets.push({ ...place, untilMs: Date.now() + ms + graceMs });
    return new SentAway(this.who, ms);
  }

  /** The oldest place of this rank that somebody was sent away with, or a new one. */
  private placeFor(rank: number): Place {
    this.forget();
    const [ticket] = this.tickets.filter((one) => one.rank === rank).sort(before);
    this.tickets = this.tickets.filter((one) => one !== ticket);
    return ticket ?? { rank, order: (this.arrivals += 1) };
  }

  private forget(): void {
    this.sent = this.sent.filter((at) => at > Date.now() - this.limit.perMs);
    this.tickets = this.tickets.filter(({ untilMs }) => untilMs > Date.now());
  }

  private settle(): void {
    this.forget();
    for (const one of [...this.waiting].sort(before)) {
      const leave = () => (this.waiting = this.waiting.filter((other) => other !== one));
      const free = Date.now() >= this.shutUntil && this.sent.length + this.ahead(one) < this.capOf(one);
      if (free) {
        leave();
        this.sent.push(Date.now());
        one.go();
      } else if (Date.now() - one.sinceMs > holdMs) {
        const waitMs = this.waitOf(one);
        if (waitMs > holdMs) leave();
        if (waitMs > holdMs) one.sendAway(waitMs);
      }
    }
    clearTimeout(this.timer);
    if (this.waiting.length > 0) this.timer = setTimeout(() => this.settle(), lookEveryMs).unref();
  }
}

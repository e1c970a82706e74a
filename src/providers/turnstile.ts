/**
 * The pace of requests to one vendor under one credential, in one worker: published limits count per credential, and a worker has many sites.
 * Whoever would wait longer than a moment is sent away with the time to come back, so that no worker stands full of sleepers. More urgent
 * work goes first, also before what was sent away. A library for queues (p-queue 9, looked at) knows no such return.
 */
import { PortError } from './errors';
import { urgencies, type Work } from './urgency';

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
/** What a step sends to a vendor of DNS: it reads, reads once more, and changes. Where a window is no longer than a hold, nothing is lost by one. */
const perWork = 3;
/** Work that sends nothing for so long has sent all it wanted, or waits for name servers. */
const silentMs = 2_000;
const lookEveryMs = 50;

interface Place {
  rank: number;
  /** In a rank, whoever asked first goes first, however often it was sent away. */
  order: number;
  /** For how many requests there must be room. */
  needs: number;
}
type Waiter = Place & { work: Work; sinceMs: number; go: () => void; sendAway: (waitMs: number) => void };
type Ticket = Place & { untilMs: number };
/** Work that may send `left` more without waiting; what it sends beyond goes by its old place. */
type Begun = Place & { left: number; untilMs: number };

const before = (one: Place, other: Place) => one.rank - other.rank || one.order - other.order;

export class Turnstile {
  private readonly who: string;
  private readonly limit: Limit;
  private readonly most: number;
  private readonly faster: number;
  private readonly begun = new Map<Work, Begun>();
  private sent: number[] = [];
  private waiting: Waiter[] = [];
  private tickets: Ticket[] = [];
  private shutUntil = 0;
  private arrivals = 0;
  private timer: NodeJS.Timeout | undefined;

  /** Lets through the share of one of `workers` in `limit`. `who` stands in the sentences. For the bench, its time may run so much `faster`. */
  constructor(who: string, limit: Limit, workers: number, faster = 1) {
    this.who = who;
    this.limit = limit;
    this.most = Math.max(1, Math.floor((limit.requests * ours) / workers));
    this.faster = faster;
  }

  /** Resolves when one request of `work` may be sent. @throws SentAway. */
  pass(work: Work): Promise<void> {
    this.forget();
    return new Promise((go, refuse) => {
      const place = this.begun.get(work) ?? this.placeFor(work);
      const { rank, order, needs } = place;
      const sendAway = (ms: number) => refuse(this.sendAway(work, place, ms));
      const waitMs = this.waitOf(work, place);
      if (waitMs <= holdMs) this.waiting.push({ rank, order, needs, work, sinceMs: this.now(), go, sendAway });
      else sendAway(waitMs);
      // Not at once: of those that come at the same moment, the most urgent go first.
      this.settleIn(0);
    });
  }

  /** `work` has come to its end: what it did not send is for others. */
  leave(work: Work): void {
    if (this.begun.delete(work) && this.waiting.length > 0) this.settleIn(0);
  }

  /** The vendor itself says that it is enough: nobody asks again before so long. */
  shutFor(ms: number): void {
    this.shutUntil = Math.max(this.shutUntil, this.now() + Math.min(ms * this.faster, longestWaitMs));
  }

  private now(): number {
    return Date.now() * this.faster;
  }

  private capOf(rank: number): number {
    return rank < patientFrom ? this.most : Math.max(1, Math.floor(this.most * patientShare));
  }

  private needsOf(rank: number): number {
    return this.limit.perMs <= holdMs ? 1 : Math.min(perWork, this.capOf(rank));
  }

  /** How many requests come before `place`, of work that waits here or was sent away. */
  private ahead(place: Place): number {
    const ahead = [...this.waiting, ...this.tickets].filter((one) => before(one, place) < 0);
    return ahead.reduce((sum, { needs }) => sum + needs, 0);
  }

  /** How many more the work that has begun may send. */
  private booked(): number {
    return [...this.begun.values()].reduce((sum, { left }) => sum + left, 0);
  }

  private leftFor(work: Work): number {
    return this.begun.get(work)?.left ?? 0;
  }

  /** Until it is the turn of `place`, when all go that come before it. */
  private waitOf(work: Work, place: Place): number {
    if (this.leftFor(work) > 0) return this.shutUntil - this.now();
    const times = [...this.sent, ...Array<number>(this.booked()).fill(this.now())];
    for (let left = this.ahead(place) + place.needs; left > 0; left -= 1) {
      const freed = times[times.length - this.capOf(place.rank)];
      times.push(Math.max(this.now(), this.shutUntil, freed === undefined ? 0 : freed + this.limit.perMs));
    }
    return (times.at(-1) ?? 0) - this.now();
  }

  private send({ work, rank, order, needs, go }: Waiter): void {
    this.sent.push(this.now());
    const left = (this.leftFor(work) || needs) - 1;
    this.begun.set(work, { rank, order, needs: 1, left, untilMs: this.now() + Math.min(silentMs, this.limit.perMs) });
    go();
  }

  private sendAway(work: Work, { rank, order }: Place, waitMs: number): SentAway {
    const ms = Math.min(Math.max(waitMs, 1), longestWaitMs);
    this.begun.delete(work);
    if (work.again !== undefined) {
      work.again = true;
      this.tickets.push({ rank, order, needs: this.needsOf(rank), untilMs: this.now() + ms + graceMs });
    }
    return new SentAway(this.who, Math.ceil(ms / this.faster));
  }

  /** Who comes back gets the oldest place of its rank that is kept, whoever was sent away with it: workers get each other's in equal parts. */
  private placeFor({ urgency, again }: Work): Place {
    const rank = urgencies.indexOf(urgency);
    const [ticket] = again ? this.tickets.filter((one) => one.rank === rank).sort(before) : [];
    this.tickets = this.tickets.filter((one) => one !== ticket);
    return ticket ?? { rank, order: (this.arrivals += 1), needs: this.needsOf(rank) };
  }

  private forget(): void {
    const now = this.now();
    this.sent = this.sent.filter((at) => at > now - this.limit.perMs);
    this.tickets = this.tickets.filter(({ untilMs }) => untilMs > now);
    for (const one of this.begun.values()) if (one.untilMs <= now) one.left = 0;
  }

  private settle(): void {
    this.forget();
    for (const one of [...this.waiting].sort(before)) {
      const fits = this.fits(one);
      const waitMs = fits || this.now() - one.sinceMs <= holdMs ? 0 : this.waitOf(one.work, one);
      if (!fits && waitMs <= holdMs) continue;
      this.waiting = this.waiting.filter((other) => other !== one);
      if (fits) this.send(one);
      else one.sendAway(waitMs);
    }
    if (this.waiting.length > 0) this.settleIn(lookEveryMs / this.faster);
  }

  private settleIn(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), ms);
  }

  private fits(one: Waiter): boolean {
    if (this.now() < this.shutUntil) return false;
    const taken = this.sent.length + this.booked() + this.ahead(one) + one.needs;
    return this.leftFor(one.work) > 0 || taken <= this.capOf(one.rank);
  }
}

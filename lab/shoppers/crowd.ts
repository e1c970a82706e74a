import { setMaxListeners } from 'node:events';
import type { CrowdContext } from './action';
import { stamp, type OrderRequest } from './ledger-lines';
import type { Shopper } from './shopper';

/** What a crowd asks of a shopper, whichever shop it is. */
export type Customer = Pick<
  Shopper,
  'newOrder' | 'order' | 'orderAgain' | 'orderAndLeave' | 'update' | 'login' | 'visitCart' | 'upload' | 'close'
>;

export interface CrowdOptions {
  /** New orders per second, over all shoppers of the process. */
  readonly rate: number;
  /** Intents that may be open at once; more are counted as shed. */
  readonly maxOpen: number;
  /** Some customers here leave before the answer, and the shoppers in `world` repeat their keys. */
  readonly roams: boolean;
  /** Every how many customers of a region one leaves before the answer. */
  readonly leaveEvery: number;
  /** Milliseconds within which all of them log in at first. */
  readonly arriveWithinMs: number;
}

const SHARE = { later: 0.25, laterPaid: 0.8, refunded: 0.1, cart: 0.15, login: 0.03, upload: 0.05 };
/** Long enough that some orders from before a fault are paid or refunded in the region that it hit. */
const PAID_AFTER_MS = [2000, 40_000] as const;
const REFUNDED_AFTER_MS = [3000, 60_000] as const;

/** All shoppers of a process: an open loop of arrivals, so that an outage does not lower the rate. */
export class Crowd {
  private readonly later = new Set<NodeJS.Timeout>();
  private readonly busy = new Set<Promise<unknown>>();
  private arrival: NodeJS.Timeout | undefined;
  private arrivals = 0;
  private readonly context: CrowdContext;
  private readonly shoppers: readonly [Customer, ...Customer[]];
  private readonly options: CrowdOptions;

  constructor(context: CrowdContext, shoppers: readonly [Customer, ...Customer[]], options: CrowdOptions) {
    this.context = context;
    this.shoppers = shoppers;
    this.options = options;
    setMaxListeners(0, context.end);
  }

  open(): void {
    for (const shopper of this.shoppers) this.after([0, this.options.arriveWithinMs], () => shopper.login());
    const arrive = (due: number): void => {
      this.admitCustomer();
      // Due times are absolute, so a late timer does not lower the rate.
      const next = due + (this.context.random.between(0.5, 1.5) * 1000) / this.options.rate;
      this.arrival = setTimeout(arrive, Math.max(0, next - stamp().mono), next);
    };
    arrive(stamp().mono);
  }

  /** Repeats the key of a customer who left a region before the answer. */
  repeatOrder(order: OrderRequest): void {
    this.after([300, 1500], () => this.context.random.pick(this.shoppers).orderAgain(order));
  }

  /** Starts no new and no scheduled intents; resolves when the open ones have ended. */
  async close(): Promise<void> {
    clearTimeout(this.arrival);
    for (const timer of this.later) clearTimeout(timer);
    this.later.clear();
    while (this.busy.size > 0) await Promise.all(this.busy);
    for (const shopper of this.shoppers) shopper.close();
  }

  private admitCustomer(): void {
    const { random, tally } = this.context;
    const shopper = random.pick(this.shoppers);
    tally.offer();
    if (tally.open >= this.options.maxOpen) {
      tally.drop();
      return;
    }
    this.arrivals += 1;
    // A count, not a chance: a drill without any such order proves less.
    if (this.options.roams && this.arrivals % this.options.leaveEvery === 0)
      this.start(shopper.orderAndLeave(shopper.newOrder('now')));
    else this.start(this.orderThenUpdate(shopper));
    if (random.chance(SHARE.cart)) this.start(shopper.visitCart());
    if (random.chance(SHARE.upload)) this.start(shopper.upload());
    if (random.chance(SHARE.login)) this.start(shopper.login());
  }

  private async orderThenUpdate(shopper: Customer): Promise<void> {
    const { random } = this.context;
    const request = shopper.newOrder(random.chance(SHARE.later) ? 'later' : 'now');
    const ack = await shopper.order(request);
    if (ack === undefined) return;
    const key = keyOf(ack.answer) ?? ack.key;
    if (request.pay === 'later' && random.chance(SHARE.laterPaid)) {
      this.after(PAID_AFTER_MS, () => shopper.update('pay', key, request.intent));
    }
    if (request.pay === 'now' && random.chance(SHARE.refunded)) {
      this.after(REFUNDED_AFTER_MS, () => shopper.update('refund', key, request.intent));
    }
  }

  private after([low, high]: readonly [number, number], act: () => Promise<unknown>): void {
    const timer = setTimeout(
      () => {
        this.later.delete(timer);
        this.start(act());
      },
      this.context.random.between(low, high),
    );
    this.later.add(timer);
  }

  /** An action rejects only when a ledger can't be written. Without its ledgers a crowd proves nothing, so the process then ends. */
  private start(work: Promise<unknown>): void {
    const ended = work.finally(() => this.busy.delete(ended));
    this.busy.add(ended);
  }
}

/** The key under which the shop stores the order: the first one, when the same intent arrived under several. */
function keyOf(answer: unknown): string | undefined {
  const key = (answer as { key?: unknown }).key;
  return typeof key === 'string' ? key : undefined;
}

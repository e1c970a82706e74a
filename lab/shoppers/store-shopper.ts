import {
  attemptOnce,
  mayHaveCharged,
  pause,
  repeatUntilAnswered,
  type CrowdContext,
  type Answered,
  type CustomerAction,
} from './action';
import type { Browser, Call } from './browser';
import { Customer, type Asked } from './customer';
import type { AckLine, OrderRequest } from './ledger-lines';
import { stamp } from './ledger-lines';
import { triedIn, type Tried } from './tried';
import {
  batchIn,
  cartIn,
  checkout,
  fillCart,
  orderIn,
  products,
  productsIn,
  type Goods,
  provider,
  readCart,
  tokenIn,
  withToken,
} from './store-calls';

/** A customer of released WooCommerce, with a cart and a session as a browser has them. One order at a time: there is one cart. */
export class StoreShopper extends Customer {
  private turn: Promise<unknown> = Promise.resolve();
  private readonly goods: Goods;

  constructor(name: string, run: string, context: CrowdContext, browser: Browser, goods: Goods) {
    super(name, run, context, browser);
    this.goods = goods;
  }

  order(request: OrderRequest): Promise<AckLine | undefined> {
    return this.inTurn(() => this.untilTaken(request, false));
  }

  /** A customer whose first browser went away comes back for the order first. */
  orderAgain(request: OrderRequest): Promise<AckLine | undefined> {
    return this.inTurn(() => this.untilTaken(request, true));
  }

  orderAndLeave(request: OrderRequest): Promise<void> {
    return this.inTurn(async () => {
      const token = await this.filledCart(request);
      if (token === undefined) return;
      const leaving = { ...this.checkoutAction(token, request), call: { ...checkout(token, request), leaves: true } };
      await this.context.slots.run(() => attemptOnce(this.context, leaving, 1));
    });
  }

  login(): Promise<void> {
    return this.inTurn(() => this.startSession());
  }

  /** Reads the cart of the session; what lies in it is what the last order left or what a refused one filled. */
  visitCart(): Promise<void> {
    return this.inTurn(async () => {
      if (this.token === undefined) await this.startSession();
      if (this.token === undefined) return;
      const call = withToken(readCart, this.token);
      await repeatUntilAnswered(
        this.context,
        this.action({ op: 'cart', key: this.name, request: {}, call, read: tokenIn }),
      );
    });
  }

  /** Customers of WooCommerce upload nothing. */
  upload(): Promise<void> {
    return Promise.resolve();
  }

  protected updating(op: 'pay' | 'refund', _key: string, intent: string): Call {
    return provider(op, intent);
  }

  /** WooCommerce cuts the key of an order off after 22 characters. */
  protected override newId(): string {
    return super.newId(this.name.replace('world-', 'w').replace('-', ''));
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.turn.then(act);
    this.turn = result.catch(() => undefined);
    return result;
  }

  /**
   * Repeats the checkout with its cart until the shop takes the order. After an answer that never came, or one that leaves open what was done, the
   * customer comes back for the order, and fills another cart only where the shop says that it has none.
   */
  private async untilTaken(request: OrderRequest, mayBeTaken: boolean): Promise<AckLine | undefined> {
    const { tally, end, patienceMs } = this.context;
    const started = stamp().mono;
    let unsure = mayBeTaken;
    tally.open += 1;
    try {
      for (let attempt = 1; !end.aborted; attempt += 1) {
        const { ack, reply, waitMs } = await this.tryOnce(request, unsure, attempt);
        if (ack !== undefined) return ack;
        if (reply !== undefined) unsure ||= request.pay === 'now' && mayHaveCharged(reply);
        if (!unsure && stamp().mono - started > patienceMs) return undefined;
        await pause(this.context, attempt, waitMs);
      }
      if (unsure) tally.unanswered += 1;
      return undefined;
    } finally {
      tally.open -= 1;
    }
  }

  private async tryOnce(request: OrderRequest, unsure: boolean, attempt: number): Promise<Tried> {
    if (unsure) {
      const tried = triedIn(
        await this.once({ ...orderOp(request), call: provider('return', request.intent) }, attempt),
      );
      if (tried.reply?.kind !== 'answer' || tried.reply.status !== 404) return tried;
    }
    const token = await this.filledCart(request);
    if (token === undefined) return triedIn(undefined);
    return triedIn(await this.once(this.checkoutAction(token, request), attempt));
  }

  private once(what: Asked, attempt: number) {
    const { slots, retrySlots } = this.context;
    const action = this.action(what);
    return (attempt === 1 ? slots : retrySlots).run(() => attemptOnce(this.context, action, attempt));
  }

  private checkoutAction(token: string, request: OrderRequest): CustomerAction {
    return this.action({
      ...orderOp(request),
      call: checkout(token, request),
      read: (reply) => orderIn(reply, request, this.goods),
    });
  }

  /** The token of a cart in which the customer sees the order's lines; undefined when the shop showed none in time. */
  private async filledCart({ lines }: OrderRequest): Promise<string | undefined> {
    if (this.token === undefined) await this.startSession();
    const { token } = this;
    if (token === undefined || this.goods.size === 0) return undefined;
    const wanted = lines.map(({ sku, qty }) => ({ id: this.goods.get(sku)?.id ?? 0, quantity: qty }));
    const cart = { op: 'cart', key: this.name, request: { lines } } as const;
    const filling = this.action({ ...cart, call: fillCart(token, wanted), read: batchIn });
    if (typeof (await repeatUntilAnswered(this.context, filling)) !== 'object') return undefined;
    // A region that is about to be left answers and keeps nothing, so a customer looks at the cart before paying.
    const looking = { call: withToken(readCart, token), read: (reply: Answered) => cartIn(reply, lines) };
    const seen = triedIn(await this.once({ ...cart, ...looking }, 1));
    return seen.ack === undefined ? undefined : token;
  }

  private async startSession(): Promise<void> {
    const login = { op: 'login', key: this.name, request: { customer: this.name } } as const;
    const answer = await repeatUntilAnswered(this.context, this.action({ ...login, call: readCart, read: tokenIn }));
    this.token = typeof answer === 'object' ? (answer.answer as { token: string }).token : undefined;
    if (this.goods.size > 0 || this.token === undefined) return;
    const listing = { ...login, call: products, read: (reply: Answered) => this.learn(reply) };
    await repeatUntilAnswered(this.context, this.action(listing));
  }

  private learn(reply: Answered): object {
    for (const [sku, product] of productsIn(reply)) this.goods.set(sku, product);
    return { products: this.goods.size };
  }
}

const orderOp = (request: OrderRequest) =>
  ({ op: 'order', key: request.key, intent: request.intent, request, charges: request.pay === 'now' }) as const;

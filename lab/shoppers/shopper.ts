import { createHash } from 'node:crypto';
import type { Browser, Call } from './browser';
import { attemptOnce, repeatUntilAnswered, type CrowdContext, type CustomerAction } from './action';
import type { AckLine, OrderRequest } from './ledger-lines';
import { paths } from './paths';
import { Shelf } from './shelf';

/** One customer with one browser: orders, pays, refunds, fills a cart, uploads files. */
export class Shopper {
  readonly name: string;
  private readonly context: CrowdContext;
  private readonly browser: Browser;
  private readonly run: string;
  private readonly shelf = new Shelf();
  private serial = 0;
  private token: string | undefined;
  private cart = new Map<string, number>();
  private inSession = false;

  /** `run` distinguishes this process's keys from those of an earlier one. */
  constructor(name: string, run: string, context: CrowdContext, browser: Browser) {
    this.name = name;
    this.run = run;
    this.context = context;
    this.browser = browser;
  }

  /** A new order request with a new key and a new payment intent. */
  newOrder(pay: 'now' | 'later'): OrderRequest {
    this.serial += 1;
    const id = `${this.name}-${this.run}-${this.serial}`;
    return this.shelf.order(this.context.random, id, { customer: this.name, pay });
  }

  /** Orders until acknowledged. Resolves to the acknowledgement, or undefined when there was none. */
  async order(request: OrderRequest): Promise<AckLine | undefined> {
    return acknowledged(await repeatUntilAnswered(this.context, this.orderAction(request)));
  }

  /** Sends an order whose first sender left before the answer. */
  orderAgain(request: OrderRequest): Promise<AckLine | undefined> {
    return this.order(request);
  }

  /** Sends the order and leaves before the answer; another process repeats the key. */
  async orderAndLeave(request: OrderRequest): Promise<void> {
    const action = this.orderAction(request);
    const leaving = { ...action, call: { ...action.call, leaves: true } };
    await this.context.slots.run(() => attemptOnce(this.context, leaving, 1));
  }

  /** Pays or refunds the order acknowledged under `key`. */
  async update(op: 'pay' | 'refund', key: string, intent: string): Promise<void> {
    const call: Call = jsonCall(paths[op](encodeURIComponent(key)), {});
    await repeatUntilAnswered(this.context, this.action({ op, key, intent, request: {}, call, charges: op === 'pay' }));
  }

  /** Logs in again; the cart of the old session is abandoned. */
  login(): Promise<void> {
    return this.oneAtATime(() => this.startSession());
  }

  /** Adds an item to the cart, or reads the cart again and checks that it is complete. */
  visitCart(): Promise<void> {
    return this.oneAtATime(async () => {
      if (this.token === undefined) await this.startSession();
      const token = this.token;
      if (token === undefined) return;
      const reads = this.cart.size > 0 && this.context.random.chance(0.5);
      const outcome = reads ? await this.readCart(token) : await this.fillCart(token);
      // The session is lost, and with it the cart: log in again at the next visit.
      if (outcome === 401) this.token = undefined;
    });
  }

  /** Uploads a small file of random bytes under a name of its own. */
  async upload(): Promise<void> {
    this.serial += 1;
    const name = `${this.name}-${this.run}-${this.serial}.bin`;
    const body = this.context.random.bytes(this.context.random.whole(200, 6000));
    const request = { name, sha256: createHash('sha256').update(body).digest('hex'), bytes: body.length };
    const path = `${paths.upload}?name=${encodeURIComponent(name)}`;
    const call: Call = { method: 'POST', path, body, type: 'application/octet-stream' };
    await repeatUntilAnswered(this.context, this.action({ op: 'upload', key: name, request, call }));
  }

  close(): void {
    this.browser.close();
  }

  /** The expected cart is known only while no other request of the same session is open. */
  private async oneAtATime(act: () => Promise<void>): Promise<void> {
    if (this.inSession) return;
    this.inSession = true;
    try {
      await act();
    } finally {
      this.inSession = false;
    }
  }

  private async startSession(): Promise<void> {
    const request = { customer: this.name };
    const action = this.action({ op: 'login', key: this.name, request, call: jsonCall(paths.login, request) });
    const answer = acknowledged(await repeatUntilAnswered(this.context, action))?.answer as
      { token?: unknown } | undefined;
    this.token = typeof answer?.token === 'string' ? answer.token : undefined;
    this.cart = new Map();
  }

  private async fillCart(token: string): Promise<AckLine | number | undefined> {
    const request = { token, sku: this.shelf.sku(this.context.random), qty: this.context.random.whole(1, 5) };
    const action = this.action({ op: 'cart', key: this.name, request, call: jsonCall(paths.fill, request) });
    const outcome = await repeatUntilAnswered(this.context, action);
    if (acknowledged(outcome) === undefined) this.cart.delete(request.sku);
    else this.cart.set(request.sku, request.qty);
    return outcome;
  }

  private async readCart(token: string): Promise<AckLine | number | undefined> {
    const put = new Map(this.cart);
    const call: Call = { method: 'GET', path: `${paths.cart}?token=${encodeURIComponent(token)}` };
    const action = this.action({ op: 'cart', key: this.name, request: { token }, call });
    return repeatUntilAnswered(this.context, { ...action, kept: (answer) => holds(answer, put) });
  }

  private orderAction(request: OrderRequest): CustomerAction {
    const { key, intent } = request;
    const call = jsonCall(paths.order, request);
    return this.action({ op: 'order', key, intent, request, call, charges: request.pay === 'now' });
  }

  private action(
    what: Partial<CustomerAction> & Pick<CustomerAction, 'op' | 'key' | 'request' | 'call'>,
  ): CustomerAction {
    return { shopper: this.name, browser: this.browser, intent: null, charges: false, ...what };
  }
}

function acknowledged(outcome: AckLine | number | undefined): AckLine | undefined {
  return typeof outcome === 'object' ? outcome : undefined;
}

function jsonCall(path: string, body: object): Call {
  return { method: 'POST', path, body: Buffer.from(JSON.stringify(body)) };
}

/** Whether the returned cart contains every added item in the same quantity. */
function holds(answer: unknown, put: ReadonlyMap<string, number>): boolean {
  const lines = (answer as { lines?: unknown }).lines;
  if (!Array.isArray(lines)) return false;
  const found = new Map(lines.map((line: { sku?: unknown; qty?: unknown }) => [line.sku, Number(line.qty)]));
  return [...put].every(([sku, qty]) => found.get(sku) === qty);
}

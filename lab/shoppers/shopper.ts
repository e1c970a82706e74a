import { createHash } from 'node:crypto';
import type { Call } from './browser';
import { attemptOnce, repeatUntilAnswered, type CustomerAction } from './action';
import { Customer } from './customer';
import type { AckLine, OrderRequest } from './ledger-lines';
import { paths } from './paths';

/** A customer of the lab's shop: orders, pays, refunds, fills a cart, uploads files. */
export class Shopper extends Customer {
  private cart = new Map<string, number>();
  private inSession = false;

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
    const name = `${this.newId()}.bin`;
    const body = this.context.random.bytes(this.context.random.whole(200, 6000));
    const request = { name, sha256: createHash('sha256').update(body).digest('hex'), bytes: body.length };
    const path = `${paths.upload}?name=${encodeURIComponent(name)}`;
    const call: Call = { method: 'POST', path, body, type: 'application/octet-stream' };
    await repeatUntilAnswered(this.context, this.action({ op: 'upload', key: name, request, call }));
  }

  protected updating(op: 'pay' | 'refund', key: string): Call {
    return jsonCall(paths[op](encodeURIComponent(key)), {});
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

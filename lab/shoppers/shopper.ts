import { createHash } from 'node:crypto';
import type { Browser, Call } from './browser';
import { attemptOnce, insist, type Counter, type Errand } from './errand';
import type { AckLine, OrderRequest } from './lines';

const SKUS = Array.from({ length: 20 }, (_, index) => `sku-${String(index + 1).padStart(2, '0')}`);

/** One customer with one browser: orders, pays, changes their mind, fills a cart, uploads pictures. */
export class Shopper {
  readonly name: string;
  private readonly counter: Counter;
  private readonly browser: Browser;
  private readonly run: string;
  private serial = 0;
  private token: string | undefined;
  private cart = new Map<string, number>();
  private inSession = false;

  /** `run` sets this process's keys apart from those of an earlier one. */
  constructor(name: string, run: string, counter: Counter, browser: Browser) {
    this.name = name;
    this.run = run;
    this.counter = counter;
    this.browser = browser;
  }

  /** A new order request; its key and its payment intent are used for nothing else, ever. */
  newOrder(pay: 'now' | 'later'): OrderRequest {
    this.serial += 1;
    const id = `${this.name}-${this.run}-${this.serial}`;
    const { random } = this.counter;
    const skus = new Set(Array.from({ length: random.whole(1, 3) }, () => this.sku()));
    const lines = [...skus].map((sku) => ({ sku, qty: random.whole(1, 3) }));
    return { key: `k-${id}`, intent: `pi-${id}`, customer: this.name, lines, pay };
  }

  /** Orders until acknowledged. Resolves to the acknowledgement, or undefined when there was none. */
  async order(request: OrderRequest): Promise<AckLine | undefined> {
    return acknowledged(await insist(this.counter, this.orderErrand(request, true)));
  }

  /** Sends the order and leaves before the answer; somebody else repeats the key. */
  async orderAndLeave(request: OrderRequest): Promise<void> {
    const errand = this.orderErrand(request, false);
    const leaving = { ...errand, call: { ...errand.call, leaves: true } };
    await this.counter.slots.run(() => attemptOnce(this.counter, leaving, 1));
  }

  /** Pays or refunds an order this customer was acknowledged under `key`. */
  async update(op: 'pay' | 'refund', key: string, intent: string): Promise<void> {
    const call: Call = { ...jsonCall(`/orders/${encodeURIComponent(key)}/${op}`, {}) };
    await insist(this.counter, this.errand({ op, key, intent, request: {}, call, charges: op === 'pay' }));
  }

  /** Logs in anew; the cart of the old session is left behind. */
  login(): Promise<void> {
    return this.oneAtATime(() => this.startSession());
  }

  /** Puts one more thing into the cart, or reads the cart again and sees whether all of it is still there. */
  visitCart(): Promise<void> {
    return this.oneAtATime(async () => {
      if (this.token === undefined) await this.startSession();
      const token = this.token;
      if (token === undefined) return;
      const reads = this.cart.size > 0 && this.counter.random.chance(0.5);
      const outcome = reads ? await this.readCart(token) : await this.fillCart(token);
      // Without its session the cart is gone as well: log in again at the next visit.
      if (outcome === 401) this.token = undefined;
    });
  }

  /** Uploads a small file of random bytes under a name of its own. */
  async upload(): Promise<void> {
    this.serial += 1;
    const name = `${this.name}-${this.run}-${this.serial}.bin`;
    const body = this.counter.random.bytes(this.counter.random.whole(200, 6000));
    const request = { name, sha256: createHash('sha256').update(body).digest('hex'), bytes: body.length };
    const path = `/uploads?name=${encodeURIComponent(name)}`;
    const call: Call = { method: 'POST', path, body, type: 'application/octet-stream' };
    await insist(this.counter, this.errand({ op: 'upload', key: name, request, call }));
  }

  close(): void {
    this.browser.close();
  }

  /** What is expected in a cart is known only when nothing else of the same session is under way. */
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
    const errand = this.errand({ op: 'login', key: this.name, request, call: jsonCall('/login', request) });
    const answer = acknowledged(await insist(this.counter, errand))?.answer as { token?: unknown } | undefined;
    this.token = typeof answer?.token === 'string' ? answer.token : undefined;
    this.cart = new Map();
  }

  private async fillCart(token: string): Promise<AckLine | number | undefined> {
    const request = { token, sku: this.sku(), qty: this.counter.random.whole(1, 5) };
    const errand = this.errand({ op: 'cart', key: this.name, request, call: jsonCall('/cart', request) });
    const outcome = await insist(this.counter, errand);
    if (acknowledged(outcome) === undefined) this.cart.delete(request.sku);
    else this.cart.set(request.sku, request.qty);
    return outcome;
  }

  private async readCart(token: string): Promise<AckLine | number | undefined> {
    const put = new Map(this.cart);
    const call: Call = { method: 'GET', path: `/cart?token=${encodeURIComponent(token)}` };
    const errand = this.errand({ op: 'cart', key: this.name, request: { token }, call });
    return insist(this.counter, { ...errand, kept: (answer) => holds(answer, put) });
  }

  private orderErrand(request: OrderRequest, mayStartOver: boolean): Errand {
    const { key, intent } = request;
    const call = jsonCall('/orders', request);
    const errand = this.errand({ op: 'order', key, intent, request, call, charges: request.pay === 'now' });
    if (!mayStartOver) return errand;
    return { ...errand, renamed: (other) => this.orderErrand({ ...request, key: other }, false) };
  }

  private errand(what: Partial<Errand> & Pick<Errand, 'op' | 'key' | 'request' | 'call'>): Errand {
    return { shopper: this.name, browser: this.browser, intent: null, charges: false, ...what };
  }

  private sku(): string {
    return SKUS[this.counter.random.whole(0, SKUS.length - 1)] ?? 'sku-01';
  }
}

function acknowledged(outcome: AckLine | number | undefined): AckLine | undefined {
  return typeof outcome === 'object' ? outcome : undefined;
}

function jsonCall(path: string, body: object): Call {
  return { method: 'POST', path, body: Buffer.from(JSON.stringify(body)) };
}

/** Whether everything put into the cart is in the answered one, in the same quantity. */
function holds(answer: unknown, put: ReadonlyMap<string, number>): boolean {
  const lines = (answer as { lines?: unknown }).lines;
  if (!Array.isArray(lines)) return false;
  const found = new Map(lines.map((line: { sku?: unknown; qty?: unknown }) => [line.sku, Number(line.qty)]));
  return [...put].every(([sku, qty]) => found.get(sku) === qty);
}

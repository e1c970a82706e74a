import { repeatUntilAnswered, type CrowdContext, type CustomerAction } from './action';
import type { Browser, Call } from './browser';
import type { OrderRequest } from './ledger-lines';
import { Shelf } from './shelf';

export type Asked = Partial<CustomerAction> & Pick<CustomerAction, 'op' | 'key' | 'request' | 'call'>;

/** One customer with one browser, of whatever shop. */
export abstract class Customer {
  readonly name: string;
  protected readonly context: CrowdContext;
  protected readonly shelf = new Shelf();
  protected token: string | undefined;
  private readonly browser: Browser;
  private readonly run: string;
  private serial = 0;

  /** `run` distinguishes this process's keys from those of an earlier one. */
  constructor(name: string, run: string, context: CrowdContext, browser: Browser) {
    this.name = name;
    this.run = run;
    this.context = context;
    this.browser = browser;
  }

  /** A new order request with a new key and a new payment intent. */
  newOrder(pay: 'now' | 'later'): OrderRequest {
    return this.shelf.order(this.context.random, this.newId(), { customer: this.name, pay });
  }

  /** Pays or refunds the order acknowledged under `key`. */
  async update(op: 'pay' | 'refund', key: string, intent: string): Promise<void> {
    const call = this.updating(op, key, intent);
    await repeatUntilAnswered(this.context, this.action({ op, key, intent, request: {}, call, charges: op === 'pay' }));
  }

  close(): void {
    this.browser.close();
  }

  protected abstract updating(op: 'pay' | 'refund', key: string, intent: string): Call;

  protected newId(of = this.name): string {
    this.serial += 1;
    return `${of}-${this.run}-${this.serial}`;
  }

  protected action(what: Asked): CustomerAction {
    return { shopper: this.name, browser: this.browser, intent: null, charges: false, ...what };
  }
}

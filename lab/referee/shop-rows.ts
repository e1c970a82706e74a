/** What the judge knows of one shop's database. */

export type Region = 'A' | 'B';

export interface OrderRow {
  readonly id: number;
  readonly status: string;
  readonly currency: string;
  readonly total: string;
  readonly transactionId: string;
  readonly key: string;
  /** What its shopper sent as the intent to pay: the shop's tables need not have it, so it comes from the ledgers. */
  readonly intent: string;
  readonly email: string;
  readonly customerId: number;
  readonly paymentMethod: string;
  /** Milliseconds since 1970, whole seconds. */
  readonly createdAt: number;
  /** What a whole order has, as its tables say. */
  readonly parts: OrderParts;
}

/** Counts of rows, marks that are 0 or 1, and amounts, each by the table that has them. */
export interface OrderParts {
  readonly posts: number;
  readonly operational: number;
  readonly billing: number;
  readonly stockReduced: number;
  readonly salesRecorded: number;
  readonly datePaid: number;
  /** Shipping with its tax. */
  readonly shipping: string;
}

/** A refund is an order of its own. */
export interface RefundRow {
  readonly id: number;
  readonly parentId: number;
  readonly total: string;
}

export interface LineRow {
  readonly orderId: number;
  readonly sku: string;
  readonly qty: number;
  readonly total: string;
  readonly tax: string;
  /** Pieces that WooCommerce has marked as taken from the stock for this line. */
  readonly reduced: number;
  /** Meta keys that no line has, or has once only, separated by commas; empty when there are none. */
  readonly otherMeta: string;
}

/** A product with what is counted of it in two places. */
export interface StockRow {
  readonly sku: string;
  readonly initial: number;
  readonly stock: number;
  readonly stockLookup: number;
  readonly sales: number;
  readonly salesLookup: number;
}

/** The start of a scheduled action, by its log. The number of the log's row tells which server wrote it. */
export interface ActionStart {
  readonly action: number;
  readonly hook: string;
  readonly region: Region;
  /** Milliseconds since 1970, whole seconds. */
  readonly at: number;
}

/** One consistent snapshot of one region's database. */
export interface DatabaseView {
  readonly region: Region;
  /** Milliseconds since 1970, before the snapshot. */
  readonly readAt: number;
  /** Without drafts, which are carts. */
  readonly orders: readonly OrderRow[];
  readonly drafts: number;
  readonly refunds: readonly RefundRow[];
  readonly lines: readonly LineRow[];
  readonly stock: readonly StockRow[];
  readonly actionStarts: readonly ActionStart[];
  /** Orders whose mail, or table event, the shop has still to send. */
  readonly owedMails: readonly number[];
  readonly owedEvents: readonly number[];
  /** The next order id that this server would issue, and the step between two. */
  readonly nextOrderId: { readonly value: number; readonly increment: number; readonly offset: number };
}

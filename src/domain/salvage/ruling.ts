/** The shapes of the salvage: what was found, what is ruled on each transaction, and what a ruling may ask of the primary. */
import {
  type Change,
  type Row,
  type Reference,
  type Shapes,
  type ErrantTransaction,
  type Value,
  shown,
} from './transaction';
import { shopTables } from './shop-tables';

/** What only the deposed region has, as its binary logs say. Times are milliseconds since the epoch, 0 where there is none; lists are capped. */
export type ClassificationFacts = {
  /** The last transaction that both have, of each stream of their logs. */
  promotionPoint: string;
  /** The last one of the deposed region, of each stream that was read. */
  lastGtid: string;
  /** All that the primary had then, as a position. */
  known: string;
  /** Transactions after the promotion point. */
  errant: number;
  /** How many of those are statements or hold rows that can't be read: whether orders are in them is not known. */
  unread: number;
  firstAtMs: number;
  lastAtMs: number;
  ordersOnlyThere: number;
  /** Ids in the deposed region, here and below: a key would let anybody look at the order. */
  orderKeysOnlyThere: string[];
  /** Payments and refunds of orders that both have. */
  paymentUpdatesOnlyThere: number;
  paymentUpdates: string[];
  /** Keys or payments of orders that both sides have taken, as two orders. */
  keysOnBothSides: number;
  keysKnownToBoth: string[];
  /** What changes of the schema and other statements do to what, without their values, for a person. */
  statements: string[];
};

/** What became of them. Counts are of transactions, save those of orders. */
export type SalvageFacts = {
  transactions: number;
  ordersSalvaged: number;
  updatesApplied: number;
  /** Orders that both sides had taken, and the transactions that spoke of them. */
  ordersMerged: number;
  merged: number;
  listed: number;
  copied: number;
  skipped: number;
  /** Sentences, capped. They name tables, keys and columns, no values. */
  keysMerged: string[];
  forAPerson: string[];
  /** Counters that a transaction took below zero, or would have: stock that both regions sold. */
  oversold: string[];
};

/** Lists in facts hold no more than this; their counts cover the rest. */
export const listCap = 200;

export type Outcome =
  /** A new order, whole. */
  | 'order'
  /** A change of what both regions had. */
  | 'update'
  /** New rows that are no order: evidence, aliases, what is owed. */
  | 'copied'
  /** Known to both sides: the primary's own is kept. */
  | 'merged'
  /** For a person. */
  | 'listed'
  /** Nothing in it is worth keeping, or all of it is there. */
  | 'skipped';

export type Write =
  /** `ifAbsent`: a row of this key may be there already, and then stays. */
  | { action: 'insert'; table: string; row: Row; ifAbsent?: true }
  /** `add` holds differences of counters, which are added to whatever the row holds. */
  | { action: 'update'; table: string; key: Row; set: Row; add: Readonly<Record<string, string>> }
  | { action: 'delete'; table: string; key: Row };

/** A counter below zero, by the number of pieces that are missing. `applied` is false where the transaction was left to a person. */
export interface Oversold {
  table: string;
  key: string;
  column: string;
  missing: string;
  applied: boolean;
}

export interface Ruling {
  outcome: Outcome;
  /** Names tables, keys and columns, no values of the shop's. */
  because: string;
  /** The values that `because` leaves out; they never leave the primary. */
  detail?: Readonly<Record<string, Value | undefined>>;
  oversold?: Oversold[];
  writes: Write[];
  /** The order it is about, where it is about one: its key, its id in the deposed region, and the order it was merged into. */
  orderKey: string;
  orderId: string;
  keptOrderId: string;
}

export interface OrderIdentity {
  id: string;
  key: string;
  intent: string;
}

/** The present primary, as far as the transactions at hand ask for it; rows are locked until the rulings are carried out. */
export interface KnownRows {
  shapes: Shapes;
  /** `TABLE.COLUMN` of columns that count. */
  counters: ReadonlySet<string>;
  /** The row whose `key` columns hold these values. */
  find: (table: string, key: Row) => Row | undefined;
  /** How many rows of `reference.child` refer to `row` of `table`. */
  children: (table: string, reference: Reference, row: Row) => number;
  /** The rows of an order's lines or of their details whose `column` holds this id; only of an order that is a rival. */
  referring: (table: string, column: string, id: string) => Row[];
  /** Another order of the primary's with this order's key or payment intent. */
  rival: (order: OrderIdentity) => KeptOrder | undefined;
  /** The order that this errant order was merged into. */
  mergedInto: (orderId: string) => KeptOrder | undefined;
}

/** What a ruling on one transaction may ask. */
export interface PrimaryRows extends KnownRows {
  /** True for a table that a statement of the deposed region may have changed before this transaction. */
  tainted: (table: string) => boolean;
  /** True for a row of this primary key that an earlier transaction of the deposed region made, by an insert or by giving a row this key. */
  made: (table: string, key: Row) => boolean;
}

/** Orders that `tx` inserts. */
export function ordersIn({ changes }: Pick<ErrantTransaction, 'changes'>): OrderIdentity[] {
  return changes.flatMap((change) => {
    if (change.action !== 'insert' || change.table !== shopTables.operational) return [];
    const { order_id: id, order_key: key, payment_intent: intent } = change.after;
    return [{ id: shown(id), key: shown(key), intent: shown(intent) }];
  });
}

/**
 * The order that a change speaks of without inserting it, by its id. Aliases and what is owed have rules of their own that lead to the
 * kept order, so they are not asked about here.
 */
export function orderOf(change: Change): string | undefined {
  const row = change.action === 'insert' ? change.after : change.before;
  const { orders, aliases, outbox } = shopTables;
  if (change.table === orders) return change.action === 'insert' ? undefined : shown(row['id']);
  if (change.table === aliases || change.table === outbox) return undefined;
  const id = row['order_id'];
  return typeof id === 'string' ? id : undefined;
}

/** An order of the present primary; `header` is its row of the orders' table. */
export interface KeptOrder extends OrderIdentity {
  header: Row;
}

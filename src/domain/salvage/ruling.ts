/** The shapes of the salvage: what was found, and what is ruled on each thing. */
import type { Row } from './transaction';

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

/** What became of them: counts of things, such as an order with all that is its own; `transactions` tells how many transactions they came from. */
export type SalvageFacts = {
  transactions: number;
  ordersSalvaged: number;
  updatesApplied: number;
  /** Orders that both sides had taken, and these with all else that both had. */
  ordersMerged: number;
  merged: number;
  listed: number;
  copied: number;
  skipped: number;
  /** Sentences, capped. They name tables, keys and columns, no values. */
  keysMerged: string[];
  forAPerson: string[];
  /** Counters that are below zero, or would be: stock that both regions sold. */
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

/** A counter below zero, by the number of pieces that are missing. `applied` is false where that was left to a person. */
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
  detail?: Readonly<Record<string, unknown>>;
  oversold?: Oversold[];
  /** What is in the way came after the primary's log was read: with a newer log the ruling may be another one. */
  again?: true;
  writes: Write[];
  /** The order it is about, where it is about one: its key, its id in the deposed region, and the order it was merged into. */
  orderKey: string;
  orderId: string;
  keptOrderId: string;
}

export interface OrderIdentity {
  id: string;
  key: string;
  /** Its transaction id at the gateway. */
  payment: string;
}

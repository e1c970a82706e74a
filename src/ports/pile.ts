/** The items that rejoins left to a person, as the primary keeps them. */
import type { ShopWords } from '../domain/salvage/entities/tables';

interface ItemDecision {
  what: 'applied' | 'dismissed';
  /** Who decided, and why. */
  by: string;
  because: string;
  /** UTC, as `2026-11-30 10:31:00`. */
  at: string;
}

/** Names tables, keys and columns, no values. */
export interface PileItem {
  number: number;
  /** What it is about, such as `order 71`. */
  thing: string;
  because: string;
  /** The rejoin: where the deposed region's log was left, the epoch, and when it was recorded. */
  promotionPoint: string;
  epoch: number;
  recordedAt: string;
  /** Absent while it is open. */
  decision?: ItemDecision;
}

export interface DecideInput extends Omit<ItemDecision, 'at'> {
  epoch: number;
  /** The same in every attempt: a decision of this key is made once. */
  key: string;
  /** What the site file says of the shop's tables. */
  shop: ShopWords;
}

export interface Pile {
  /** All of them, decided ones too; none where no rejoin left any. Gives records of earlier versions a number. */
  items: () => Promise<PileItem[]>;
  /** With the values of both regions: customers' data, for the terminal of a person alone. Changes nothing. */
  detail: (number: number) => Promise<{ item: PileItem; detail: unknown } | undefined>;
  /**
   * Closes an item once, and for `applied` writes the deposed region's version in the same SQL transaction. Refused unless this is the
   * writable primary of `epoch`, where the item is decided, where its record does not hold what this needs, and where the primary's rows
   * are no longer as the record has them. A refusal changes nothing and names no value.
   */
  decide: (number: number, input: DecideInput) => Promise<PileItem>;
}

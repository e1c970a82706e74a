/** The items that rejoins left to a person, as the primary keeps them. */
import type { ShopWords } from '../domain/salvage/entities/tables';
import type { ItemDecision, PileItem } from '../domain/salvage/pile';

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

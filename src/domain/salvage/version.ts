/** What the record of an item that is left to a person holds, so that its version can be taken later: plain data, in the record's detail alone. */
import type { Row } from './transaction';

/** A row of the item. `had` is the primary's when the record was made, `want` the deposed region's; null where there is none. */
export interface RowVersion {
  table: string;
  /** Primary key on the primary; empty for a row that gets a number of its own. */
  key: Row;
  had: Row | null;
  want: Row | null;
  /** Amounts that are added to counters of the row; it is then neither compared nor replaced, and `had` only tells which row it is. */
  add?: Readonly<Record<string, string>>;
}

export interface Version {
  format: 2;
  rows: RowVersion[];
  /** Rows that belong to it by a column: the keys of all of them when the record was made. */
  members: { table: string; where: Row; keys: string[] }[];
  /** Why no program can take it, as the end of a sentence; absent where one can. */
  byHand?: string;
}

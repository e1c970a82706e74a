/** What a log holds that is no row of the shop's, and what is left to a person because of it. */
import { shownName, type Found } from '../../domain/salvage/entities/gather';
import type { ShopTables } from '../../domain/salvage/entities/tables';
import type { Doubt } from '../../domain/salvage/entities/taken';
import type { ErrantTransaction } from '../../domain/salvage/transaction';

/** An item for a person that belongs to no row. */
export type Apart = Found & { because: string };

/** What of a log could not be folded: what its statements touched, and sentences about rows that can't be read. */
export interface Unfolded {
  /** Tables that its statements may have changed; `isAny` where that may be any. */
  touched: Set<string>;
  isAny: boolean;
  unread: string[];
}

const nothing = { theirs: [], ours: [] };

/** Its record says that everything was decided. */
export const allDecided: Found = { kind: 'rows', id: 'everything', ...nothing };

/** What of a log is left to a person: each statement, and each reason why rows can't be read once, in however many transactions. */
export class ApartInLog {
  private readonly statements: Apart[] = [];
  private readonly unread = new Map<string, { first: string; count: number }>();

  add({ gtid, statements: [statement], unread }: ErrantTransaction): void {
    if (statement !== undefined)
      this.statements.push(apart(gtid, `It is a statement, not a row change: ${statement}.`));
    for (const sentence of unread) {
      const known = this.unread.get(sentence);
      this.unread.set(sentence, { first: known?.first ?? gtid, count: (known?.count ?? 0) + 1 });
    }
  }

  get items(): Apart[] {
    const named = new Map(this.statements.map(({ id }) => [id, 1]));
    const unread = [...this.unread].map(([sentence, { first, count }]) => {
      const { id } = apart(first, sentence);
      const times = (named.get(id) ?? 0) + 1;
      named.set(id, times);
      const because = count === 1 ? sentence : `${sentence} So it is in ${count} transactions.`;
      return apart(times === 1 ? first : `${first} (${times})`, because);
    });
    return [...this.statements, ...unread];
  }

  get sentences(): string[] {
    return [...this.unread.keys()];
  }
}

/** A transaction within which a log ends has no id. */
const apart = (gtid: string, because: string): Apart => ({
  kind: 'rows',
  id: gtid === '' ? 'the end of the log' : `transaction ${gtid}`,
  ...nothing,
  because,
});

/** A change of a counter that may be an order's, as one item: it is not counted. */
export const doubtful = ({ row, column, because }: Doubt): Apart => ({
  kind: 'rows',
  id: `${row} (${column})`,
  ...nothing,
  because,
});

/** What a statement of the deposed region may have changed and what a log can't show whole, are left to a person. */
export function obstacles(theirs: Unfolded, ours: Unfolded, tables: ShopTables): (found: Found) => string | undefined {
  const names = (sentences: readonly string[]) =>
    new Set([...tables.shapes.keys()].filter((table) => sentences.some((each) => mentions(each, table))));
  const unread = names([...theirs.unread, ...ours.unread]);
  return (found) => {
    if ('because' in found) return String(found.because);
    const table = found.theirs.find((place) => theirs.isAny || theirs.touched.has(place.table))?.table;
    if (table !== undefined)
      return `A statement of the deposed region, listed before, may have changed ${table}, so ${shownName(found)} is left to a person.`;
    const lost = found.theirs.find((place) => unread.has(place.table))?.table;
    return lost === undefined
      ? undefined
      : `Not all changes of ${lost} can be read, so ${shownName(found)} is left to a person.`;
  };
}

const mentions = (sentence: string, table: string) => new RegExp(`\\b${table}\\b`, 'i').test(sentence);

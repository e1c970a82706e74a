/** What a log holds that is no row of the shop's, and what is left to a person because of it. */
import { shownName, type Found } from '../../domain/salvage/entities/gather';
import type { PaidTwice } from '../../domain/salvage/entities/paid-twice';
import type { Doubt } from '../../domain/salvage/entities/taken';
import type { ErrantTransaction } from '../../domain/salvage/transaction';

/** An item for a person that belongs to no row. */
export type Apart = Found & { because: string };

/** What of a log could not be folded. */
export interface Unfolded {
  /** Tables that its statements may have changed; `isAny` where that may be any. */
  touched: Set<string>;
  isAny: boolean;
  /** Tables with rows that can't be read or may not be applied. */
  unread: ReadonlySet<string>;
}

const nothing = { theirs: [], ours: [] };

/** Its record says that everything was decided. */
export const allDecided: Found = { kind: 'rows', id: 'everything', ...nothing };

/** What of a log is left to a person: each statement, and each reason why rows can't be read once, in however many transactions. */
export class ApartInLog {
  private readonly statements: { gtid: string; because: string }[] = [];
  private readonly unread = new Map<string, { first: string; count: number }>();
  private readonly tables = new Set<string>();
  /** Prepared in two phases and not decided yet, by the id of the distributed transaction. */
  private readonly prepared = new Map<string, { gtid: string; because: string; tables: string[] }>();

  add({ gtid, statements, unread, unreadTables, prepared, decides }: ErrantTransaction): void {
    for (const statement of statements)
      this.statements.push({ gtid, because: `It is a statement, not a row change: ${statement}.` });
    for (const sentence of unread) {
      const known = this.unread.get(sentence);
      this.unread.set(sentence, { first: known?.first ?? gtid, count: (known?.count ?? 0) + 1 });
    }
    for (const table of unreadTables) this.tables.add(table);
    if (prepared) this.prepared.set(prepared.id, { gtid, ...prepared });
    if (decides !== undefined) this.prepared.delete(decides);
  }

  get items(): Apart[] {
    const unread = [...this.unread].map(([sentence, { first, count }]) => ({
      gtid: first,
      because: count === 1 ? sentence : `${sentence} So it is in ${count} transactions.`,
    }));
    const named = new Map<string, number>();
    return [...this.statements, ...unread, ...this.prepared.values()].map(({ gtid, because }) => {
      const times = (named.get(gtid) ?? 0) + 1;
      named.set(gtid, times);
      return apart(times === 1 ? gtid : `${gtid} (${times})`, because);
    });
  }

  /** Tables with rows that can't be read or may not be applied. */
  get unreadTables(): ReadonlySet<string> {
    return new Set([...this.tables, ...[...this.prepared.values()].flatMap(({ tables }) => tables)]);
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

/** Both orders are decided about by themselves. */
export const maybePaidTwice = ({ there, here }: PaidTwice): Apart => ({
  kind: 'rows',
  id: `payments ${there}`,
  ...nothing,
  because: `Order ${there} of the deposed region and order ${here} of the primary are of one customer, one cart and one total, each with a payment: the customer may have paid twice. Look at both, and refund one where the customer wanted one.`,
});

/** What a statement of the deposed region may have changed and what a log can't show whole, are left to a person. */
export function obstacles(theirs: Unfolded, ours: Unfolded): (found: Found) => string | undefined {
  return (found) => {
    if ('because' in found) return String(found.because);
    const table = found.theirs.find((place) => theirs.isAny || theirs.touched.has(place.table))?.table;
    if (table !== undefined)
      return `A statement of the deposed region, listed before, may have changed ${table}, so ${shownName(found)} is left to a person.`;
    const lost = found.theirs.find((place) => theirs.unread.has(place.table) || ours.unread.has(place.table))?.table;
    return lost === undefined
      ? undefined
      : `Not all changes of ${lost} can be read, so ${shownName(found)} is left to a person.`;
  };
}

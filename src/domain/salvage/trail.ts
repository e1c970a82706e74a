/** What the transactions before one in the deposed region's log did, whatever became of them on the primary. */
import type { Errant } from './batch';
import { pick, type Change, type ErrantTransaction, type Row, type Shapes } from './transaction';

/**
 * Gives each errant transaction what is to be known of those before it. To be called in the order of the log, also for those that are decided
 * already; it remembers the key of each row that they made and did not delete.
 */
export function newTrail(shapes: Shapes): (tx: ErrantTransaction) => Errant {
  const touched = new Set<string>();
  const rows = new Set<string>();
  let isAnyTouched = false;
  const keyOf = (table: string, row: Row) => nameOf(table, pick(row, shapes.get(table)?.primary ?? []));
  const follow = (change: Change) => {
    const before = change.action === 'insert' ? undefined : keyOf(change.table, change.before);
    const after = change.action === 'delete' ? undefined : keyOf(change.table, change.after);
    if (before === after) return;
    if (before !== undefined) rows.delete(before);
    if (after !== undefined) rows.add(after);
  };
  return (tx) => {
    if (tx.statements.length > 0 && tx.touched === undefined) isAnyTouched = true;
    for (const table of tx.touched ?? []) touched.add(table);
    const deleted = tx.changes.flatMap((change) =>
      change.action === 'delete' ? [keyOf(change.table, change.before)] : [],
    );
    const made = new Set(deleted.filter((name) => rows.has(name)));
    tx.changes.forEach(follow);
    const [isAny, until] = [isAnyTouched, new Set(touched)];
    return {
      tx,
      tainted: (table) => isAny || until.has(table),
      made: (table, key) => made.has(nameOf(table, key)),
    };
  };
}

const nameOf = (table: string, key: Row): string => `${table} ${JSON.stringify(key)}`;

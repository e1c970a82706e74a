/** Which rows of a transaction are the order's own, so that leaving them out with the order loses nothing else. */
import { sameValue, shown, type Change, type Row } from './transaction';
import type { OrderIdentity, PrimaryRows } from './ruling';
import { shopTables } from './shop-tables';

/** The row as the change leaves it, or as it was where the change deletes it. */
const rowOf = (change: Change): Row => (change.action === 'delete' ? change.before : change.after);

/** The first table whose row belongs to no part of `order`: neither its tables nor a counter that its lines took from. */
export function foreignTable(
  order: OrderIdentity,
  changes: readonly Change[],
  rows: Pick<PrimaryRows, 'counters'>,
): string | undefined {
  const { orders, operational, items, itemMeta, aliases, outbox } = shopTables;
  const lines = changes
    .filter((change) => change.table === items)
    .map((change) => shown(rowOf(change)['order_item_id']));
  const isOwn = (change: Change): boolean => {
    const row = rowOf(change);
    switch (change.table) {
      case orders:
        return change.action !== 'delete' && shown(row['id']) === order.id;
      case operational:
      case items:
      case outbox:
        return shown(row['order_id']) === order.id;
      case aliases:
        // Any other key would lead nowhere once its order is left out.
        return shown(row['order_id']) === order.id && shown(row['order_key']) === order.key;
      case itemMeta:
        return lines.includes(shown(row['order_item_id']));
      default:
        return lines.length > 0 && takesOnly(change, rows.counters);
    }
  };
  return changes.find((change) => !isOwn(change))?.table;
}

/** Changes nothing but counters, and those downwards: stock that was sold. */
function takesOnly(change: Change, counters: ReadonlySet<string>): boolean {
  if (change.action !== 'update') return false;
  const { table, before, after } = change;
  const changed = Object.keys(after).filter((column) => !sameValue(before[column], after[column]));
  return changed.every(
    (column) => counters.has(`${table}.${column}`) && Number(shown(after[column])) < Number(shown(before[column])),
  );
}

/** The lines of two copies of one order: equal where both name the same things, as often and for the same totals. */
import { shown, type Change, type Row } from './transaction';
import type { PrimaryRows } from './ruling';
import { shopTables } from './shop-tables';

/** Of a line's details, those that say what was sold, how often, and for how much. */
const details = ['_product_id', '_variation_id', '_qty', '_line_total'];

/** Each line as one text, in an order of its own. */
export type Lines = readonly string[];

function linesFrom(items: readonly Row[], meta: readonly Row[]): Lines {
  const lines = items.map((item) => {
    const own = meta.filter((row) => shown(row['order_item_id']) === shown(item['order_item_id']));
    const values = details.map((key) => own.filter((row) => row['meta_key'] === key).map((row) => row['meta_value']));
    return JSON.stringify([item['order_item_type'], item['order_item_name'], ...values]);
  });
  return lines.sort();
}

/** The lines of an order as a transaction of the deposed region leaves them. */
export function linesIn(changes: readonly Change[]): Lines {
  const left = (table: string, id: string): Row[] => {
    const rows = new Map<string, Row>();
    for (const change of changes.filter((each) => each.table === table)) {
      if (change.action !== 'insert') rows.delete(shown(change.before[id]));
      if (change.action !== 'delete') rows.set(shown(change.after[id]), change.after);
    }
    return [...rows.values()];
  };
  return linesFrom(left(shopTables.items, 'order_item_id'), left(shopTables.itemMeta, 'meta_id'));
}

/** The lines of the order on the primary. */
export function linesOf(orderId: string, { referring }: Pick<PrimaryRows, 'referring'>): Lines {
  const items = referring(shopTables.items, 'order_id', orderId);
  const ids = items.map((item) => shown(item['order_item_id']));
  return linesFrom(
    items,
    ids.flatMap((id) => referring(shopTables.itemMeta, 'order_item_id', id)),
  );
}

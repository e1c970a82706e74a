/** The lines of two copies of one order: equal where both name the same things, as often and for the same totals. */
import { shown, type Row } from '../transaction';
import type { Fold } from './fold';
import type { ShopTables } from './tables';

/** Of a line's details, those that say what was sold, how often, and for how much. */
const details = ['_product_id', '_variation_id', '_qty', '_line_total'];

/** Each line of an order as one text, in an order of its own. */
export type LinesOf = (orderId: string) => string;

/** The lines of all orders that a log made or changed, as it leaves them. */
export function linesIn(fold: Fold, tables: ShopTables): LinesOf {
  const [items, meta] = [new Map<string, Row[]>(), new Map<string, Row[]>()];
  const add = (map: Map<string, Row[]>, id: string, row: Row) => map.set(id, [...(map.get(id) ?? []), row]);
  for (const { table, after } of fold.nets()) {
    const bare = tables.bare(table);
    if (after && bare === 'woocommerce_order_items') add(items, shown(after['order_id']), after);
    if (after && bare === 'woocommerce_order_itemmeta') add(meta, shown(after['order_item_id']), after);
  }
  return (orderId) => {
    const lines = (items.get(orderId) ?? []).map((item) => {
      const own = meta.get(shown(item['order_item_id'])) ?? [];
      const values = details.map((key) => own.flatMap((row) => (row['meta_key'] === key ? [row['meta_value']] : [])));
      return JSON.stringify([item['order_item_type'], item['order_item_name'], ...values]);
    });
    return lines.sort().join('\n');
  };
}

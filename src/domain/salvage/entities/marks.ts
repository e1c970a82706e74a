/** What WooCommerce notes on an order itself of what it did for it: that stock was taken, sales were counted, and coupons were. */
import type { Fold } from './fold';
import type { ShopTables } from './tables';
import { shown, type Row } from '../transaction';

const marks = {
  reduced: ['order_stock_reduced', '_order_stock_reduced'],
  recorded: ['recorded_sales', '_recorded_sales'],
  counted: ['coupon_usages_are_counted', '_recorded_coupon_usage_counts'],
} as const;
type Mark = keyof typeof marks;

const isYes = (row: Row | undefined, column: string) => row?.[column] === '1' || row?.[column] === 'yes';

/** The orders that a log marked so. */
export function ordersMarked(theirs: Fold, tables: ShopTables): Readonly<Record<Mark, ReadonlySet<string>>> {
  const found = { reduced: new Set<string>(), recorded: new Set<string>(), counted: new Set<string>() };
  for (const { table, before, after } of theirs.nets()) {
    const bare = tables.bare(table);
    for (const [mark, [column, name]] of Object.entries(marks) as [Mark, readonly [string, string]][]) {
      if (bare === 'wc_order_operational_data' && isYes(after, column) && !isYes(before, column))
        found[mark].add(shown(after?.['order_id']));
      const isIts = bare === 'postmeta' && after?.['meta_key'] === name;
      if (isIts && isYes(after, 'meta_value') && !isYes(before, 'meta_value')) found[mark].add(shown(after['post_id']));
    }
  }
  return found;
}

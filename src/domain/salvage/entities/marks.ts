/** What WooCommerce notes on an order itself of what it did for it: that stock was taken, sales were counted, and coupons were. */
import type { Fold } from './fold';
import type { ShopTables } from './tables';
import { shown, type Row } from '../transaction';

const marks = {
  reduced: ['order_stock_reduced', '_order_stock_reduced'],
  recorded: ['recorded_sales', '_recorded_sales'],
  counted: ['coupon_usages_are_counted', '_recorded_coupon_usage_counts'],
} as const;
export type Mark = keyof typeof marks;
const markNames = Object.keys(marks) as Mark[];

/** 1 where it was set, -1 where it was taken back. */
export type Turn = 1 | -1;
/** The orders that a log marked otherwise than they were. */
export type Marked = Readonly<Record<Mark, ReadonlyMap<string, Turn>>>;

const isYes = (row: Row | undefined, column: string) => row?.[column] === '1' || row?.[column] === 'yes';

/** The marks that a change of a row sets or takes back. */
export function marksIn(
  bare: string,
  { before, after }: { before?: Row; after?: Row },
): { mark: Mark; order: string; turn: Turn }[] {
  const row = after ?? before ?? {};
  return markNames.flatMap((mark) => {
    const [column, name] = marks[mark];
    const isIts = bare === 'wc_order_operational_data' || (bare === 'postmeta' && row['meta_key'] === name);
    const [had, has] = [before, after].map((each) => isYes(each, bare === 'postmeta' ? 'meta_value' : column));
    if (!isIts || had === has) return [];
    return [{ mark, order: shown(row[bare === 'postmeta' ? 'post_id' : 'order_id']), turn: has ? 1 : -1 }];
  });
}

export function ordersMarked(fold: Fold, tables: ShopTables): Marked {
  const found = {
    reduced: new Map<string, Turn>(),
    recorded: new Map<string, Turn>(),
    counted: new Map<string, Turn>(),
  };
  const isMeant = (table: string) => ['postmeta', 'wc_order_operational_data'].includes(tables.bare(table));
  for (const net of fold.nets(isMeant))
    for (const { mark, order, turn } of marksIn(tables.bare(net.table), net)) found[mark].set(order, turn);
  return found;
}

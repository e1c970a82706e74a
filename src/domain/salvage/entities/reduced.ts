/** What orders took by WooCommerce's own marks: a line's `_reduced_stock`, and an order's marks that its stock is taken and its sales are recorded. Each row is a transaction of its own there. */
import { count, negative, nothingCounted, type Counted, type HolderOf } from './counted';
import type { Folds, Found } from './gather';
import type { Marked } from './marks';
import type { Line } from './order-lines';
import { summed } from './sums';
import type { ShopTables } from './tables';

/** What of an order is counted on the primary too. */
export type Share = Readonly<Record<'stock' | 'sales' | 'coupons', boolean>>;
export const whole: Share = { stock: true, sales: true, coupons: true };

/** What the deposed region counted of the shares of these orders. */
export function reducedBy(
  shares: ReadonlyMap<string, Share>,
  lines: readonly Line[],
  marked: Marked,
  holderOf: HolderOf,
): Counted {
  const found = nothingCounted();
  // Lines say what of them is taken; an order whose lines say nothing was taken whole.
  const tells = ({ values, reduced }: Line) => reduced !== undefined || values.has('_reduced_stock');
  const told = new Set(lines.flatMap((line) => (tells(line) ? [line.order] : [])));
  for (const line of lines) {
    const { order, values, reduced } = line;
    const share = shares.get(order);
    const qty = summed(values.get('_qty') ?? null, '0', '0') ?? '0';
    const taken = told.has(order) ? (reduced ?? '0') : marked.reduced.get(order) === 1 ? qty : '0';
    if (share?.stock) count(found.stock, holderOf(line), negative(taken));
    const turn = marked.recorded.get(order);
    if (share?.sales && turn && !line.isGone)
      count(found.sales, values.get('_product_id'), turn === 1 ? qty : negative(qty));
  }
  return found;
}

/** What of an order that both regions had was done in both: one checkout, finished twice, or one order, cancelled twice. */
export function doneTwice(found: Found, marked: Record<'theirs' | 'ours', Marked>, ground: Ground): Share {
  const isTwice = (mark: keyof Marked) => {
    const turn = marked.theirs[mark].get(found.id);
    return turn !== undefined && marked.ours[mark].get(found.id) === turn;
  };
  const stock = isTwice('reduced') || (hasTaken(found, 'theirs', ground) && hasTaken(found, 'ours', ground));
  return { stock, sales: isTwice('recorded'), coupons: isTwice('counted') };
}

type Ground = { tables: ShopTables; folds: Folds };

/** Whether that side took stock by the marks of the order's lines. */
export const hasTaken = (found: Found, side: 'theirs' | 'ours', { tables, folds }: Ground): boolean =>
  found[side].some(({ table, key }) => {
    if (tables.bare(table) !== 'woocommerce_order_itemmeta') return false;
    const net = folds[side].get(table, key);
    if (net?.after?.['meta_key'] !== '_reduced_stock') return false;
    return Number(summed(net.after['meta_value'] ?? '0', '0', net.before?.['meta_value'] ?? '0') ?? '0') > 0;
  });

/** Refunds that the regions made of an order that both have. */
import { bareStatus, sidesOf } from './decide-merged';
import type { Found, Place } from './gather';
import { refundMarks } from './names';
import { placedRoots } from './placed';
import type { Scene } from './scene';

export const isRefundMark =
  ({ tables, folds }: Scene) =>
  ({ table, key }: Place): boolean => {
    const net = folds.theirs.get(table, key);
    const name = (net?.after ?? net?.before)?.['meta_key'];
    return (
      tables.bare(table) === 'woocommerce_order_itemmeta' && typeof name === 'string' && refundMarks.includes(name)
    );
  };

/** Whether that side made a refund; what is computed of an older one is none. */
export const isRefunded = (side: 'theirs' | 'ours', found: Found, { tables, folds }: Scene): boolean =>
  found[side].some(({ table, key, part }) => {
    const isRoot = placedRoots.some(({ bare }) => bare === tables.bare(table));
    const net = part === 'refund' && isRoot ? folds[side].get(table, key) : undefined;
    return net?.after !== undefined && net.before === undefined;
  });

/** WooCommerce calls an order refunded once all of it is paid back, so with a refund of each side more would be paid back than was paid. */
export function isPaidBackTwice(found: Found, scene: Scene): boolean {
  const sides = sidesOf(found, found.id, scene);
  if (sides === undefined || bareStatus(sides.here[sides.status]) !== 'refunded') return false;
  return isRefunded('theirs', found, scene) && isRefunded('ours', found, scene);
}

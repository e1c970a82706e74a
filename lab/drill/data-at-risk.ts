/** The default drill proves a recovery only if the lost region had enough data that was never replicated. */
import type { Fault } from '../../src/domain/plan/request';
import type { DrillResult } from '../../src/domain/plan/result';
import type { Facts, Json } from '../../src/domain/plan/plan';
import type { ShopKind } from '../shop-kind';

/** Released WooCommerce takes an order where the lab's own shop takes some. */
const minimumOrders: Record<ShopKind, number> = { full: 50, plain: 50, woocommerce: 5 };

/** An unmet aim when too little data was at risk; undefined when the drill counts, or when no region kept accepting orders: a dead one accepts none. */
export function tooLittleAtRisk(
  { rejoin }: DrillResult,
  fault: Fault,
  shop: ShopKind = 'full',
): { met: false; because: string } | undefined {
  if (!rejoin || fault !== 'isolate') return undefined;
  const facts = Object.assign({}, ...Object.values(rejoin.facts)) as Facts;
  const missing = [
    count(facts['ordersOnlyThere']) < minimumOrders[shop]
      ? `${String(count(facts['ordersOnlyThere']))} orders (minimum ${String(minimumOrders[shop])})`
      : '',
    count(facts['paymentUpdatesOnlyThere']) < 1 ? '0 payments of older orders (minimum 1)' : '',
    count(facts['keysOnBothSides']) < 1 ? '0 orders known to both regions (minimum 1)' : '',
  ].filter((each) => each !== '');
  if (missing.length === 0) return undefined;
  return {
    met: false,
    because: `Too little data was at risk to prove a recovery: ${rejoin.from} alone had ${missing.join(', ')}. Run the drill again.`,
  };
}

/** A number, or the length of a list, or the `count` of an object that has one. */
function count(value: Json | undefined): number {
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? count(value['count']) : 0;
}

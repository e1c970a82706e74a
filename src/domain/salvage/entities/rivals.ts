/** Orders of the primary's behind the point, by their keys and payments: one of them may be the same order as one of the deposed region's. */
import type { Fold } from './fold';
import { identitiesIn } from './progress';
import type { Scene } from './scene';
import type { ShopTables } from './tables';
import { shown } from '../transaction';

export function rivalsIn(ours: Fold, tables: ShopTables): Scene['rivals'] {
  const known = {
    keys: new Map<string, string>(),
    payments: new Map<string, string>(),
  };
  for (const { table, after } of ours.nets()) {
    if (!after) continue;
    const id = after['order_id'] ?? after['post_id'] ?? after['id'];
    for (const { what, value } of identitiesIn(tables.bare(table), after)) known[what].set(value, shown(id));
  }
  const other = (map: ReadonlyMap<string, string>, values: readonly string[], own: string) =>
    values.map((value) => map.get(value)).find((id) => id !== undefined && id !== own);
  return ({ keys, payments }, own) => {
    const byKey = other(known.keys, keys, own);
    if (byKey !== undefined) return { orderId: byKey, what: 'key' };
    const byPayment = other(known.payments, payments, own);
    return byPayment === undefined ? undefined : { orderId: byPayment, what: 'payment' };
  };
}

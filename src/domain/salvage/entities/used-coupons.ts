/** Coupons that orders used, by the mark that WooCommerce sets on an order whose coupons are counted. */
import type { Fold } from './fold';
import { ordersMarked } from './marks';
import type { ShopTables } from './tables';
import { shown, type Row } from '../transaction';

export interface Used {
  /** How often a coupon was used, by table and key of its counter. */
  returned: Map<string, Record<string, string>>;
  /** Rows that tell who used one, by table and key. */
  undone: Set<string>;
}

/** An order with one of its coupons; `by` are the number and e-mail address of who used it, which WooCommerce notes in lower case. */
interface Use {
  coupon: string;
  by: ReadonlySet<string>;
}

export function usedBy(orders: ReadonlySet<string>, theirs: Fold, tables: ShopTables): Used {
  const used: Used = { returned: new Map(), undone: new Set() };
  if (orders.size === 0) return used;
  const { counted } = ordersMarked(theirs, tables);
  const left = usesOf(new Set([...orders].filter((id) => counted.get(id) === 1)), theirs, tables);
  const times = new Map<string, number>();
  for (const { coupon } of left) times.set(coupon, (times.get(coupon) ?? 0) + 1);
  for (const { table, key, before, after } of theirs.nets()) {
    if (!after || tables.bare(table) !== 'postmeta') continue;
    const [coupon, name, value] = [after['post_id'], after['meta_key'], after['meta_value']].map(shown);
    const count = times.get(coupon ?? '');
    if (count === undefined) continue;
    if (name === 'usage_count') used.returned.set(`${table} ${key}`, { meta_value: String(count) });
    const at = name === '_used_by' && !before ? left.findIndex((use) => isUse(use, coupon, value)) : -1;
    if (at < 0) continue;
    left.splice(at, 1);
    used.undone.add(`${table} ${key}`);
  }
  return used;
}

const isUse = ({ coupon, by }: Use, id: string | undefined, value: string | undefined) =>
  coupon === id && value !== undefined && by.has(value.toLowerCase());

function usesOf(orders: ReadonlySet<string>, theirs: Fold, tables: ShopTables): Use[] {
  const items = new Map<string, string>();
  const people = new Map([...orders].map((id) => [id, new Set<string>()]));
  const rows = function* (bare: string): Generator<Row> {
    for (const { table, after } of theirs.nets()) if (after && tables.bare(table) === bare) yield after;
  };
  for (const row of rows('woocommerce_order_items'))
    if (row['order_item_type'] === 'coupon' && orders.has(shown(row['order_id'])))
      items.set(shown(row['order_item_id']), shown(row['order_id']));
  for (const row of rows('wc_orders'))
    for (const column of ['customer_id', 'billing_email'])
      people.get(shown(row['id']))?.add(shown(row[column]).toLowerCase());
  for (const row of rows('postmeta'))
    if (['_customer_user', '_billing_email'].includes(shown(row['meta_key'])))
      people.get(shown(row['post_id']))?.add(shown(row['meta_value']).toLowerCase());
  const uses = new Map<string, Use>();
  for (const row of rows('woocommerce_order_itemmeta')) {
    const order = items.get(shown(row['order_item_id']));
    const coupon = couponIn(shown(row['meta_key']), shown(row['meta_value']));
    if (order !== undefined && coupon !== undefined)
      uses.set(shown(row['order_item_id']), { coupon, by: people.get(order) ?? new Set() });
  }
  return [...uses.values()];
}

/** WooCommerce keeps it with the line: as JSON since 8.7, as a serialized array before. */
function couponIn(name: string, value: string): string | undefined {
  if (name === 'coupon_info') return /^\[(\d+),/.exec(value)?.[1];
  return name === 'coupon_data' ? /s:2:"id";i:(\d+);/.exec(value)?.[1] : undefined;
}

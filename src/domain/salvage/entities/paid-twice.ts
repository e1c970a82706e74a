/**
 * What a customer may have paid in both regions: one cart, once in each. WooCommerce gives the second order a key and a payment of its own, and goes
 * on with an earlier one only where it is that customer's with the same hash of the cart (`WC_Checkout::create_order`, 11.0), so that is asked here too.
 */
import { shown, type Row } from '../transaction';
import type { Fold } from './fold';
import type { Folds } from './gather';
import { isPlacedIn, placedRoots } from './placed';
import type { Fetch } from './order-lines';
import type { Look } from './scene';
import type { ShopTables } from './tables';

/** Orders of the two regions, each paid behind the point. */
export interface PaidTwice {
  there: string;
  here: string;
}

/** What one paid for; all are known, or it is no candidate. */
const parts = ['email', 'cart', 'total', 'currency', 'at'] as const;
type Bought = Partial<Record<(typeof parts)[number], string>>;

const metas: Readonly<Record<string, keyof Bought>> = {
  _billing_email: 'email',
  _cart_hash: 'cart',
  _order_total: 'total',
  _order_currency: 'currency',
};
const paid: ReadonlySet<string> = new Set(['processing', 'completed']);
/** For as long WooCommerce keeps the cart of a guest. */
const cartMs = 48 * 3_600_000;

type Ground = { tables: ShopTables; folds: Folds };

/** @param known orders that are one with another, or have its key or payment: they are decided about already */
export async function paidTwice(ground: Ground, known: ReadonlySet<string>, fetch: Fetch): Promise<PaidTwice[]> {
  const { tables, folds } = ground;
  const there = await boughtIn(folds.theirs, tables, fetch);
  if (there.size === 0) return [];
  const here = await boughtIn(folds.ours, tables, fetch);
  const pairs: PaidTwice[] = [];
  for (const [id, one] of there) {
    if (known.has(id)) continue;
    const other = [...here].find(([own, each]) => own !== id && isSame(one, each));
    if (other) pairs.push({ there: id, here: other[0] });
  }
  return pairs;
}

const isSame = (one: Bought, other: Bought): boolean =>
  parts.every((part) => (part === 'at' ? isNear(one.at, other.at) : same(part, one[part], other[part])));

const same = (part: string, one = '', other = ''): boolean =>
  one !== '' && (part === 'total' ? Number(one) === Number(other) : one.toLowerCase() === other.toLowerCase());

const isNear = (one = '', other = ''): boolean => Math.abs(Date.parse(`${one}Z`) - Date.parse(`${other}Z`)) <= cartMs;

/** By number, what a region's log says of orders that were placed and paid in it. */
async function boughtIn(fold: Fold, tables: ShopTables, fetch: Fetch): Promise<Map<string, Bought>> {
  const orders = new Map<string, Bought>();
  for (const root of placedRoots) {
    const table = tables.named(root.bare);
    for (const net of fold.nets((name) => name === table)) {
      const { after } = net;
      const isPaid = paid.has(shown(after?.[root.status]).replace(/^wc-/, ''));
      if (after && isPaid && isPlacedIn(net, root)) add(orders, shown(after[root.id]), ofRoot(after));
    }
  }
  const details = new Set(['wc_order_operational_data', 'postmeta'].map((bare) => tables.named(bare)));
  for (const { after } of orders.size > 0 ? fold.nets((name) => details.has(name)) : [])
    if (after) learn(orders, after);
  const looks = [...orders].flatMap(([id, one]) => looksFor(id, one, tables));
  for (const row of (await fetch(looks)).flat()) learn(orders, row);
  return orders;
}

const ofRoot = (row: Row): Bought => ({
  email: text(row['billing_email']),
  total: text(row['total_amount']),
  currency: text(row['currency']),
  at: text(row['date_created_gmt'] ?? row['post_date_gmt']),
});

const text = (value: Row[string] | undefined): string => (value == null ? '' : shown(value));

function learn(orders: ReadonlyMap<string, Bought>, row: Row): void {
  const id = text(row['order_id'] ?? row['post_id']);
  if (!orders.has(id)) return;
  const name = metas[text(row['meta_key'])];
  if ('cart_hash' in row) add(orders, id, { cart: text(row['cart_hash']) });
  else if (name !== undefined) add(orders, id, { [name]: text(row['meta_value']) });
}

/** What is known already stays. */
function add(orders: ReadonlyMap<string, Bought>, id: string, more: Bought): void {
  const one = orders.get(id) ?? {};
  const filled = Object.entries(more).filter(
    ([part, value]) => value !== '' && one[part as keyof Bought] === undefined,
  );
  (orders as Map<string, Bought>).set(id, { ...one, ...Object.fromEntries(filled) });
}

/** What no log says of an order that was begun before the regions parted. */
function looksFor(id: string, one: Bought, tables: ShopTables): Look[] {
  if (one.cart !== undefined) return [];
  const [orders, meta] = ['wc_order_operational_data', 'postmeta'].map((bare) => tables.named(bare));
  const looks: Look[] = Object.keys(metas).map((name) => ({
    table: meta ?? '',
    where: { post_id: id, meta_key: name },
  }));
  if (orders !== undefined && tables.shapes.has(orders)) looks.push({ table: orders, where: { order_id: id } });
  return looks;
}

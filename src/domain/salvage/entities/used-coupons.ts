/** Coupons that orders used, by the mark that WooCommerce sets on an order whose coupons are counted. */
import type { Fold } from './fold';
import type { Folds } from './gather';
import { ordersMarked, type Turn } from './marks';
import type { Fetch, Line } from './order-lines';
import type { ShopTables } from './tables';
import { shown, type Row, type Value } from '../transaction';

export interface Used {
  /** How often a coupon was used, by table and key of its counter. */
  returned: Map<string, Record<string, string>>;
  /** Rows that tell who used one, by table and key. */
  undone: Set<string>;
}

/** An order with one of its coupons; `by` are the number and e-mail address of who used it, which WooCommerce notes in lower case. */
interface Use {
  coupon: string;
  turn: Turn;
  by: ReadonlySet<string>;
}

/** Who may have used a coupon, by order: as WooCommerce notes it, in lower case. */
export type People = ReadonlyMap<string, ReadonlySet<string>>;

/** Uses that orders made or gave back; `lines` are these orders'. */
export function usedBy(
  orders: ReadonlySet<string>,
  { lines, people }: { lines: readonly Line[]; people: People },
  theirs: Fold,
  tables: ShopTables,
): Used {
  const used: Used = { returned: new Map(), undone: new Set() };
  if (orders.size === 0) return used;
  const { counted } = ordersMarked(theirs, tables);
  const left = lines.flatMap((line): Use[] => {
    const [coupon, turn] = [couponOf(line), counted.get(line.order)];
    if (!orders.has(line.order) || coupon === undefined || turn === undefined || line.isGone) return [];
    return [{ coupon, turn, by: people.get(line.order) ?? new Set() }];
  });
  const times = new Map<string, number>();
  for (const { coupon, turn } of left) times.set(coupon, (times.get(coupon) ?? 0) + turn);
  for (const { table, key, before, after } of theirs.nets((name) => tables.bare(name) === 'postmeta')) {
    const [coupon, name, value] = ['post_id', 'meta_key', 'meta_value'].map((column) =>
      shown((after ?? before)?.[column]),
    );
    const count = times.get(coupon ?? '');
    if (count === undefined) continue;
    if (name === 'usage_count' && after) used.returned.set(`${table} ${key}`, { meta_value: String(count) });
    const turn = before ? (after ? 0 : -1) : 1;
    const at = name === '_used_by' ? left.findIndex((use) => use.turn === turn && isUse(use, coupon, value)) : -1;
    if (at < 0) continue;
    left.splice(at, 1);
    used.undone.add(`${table} ${key}`);
  }
  return used;
}

const isUse = ({ coupon, by }: Use, id: string | undefined, value: string | undefined) =>
  coupon === id && value !== undefined && by.has(value.toLowerCase());

const columns = ['customer_id', 'billing_email'];
const metas = ['_customer_user', '_billing_email'];

/** Whose these orders are, as the deposed region's log and the primary tell. */
export async function peopleOf(
  orders: ReadonlySet<string>,
  { tables, folds: { theirs } }: { tables: ShopTables; folds: Folds },
  fetch: Fetch,
): Promise<People> {
  const people = new Map([...orders].map((id) => [id, new Set<string>()]));
  const note = (id: Value | undefined, value: Value | undefined) =>
    people.get(shown(id))?.add(shown(value).toLowerCase());
  const read = (bare: string, row: Row) => {
    if (bare === 'wc_orders') for (const column of columns) note(row['id'], row[column]);
    if (metas.includes(shown(row['meta_key']))) note(row['post_id'], row['meta_value']);
  };
  const [head, meta] = [tables.named('wc_orders'), tables.named('postmeta')];
  const isMeant = (table: string) => table === head || table === meta;
  for (const { table, after } of theirs.nets(isMeant)) if (after) read(tables.bare(table), after);
  const looks = [...orders].flatMap((id) => [
    { table: head, where: { id } },
    ...metas.map((name) => ({ table: meta, where: { post_id: id, meta_key: name } })),
  ]);
  const known = looks.filter(({ table }) => tables.shapes.has(table));
  (await fetch(known)).forEach((rows, at) => {
    for (const row of rows) read(tables.bare(known[at]?.table ?? ''), row);
  });
  return people;
}

const couponOf = ({ values }: Line): string | undefined =>
  ['coupon_info', 'coupon_data'].map((name) => couponIn(name, shown(values.get(name)))).find((id) => id !== undefined);

/** WooCommerce keeps it with the line: as JSON since 8.7, as a serialized array before. */
function couponIn(name: string, value: string): string | undefined {
  if (name === 'coupon_info') return /^\[(\d+),/.exec(value)?.[1];
  return name === 'coupon_data' ? /s:2:"id";i:(\d+);/.exec(value)?.[1] : undefined;
}

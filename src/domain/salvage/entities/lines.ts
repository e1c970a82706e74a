/** The lines of two copies of one order: equal where both name the same things, as often and for the same totals. */
import { shown, type Row } from '../transaction';
import { keyOf, type Fold } from './fold';
import type { Folds } from './gather';
import type { Fetch } from './order-lines';
import type { ShopTables } from './tables';

/** Of a line's details, those that say what was sold, how often, and for how much. */
const details = ['_product_id', '_variation_id', '_qty', '_line_total'];

/** Each line of an order as one text, in an order of its own. */
export type LinesOf = (orderId: string) => string;

interface Part {
  table: string;
  row: Row;
}

/** The lines of all orders that a log made or changed, as it leaves them; `past` is what some had before. */
export function linesIn(fold: Pick<Fold, 'nets' | 'get'>, tables: ShopTables, past: readonly Part[] = []): LinesOf {
  const [items, meta] = [new Map<string, Row[]>(), new Map<string, Row[]>()];
  const add = (map: Map<string, Row[]>, id: string, row: Row) => map.set(id, [...(map.get(id) ?? []), row]);
  const place = (table: string, row: Row) => {
    const bare = tables.bare(table);
    if (bare === 'woocommerce_order_items') add(items, shown(row['order_id']), row);
    if (bare === 'woocommerce_order_itemmeta') add(meta, shown(row['order_item_id']), row);
  };
  for (const { table, after } of fold.nets()) if (after) place(table, after);
  for (const { table, row } of past) if (!fold.get(table, keyOf(row, tables.shapeOf(table).primary))) place(table, row);
  return (orderId) => {
    const lines = (items.get(orderId) ?? []).map((item) => {
      const own = meta.get(shown(item['order_item_id'])) ?? [];
      const values = details.map((key) => own.flatMap((row) => (row['meta_key'] === key ? [row['meta_value']] : [])));
      return JSON.stringify([item['order_item_type'], item['order_item_name'], ...values]);
    });
    return lines.sort().join('\n');
  };
}

/** The lines that these orders had when the regions parted, as far as the primary still has them or its log tells. */
export async function linesAtParting(
  orders: readonly string[],
  { tables, folds: { ours } }: { tables: ShopTables; folds: Folds },
  fetch: Fetch,
): Promise<Part[]> {
  const [items, meta] = ['woocommerce_order_items', 'woocommerce_order_itemmeta'].map((bare) => tables.named(bare));
  if (items === undefined || meta === undefined || orders.length === 0 || !tables.shapes.has(items)) return [];
  const asParted = (table: string, rows: readonly Row[]): Part[] =>
    rows.flatMap((row) => {
      const net = ours.get(table, keyOf(row, tables.shapeOf(table).primary));
      const before = net ? net.before : row;
      return before ? [{ table, row: before }] : [];
    });
  const found = asParted(items, (await fetch(orders.map((id) => ({ table: items, where: { order_id: id } })))).flat());
  const wanted = new Set(orders);
  for (const { before, after } of ours.nets((name) => name === items))
    if (before && !after && wanted.has(shown(before['order_id']))) found.push({ table: items, row: before });
  const lines = new Set(found.map(({ row }) => shown(row['order_item_id'])));
  const looks = [...lines].map((line) => ({ table: meta, where: { order_item_id: line } }));
  const gone = [...ours.nets((name) => name === meta)].flatMap(({ before, after }): Part[] =>
    before && !after && lines.has(shown(before['order_item_id'])) ? [{ table: meta, row: before }] : [],
  );
  return [...found, ...asParted(meta, (await fetch(looks)).flat()), ...gone];
}

/** Lines of orders, whoever wrote them: what they sold, how often, and how much of it the deposed region took from the stock. */
import { shown, type Row, type Value } from '../transaction';
import type { Net } from './fold';
import type { Folds } from './gather';
import type { Look } from './scene';
import { summed } from './sums';
import type { ShopTables } from './tables';

export interface Line {
  item: string;
  order: string;
  values: Map<string, Value>;
  /** Where the deposed region has it no more. */
  isGone?: true;
  /** By how much its mark grew in the deposed region since the regions parted; absent where it did not change. */
  reduced?: string;
}

export type Fetch = (looks: readonly Look[]) => Promise<(readonly Row[])[]>;
type Ground = { tables: ShopTables; folds: Folds };

/** The deposed region's lines of these orders; what its log does not say of them is looked up. */
export async function linesOf(orders: ReadonlySet<string>, ground: Ground, fetch: Fetch): Promise<Line[]> {
  const { tables, folds } = ground;
  const table = tables.named('woocommerce_order_items');
  if (orders.size === 0 || !tables.shapes.has(table)) return [];
  const lines = new Map<string, Line>();
  const isMeant = (name: string) => name === table;
  const open = (row: Row | undefined, isGone = false) => {
    const [item, order] = [shown(row?.['order_item_id']), shown(row?.['order_id'])];
    const line = { item, order, values: new Map<string, Value>(), ...(isGone && { isGone }) };
    if (orders.has(order) && !lines.has(item)) lines.set(item, line);
  };
  for (const net of folds.theirs.nets(isMeant)) open(net.after ?? net.before, !net.after);
  // The primary may have taken lines away, and its new ones are its own.
  for (const net of folds.ours.nets(isMeant)) open(net.before);
  const old = [...orders].filter((id) => !isNew(id, ground));
  for (const row of (await fetch(old.map((id) => ({ table, where: { order_id: id } })))).flat()) {
    const net = folds.ours.get(table, shown(row['order_item_id']));
    if (!net || net.before) open(row);
  }
  await describe(lines, ground, fetch);
  return [...lines.values()];
}

function isNew(id: string, { tables, folds }: Ground): boolean {
  const nets = ['wc_orders', 'posts'].map((bare) => folds.theirs.get(tables.named(bare), id));
  return nets.some((net) => net?.after !== undefined && net.before === undefined);
}

async function describe(lines: ReadonlyMap<string, Line>, { tables, folds }: Ground, fetch: Fetch): Promise<void> {
  const table = tables.named('woocommerce_order_itemmeta');
  const isMeant = (name: string) => name === table;
  for (const net of folds.theirs.nets(isMeant)) detail(net, lines);
  for (const net of folds.ours.nets(isMeant)) complete(net.before, lines);
  const unknown = [...lines.values()].filter(({ values }) => !values.has('_product_id'));
  const looks = unknown.map(({ item }) => ({ table, where: { order_item_id: item } }));
  for (const row of (await fetch(looks)).flat()) complete(row, lines);
}

function detail({ before, after }: Net, lines: ReadonlyMap<string, Line>): void {
  const row = after ?? before ?? {};
  const line = lines.get(shown(row['order_item_id']));
  const name = row['meta_key'];
  if (!line || typeof name !== 'string') return;
  if (after) line.values.set(name, after['meta_value'] ?? null);
  const [had, has] = [before, after].map((each) => each?.['meta_value'] ?? '0');
  if (name === '_reduced_stock') line.reduced = summed(line.reduced ?? '0', has ?? '0', had ?? '0') ?? '0';
}

function complete(row: Row | undefined, lines: ReadonlyMap<string, Line>): void {
  const line = lines.get(shown(row?.['order_item_id']));
  const name = row?.['meta_key'];
  if (line && typeof name === 'string' && !line.values.has(name)) line.values.set(name, row?.['meta_value'] ?? null);
}

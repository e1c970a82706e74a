/** What orders took by WooCommerce's own marks: a line's `_reduced_stock`, and an order's marks that its stock is taken and its sales are recorded. Each row is a transaction of its own there. */
import { keyOf, type Fold, type Net } from './fold';
import type { Folds, Found } from './gather';
import { ordersMarked } from './marks';
import { summed } from './sums';
import type { ShopTables } from './tables';
import { shown, type Row, type Value } from '../transaction';

interface Line {
  order: string;
  values: Map<string, Value>;
  /** By how much its mark grew since the regions parted; absent where it has none. */
  reduced?: string;
}

type Amounts = Map<string, string>;
type Ground = { tables: ShopTables; folds: Folds };

/** Lines of these orders that the deposed region took from the stock and did not write itself: what they are of is on the primary. */
export function linesToLookUp(orders: readonly Found[], ground: Ground): string[] {
  if (orders.length === 0) return [];
  const lines = linesIn(orders, ground, []);
  return [...lines].flatMap(([item, { values }]) => (values.has('_product_id') ? [] : [item]));
}

/** Amounts by table and key, then by column: below 0 for stock, above 0 for sales. `details` are the primary's rows of lines that were looked up. */
export function reducedBy(
  orders: readonly Found[],
  ground: Ground,
  details: readonly Row[] = [],
): Map<string, Record<string, string>> {
  if (orders.length === 0) return new Map();
  const { tables, folds } = ground;
  const lines = [...linesIn(orders, ground, details).values()];
  const marked = ordersMarked(folds.theirs, tables);
  // Lines say what of them is taken; an order whose lines say nothing was taken whole.
  const told = new Set(lines.flatMap(({ order, reduced }) => (reduced === undefined ? [] : [order])));
  const stocks = stockRows(folds.theirs, tables);
  const stock: Amounts = new Map<string, string>();
  const sales: Amounts = new Map<string, string>();
  for (const { order, values, reduced } of lines) {
    const [product, variation, qty] = ['_product_id', '_variation_id', '_qty'].map((name) => values.get(name) ?? null);
    // A variation without a stock of its own takes from its product's.
    const holder = variation != null && stocks.has(shown(variation)) ? variation : product;
    const taken = told.has(order) ? (reduced ?? '0') : marked.reduced.has(order) ? (qty ?? '0') : '0';
    count(stock, holder, summed('0', '0', taken));
    if (marked.recorded.has(order)) count(sales, product, summed(qty ?? null, '0', '0'));
  }
  return rowsOf(stock, sales, folds.theirs, tables);
}

/** Whether both regions took the stock of an order that both had: one checkout, finished twice. */
export function isFinishedTwice(found: Found, { tables, folds }: Ground): boolean {
  const took = (side: 'theirs' | 'ours') =>
    found[side].some(({ table, key }) => {
      const net = tables.bare(table) === 'woocommerce_order_itemmeta' ? folds[side].get(table, key) : undefined;
      const row = net?.after;
      return row?.['meta_key'] === '_reduced_stock' && Number(grownBy(net)) > 0;
    });
  return took('theirs') && took('ours');
}

const grownBy = (net: Net | undefined): string =>
  summed(net?.after?.['meta_value'] ?? '0', '0', net?.before?.['meta_value'] ?? '0') ?? '0';

function count(amounts: Amounts, product: Value | undefined, amount: string | undefined): void {
  if (product == null || amount === undefined || amount === '0') return;
  const id = shown(product);
  amounts.set(id, summed(amounts.get(id) ?? '0', amount, '0') ?? amount);
}

function linesIn(orders: readonly Found[], { tables, folds }: Ground, details: readonly Row[]): Map<string, Line> {
  const lines = new Map<string, Line>();
  for (const { id: order, theirs } of orders)
    for (const { table, key } of theirs) {
      const net = folds.theirs.get(table, key);
      if (!net) continue;
      if (tables.bare(table) === 'woocommerce_order_items') lineOf(net, order, lines);
      if (tables.bare(table) === 'woocommerce_order_itemmeta') detail(net, order, lines);
    }
  // What the deposed region did not write of a line that was there before, the primary may have taken away.
  for (const net of folds.ours.nets())
    if (tables.bare(net.table) === 'woocommerce_order_itemmeta') complete(net.before ?? net.after ?? {}, lines);
  for (const row of details) complete(row, lines);
  return lines;
}

function lineOf({ before, after }: Net, order: string, lines: Map<string, Line>): Line {
  const item = shown((after ?? before ?? {})['order_item_id']);
  const line: Line = lines.get(item) ?? { order, values: new Map<string, Value>() };
  lines.set(item, line);
  return line;
}

function detail(net: Net, order: string, lines: Map<string, Line>): void {
  const { before, after } = net;
  const line = lineOf(net, order, lines);
  const name = (after ?? before ?? {})['meta_key'];
  if (typeof name !== 'string') return;
  if (after) line.values.set(name, after['meta_value'] ?? null);
  if (name === '_reduced_stock') line.reduced = summed(line.reduced ?? '0', grownBy(net), '0') ?? '0';
}

function complete(row: Row, lines: ReadonlyMap<string, Line>): void {
  const line = lines.get(shown(row['order_item_id']));
  const name = row['meta_key'];
  if (line && typeof name === 'string' && !line.values.has(name)) line.values.set(name, row['meta_value'] ?? null);
}

const isMeta = (name: string, { table, after }: Net, tables: ShopTables): boolean =>
  tables.bare(table) === 'postmeta' && after?.['meta_key'] === name;

function stockRows(theirs: Fold, tables: ShopTables): Set<string> {
  const products = new Set<string>();
  for (const net of theirs.nets()) if (isMeta('_stock', net, tables)) products.add(shown(net.after?.['post_id']));
  return products;
}

/** The rows of the log in which these amounts are. */
function rowsOf(stock: Amounts, sales: Amounts, theirs: Fold, tables: ShopTables) {
  const rows = new Map<string, Record<string, string>>();
  for (const net of theirs.nets()) {
    const { table, after } = net;
    if (!after) continue;
    const set: Record<string, string> = {};
    const put = (column: string, amount: string | undefined) => {
      if (amount !== undefined) set[column] = amount;
    };
    if (isMeta('_stock', net, tables)) put('meta_value', stock.get(shown(after['post_id'])));
    if (isMeta('total_sales', net, tables)) put('meta_value', sales.get(shown(after['post_id'])));
    if (tables.bare(table) === 'wc_product_meta_lookup') {
      put('stock_quantity', stock.get(shown(after['product_id'])));
      put('total_sales', sales.get(shown(after['product_id'])));
    }
    if (Object.keys(set).length > 0) rows.set(`${table} ${keyOf(after, tables.shapeOf(table).primary)}`, set);
  }
  return rows;
}

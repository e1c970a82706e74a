/** What orders took by WooCommerce's own marks: a line's `_reduced_stock`, and an order's marks that its stock is taken and its sales are recorded. Each row is a transaction of its own there. */
import { keyOf, type Fold, type Net } from './fold';
import { ordersMarked } from './marks';
import { summed } from './sums';
import type { ShopTables } from './tables';
import { shown, type Value } from '../transaction';

interface Line {
  order: string;
  values: Map<string, Value>;
  /** By how much its mark grew since the regions parted; absent where it has none. */
  reduced?: string;
}

type Amounts = Map<string, string>;

/** Amounts by table and key, then by column: below 0 for stock, above 0 for sales. */
export function reducedBy(
  orders: ReadonlySet<string>,
  theirs: Fold,
  tables: ShopTables,
): Map<string, Record<string, string>> {
  if (orders.size === 0) return new Map();
  const lines = linesOf(orders, theirs, tables);
  const marked = ordersMarked(theirs, tables);
  // Lines say what of them is taken; an order whose lines say nothing was taken whole.
  const told = new Set(lines.flatMap(({ order, reduced }) => (reduced === undefined ? [] : [order])));
  const stocks = stockRows(theirs, tables);
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
  return rowsOf(stock, sales, theirs, tables);
}

function count(amounts: Amounts, product: Value | undefined, amount: string | undefined): void {
  if (product == null || amount === undefined || amount === '0') return;
  const id = shown(product);
  amounts.set(id, summed(amounts.get(id) ?? '0', amount, '0') ?? amount);
}

function linesOf(orders: ReadonlySet<string>, theirs: Fold, tables: ShopTables): Line[] {
  const lines = new Map<string, Line>();
  for (const { table, before, after } of theirs.nets()) {
    if (tables.bare(table) !== 'woocommerce_order_items') continue;
    const row = after ?? before ?? {};
    const order = shown(row['order_id']);
    if (orders.has(order)) lines.set(shown(row['order_item_id']), { order, values: new Map() });
  }
  for (const net of theirs.nets()) if (tables.bare(net.table) === 'woocommerce_order_itemmeta') detail(net, lines);
  return [...lines.values()];
}

function detail({ before, after }: Net, lines: ReadonlyMap<string, Line>): void {
  const row = after ?? before ?? {};
  const line = lines.get(shown(row['order_item_id']));
  const name = row['meta_key'];
  if (!line || typeof name !== 'string') return;
  if (after) line.values.set(name, after['meta_value'] ?? null);
  const grown = summed(after?.['meta_value'] ?? '0', line.reduced ?? '0', before?.['meta_value'] ?? '0');
  if (name === '_reduced_stock' && grown !== undefined) line.reduced = grown;
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

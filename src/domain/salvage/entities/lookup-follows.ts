/** The row by which a product is searched repeats its stock and its sales: WooCommerce computes both from the product's own values, and so does the merge. */
import { pick, shown, type Row } from '../transaction';
import type { Write } from '../ruling';
import { keyOf } from './fold';
import type { Found } from './gather';
import { update, type Look, type Scene } from './scene';
import { isAbsent, summed } from './sums';
import type { ShopTables } from './tables';

const repeated = [
  ['_stock', 'stock_quantity'],
  ['total_sales', 'total_sales'],
] as const;

const lookupIn = (tables: ShopTables): string => tables.named('wc_product_meta_lookup');
const metaOf = (owner: string, name: string, tables: ShopTables): Look => ({
  table: tables.named('postmeta'),
  where: { post_id: owner, meta_key: name },
});

/** What must be known of a product whose row or values a change concerns. */
export function lookupLooks(table: string, row: Row, tables: ShopTables): Look[] {
  const owner = productIn(table, row, tables);
  if (owner === undefined || !tables.shapes.has(lookupIn(tables))) return [];
  const metas = repeated.map(([name]) => metaOf(owner, name, tables));
  return [...metas, { table: lookupIn(tables), where: { product_id: owner } }];
}

function productIn(table: string, row: Row, tables: ShopTables): string | undefined {
  if (table === lookupIn(tables)) return shown(row['product_id']);
  const isRepeated = table === tables.named('postmeta') && repeated.some(([name]) => row['meta_key'] === name);
  return isRepeated ? shown(row['post_id']) : undefined;
}

/** The writes, with these columns as the values will be. A column that says nothing is of a product that keeps none. */
export function followed(writes: readonly Write[], { theirs }: Found, scene: Scene): Write[] {
  const { tables, folds } = scene;
  const products = new Set(
    theirs.flatMap(({ table, key }) => {
      const net = folds.theirs.get(table, key);
      return productIn(table, net?.after ?? net?.before ?? {}, tables) ?? [];
    }),
  );
  return [...products].reduce<Write[]>((all, product) => following(all, product, scene), [...writes]);
}

function following(writes: Write[], product: string, { tables, rows }: Scene): Write[] {
  const table = lookupIn(tables);
  const key = { product_id: product };
  const [row] = tables.shapes.has(table) ? rows({ table, where: key }) : [];
  if (!row) return writes;
  const isIts = (write: Write) =>
    write.action !== 'insert' && write.table === table && shown(write.key['product_id']) === product;
  if (writes.some((write) => isIts(write) && write.action === 'delete')) return writes;
  const own = writes.flatMap((write) => (isIts(write) && write.action === 'update' ? [write.set] : []));
  const planned: Row = Object.assign({}, row, ...own) as Row;
  const set = repeated.flatMap(([name, column]) => {
    const value = valueAfter(writes, metaOf(product, name, tables), { tables, rows });
    const isKept = !isAbsent(planned[column]) && value !== undefined;
    return isKept && value !== summed(planned[column] ?? null, '0', '0') ? [[column, value] as const] : [];
  });
  if (set.length === 0) return writes;
  const merged = { ...Object.assign({}, ...own), ...Object.fromEntries(set) } as Row;
  const changed = Object.keys(merged).filter((column) => merged[column] !== row[column]);
  const others = writes.filter((write) => !(isIts(write) && write.action === 'update'));
  return [...others, ...update(table, key, pick(merged, changed))];
}

/** The one number under the name once all is written. */
function valueAfter(
  writes: readonly Write[],
  look: Look,
  { tables, rows }: Pick<Scene, 'tables' | 'rows'>,
): string | undefined {
  const [row, ...more] = rows(look);
  if (!row || more.length > 0) return undefined;
  const { primary } = tables.shapeOf(look.table);
  const isIts = (write: Write) =>
    write.action !== 'insert' && write.table === look.table && keyOf(write.key, primary) === keyOf(row, primary);
  const [last] = writes.filter(isIts).slice(-1);
  if (last?.action === 'delete') return undefined;
  const value = (last?.action === 'update' ? last.set['meta_value'] : undefined) ?? row['meta_value'] ?? null;
  return isAbsent(value) ? undefined : summed(value, '0', '0');
}

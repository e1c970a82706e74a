/** Amounts that orders took from the counters of products: below 0 from the stock, above 0 to the sales. */
import { shown, type Change, type Row, type Value } from '../transaction';
import { keyOf, type Fold } from './fold';
import type { Folds } from './gather';
import type { Fetch, Line } from './order-lines';
import { summed } from './sums';
import type { ShopTables } from './tables';

type Amounts = Map<string, string>;

/** By the number of the product, or of the variation that has a stock of its own. */
export interface Counted {
  stock: Amounts;
  sales: Amounts;
}

export const nothingCounted = (): Counted => ({ stock: new Map<string, string>(), sales: new Map<string, string>() });

export function count(amounts: Amounts, product: Value | undefined, amount: string | undefined): void {
  if (product == null || amount === undefined || amount === '0') return;
  const id = shown(product);
  amounts.set(id, summed(amounts.get(id) ?? '0', amount, '0') ?? amount);
}

export const negative = (amount: string): string => summed('0', '0', amount) ?? '0';

export function addAll(into: Counted, more: Counted): Counted {
  for (const kind of ['stock', 'sales'] as const) for (const [id, amount] of more[kind]) count(into[kind], id, amount);
  return into;
}

/** `one` without what is in `other`. */
export function without(one: Counted, other: Counted): Counted {
  const all = addAll(nothingCounted(), one);
  for (const kind of ['stock', 'sales'] as const)
    for (const [id, amount] of other[kind]) count(all[kind], id, negative(amount));
  return all;
}

/** Whose stock a line takes: a variation without one of its own takes from its product's. */
export type HolderOf = (line: Line) => Value | undefined;

export async function holders(
  lines: readonly Line[],
  { tables, folds }: { tables: ShopTables; folds: Folds },
  fetch: Fetch,
): Promise<HolderOf> {
  const table = tables.named('postmeta');
  const variations = new Set(
    lines.flatMap(({ values }) => shown(values.get('_variation_id') ?? '0')).filter((id) => id !== '0' && id !== ''),
  );
  const where = [...variations].map((id) => ({ post_id: id, meta_key: '_manage_stock', meta_value: 'yes' }));
  const rows = await fetch(where.map((each) => ({ table, where: each })));
  const own = new Set(rows.flat().map((row) => shown(row['post_id'])));
  if (variations.size > 0)
    for (const net of folds.theirs.nets((name) => name === table))
      if (isMeta('_stock', net, tables)) own.add(shown(net.after?.['post_id']));
  return ({ values }) => {
    const variation = values.get('_variation_id');
    return variation != null && own.has(shown(variation)) ? variation : values.get('_product_id');
  };
}

const isMeta = (name: string, { table, after }: { table: string; after?: Row }, tables: ShopTables): boolean =>
  tables.bare(table) === 'postmeta' && after?.['meta_key'] === name;

const metas = { stock: '_stock', sales: 'total_sales' } as const;

/** The rows of the deposed region's log in which these amounts are: by table and key, then by column. */
export function rowsOf({ stock, sales }: Counted, theirs: Fold, tables: ShopTables) {
  const rows = new Map<string, Record<string, string>>();
  if (stock.size === 0 && sales.size === 0) return rows;
  const isMeant = (table: string) => ['postmeta', 'wc_product_meta_lookup'].includes(tables.bare(table));
  for (const net of theirs.nets(isMeant)) {
    const { table, after } = net;
    if (!after) continue;
    const set: Record<string, string> = {};
    const put = (column: string, amount: string | undefined) => {
      if (amount !== undefined) set[column] = amount;
    };
    if (isMeta(metas.stock, net, tables)) put('meta_value', stock.get(shown(after['post_id'])));
    if (isMeta(metas.sales, net, tables)) put('meta_value', sales.get(shown(after['post_id'])));
    if (tables.bare(table) === 'wc_product_meta_lookup') {
      put('stock_quantity', stock.get(shown(after['product_id'])));
      put('total_sales', sales.get(shown(after['product_id'])));
    }
    if (Object.keys(set).length > 0) rows.set(`${table} ${keyOf(after, tables.shapeOf(table).primary)}`, set);
  }
  return rows;
}

/**
 * Changes that take these amounts from counters which the deposed region's log does not have, since it only marked the orders: as if it had made
 * them.
 */
export async function changesFor(
  counted: Counted,
  { tables, folds }: { tables: ShopTables; folds: Folds },
  fetch: Fetch,
): Promise<Change[]> {
  const table = tables.named('postmeta');
  const lacking = new Map<string, string>();
  for (const kind of ['stock', 'sales'] as const)
    for (const [id, amount] of counted[kind]) if (amount !== '0') lacking.set(`${id} ${metas[kind]}`, amount);
  if (lacking.size === 0) return [];
  const nameIn = (row: Row | undefined) => `${shown(row?.['post_id'])} ${shown(row?.['meta_key'])}`;
  for (const net of folds.theirs.nets((name) => name === table)) lacking.delete(nameIn(net.after));
  const names = [...lacking.keys()].map((name) => name.split(' '));
  const looks = names.map(([id = '', name = '']) => ({ table, where: { post_id: id, meta_key: name } }));
  return (await fetch(looks)).flat().flatMap((row): Change[] => {
    // As it was when the regions parted.
    const before = folds.ours.get(table, keyOf(row, tables.shapeOf(table).primary))?.before ?? row;
    const value = summed(before['meta_value'] ?? null, '0', lacking.get(nameIn(row)) ?? '0');
    return value === undefined ? [] : [{ action: 'update', table, before, after: { ...before, meta_value: value } }];
  });
}

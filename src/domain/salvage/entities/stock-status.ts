/** Whether a product can be bought, where its stock changed: its own row and the one that it is searched by say it too. */
import { pick, shown, type Row } from '../transaction';
import type { Write } from '../ruling';
import type { Pairs } from './roles';
import { update, type Scene } from './scene';

/** The product, and the table that holds its stock. */
export interface Stocked {
  table: string;
  pairs: Pairs;
  owner: string;
  primary: readonly string[];
}

export function stockStatusWrites(
  { table, pairs, owner, primary }: Stocked,
  sum: string,
  { tables, rows }: Pick<Scene, 'tables' | 'rows'>,
): Write[] {
  const [row, orders] = ['_stock_status', '_backorders'].map(
    (name) => rows({ table, where: { [pairs.owner]: owner, [pairs.name]: name } })[0],
  );
  const backorders = orders?.[pairs.value];
  const isOrderable = typeof backorders === 'string' && backorders !== 'no';
  const status = Number(sum) > 0 ? 'instock' : isOrderable ? 'onbackorder' : 'outofstock';
  const set = (where: string, held: Row | undefined, key: Row, column: string) =>
    held && shown(held[column]) !== status ? update(where, key, { [column]: status }) : [];
  const own = row ? set(table, row, pick(row, primary), pairs.value) : [];
  const lookup = tables.named('wc_product_meta_lookup');
  const [found] = tables.shapes.has(lookup) ? rows({ table: lookup, where: { product_id: owner } }) : [];
  return [...own, ...set(lookup, found, { product_id: owner }, 'stock_status')];
}

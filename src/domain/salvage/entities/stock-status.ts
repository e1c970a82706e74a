/**
 * Whether a product can be bought, where both regions changed what says so: computed as WooCommerce does (11.0: `WC_Product::validate_props`,
 * `update_visibility` of the data stores), from the values as they will be. Its own row, the one that it is searched by and the term that hides it
 * from the catalog say it too.
 */
import { sameValue, shown, type Row, type Value } from '../transaction';
import type { Write } from '../ruling';
import { afterWrites, isOf, type Sight } from './after';
import { insert, type Look } from './scene';
import { isAbsent, summed } from './sums';
import type { ShopTables } from './tables';

/** From what the status is computed, and the status itself. */
export const stockNames = ['_stock', '_stock_status', '_backorders', '_manage_stock'] as const;
type Name = (typeof stockNames)[number];

export type Status = 'instock' | 'onbackorder' | 'outofstock';

const threshold = 'woocommerce_notify_no_stock_amount';

const metaLook = (owner: Value, name: Name, tables: ShopTables): Look => ({
  table: tables.named('postmeta'),
  where: { post_id: owner, meta_key: name },
});

const lookupLook = (owner: Value, tables: ShopTables): Look => ({
  table: tables.named('wc_product_meta_lookup'),
  where: { product_id: owner },
});

/** The term that hides a product is found by its name in addresses, of whatever taxonomy, and by the terms of that taxonomy. */
const hidingLooks = (tables: ShopTables) => ({
  terms: { table: tables.named('terms'), where: { slug: 'outofstock' } },
  taxonomies: { table: tables.named('term_taxonomy'), where: { taxonomy: 'product_visibility' } },
});

const relationLook = (owner: Value, taxonomy: Value, tables: ShopTables): Look => ({
  table: tables.named('term_relationships'),
  where: { object_id: owner, term_taxonomy_id: taxonomy },
});

const ofProduct = (owner: Value, tables: ShopTables): Look => ({
  table: tables.named('term_relationships'),
  where: { object_id: owner },
});

const thresholdLook = (tables: ShopTables): Look => ({
  table: tables.named('options'),
  where: { option_name: threshold },
});

/** What must be known of a product to compute its status. */
export function statusLooks(owner: Value, tables: ShopTables): Look[] {
  const { terms, taxonomies } = hidingLooks(tables);
  const looks = [
    ...stockNames.map((name) => metaLook(owner, name, tables)),
    ...[lookupLook(owner, tables), ofProduct(owner, tables), terms, taxonomies, thresholdLook(tables)],
  ];
  return looks.filter(({ table }) => tables.shapes.has(table));
}

/** The value of the product under this name. */
export const valueIn = (owner: Value, name: Name, { tables, rows }: Sight): string | undefined => {
  const value = rows(metaLook(owner, name, tables))[0]?.['meta_value'];
  return value == null ? undefined : shown(value);
};

/** What the product's own stock says; undefined where it keeps none. */
export function statusOf(owner: Value, writes: readonly Write[], sight: Sight): Status | undefined {
  const { tables } = sight;
  const after = { tables, rows: afterWrites(writes, sight) };
  const value = valueIn(owner, '_stock', after);
  const stock = isAbsent(value) ? undefined : summed(value ?? null, '0', '0');
  const isKept = !['no', 'parent'].includes(valueIn(owner, '_manage_stock', after) ?? 'yes');
  if (stock === undefined || !isKept) return undefined;
  const [option] = tables.shapes.has(thresholdLook(tables).table) ? after.rows(thresholdLook(tables)) : [];
  const lowest = Math.abs(Number.parseFloat(shown(option?.['option_value'] ?? '0'))) || 0;
  const isOrderable = !['no', ''].includes(valueIn(owner, '_backorders', after) ?? 'no');
  return Number(stock) > lowest ? 'instock' : isOrderable ? 'onbackorder' : 'outofstock';
}

/** The writes, with the product's status as this one. `hides` is false for a variation whose stock is its product's: WooCommerce gives it no term. */
export function withStatus(
  writes: readonly Write[],
  owner: Value,
  status: Status,
  sight: Sight,
  hides = true,
): readonly Write[] {
  const { tables } = sight;
  const own = valued(writes, metaLook(owner, '_stock_status', tables), 'meta_value', status, sight);
  const lookup = lookupLook(owner, tables);
  const searched = tables.shapes.has(lookup.table) ? valued(own, lookup, 'stock_status', status, sight) : own;
  return hides ? related(searched, owner, status === 'outofstock', sight) : searched;
}

/** The writes, with this value in the column of the row that there is or will be. */
function valued(writes: readonly Write[], look: Look, column: string, value: string, sight: Sight): readonly Write[] {
  const { table } = look;
  const { primary } = sight.tables.shapeOf(table);
  const [present] = sight.rows(look);
  if (!present) {
    const isIts = (row: Row) => Object.entries(look.where).every(([name, wanted]) => sameValue(row[name], wanted));
    return writes.map((write) =>
      write.action === 'insert' && write.table === table && isIts(write.row)
        ? insert(table, { ...write.row, [column]: value })
        : write,
    );
  }
  const isIts = (write: Write) => isOf(write, table, present, primary);
  if (writes.some((write) => isIts(write) && write.action === 'delete')) return writes;
  const others = writes.filter((write) => !isIts(write));
  const set: Record<string, Value> = {};
  const add: Record<string, string> = {};
  for (const write of writes)
    if (write.action === 'update' && isIts(write)) {
      Object.assign(set, write.set);
      Object.assign(add, write.add);
    }
  set[column] = value;
  if (sameValue(present[column], value)) Reflect.deleteProperty(set, column);
  if (Object.keys(set).length + Object.keys(add).length === 0) return others;
  const key = Object.fromEntries(primary.map((name) => [name, present[name] ?? null]));
  return [...others, { action: 'update', table, key, set, add }];
}

/** The writes, with or without the term by which a shop hides what is sold out. */
function related(writes: readonly Write[], owner: Value, isHidden: boolean, sight: Sight): readonly Write[] {
  const { tables, rows } = sight;
  const hiding = hidingIn(sight);
  if (hiding === undefined) return writes;
  const { table, where } = relationLook(owner, hiding, tables);
  const isIts = (write: Write) => {
    const row = write.action === 'insert' ? write.row : write.key;
    return write.table === table && Object.entries(where).every(([column, value]) => sameValue(row[column], value));
  };
  const others = writes.filter((write) => !isIts(write));
  const isThere = rows(ofProduct(owner, tables)).some((row) => sameValue(row['term_taxonomy_id'], hiding));
  if (isThere === isHidden) return others;
  return [...others, isHidden ? insert(table, { ...where, term_order: '0' }) : { action: 'delete', table, key: where }];
}

function hidingIn({ tables, rows }: Sight): Value | undefined {
  const { terms, taxonomies } = hidingLooks(tables);
  const names = ['terms', 'term_taxonomy', 'term_relationships'].map((bare) => tables.named(bare));
  if (!names.every((name) => tables.shapes.has(name))) return undefined;
  const named = rows(terms);
  return rows(taxonomies).find((row) => named.some((term) => sameValue(term['term_id'], row['term_id'])))?.[
    'term_taxonomy_id'
  ];
}

/** In what two copies of one order differ beside their lines: address, note and values that only one of them has. */
import { sameValue, shown, type Row, type Value } from '../transaction';
import type { Fold } from './fold';
import { matches, names } from './names';
import type { ShopTables } from './tables';

/** What is said of an order, by table and column or name. */
type Details = Map<string, { label: string; value: Value }>;

/** `TABLE.COLUMN` or `TABLE NAME` of what the deposed region's copy says and the primary's says otherwise or not at all; by the first one's number. */
export function unlikeCopies(
  copies: ReadonlyMap<string, string>,
  { theirs, ours }: Record<'theirs' | 'ours', Fold>,
  tables: ShopTables,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  if (copies.size === 0) return found;
  const there = detailsOf(new Set(copies.keys()), theirs, tables);
  const here = detailsOf(new Set(copies.values()), ours, tables);
  for (const [id, kept] of copies) {
    const other = here.get(kept);
    const unlike = [...(there.get(id) ?? [])].filter(([name, { value }]) => !sameValue(value, other?.get(name)?.value));
    if (unlike.length > 0) found.set(id, [...new Set(unlike.map(([, { label }]) => label))]);
  }
  return found;
}

function detailsOf(orders: ReadonlySet<string>, fold: Fold, tables: ShopTables): ReadonlyMap<string, Details> {
  const found = new Map<string, Details>();
  for (const { table, after } of fold.nets()) {
    const bare = tables.bare(table);
    const id = after && shown(bare === 'wc_orders' ? after['id'] : after['order_id']);
    if (!after || id === undefined || !orders.has(id)) continue;
    const details = found.get(id) ?? new Map<string, { label: string; value: Value }>();
    for (const [name, label, value] of said(bare, after)) details.set(name, { label, value });
    found.set(id, details);
  }
  return found;
}

function said(bare: string, row: Row): [name: string, label: string, value: Value][] {
  if (bare === 'wc_orders') return [['note', 'wc_orders.customer_note', row['customer_note'] ?? '']];
  if (bare === 'wc_orders_meta') {
    const name = shown(row['meta_key']);
    return matches(name, names.passing) ? [] : [[name, `${bare} ${name}`, row['meta_value'] ?? null]];
  }
  if (bare !== 'wc_order_addresses') return [];
  const columns = Object.keys(row).filter((column) => column !== 'id' && column !== 'order_id');
  return columns.map((column) => [`${shown(row['address_type'])} ${column}`, `${bare}.${column}`, row[column] ?? null]);
}

/**
 * WooCommerce's analytics where they are imported in batches: each imports the orders that changed after a date that it keeps (WooCommerce 11's
 * `OrdersScheduler`, read 2026-11-30). Orders of the deposed region are older than that of the primary, so it goes back to where the regions parted.
 * Where each order is imported at once, the actions that do it come home like all others.
 */
import { shown, type Row } from '../transaction';
import type { Ruling } from '../ruling';
import { keyOf } from './fold';
import { nameOf, type Found } from './gather';
import type { OptionInLog } from './option-in-log';
import { nothing, ruled } from './rulings';
import { update, type Scene } from './scene';
import type { ShopTables } from './tables';

export const importedUpTo = 'woocommerce_admin_scheduler_last_processed_order_modified_date';

/** Adds the date to what is decided about, where the primary moved it on and orders may come home. */
export function withImports(found: ReadonlyMap<string, Found>, ours: OptionInLog, tables: ShopTables): Found[] {
  const all = [...found.values()];
  const row = ours.is ?? ours.was;
  if (!row || all.every(({ kind }) => kind !== 'order')) return all;
  const table = tables.named('options');
  const place = { table, key: keyOf(row, tables.shapeOf(table).primary), part: 'body' as const };
  const date = { kind: 'option' as const, id: importedUpTo, theirs: [], ours: [place] };
  return found.has(nameOf(date)) ? all : [...all, date];
}

export function decideImports({ theirs, ours }: Found, { tables, folds, rows }: Scene): Ruling {
  const table = tables.named('options');
  const [present] = rows({ table, where: { option_name: importedUpTo } });
  const was = [
    ...ours.map(({ key }) => folds.ours.get(table, key)?.before),
    ...theirs.map(({ key }) => folds.theirs.get(table, key)?.before),
  ].find((row): row is Row => row !== undefined);
  const [then, now] = [was, present].map((row) => (row ? shown(row['option_value']) : ''));
  if (!present || !then || !now || now <= then) return nothing;
  const key = { option_id: present['option_id'] ?? null };
  const because = 'Analytics import orders again from where the regions parted.';
  return ruled(update(table, key, { option_value: then }), 'update', because);
}

/** What is looked up and locked for one errant transaction, and the ground for its ruling that comes of it. */
import { shown, type ErrantTransaction, type Row as Cells, type Shapes } from '../../../domain/salvage/transaction';
import { lookupsFor } from '../../../domain/salvage/lookups';
import { type KeptOrder, ordersIn, type PrimaryRows } from '../../../domain/salvage/ruling';
import { shopTables } from '../../../domain/salvage/shop-tables';
import type { SalvageInput } from '../../../ports/rejoin';
import type { Row } from './connection';
import type { SalvageOptions } from './options';
import * as sql from './salvage-statements';
import { cellsOf } from './shapes';

const text = (row: Row, name: string): string => {
  const value = row[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

export interface Look {
  name: string;
  statement: string;
  read: (row: Row) => Cells | KeptOrder;
}

const lookName = (table: string, key: Cells) => `${table} ${JSON.stringify(key)}`;

/** One entry a result set. */
export function looksFor(
  options: SalvageOptions,
  tx: ErrantTransaction,
  { shapes, promotionPoint }: SalvageInput,
): Look[] {
  const looks = new Map<string, Look>();
  for (const lookup of lookupsFor(tx, shapes)) {
    const shape = shapes.get(lookup.table);
    const name = lookName(lookup.table, lookup.key);
    if (shape)
      looks.set(name, { name, statement: sql.findRow(options, shape, lookup), read: (row) => cellsOf(shape, row) });
  }
  const header = shapes.get(shopTables.orders);
  if (!header || !shapes.has(shopTables.operational)) return [...looks.values()];
  const read = (row: Row): KeptOrder => ({
    id: text(row, 'keptId'),
    key: text(row, 'keptKey'),
    intent: text(row, 'keptIntent'),
    header: cellsOf(header, row),
  });
  for (const order of ordersIn(tx)) {
    const [byKey, byIntent] = sql.rivals(options, header, order);
    looks.set(`key of ${order.id}`, { name: `rival of ${order.id}`, statement: byKey, read });
    looks.set(`intent of ${order.id}`, { name: `rival of ${order.id}`, statement: byIntent, read });
  }
  for (const id of orderIdsIn(tx, shapes))
    looks.set(`merged ${id}`, {
      name: `merged ${id}`,
      statement: sql.mergedOrder(options, header, promotionPoint, id),
      read,
    });
  return [...looks.values()];
}

/** Orders that the transaction speaks of without inserting them. */
function orderIdsIn({ changes }: ErrantTransaction, shapes: Shapes): string[] {
  const ids = changes.flatMap((change) => {
    const row = change.action === 'insert' ? change.after : change.before;
    if (change.table === shopTables.orders) return change.action === 'insert' ? [] : [shown(row['id'])];
    const refers = change.table === shopTables.aliases || change.table === shopTables.outbox;
    return refers && shapes.has(change.table) ? [shown(row['order_id'])] : [];
  });
  return [...new Set(ids)];
}

export function primaryRowsFrom(looks: readonly Look[], found: readonly Row[][], order: SalvageInput): PrimaryRows {
  const answers = new Map<string, Cells | KeptOrder>();
  looks.forEach(({ name, read }, index) => {
    const row = found[index]?.[0];
    if (row && !answers.has(name)) answers.set(name, read(row));
  });
  return {
    shapes: order.shapes,
    counters: order.counters,
    tainted: order.tainted,
    find: (table, key) => answers.get(lookName(table, key)) as Cells | undefined,
    rival: ({ id }) => answers.get(`rival of ${id}`) as KeptOrder | undefined,
    mergedInto: (id) => answers.get(`merged ${id}`) as KeptOrder | undefined,
  };
}

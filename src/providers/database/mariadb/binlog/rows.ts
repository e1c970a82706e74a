/** Row events: which table, which rows, before and after. */
import type { Change, Row, Shapes, TableShape } from '../../../../domain/salvage/transaction';
import { Cursor, Unreadable } from './cursor';
import { rowEvents, type RowAction } from './event-types';
import type { BinlogEvent } from './events';
import { inflated } from './inflate';
import { loggedColumns, namesColumns, type LoggedColumn, type WireColumn } from './layout';
import { readValue, wireColumns } from './values';

export interface TableMap {
  id: number;
  schema: string;
  table: string;
  columns: WireColumn[];
  /** Names, signs and character sets, as far as the log has them. */
  metadata: Buffer;
}

export function tableMapOf({ body }: BinlogEvent): TableMap {
  const cursor = new Cursor(body);
  const id = cursor.uint(6);
  cursor.take(2);
  const text = () => {
    const name = cursor.take(cursor.uint(1)).toString('utf8');
    cursor.take(1);
    return name;
  };
  const [schema, table] = [text(), text()];
  const types = cursor.take(cursor.length());
  const columns = wireColumns(types, cursor.take(cursor.length()));
  cursor.take((columns.length + 7) >> 3);
  return { id, schema, table, columns, metadata: cursor.rest() };
}

export const tableIdOf = ({ body }: BinlogEvent): number => body.readUIntLE(0, 6);

/**
 * @param alike the tables are known to be built alike on both sides, so that a log without the columns' names can be read by their places
 * @throws Unreadable when the primary's table has other columns, or a value is of a type that is not decoded here.
 */
export function changesIn(event: BinlogEvent, map: TableMap, shapes: Shapes, alike = false): Change[] {
  const shape = shapes.get(map.table);
  if (!shape) throw new Unreadable('the primary has no such table');
  if (shape.unfit !== undefined) throw new Unreadable(shape.unfit.replace(/\.$/, ''));
  if (!alike || namesColumns(map.metadata)) requireEqual(loggedColumns(map.columns, map.metadata), shape);
  else if (map.columns.length !== shape.columns.length)
    throw new Unreadable("the primary's table has another number of columns");
  const { action, extraHeader, compressed } = rowEvents[event.type] ?? { action: 'insert' };
  const cursor = new Cursor(event.body, 8);
  if (extraHeader) cursor.take(cursor.uint(2) - 2);
  const width = cursor.length();
  const images = action === 'update' ? 2 : 1;
  for (let image = 0; image < images; image += 1) requireAll(cursor.take((width + 7) >> 3), width);
  const rows = new Cursor(compressed ? inflated(cursor.rest()) : cursor.rest());
  const changes: Change[] = [];
  while (!rows.atEnd) changes.push(changeAt(rows, action, map, shape));
  return changes;
}

/** Rows identify their columns by number, so both tables must have the same columns in the same order, stored in the same way. */
function requireEqual(logged: readonly LoggedColumn[], { columns }: TableShape): void {
  const here = new Map(columns.map((column) => [column.name, column]));
  const lacking = logged.find(({ name }) => !here.has(name));
  if (lacking) throw new Unreadable(`the primary's table has no column ${lacking.name}`);
  const there = new Set(logged.map(({ name }) => name));
  const added = columns.find(({ name }) => !there.has(name));
  if (added) throw new Unreadable(`only the primary's table has a column ${added.name}`);
  for (const { name, layout } of logged) {
    const own = here.get(name)?.layout ?? 'unknown';
    if (own !== layout) throw new Unreadable(`its column ${name} is stored as ${layout}, on the primary as ${own}`);
  }
  const moved = logged.find(({ name }, index) => columns[index]?.name !== name);
  if (moved) throw new Unreadable(`its column ${moved.name} has another place in the primary's table`);
}

/** `binlog_row_image=FULL` is what makes a before-image worth comparing. */
function requireAll(present: Buffer, width: number): void {
  for (let index = 0; index < width; index += 1)
    if (!isSet(present, index)) throw new Unreadable('its log does not hold whole rows (binlog_row_image is not FULL)');
}

function changeAt(cursor: Cursor, action: RowAction, { table, columns }: TableMap, shape: TableShape): Change {
  const first = rowAt(cursor, columns, shape);
  if (action === 'insert') return { action, table, after: first };
  return action === 'delete'
    ? { action, table, before: first }
    : { action, table, before: first, after: rowAt(cursor, columns, shape) };
}

function rowAt(cursor: Cursor, wires: readonly WireColumn[], shape: TableShape): Row {
  const nulls = cursor.take((wires.length + 7) >> 3);
  return Object.fromEntries(
    wires.flatMap((wire, index) => {
      const column = shape.columns[index];
      return column ? [[column.name, isSet(nulls, index) ? null : readValue(cursor, wire, column)] as const] : [];
    }),
  );
}

const isSet = (bits: Buffer, index: number): boolean => (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;

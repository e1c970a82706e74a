/** Row events: which table, which rows, before and after. */
import type { Change, Row, Shapes, TableShape } from '../../../../domain/salvage/transaction';
import type { BinlogEvent } from './events';
import { Cursor, readValue, Unreadable, wireColumns, type WireColumn } from './values';

export interface TableMap {
  id: number;
  schema: string;
  table: string;
  columns: WireColumn[];
}

const actions: Partial<Record<number, Change['action']>> = {
  23: 'insert',
  24: 'update',
  25: 'delete',
  30: 'insert',
  31: 'update',
  32: 'delete',
};

export const isRows = ({ type }: BinlogEvent): boolean => actions[type] !== undefined;
/** Compressed row events of MariaDB (`log_bin_compress`), and of queries. */
export const isCompressed = ({ type }: BinlogEvent): boolean => type >= 165 && type <= 171;

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
  return { id, schema, table, columns: wireColumns(types, cursor.take(cursor.length())) };
}

export const tableIdOf = ({ body }: BinlogEvent): number => body.readUIntLE(0, 6);

/** @throws Unreadable when the primary's table is built otherwise, or a value is of a type nobody reads here. */
export function changesIn(event: BinlogEvent, map: TableMap, shapes: Shapes): Change[] {
  const shape = shapes.get(map.table);
  if (!shape) throw new Unreadable('the primary has no such table');
  if (shape.unfit !== undefined) throw new Unreadable(shape.unfit);
  if (shape.columns.length !== map.columns.length)
    throw new Unreadable(`it has ${map.columns.length} columns here and ${shape.columns.length} on the primary`);
  const cursor = new Cursor(event.body, 8);
  if (event.type >= 30) cursor.take(cursor.uint(2) - 2);
  const action = actions[event.type] ?? 'insert';
  const width = cursor.length();
  const images = action === 'update' ? 2 : 1;
  for (let image = 0; image < images; image += 1) requireAll(cursor.take((width + 7) >> 3), width);
  const changes: Change[] = [];
  while (!cursor.atEnd) changes.push(changeAt(cursor, action, map, shape));
  return changes;
}

/** `binlog_row_image=FULL` is what makes a before-image worth comparing. */
function requireAll(present: Buffer, width: number): void {
  for (let index = 0; index < width; index += 1)
    if (!isSet(present, index)) throw new Unreadable('its log does not hold whole rows (binlog_row_image)');
}

function changeAt(cursor: Cursor, action: Change['action'], { table, columns }: TableMap, shape: TableShape): Change {
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

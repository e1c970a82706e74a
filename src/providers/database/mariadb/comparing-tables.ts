/** What of a table can be compared chunk by chunk, and whether both servers have the same one. */
import { format } from 'mysql2/promise';
import type { Row } from '../wire/connection';

export interface ComparedColumn {
  name: string;
  /** Such as `bigint`, and such as `bigint(20) unsigned`. */
  type: string;
  fullType: string;
  charset: string;
  collation: string;
}

export interface ComparedTable {
  name: string;
  engine: string;
  /** As `information_schema` calls it: an ordinary one is a `BASE TABLE`. */
  tableType: string;
  /** Without those that the server computes whenever it is asked. */
  columns: ComparedColumn[];
  /** Names of the columns of the primary key, in its order. */
  key: string[];
  /** Why its rows can't be walked by key, if so. */
  obstacle?: string;
}

/** Tables of this tool that say what happened to one server or in a comparison, not what the shop has. */
export const ownTables = ['handover_compared', 'handover_checksums', 'handover_promotion'];

/** Columns that make a walk by key: their order is that of their values. */
const walkable = /^(?:(?:tiny|small|medium|big)?int|decimal|date|datetime|timestamp|(?:var)?char|(?:var)?binary)$/;

/** Two result sets: the columns of all tables, and the parts of their primary keys. */
export const tablesQuery = (schema: string): string =>
  format(
    `SELECT c.table_name AS tableName, t.engine AS engine, t.table_type AS tableType, c.column_name AS name, c.data_type AS type, c.column_type AS fullType,
       c.character_set_name AS charset, c.collation_name AS collation, c.extra AS extra
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = ? AND t.table_type <> 'VIEW' AND c.table_name NOT IN (?) ORDER BY c.table_name, c.ordinal_position;
     SELECT table_name AS tableName, column_name AS name, sub_part AS part FROM information_schema.statistics
     WHERE table_schema = ? AND index_name = 'PRIMARY' ORDER BY table_name, seq_in_index`,
    [schema, ownTables, schema],
  );

const text = (row: Row, name: string): string => (typeof row[name] === 'string' ? row[name] : '');

export function tablesOf([columns = [], keys = []]: Row[][]): Map<string, ComparedTable> {
  const tables = new Map<string, ComparedTable>();
  for (const row of columns) {
    const name = text(row, 'tableName');
    const table = tables.get(name) ?? {
      ...{ name, engine: text(row, 'engine'), tableType: text(row, 'tableType') },
      ...{ columns: [], key: [] },
    };
    tables.set(name, table);
    if (/virtual generated/i.test(text(row, 'extra'))) continue;
    const [type, fullType] = [text(row, 'type').toLowerCase(), text(row, 'fullType')];
    const [charset, collation] = [text(row, 'charset'), text(row, 'collation')];
    table.columns.push({ name: text(row, 'name'), type, fullType, charset, collation });
  }
  for (const table of tables.values()) {
    const parts = keys.filter((row) => text(row, 'tableName') === table.name);
    table.key = parts.map((row) => text(row, 'name'));
    const obstacle = obstacleTo(
      table,
      parts.some((row) => row['part'] !== null),
    );
    if (obstacle !== undefined) table.obstacle = obstacle;
  }
  return tables;
}

function obstacleTo({ engine, tableType, key, columns }: ComparedTable, partial: boolean): string | undefined {
  if (tableType !== 'BASE TABLE') return `it is a ${tableType.toLowerCase()}`;
  // Its rows are not locked while they are read, so a write in between would look like a difference.
  if (engine !== 'InnoDB') return `its engine is ${engine}`;
  if (key.length === 0) return 'it has no primary key';
  if (partial) return 'its primary key has only the first letters of a column';
  const odd = columns.find(({ name, type }) => key.includes(name) && !walkable.test(type));
  return odd && `its key column ${odd.name} is of type ${odd.type}`;
}

/** Whether a statement about one of them means the same for the other. */
export const sameShape = (one: ComparedTable, other: ComparedTable | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

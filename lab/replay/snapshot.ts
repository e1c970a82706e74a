/** Every row of a schema as text: `{table: {primary key joined by /: {column: text or null}}}`. */
import type { Connection, FieldPacket } from 'mysql2/promise';

export type Snapshot = Record<string, Record<string, Record<string, string | null>>>;

export async function snapshotOf(connection: Connection): Promise<Snapshot> {
  await connection.query("SET SESSION time_zone = '+00:00'");
  const keys = await primaryKeys(connection);
  const [tables] = await connection.query(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY 1",
  );
  const snapshot: Snapshot = {};
  for (const { name } of tables as { name: string }[]) snapshot[name] = await rowsOf(connection, name, keys[name]);
  return snapshot;
}

async function primaryKeys(connection: Connection): Promise<Record<string, string[]>> {
  const [rows] = await connection.query(
    `SELECT table_name AS name, column_name AS columnName FROM information_schema.statistics
     WHERE table_schema = DATABASE() AND index_name = 'PRIMARY' ORDER BY table_name, seq_in_index`,
  );
  const keys: Record<string, string[]> = {};
  for (const { name, columnName } of rows as { name: string; columnName: string }[])
    (keys[name] ??= []).push(columnName);
  return keys;
}

async function rowsOf(connection: Connection, table: string, key: readonly string[] | undefined) {
  const [rows, fields] = (await connection.query({
    sql: `SELECT * FROM \`${table}\``,
    rowsAsArray: true,
    typeCast: (field) => field.buffer(),
  })) as unknown as [(Buffer | null)[][], FieldPacket[]];
  const names = fields.map(({ name }) => name);
  const found: Snapshot[string] = {};
  for (const values of rows) {
    const row = Object.fromEntries(names.map((name, index) => [name, textOf(values[index] ?? null)]));
    found[(key ?? names).map((column) => String(row[column])).join('/')] = row;
  }
  return found;
}

function textOf(value: Buffer | null): string | null {
  if (value === null) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return `hex:${value.toString('hex')}`;
  }
}

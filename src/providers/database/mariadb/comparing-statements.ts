/**
 * SQL of the comparison. The sum of a chunk is computed by a statement that is replicated as a statement: the replica computes it again at the
 * same place of the history. The idea is that of pt-table-checksum (Percona Toolkit 3.x).
 */
import { format } from 'mysql2/promise';
import type { ComparedColumn, ComparedTable } from './comparing-tables';
import { identifier } from './shapes';

/** The values of a primary key as hexadecimal bytes of their text, in the order of the key. */
export type Key = readonly string[];

export interface Chunk {
  table: ComparedTable;
  number: number;
  attempt: number;
  /** Above this key; undefined from the beginning. */
  above: Key | undefined;
  /** Up to and with this key; undefined to the end. */
  upTo: Key | undefined;
}

export const checksums = (schema: string): string => `${identifier(schema)}.handover_checksums`;

export const prepareChecksums = (schema: string): string =>
  `CREATE TABLE IF NOT EXISTS ${checksums(schema)} (
     compare_key varchar(190) CHARACTER SET ascii NOT NULL, table_name varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
     chunk int unsigned NOT NULL, attempt int unsigned NOT NULL, above text NULL, up_to text NULL, row_count bigint unsigned NOT NULL,
     checksum bigint unsigned NOT NULL, PRIMARY KEY (compare_key, table_name, chunk, attempt)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

/**
 * A transfer that begins meanwhile makes the primary read-only, which does not bind this account: a sum behind the drain would be a
 * transaction that only the old primary has.
 */
const readOnlyRefusal = 'it is read-only, so it is not the primary or a transfer is under way';
const unlessReadOnly = `BEGIN NOT ATOMIC IF @@global.read_only THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${readOnlyRefusal}'; END IF; END`;

/**
 * Statements are replicated as they are, one after the other. The sum waits for no lock: a transaction of the shop that waits for it can't
 * be chosen as the victim of a deadlock, since there is none.
 */
export const summing = (schema: string): string =>
  `${unlessReadOnly}; USE ${identifier(schema)}; SET SESSION binlog_format = 'STATEMENT', tx_isolation = 'REPEATABLE-READ', innodb_lock_wait_timeout = 0,
     lock_wait_timeout = 1, skip_parallel_replication = 1, time_zone = '+00:00', sql_mode = ''`;

/** What is written about the comparison itself is replicated as rows, like all else. */
export const noting = `${unlessReadOnly}; SET SESSION binlog_format = 'ROW', innodb_lock_wait_timeout = 5, time_zone = '+00:00', sql_mode = ''`;

/** Length and bytes, so that no two rows look alike; large values by their digest, since a value above `max_allowed_packet` would be NULL. */
function cell({ name, type }: ComparedColumn): string {
  const column = identifier(name);
  const value = type === 'float' ? `CAST(${column} AS DOUBLE)` : column;
  const bytes = /text|blob|json/.test(type) ? `MD5(${column})` : `CAST(${value} AS BINARY)`;
  return `COALESCE(CONCAT(LENGTH(${bytes}), ':', ${bytes}), 'N')`;
}

/** Half a digest of each row, not its CRC: CRCs are linear, and values that two rows exchanged would cancel out. */
const sumOf = ({ columns }: ComparedTable): string =>
  `COALESCE(BIT_XOR(CAST(CONV(LEFT(MD5(CONCAT(${columns.map(cell).join(', ')})), 16), 16, 10) AS UNSIGNED)), 0)`;

const columnOf = (table: ComparedTable, index: number) => table.columns.find(({ name }) => name === table.key[index]);

function literal(column: ComparedColumn | undefined, hex: string): string {
  if (!/^(?:[0-9A-F]{2})*$/.test(hex)) throw new TypeError('A key is no hexadecimal text.');
  if (column?.charset) return `_${column.charset} X'${hex}'`;
  if (column && /binary/.test(column.type)) return `X'${hex}'`;
  const value = Buffer.from(hex, 'hex').toString();
  return /^-?\d+(?:\.\d+)?$/.test(value) ? value : format('?', [value]);
}

/** Rows beyond `key` in one direction, and the first column once more alone, so that the optimizer sees a range. */
function beyond(table: ComparedTable, key: Key, sign: '>' | '<', last: '>' | '<='): string {
  const part = (index: number) => identifier(table.key[index] ?? '');
  const value = (index: number) => literal(columnOf(table, index), key[index] ?? '');
  const cases = key.map((_, index) => {
    const equal = key.slice(0, index).map((__, before) => `${part(before)} = ${value(before)}`);
    const compared = index === key.length - 1 ? last : sign;
    return `(${[...equal, `${part(index)} ${compared} ${value(index)}`].join(' AND ')})`;
  });
  return `${part(0)} ${sign}= ${value(0)} AND (${cases.join(' OR ')})`;
}

function within(table: ComparedTable, above: Key | undefined, upTo: Key | undefined): string {
  const bounds = [above && beyond(table, above, '>', '>'), upTo && beyond(table, upTo, '<', '<=')];
  return bounds.filter((each) => each !== undefined).join(' AND ') || 'TRUE';
}

const source = (schema: string, { name }: ComparedTable) =>
  `${identifier(schema)}.${identifier(name)} FORCE INDEX (PRIMARY)`;

/** Two result sets with the parts of a key as `k0`, `k1`, ...: the key `rows` further, and the last key; each empty where there is none. */
export function nextKey(schema: string, table: ComparedTable, above: Key | undefined, rows: number): string {
  const parts = table.key.map((name, index) => `HEX(CAST(${identifier(name)} AS BINARY)) AS k${index}`);
  const select = `SELECT ${parts.join(', ')} FROM ${source(schema, table)} WHERE ${within(table, above, undefined)}`;
  const order = (direction: string) => table.key.map((name) => `${identifier(name)} ${direction}`).join(', ');
  return `${select} ORDER BY ${order('ASC')} LIMIT 1 OFFSET ${rows - 1}; ${select} ORDER BY ${order('DESC')} LIMIT 1`;
}

const kept = (key: Key | undefined): string | null => (key === undefined ? null : JSON.stringify(key));

/**
 * One row of `handover_checksums`, on this server and, once it is applied, on the replica. The last result set holds its GTID, and how long
 * the rows were held in ms: by the server's own clock, since a way of 30 ms to the server would make every part look too large.
 */
export function sumChunk(schema: string, compareKey: string, { table, number, attempt, above, upTo }: Chunk): string {
  const values = [compareKey, table.name, number, attempt, kept(above), kept(upTo)];
  return `SET @began = SYSDATE(6); INSERT INTO ${checksums(schema)} SELECT ${format('?, ?, ?, ?, ?, ?', values)}, COUNT(*), ${sumOf(table)}
    FROM ${source(schema, table)} WHERE ${within(table, above, upTo)};
    SELECT @@last_gtid AS gtid, CAST(TIMESTAMPDIFF(MICROSECOND, @began, SYSDATE(6)) / 1000 AS CHAR) AS ms`;
}

/** The newest attempt of each chunk, in their order. */
export const sums = (schema: string, compareKey: string, table = ''): string =>
  format(
    `SELECT table_name AS tableName, chunk, MAX(attempt) AS attempt,
       SUBSTRING_INDEX(GROUP_CONCAT(CONCAT(row_count, ' ', checksum) ORDER BY attempt DESC), ',', 1) AS sum, MAX(above) AS above,
       MAX(up_to) AS upTo
     FROM ${checksums(schema)} WHERE compare_key = ? AND ? IN ('', table_name) GROUP BY table_name, chunk ORDER BY table_name, chunk`,
    [compareKey, table],
  );

/** Sums of comparisons before; their results lie in `handover_compared`. */
export const forgetOthers = (schema: string, compareKey: string): string =>
  format(`DELETE FROM ${checksums(schema)} WHERE compare_key <> ?`, [compareKey]);

/** The sums of one table, so that it is begun anew. */
export const forget = (schema: string, compareKey: string, table: string): string =>
  format(`DELETE FROM ${checksums(schema)} WHERE compare_key = ? AND table_name = ?`, [compareKey, table]);

import { digest, isMariadb, type Database } from './database';
import type { RowDifference } from './evidence';
import type { Reading } from './finding';

/** Rows whose hashes are folded into one before any row travels. */
const CHUNK = 2000;
/** Seconds the copy may take to reach the position of the source's snapshot. */
const REACH_SECONDS = 5;

/** The end of a server's log, and what waits for it elsewhere: 0 is reached. */
const ofMariadb = { end: '@@global.gtid_binlog_pos', wait: 'MASTER_GTID_WAIT' };
const ofMysql = { end: '@@global.gtid_executed', wait: 'WAIT_FOR_EXECUTED_GTID_SET' };

interface TableShape {
  readonly table: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
  /** Expression that numbers the chunk of a row. */
  readonly chunk: string;
}

/** One table of a snapshot: per chunk the number of rows, the XOR and the sum of their hashes. The XOR alone would miss a row that is there twice. */
type Chunks = ReadonlyMap<string, string>;
type Rows = ReadonlyMap<string, string>;

/**
 * Compares all tables of both databases while they run. It takes a snapshot of the source, one of the copy at or after the source's
 * position, and, for what differs, a second one of the source. A row counts as different if it did not change at the source in between and
 * differs in the copy. `source` must already have its snapshot open. If the copy does not reach the source's position and rows differ, the
 * result is unknown.
 */
export async function compareRows(
  source: Database,
  copy: Database,
  again: Database,
): Promise<Reading<readonly RowDifference[]>> {
  const { end, wait } = (await isMariadb(source)) ? ofMariadb : ofMysql;
  const { position } = await source.row<{ position: string }>(`SELECT ${end} AS position`);
  const reached = await copy.row<{ late: number }>(`SELECT ${wait}(?, ?) AS late`, [position, REACH_SECONDS]);
  await copy.openSnapshot();
  const { differences, candidates } = await candidateDifferences(source, copy);
  if (candidates.length > 0) await again.openSnapshot();
  for (const { shape, chunks } of candidates) {
    const before = await rowsOf(source, shape, chunks);
    const between = await rowsOf(copy, shape, chunks);
    const after = await rowsOf(again, shape, chunks);
    differences.push(...persistentDifferences(shape.table, { before, between, after }, source.region, copy.region));
  }
  if (differences.length === 0 || reached.late === 0) return { read: differences };
  const sample = differences.slice(0, 3).map((one) => `${one.table} ${one.row}`);
  return {
    because:
      `${copy.region} did not reach position ${position} of ${source.region} within ${REACH_SECONDS} s; ` +
      `${differences.length} rows differ now, for example ${sample.join(', ')}`,
  };
}

interface Candidate {
  readonly shape: TableShape;
  readonly chunks: readonly string[];
}

/** Tables whose columns differ, and chunks whose hashes differ. */
async function candidateDifferences(
  source: Database,
  copy: Database,
): Promise<{ differences: RowDifference[]; candidates: Candidate[] }> {
  const [here, there] = [await tableShapes(source), await tableShapes(copy)];
  const candidates: Candidate[] = [];
  const differences: RowDifference[] = [];
  for (const table of new Set([...here.keys(), ...there.keys()])) {
    const [mine, theirs] = [here.get(table), there.get(table)];
    if (mine === undefined || theirs === undefined) {
      differences.push({
        table,
        row: 'whole table',
        kind: `only in ${mine === undefined ? copy.region : source.region}`,
      });
    } else if (JSON.stringify(mine) !== JSON.stringify(theirs)) {
      differences.push({ table, row: 'columns', kind: `differ between ${source.region} and ${copy.region}` });
    } else {
      const chunks = unequal(await chunksOf(source, mine), await chunksOf(copy, mine));
      if (chunks.length > 0) candidates.push({ shape: mine, chunks });
    }
  }
  return { differences, candidates };
}

/** Rows that did not change at the source between its two snapshots and differ in the copy. */
export function persistentDifferences(
  table: string,
  { before, between, after }: Readonly<Record<'before' | 'between' | 'after', Rows>>,
  source: string,
  copy: string,
): RowDifference[] {
  const found: RowDifference[] = [];
  for (const row of new Set([...before.keys(), ...between.keys()])) {
    const was = before.get(row);
    if (was !== after.get(row) || was === between.get(row)) continue;
    const kind =
      was === undefined
        ? `only in ${copy}`
        : between.has(row)
          ? `differs between ${source} and ${copy}`
          : `only in ${source}`;
    found.push({ table, row, kind });
  }
  return found;
}

async function tableShapes(database: Database): Promise<Map<string, TableShape>> {
  const columns = await database.rows<{ table: string; name: string; type: string; key: string }>(
    `SELECT c.table_name AS \`table\`, c.column_name AS name, c.data_type AS type, c.column_key AS \`key\` FROM information_schema.columns c
     JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
     WHERE c.table_schema = 'shop' ORDER BY c.table_name, c.ordinal_position`,
  );
  const tables = new Map<string, typeof columns>();
  for (const column of columns) tables.set(column.table, [...(tables.get(column.table) ?? []), column]);
  return new Map(
    [...tables].map(([table, all]) => {
      const primary = all.filter((column) => column.key === 'PRI');
      const [first] = primary;
      const chunk = first !== undefined && first.type.endsWith('int') ? `${quoted(first.name)} DIV ${CHUNK}` : '0';
      return [
        table,
        {
          table,
          columns: all.map((column) => column.name),
          key: (first ? primary : all).map((column) => column.name),
          chunk,
        },
      ];
    }),
  );
}

async function chunksOf(database: Database, shape: TableShape): Promise<Chunks> {
  const rows = await database.rows<{ chunk: string; total: string; fold: string }>(
    `SELECT chunk, COUNT(*) AS total, CONCAT_WS(' ', BIT_XOR(CAST(CONV(LEFT(hash, 16), 16, 10) AS UNSIGNED)), SUM(CAST(CONV(RIGHT(hash, 14), 16, 10) AS UNSIGNED))) AS fold
     FROM (SELECT CAST(${shape.chunk} AS CHAR) AS chunk, ${hash(shape.columns)} AS hash FROM ${quoted(shape.table)}) hashed GROUP BY chunk`,
  );
  return new Map(rows.map((row) => [row.chunk, `${row.total} ${row.fold}`]));
}

async function rowsOf(database: Database, shape: TableShape, chunks: readonly string[]): Promise<Rows> {
  const rows = await database.rows<{ row: Buffer; hash: string; times: number }>(
    `SELECT CONCAT_WS(' ', ${shape.key.map(shortened).join(', ')}) AS \`row\`, ${hash(shape.columns)} AS hash, COUNT(*) AS times
     FROM ${quoted(shape.table)} WHERE CAST(${shape.chunk} AS CHAR) IN (?) GROUP BY \`row\`, hash`,
    [chunks],
  );
  return new Map(rows.map((row) => [row.row.toString('utf8'), `${row.hash} ${row.times}`]));
}

/** A key column for a sentence. What is cut off is told apart by its digest, so that two long keys never count as one row. */
function shortened(name: string): string {
  const whole = `CAST(QUOTE(${quoted(name)}) AS BINARY)`;
  return `IF(LENGTH(${whole}) <= 100, ${whole}, CONCAT(LEFT(${whole}, 100), ' ', ${digest(whole)}))`;
}

/** QUOTE tells NULL from 'NULL' and keeps neighbouring columns apart; as bytes, collations can't disagree. */
function hash(columns: readonly string[]): string {
  return digest(`CONCAT_WS(',', ${columns.map((name) => `CAST(QUOTE(${quoted(name)}) AS BINARY)`).join(', ')})`);
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function unequal(one: Chunks, other: Chunks): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((chunk) => one.get(chunk) !== other.get(chunk));
}

import { format } from 'mysql2/promise';
import { PortError } from '../../../ports/errors';
import type { Comparing, Comparison } from '../../../ports/rejoin';
import { connection, type Connection, type Row } from './connection';
import { DatabaseError } from './failures';
import type { MariaDbOptions } from './options';
import { identifier } from './shapes';

export type ComparingOptions = Pick<
  MariaDbOptions,
  'region' | 'host' | 'port' | 'user' | 'password' | 'ca' | 'database'
>;

const answerMs = 10_000;
const waitSliceMs = 5_000;
const noTable = 1146;

const textOf = (row: Row | undefined, name: string): string => {
  const value = row?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

type Work = Parameters<Comparing['compare']>[1];

interface Pair {
  primary: Connection;
  replica: Connection;
  schema: string;
  names: { primary: string; replica: string };
}

/** Checksums of every table of the shop's schema, at one transaction. */
export function mariadbComparing(
  primary: ComparingOptions,
  replica: ComparingOptions,
): Comparing & { close: () => Promise<void> } {
  const line = (options: ComparingOptions) =>
    connection({
      ...options,
      server: `${options.region}'s database at ${options.host}:${options.port}`,
      timeoutMs: answerMs,
    });
  const names = { primary: primary.region, replica: replica.region };
  const pair: Pair = { primary: line(primary), replica: line(replica), schema: primary.database, names };
  const results = `${identifier(primary.database)}.handover_compared`;
  return {
    found: (key) => found(pair, format(`SELECT position, result FROM ${results} WHERE compare_key = ?`, [key])),
    last: () => {
      const newest = `SELECT position, result FROM ${results} WHERE replica = ? ORDER BY compared_at DESC LIMIT 1`;
      return found(pair, format(newest, [replica.region]));
    },
    compare: async (key, work) => {
      const comparison = await compare(pair, work);
      await keep(pair, results, key, comparison);
    },
    close: () => {
      for (const each of [pair.primary, pair.replica]) each.close();
      return Promise.resolve();
    },
  };
}

async function found({ primary }: Pair, statement: string): Promise<Comparison | undefined> {
  try {
    const [rows] = await primary.ask('tell what was compared', statement);
    const [row] = rows ?? [];
    if (!row) return undefined;
    const { rows: counts, unequal } = JSON.parse(textOf(row, 'result')) as Pick<Comparison, 'rows' | 'unequal'>;
    return { position: textOf(row, 'position'), rows: counts, unequal };
  } catch (error) {
    if (error instanceof DatabaseError && error.errno === noTable) return undefined;
    throw error;
  }
}

async function keep({ primary, names }: Pair, results: string, key: string, comparison: Comparison): Promise<void> {
  const { position, rows, unequal } = comparison;
  const statement = format(
    `CREATE TABLE IF NOT EXISTS ${results} (compare_key varchar(190) CHARACTER SET ascii NOT NULL PRIMARY KEY, replica varchar(64) NOT NULL,
       position varchar(190) CHARACTER SET ascii NOT NULL, result mediumtext NOT NULL, compared_at datetime(6) NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
     REPLACE INTO ${results} VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6))`,
    [key, names.replica, position, JSON.stringify({ rows, unequal })],
  );
  await primary.ask('keep what was compared', statement);
}

/** The replica is held before the snapshot is taken, so that it can't be past it; what can't be compared goes on as it was. */
async function compare(pair: Pair, work: Work): Promise<Comparison> {
  const { replica } = pair;
  await replica.ask('stop replication', 'STOP REPLICA');
  let comparison: Comparison | undefined;
  try {
    comparison = await compareHeld(pair, work);
  } finally {
    const isUnequal = (comparison?.unequal.length ?? 0) > 0;
    const onwards = isUnequal ? 'STOP REPLICA; RESET REPLICA ALL' : 'STOP REPLICA; START REPLICA';
    const what = isUnequal ? 'detach from its source' : 'start replication';
    await replica.ask(what, onwards).finally(() => endSnapshot(pair));
  }
  return comparison;
}

/** A snapshot that outlives a comparison that failed would hold back the purge of old rows on the primary, and every change of a table. */
async function endSnapshot({ primary }: Pair): Promise<void> {
  try {
    await primary.ask('end its snapshot', 'ROLLBACK');
  } catch {
    primary.close();
  }
}

async function compareHeld(pair: Pair, work: Work): Promise<Comparison> {
  const { primary, replica } = pair;
  const { position, tables, connectionId } = await snapshot(pair);
  await replica.ask(`replicate until ${position}`, format('START REPLICA UNTIL master_gtid_pos = ?', [position]));
  await reach(pair, position, work);
  const comparison: Comparison = { position, rows: {}, unequal: [] };
  for (const table of tables) {
    if (work.signal?.aborted) throw new PortError('unavailable', `The comparison was stopped before ${table}.`);
    work.onProgress?.(`comparing ${table}`);
    const [what, question] = [`sum up ${table}`, sumOf(pair, table)];
    const [here, there] = await Promise.all([
      primary.ask(what, `${stillIn(connectionId)}; ${question}`, work.timeoutMs),
      replica.ask(what, question, work.timeoutMs),
    ]);
    comparison.rows[table] = Number(textOf(here[1]?.[0], 'n'));
    if (sumIn(here) !== sumIn(there)) comparison.unequal.push(table);
  }
  return comparison;
}

async function snapshot({ primary, schema, names }: Pair) {
  const [status, tables, own] = await primary.ask(
    'take a snapshot',
    `ROLLBACK; SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT;
     SHOW STATUS LIKE 'binlog_snapshot_%';
     ${format("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE' AND table_name <> 'handover_compared' ORDER BY 1", [schema])};
     SELECT CONNECTION_ID() AS id`,
  );
  const value = (name: string) =>
    textOf(
      status?.find((row) => textOf(row, 'Variable_name').toLowerCase() === name),
      'Value',
    );
  const [file, offset] = [value('binlog_snapshot_file'), value('binlog_snapshot_position')];
  const [rows] = await primary.ask(
    'tell the position of its snapshot',
    format('SELECT BINLOG_GTID_POS(?, ?) AS position', [file, Number(offset)]),
  );
  const position = textOf(rows?.[0], 'position');
  if (position === '') throw new PortError('garbage', `${names.primary}'s database gave no position for its snapshot.`);
  return { position, connectionId: textOf(own?.[0], 'id'), tables: (tables ?? []).map((row) => textOf(row, 'name')) };
}

async function reach(
  { replica, names }: Pair,
  position: string,
  { timeoutMs, signal, onProgress }: Work,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  do {
    const statement = format('SELECT MASTER_GTID_WAIT(?, ?) AS answer', [position, waitSliceMs / 1_000]);
    const [rows] = await replica.ask(`wait for ${position}`, statement, waitSliceMs + answerMs);
    if (textOf(rows?.[0], 'answer') === '0') return;
    onProgress?.(`${names.replica} has not applied ${position} yet`);
  } while (Date.now() < end && !signal?.aborted);
  throw new PortError('unavailable', `${names.replica}'s database did not apply ${position} within ${timeoutMs} ms.`);
}

const sumOf = ({ schema }: Pair, table: string) =>
  `CHECKSUM TABLE ${identifier(schema)}.${identifier(table)} EXTENDED; SELECT COUNT(*) AS n FROM ${identifier(schema)}.${identifier(table)}`;

const sumIn = (sets: Row[][] | undefined) => `${textOf(sets?.[0]?.[0], 'Checksum')} ${textOf(sets?.[1]?.[0], 'n')}`;

/** A snapshot ends with its connection; sums of another moment would prove nothing. */
const stillIn = (connectionId: string) =>
  format(
    `BEGIN NOT ATOMIC IF CONNECTION_ID() <> ? OR @@in_transaction = 0 THEN SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1927, MESSAGE_TEXT = 'the snapshot was lost'; END IF; END`,
    [connectionId],
  );

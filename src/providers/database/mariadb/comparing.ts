import { format } from 'mysql2/promise';
import { PortError } from '../../../ports/errors';
import type { Comparing, Comparison, JobOptions } from '../../../ports/rejoin';
import { type Pair, reach, type Sum, sumsOn, sumUp, textOf } from './comparing-chunks';
import * as sql from './comparing-statements';
import { type ComparedTable, sameShape, tablesOf, tablesQuery } from './comparing-tables';
import { connection, type Connection } from './connection';
import { DatabaseError } from './failures';
import type { MariaDbOptions } from './options';
import { identifier } from './shapes';

export type ComparingOptions = Pick<
  MariaDbOptions,
  'region' | 'host' | 'port' | 'user' | 'password' | 'ca' | 'database'
>;

const answerMs = 10_000;
const noTable = 1146;
/** Differences that a sentence names; the others lie in `handover_checksums`. */
const namedDifferences = 20;

/** Checksums of every table of the shop's schema, computed through replication, which goes on meanwhile. */
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
      const comparison = await compare(pair, key, work);
      await keep(pair, results, key, comparison);
      if (comparison.unequal.length > 0)
        await pair.replica.ask('detach from its source', 'STOP REPLICA; RESET REPLICA ALL');
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
    const { rows: counts, unequal, ...more } = JSON.parse(textOf(row, 'result')) as Omit<Comparison, 'position'>;
    return { position: textOf(row, 'position'), rows: counts, unequal, ...more };
  } catch (error) {
    if (error instanceof DatabaseError && error.errno === noTable) return undefined;
    throw error;
  }
}

async function keep({ primary, names }: Pair, results: string, key: string, comparison: Comparison): Promise<void> {
  const { position, ...result } = comparison;
  const statement = format(
    `${sql.noting}; CREATE TABLE IF NOT EXISTS ${results} (compare_key varchar(190) CHARACTER SET ascii NOT NULL PRIMARY KEY, replica varchar(64) NOT NULL,
       position varchar(190) CHARACTER SET ascii NOT NULL, result mediumtext NOT NULL, compared_at datetime(6) NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
     REPLACE INTO ${results} VALUES (?, ?, ?, ?, UTC_TIMESTAMP(6))`,
    [key, names.replica, position, JSON.stringify(result)],
  );
  await primary.ask('keep what was compared', statement);
}

/** Stops nothing, and may be stopped at any time: another call with the same key goes on behind the last chunk. */
async function compare(pair: Pair, key: string, work: JobOptions): Promise<Comparison> {
  const tables = await prepare(pair, key, work);
  const notCompared: Record<string, string> = {};
  const differently: string[] = [];
  for (const [table, isSame] of tables) {
    if (table.obstacle !== undefined) notCompared[table.name] = table.obstacle;
    else if (!isSame) differently.push(table.name);
    else await sumUp(pair, key, table, work);
  }
  await reach(pair, await positionOf(pair.primary, 'gtid_binlog_pos'), work);
  const [here, there] = await Promise.all(
    [pair.primary, pair.replica].map((server) => sumsOn(server, pair.schema, key)),
  );
  const position = await positionOf(pair.replica, 'gtid_slave_pos');
  return { position, notCompared, ...judged(here ?? [], there ?? [], differently, tables) };
}

type Tables = [table: ComparedTable, isSame: boolean][];

/**
 * A statement about a table that the replica has otherwise would stop its replication, so those are told apart first, at a moment at which
 * the replica has applied all that the primary changed of its tables.
 * @throws PortError(refused) when the replica could not log the statement
 */
async function prepare(pair: Pair, key: string, work: JobOptions): Promise<Tables> {
  const { primary, replica, schema, names } = pair;
  const sets = await primary.ask(
    'prepare a comparison',
    `${sql.noting}; ${sql.prepareChecksums(schema)}; ${sql.forgetOthers(schema, key)}; ${tablesQuery(schema)}; SELECT @@gtid_binlog_pos AS position`,
  );
  await reach(pair, textOf(sets.at(-1)?.[0], 'position'), work);
  const [settings, ...theirs] = await replica.ask(
    'tell its tables',
    `SELECT @@global.binlog_format AS format, @@global.tx_isolation AS isolation; ${tablesQuery(schema)}`,
  );
  const [format, isolation] = [textOf(settings?.[0], 'format'), textOf(settings?.[0], 'isolation')];
  if (format === 'STATEMENT' && /^READ-/.test(isolation))
    throw new PortError(
      'refused',
      `${names.replica}'s database can't log statements (binlog_format ${format}, tx_isolation ${isolation}), so a checksum would stop its replication; set binlog_format=ROW there.`,
    );
  const other = tablesOf(theirs);
  return [...tablesOf(sets)].map(([name, table]) => [table, sameShape(table, other.get(name))]);
}

async function positionOf(server: Connection, variable: 'gtid_binlog_pos' | 'gtid_slave_pos'): Promise<string> {
  const [rows] = await server.ask('tell its position', `SELECT @@global.${variable} AS position`);
  return textOf(rows?.[0], 'position');
}

type Judged = Pick<Comparison, 'rows' | 'unequal' | 'differences'>;

function judged(here: readonly Sum[], there: readonly Sum[], differently: readonly string[], tables: Tables): Judged {
  const sumThere = new Map(there.map(({ tableName, chunk, sum }) => [`${tableName} ${chunk}`, sum]));
  const differing = here.filter(({ tableName, chunk, sum }) => sumThere.get(`${tableName} ${chunk}`) !== sum);
  const rows: Record<string, number> = {};
  for (const { tableName, sum } of here) rows[tableName] = (rows[tableName] ?? 0) + Number(sum.split(' ')[0]);
  const shapes = new Map(tables.map(([table]) => [table.name, table]));
  return {
    rows,
    unequal: [...new Set([...differently, ...differing.map(({ tableName }) => tableName)])],
    differences: [
      ...differently.map((name) => `${name}: its columns or keys are others`),
      ...differing.map((sum) => rangeOf(sum, shapes.get(sum.tableName))),
    ].slice(0, namedDifferences),
  };
}

/** Names the table and the range of its key, and no value of the rows. */
function rangeOf({ tableName, above, upTo }: Sum, table: ComparedTable | undefined): string {
  const key = (table?.key ?? []).join(', ');
  const bounds = [above && `above ${shown(above)}`, upTo && `up to ${shown(upTo)}`].filter(Boolean).join(' ');
  return `${tableName}: ${key} ${bounds === '' ? 'anywhere' : bounds}`;
}

const shown = (key: string): string =>
  (JSON.parse(key) as string[])
    .map((hex) =>
      Buffer.from(hex, 'hex')
        .toString()
        .replace(/[^\x20-\x7e]/g, '?')
        .slice(0, 40),
    )
    .join(', ');

import { format } from 'mysql2/promise';
import type { CompareWork, Comparing, Comparison } from '../../../ports/rejoin';
import { type Pair, reach, requireWhole, type Sum, sumsOn, sumUp, textOf } from './comparing-chunks';
import { prepare } from './comparing-preparation';
import * as sql from './comparing-statements';
import type { ComparedTable } from './comparing-tables';
import { connection, type Connection } from '../wire/connection';
import { DatabaseError } from '../wire/failures';
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
  const resultOf = (key: string) =>
    found(pair, format(`SELECT position, result FROM ${results} WHERE compare_key = ?`, [key]));
  return {
    found: resultOf,
    last: () => {
      const newest = `SELECT position, result FROM ${results} WHERE replica = ? ORDER BY compared_at DESC LIMIT 1`;
      return found(pair, format(newest, [replica.region]));
    },
    compare: async (key, work) => {
      if ((await resultOf(key)) === undefined) await keep(pair, results, key, await compare(pair, key, work));
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
async function compare(pair: Pair, key: string, work: CompareWork): Promise<Comparison> {
  const { walked, differently, notCompared, definitions } = await prepare(pair, key, work);
  for (const table of walked) await sumUp(pair, key, table, work);
  await reach(pair, await positionOf(pair.primary, 'gtid_binlog_pos'), work);
  const [here = [], there = []] = await Promise.all(
    [pair.primary, pair.replica].map((server) => sumsOn(server, pair.schema, key)),
  );
  await requireWhole(pair, key, walked, here);
  const position = await positionOf(pair.replica, 'gtid_slave_pos');
  return { position, notCompared, definitions, ...judged(here, there, differently, walked) };
}

async function positionOf(server: Connection, variable: 'gtid_binlog_pos' | 'gtid_slave_pos'): Promise<string> {
  const [rows] = await server.ask('tell its position', `SELECT @@global.${variable} AS position`);
  return textOf(rows?.[0], 'position');
}

type Judged = Pick<Comparison, 'rows' | 'unequal' | 'differences'>;

function judged(
  here: readonly Sum[],
  there: readonly Sum[],
  differently: ReadonlySet<string>,
  walked: readonly ComparedTable[],
): Judged {
  const sumThere = new Map(there.map(({ tableName, chunk, sum }) => [`${tableName} ${chunk}`, sum]));
  const differing = here.filter(({ tableName, chunk, sum }) => sumThere.get(`${tableName} ${chunk}`) !== sum);
  const rows: Record<string, number> = {};
  for (const { tableName, sum } of here) rows[tableName] = (rows[tableName] ?? 0) + Number(sum.split(' ')[0]);
  const shapes = new Map(walked.map((table) => [table.name, table]));
  return {
    rows,
    unequal: [...new Set([...differently, ...differing.map(({ tableName }) => tableName)])],
    differences: differing.map((sum) => rangeOf(sum, shapes.get(sum.tableName))).slice(0, namedDifferences),
  };
}

const isNumber = (type: string | undefined): boolean => /^(?:(?:tiny|small|medium|big)?int|decimal)$/.test(type ?? '');

/** Names the table and the range of its key where that is all numbers. Any other key may be a customer's address, so its part is named by number. */
function rangeOf({ tableName, chunk, above, upTo }: Sum, table: ComparedTable | undefined): string {
  const key = table?.key ?? [];
  const areNumbers = key.every((name) => isNumber(table?.columns.find((column) => column.name === name)?.type));
  const part = `part ${chunk} by ${key.join(', ')}`;
  if (!areNumbers) return `${tableName}: ${part}`;
  const bounds = [above && `above ${shown(above)}`, upTo && `up to ${shown(upTo)}`].filter(Boolean).join(' ');
  return `${tableName}: ${key.join(', ')} ${bounds === '' ? 'anywhere' : bounds}`;
}

const shown = (key: string): string =>
  (JSON.parse(key) as string[]).map((hex) => Buffer.from(hex, 'hex').toString()).join(', ');

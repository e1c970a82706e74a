/** One table, chunk by chunk. What is done lies in `handover_checksums`, so another worker goes on behind it. */
import { setTimeout as pause } from 'node:timers/promises';
import { format } from 'mysql2/promise';
import { PortError } from '../../../ports/errors';
import type { CompareWork, JobOptions, Pace } from '../../../ports/rejoin';
import type { Connection, Row } from '../wire/connection';
import * as sql from './comparing-statements';
import type { ComparedTable } from './comparing-tables';
import { isLockWaitTimeout } from '../wire/failures';

export interface Pair {
  primary: Connection;
  replica: Connection;
  schema: string;
  names: { primary: string; replica: string };
}

/** How long one sum should hold the rows of its chunk; `npm run bench -- --only compare` measures what a shop pays for it. */
const targetMs = 5;
/** How many times as long as the sum the pause is that follows, and its limit. */
const rests: Readonly<Record<Pace, { times: number; atMostMs: number }>> = {
  quick: { times: 10, atMostMs: 1_000 },
  gentle: { times: 200, atMostMs: 10_000 },
};
const firstRows = 500;
const mostRows = 50_000;
/** A sum costs a commit, however few rows it has, and a busy server takes longer for that than for hundreds of rows. */
const leastRows = 500;
/** A sum that differs is computed again: only what differs each time is a difference. */
const attempts = 3;
/** How often a chunk is tried that the shop has locked, and the longest pause in between. */
const lockedTries = 200;
const lockedPauseMs = 200;
const answerMs = 10_000;
const waitSliceMs = 5_000;

export const textOf = (row: Row | undefined, name: string): string => {
  const value = row?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

export interface Sum {
  tableName: string;
  chunk: number;
  sum: string;
  above: string;
  upTo: string | null;
}

const sumIn = (row: Row): Sum => ({
  tableName: textOf(row, 'tableName'),
  chunk: Number(textOf(row, 'chunk')),
  sum: textOf(row, 'sum'),
  above: textOf(row, 'above'),
  upTo: typeof row['upTo'] === 'string' ? row['upTo'] : null,
});

/** The sums of each chunk so far on one server; of one table, or of all. */
export async function sumsOn(server: Connection, schema: string, key: string, table?: string): Promise<Sum[]> {
  const [rows] = await server.ask('tell its sums', sql.sums(schema, key, table), answerMs);
  return (rows ?? []).map(sumIn);
}

/** @throws PortError(unavailable) when the caller stops, the replica does not get there, or the shop keeps rows locked */
export async function sumUp(pair: Pair, compareKey: string, table: ComparedTable, work: CompareWork): Promise<void> {
  const done = await sumsOn(pair.primary, pair.schema, compareKey, table.name);
  const last = done.at(-1);
  if (last?.upTo === null) return;
  let [number, above] = [(last?.chunk ?? -1) + 1, keyIn(last?.upTo)];
  let rows = firstRows;
  for (;;) {
    if (work.signal?.aborted) throw new PortError('unavailable', `The comparison was told to stop in ${table.name}.`);
    const size = { rows, smaller: () => (rows = Math.max(1, Math.floor(rows / 4))) };
    const { upTo, tookMs } = await sumNext(pair, compareKey, { table, number, above }, size, work);
    if (upTo === undefined && work.pace !== 'gentle') return;
    const fitting = Math.round((rows * targetMs) / Math.max(0.1, tookMs));
    rows = Math.max(leastRows, Math.min(mostRows, rows * 4, fitting));
    work.onProgress?.(`comparing ${table.name}, chunk ${number + 1}`);
    await rest(tookMs, work);
    if (upTo === undefined) return;
    [number, above] = [number + 1, upTo];
  }
}

/** Ends early when the caller stops. */
async function rest(tookMs: number, { pace = 'quick', signal }: CompareWork): Promise<void> {
  const { times, atMostMs } = rests[pace];
  await pause(Math.min(tookMs * times, atMostMs), undefined, signal ? { signal } : {}).catch(() => undefined);
}

const keyIn = (text: string | null | undefined): sql.Key | undefined =>
  text ? (JSON.parse(text) as string[]) : undefined;

type Next = Pick<sql.Chunk, 'table' | 'number' | 'above'>;

/** Sums up one chunk on both servers, again where they differ. */
async function sumNext(
  pair: Pair,
  compareKey: string,
  next: Next,
  size: { rows: number; smaller: () => number },
  work: JobOptions,
) {
  let upTo = await nextKey(pair, next, size.rows);
  let tookMs = 0;
  for (let [attempt, tries] = [1, 0]; attempt <= attempts;) {
    try {
      const chunk = { ...next, attempt, upTo };
      const statement = `${sql.summing(pair.schema)}; ${sql.sumChunk(pair.schema, compareKey, chunk)}`;
      const sets = await pair.primary.ask(`sum up a part of ${next.table.name}`, statement, answerMs);
      tookMs = Number(textOf(sets.at(-1)?.[0], 'ms'));
      await reach(pair, textOf(sets.at(-1)?.[0], 'gtid'), work);
    } catch (error) {
      tries += 1;
      if (!isLockWaitTimeout(error) || tries >= lockedTries) throw error;
      if (attempt === 1) upTo = await nextKey(pair, next, size.smaller());
      await pause(Math.min(lockedPauseMs, tries * 5));
      continue;
    }
    if (await isEqual(pair, compareKey, next)) break;
    attempt += 1;
  }
  return { upTo, tookMs };
}

/** The key at which a chunk of `rows` ends; undefined for the rest, which is empty or nearly so: the last row ends a chunk of its own. */
async function nextKey({ primary, schema }: Pair, { table, above }: Next, rows: number): Promise<sql.Key | undefined> {
  const question = `SET SESSION time_zone = '+00:00', sql_mode = ''; ${sql.nextKey(schema, table, above, rows)}`;
  const [further = [], last = []] = await primary.ask(`find a part of ${table.name}`, question, answerMs);
  const row = further[0] ?? last[0];
  return row && table.key.map((_, index) => textOf(row, `k${index}`));
}

/** @throws PortError(refused) when the replica applied the statement and has no trace of it */
async function isEqual(
  { primary, replica, schema, names }: Pair,
  key: string,
  { table, number }: Next,
): Promise<boolean> {
  const question = format(
    `SELECT row_count, checksum FROM ${sql.checksums(schema)} WHERE compare_key = ? AND table_name = ? AND chunk = ? ORDER BY attempt DESC LIMIT 1`,
    [key, table.name, number],
  );
  const asked = [primary, replica].map((server) => server.ask(`tell the sum of ${table.name}`, question, answerMs));
  const [here, there] = (await Promise.all(asked)).map((sets) => sets[0]?.[0]);
  if (there === undefined)
    throw new PortError(
      'refused',
      `${names.replica}'s database left out the checksum of ${table.name}; remove the replication filter for ${schema} from its configuration.`,
    );
  return ['row_count', 'checksum'].every((name) => textOf(here, name) === textOf(there, name));
}

/** @throws PortError(unavailable) when the replica does not apply `position` within the limit of the work */
export async function reach(
  { replica, names }: Pair,
  position: string,
  { timeoutMs, signal, onProgress }: JobOptions,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  do {
    const statement = format('SELECT MASTER_GTID_WAIT(?, ?) AS answer', [position, waitSliceMs / 1_000]);
    const [rows] = await replica.ask(`wait for ${position}`, statement, waitSliceMs + answerMs);
    if (textOf(rows?.[0], 'answer') === '0') return;
    onProgress?.(`${names.replica} has not applied ${position} yet`);
  } while (Date.now() < end && !signal?.aborted);
  throw new PortError(
    'unavailable',
    `${names.replica}'s database did not apply ${position} within ${timeoutMs} ms; the comparison goes on behind it once it does.`,
  );
}

/**
 * Every table from its first chunk to its end: another comparison of the same shop takes away the sums of this one.
 * @throws PortError(unavailable) after it has removed what is left of a table, so that the next attempt begins it anew
 */
export async function requireWhole(
  { primary, schema }: Pair,
  key: string,
  tables: readonly ComparedTable[],
  sums: readonly Sum[],
): Promise<void> {
  for (const { name } of tables) {
    const own = sums.filter(({ tableName }) => tableName === name);
    if (own.at(-1)?.upTo === null && own.every(({ chunk }, index) => chunk === index)) continue;
    await primary.ask(`forget the sums of ${name}`, `${sql.noting}; ${sql.forget(schema, key, name)}`);
    throw new PortError('unavailable', `Another comparison removed sums of ${name}; this one begins that table again.`);
  }
}

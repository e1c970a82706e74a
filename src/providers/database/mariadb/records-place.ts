/**
 * Where the primary keeps what became of each thing that only a deposed region had. The records hold the rows of both regions, so they are in
 * a schema of their own, which the runbook's user may read and the shop's may not. Earlier versions kept them among the shop's tables.
 */
import { format } from 'mysql2/promise';
import { grantOnRecords, recordsSchema } from '../../../domain/grants';
import { formerRecords } from '../../../domain/salvage/own-tables';
import { PortError } from '../../../ports/errors';
import type { Connection, Row } from '../wire/connection';
import { DatabaseError } from '../wire/failures';
import type { SalvageOptions } from './options';
import { identifier, textIn } from './shapes';

type Of = Pick<SalvageOptions, 'database'>;

const name = 'salvaged';
export const recordsTable = ({ database }: Of): string => `${identifier(recordsSchema(database))}.${name}`;
const formerTable = ({ database }: Of): string => `${identifier(database)}.${formerRecords}`;

const [noSchema, noTable, noColumn] = [1049, 1146, 1054];

const isAbsent = (error: unknown): boolean =>
  error instanceof DatabaseError && (error.errno === noSchema || error.errno === noTable);

/** Whether the records are of an earlier version, which has fewer columns. */
export const isOfFormerForm = (error: unknown): boolean => error instanceof DatabaseError && error.errno === noColumn;

/** @throws PortError(denied) that says what to type where the runbook's user may not keep records */
export async function withGrant<T>(
  { database, user }: Pick<SalvageOptions, 'database' | 'user'>,
  work: () => Promise<T>,
) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PortError) || error.kind !== 'denied') throw error;
    const because = `The runbook's user may not keep the records of a rejoin in the schema ${recordsSchema(database)}.`;
    throw new PortError('denied', `${because} On the primary type: ${grantOnRecords(database, user)}`);
  }
}

/** `ask` is given the table that holds the records, also one of an earlier version; undefined where there is none. */
export function inRecords<T>(
  options: Pick<SalvageOptions, 'database' | 'user'>,
  ask: (table: string) => Promise<T>,
): Promise<T | undefined> {
  const unlessAbsent = async (table: string) => {
    try {
      return { answer: await ask(table) };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  };
  return withGrant(options, async () => {
    const found = (await unlessAbsent(recordsTable(options))) ?? (await unlessAbsent(formerTable(options)));
    return found?.answer;
  });
}

/** The information schema hides a table that the user may not read. @throws PortError(denied) that says what to type: whether there are records is unknown */
export function requireReadable(
  line: Connection,
  options: Pick<SalvageOptions, 'database' | 'user'>,
): Promise<Row[][] | undefined> {
  return inRecords(options, (table) => line.ask('read its records', `SELECT 1 FROM ${table} LIMIT 1`));
}

/** Two result sets: the columns of the records, and those of an earlier version's. */
export const recordColumns = ({ database }: Of): string =>
  [
    [recordsSchema(database), name],
    [database, formerRecords],
  ]
    .map((place) =>
      format(
        `SELECT column_name AS name, column_type AS type, collation_name AS collation FROM information_schema.columns
         WHERE table_schema = ? AND table_name = ?`,
        place,
      ),
    )
    .join('; ');

/** Takes the records of an earlier version out of the shop's schema. `[here, former]` as `recordColumns` answers. */
export async function moveFormer(
  line: Connection,
  options: SalvageOptions,
  [here = [], former = []]: Row[][],
  limitMs: number,
) {
  if (former.length === 0) return;
  const [from, to] = [formerTable(options), recordsTable(options)];
  const names = new Set(here.map((row) => textIn(row, 'name')));
  const shared = former
    .map((row) => textIn(row, 'name'))
    .filter((column) => names.has(column))
    .map(identifier)
    .join(', ');
  const move =
    here.length === 0
      ? `CREATE DATABASE IF NOT EXISTS ${identifier(recordsSchema(options.database))}; RENAME TABLE ${from} TO ${to}`
      : `INSERT IGNORE INTO ${to} (${shared}) SELECT ${shared} FROM ${from}; DROP TABLE ${from}`;
  await line.ask("take its records out of the shop's schema", move, limitMs);
}

/** Counts what nobody has decided, in each table that is there; one of an earlier version notes no decisions. */
export function openQueries(options: Of, described: readonly Row[][]): string[] {
  return [recordsTable(options), formerTable(options)].flatMap((table, index) => {
    const columns = (described[index] ?? []).map((row) => textIn(row, 'name'));
    const undecided = columns.includes('decision') ? ' AND decision IS NULL' : '';
    return columns.length === 0 ? [] : [`SELECT COUNT(*) AS open FROM ${table} WHERE outcome = 'listed'${undecided}`];
  });
}

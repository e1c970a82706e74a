/** What the primary answers to a write that it can't take: the transaction's own fault, so a person decides about it, and the rest goes on. */
import { PortError } from '../../../ports/errors';
import { DatabaseError } from '../wire/failures';

/**
 * MariaDB's error numbers about data, in the words of a sentence. The key, column or constraint that the server named is
 * filled in; values stay in `detail`.
 */
const reasons: Readonly<Record<number, string>> = {
  1048: 'column % takes no NULL',
  1062: 'another row of the primary has its value of the unique key %',
  1118: 'a row is too large for the table',
  1153: 'it is larger than max_allowed_packet',
  1197: 'it is larger than max_binlog_cache_size',
  1264: 'a value of column % is out of range',
  1265: 'a value of column % does not fit its type',
  1267: 'a value of a column cannot be compared in its character set',
  1292: 'a value of a column is no valid date or number',
  1364: 'column % has no value and no default',
  1366: 'a value of column % does not fit its type or character set',
  1406: 'a value of column % is too long',
  1451: 'rows of another table refer to a row of it (foreign key %)',
  1452: 'a row that it refers to is not on the primary (foreign key %)',
  1526: 'the table has no partition for it',
  1586: 'another row of the primary has its value of the unique key %',
  1644: 'a trigger or procedure refuses it',
  1690: 'a number would be out of range, such as an unsigned one below zero',
  3819: 'it breaks the constraint %',
  4025: 'it breaks the constraint %',
  4078: 'types of a value and its column cannot be compared',
};
const duplicates = new Set([1062, 1586]);
/** A lock that was not free in time, and a deadlock: fewer transactions at once need fewer locks. */
const locks = new Set([1205, 1213]);

/** A statement that no packet of the primary's takes. */
export class TooLarge extends PortError {}

/** An order with the key of one that arrives came to the primary. Nothing is written; the next attempt finds it. */
export class CameMeanwhile extends PortError {}

/** Whether a half of the batch may do better. */
export const isDivisible = (error: unknown): boolean =>
  error instanceof TooLarge ||
  isLocked(error) ||
  (error instanceof DatabaseError && error.errno !== undefined && error.errno in reasons);

/** A row of the shop's was in the way. */
export const isLocked = (error: unknown): boolean =>
  error instanceof DatabaseError && error.errno !== undefined && locks.has(error.errno);

/** Somebody may have taken the key between look and write; the next look sees it. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof DatabaseError && error.errno !== undefined && duplicates.has(error.errno);

/** Why the primary can't take what writes to `tables`; undefined when `error` says nothing about the data. */
export function refusalOf(error: unknown, tables: readonly string[]): string | undefined {
  const where = tables.length === 0 ? 'The primary refuses it' : [...new Set(tables)].join(', ');
  if (error instanceof TooLarge) return `${where}: ${error.message}`;
  if (!(error instanceof DatabaseError) || error.errno === undefined) return undefined;
  const reason = reasons[error.errno];
  if (reason === undefined) return undefined;
  const named = reason.replace('%', error.object ?? '?').replace(/ (\(foreign key )?\?\)?/, '');
  return `${where}: ${named} (error ${error.errno}).`;
}

/** Only in these does the server name nothing that was written. */
const plain = new Set([1205, 1213, 1290, 1792, 1836, 1927]);

/** The failure without the server's own words where those may hold values of the shop's. */
export function withoutValues(error: unknown, what: string): unknown {
  if (!(error instanceof DatabaseError) || error.errno === undefined || plain.has(error.errno)) return error;
  if (error.kind !== 'refused' && error.kind !== 'garbage') return error;
  return new PortError(error.kind, `The primary was asked to ${what} and answered with error ${error.errno}.`);
}

/** Puts events together to transactions. */
import type { ErrantTransaction, Shapes } from '../../../../domain/salvage/transaction';
import { recordsSchema } from '../../../../domain/grants';
import { passing } from '../../../../domain/salvage/own-tables';
import { PortError } from '../../../../ports/errors';
import { Unreadable } from './cursor';
import { belongsToTransaction, isRows, types } from './event-types';
import { gtidOf, mayBegin, queryOf, shownBy, type BinlogEvent } from './events';
import { changesIn, tableIdOf, tableMapOf, type TableMap } from './rows';
import { summaryOf, tablesIn } from './statement';

/** A transaction with more rows is a bulk change, which a person should look at anyway. */
const rowLimit = 20_000;

export interface Reading {
  /** The shop's schema: other schemas are not salvaged. */
  schema: string;
  shapes: Shapes;
  /** Rows are read only of those transactions; the others are skipped at little cost. */
  wanted: (gtid: string) => boolean;
  /** The events are the end of the whole log. */
  isEnd?: boolean;
  /** Both regions' tables are known to be built alike, so that a log without the names of columns can be read. */
  alike?: boolean;
}

interface Open {
  tx: ErrantTransaction;
  /** Its first statement is all of it. */
  alone: boolean;
  wanted: boolean;
  start: number;
  /** The event that describes a table, by the number that row events use for it. */
  tables: Map<number, BinlogEvent>;
}

/**
 * Whole transactions in the order of the log. One that is cut off at the end of its file was never committed where the server recovered, and
 * is left out. At the end of the whole log nobody knows: a server that was killed with its machine may have told a customer of it.
 * @throws PortError(garbage) where an event belongs to no transaction, or a transaction has no end: then some are missing
 */
export async function* transactionsOf(
  events: AsyncIterable<BinlogEvent>,
  reading: Reading,
): AsyncGenerator<ErrantTransaction> {
  let open: Open | undefined;
  let last: BinlogEvent | undefined;
  for await (const event of events) {
    const { type } = event;
    if (type === types.cutOff && open === undefined && mayBegin(event) && reading.isEnd) yield cutOff(event, last);
    if (type === types.cutOff) break;
    last = event;
    if (open && (type === types.gtid || type === types.rotate || type === types.stop))
      throw torn(event, `transaction ${open.tx.gtid} has no end`);
    if (type === types.gtid) open = opened(event, reading);
    if (!belongsToTransaction(type)) continue;
    if (!open) throw torn(event, 'a change belongs to no transaction');
    if (!endsWith(event, open, reading)) continue;
    yield open.tx;
    open = undefined;
  }
  if (open?.wanted && last && reading.isEnd) yield cutOff({ ...last, start: open.start }, last, open.tx.gtid);
}

/** No part of it is worth anything, so it has no changes. `event` is where it begins; its id is empty where that can't be read. */
const cutOff = ({ file, start }: BinlogEvent, last: BinlogEvent | undefined, gtid = ''): ErrantTransaction => ({
  gtid,
  atMs: (last?.at ?? 0) * 1000,
  changes: [],
  statements: [],
  unread: [
    `The log ends within this transaction: nobody knows whether it was committed, or what it changed; on ${file.region}'s host: ${shownBy(file, start)}.`,
  ],
  cutOff: true,
});

const torn = ({ file, start }: BinlogEvent, what: string) =>
  new PortError('garbage', `${file.path} on ${file.region}'s host is damaged before ${start}: ${what}.`);

function opened(event: BinlogEvent, { wanted }: Reading): Open {
  const { gtid, alone, prepared } = gtidOf(event);
  const unread = prepared ? ['It is part of a distributed (XA) transaction.'] : [];
  const tx = { gtid, atMs: event.at * 1000, changes: [], statements: [], unread };
  return { tx, alone, wanted: wanted(gtid), start: event.start, tables: new Map() };
}

/** Adds what the event says, and answers whether it ends the transaction. */
function endsWith(event: BinlogEvent, open: Open, reading: Reading): boolean {
  const { type } = event;
  if (type === types.xid || type === types.xaPrepare) return true;
  if (type === types.tableMap) open.tables.set(tableIdOf(event), event);
  else if (!isRows(type)) return addQuery(open.tx, event, reading) || open.alone;
  else if (open.wanted) addRows(open, event, reading);
  return false;
}

/** Answers whether the statement ends the transaction. */
function addQuery(tx: ErrantTransaction, event: BinlogEvent, { shapes }: Reading): boolean {
  const { schema, statement } = readQuery(event);
  if (/^COMMIT\b/i.test(statement)) return true;
  if (/^(BEGIN|START TRANSACTION|SAVEPOINT|XA (START|END))\b/i.test(statement)) return false;
  // A comparison's own sums, the only rows that are replicated as statements.
  if (/^(INSERT INTO|CREATE TABLE IF NOT EXISTS) `[^`]+`\.handover_checksums\b/.test(statement)) return false;
  const where = schema === '' ? '' : `in ${schema}: `;
  const shown = `its text is not shown here; on ${event.file.region}'s host: ${shownBy(event.file, event.start, event.end)}`;
  const touched = tablesIn(statement, shapes.keys());
  if (touched === undefined) delete tx.touched;
  else if (tx.statements.length === 0) tx.touched = touched;
  else if (tx.touched) tx.touched = [...tx.touched, ...touched];
  note(tx.statements, `${where}${summaryOf(statement)} (${shown})`);
  return /^ROLLBACK(?!\s+(WORK\s+)?TO\b)/i.test(statement) || /^XA (COMMIT|ROLLBACK|PREPARE)\b/i.test(statement);
}

/** A statement that can't be inflated is one all the same. */
function readQuery(event: BinlogEvent): { schema: string; statement: string } {
  try {
    return queryOf(event);
  } catch (error) {
    if (error instanceof Unreadable) throw torn(event, `a statement can't be read, ${error.message}`);
    throw error;
  }
}

function addRows({ tx, tables }: Open, event: BinlogEvent, reading: Reading): void {
  const described = tables.get(tableIdOf(event));
  let table = 'a table';
  try {
    const map = described && tableMapOf(described);
    if (map?.schema === recordsSchema(reading.schema)) return;
    if (map) table = map.table;
    const obstacle = obstacleTo(tx, map, reading);
    if (obstacle !== undefined) note(tx.unread, obstacle);
    if (obstacle !== undefined || map === undefined || passing.has(map.table)) return;
    for (const change of changesIn(event, map, reading.shapes, reading.alike)) tx.changes.push(change);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    note(tx.unread, `Its rows of ${table} can't be read: ${error.message}.`);
  }
}

function obstacleTo(tx: ErrantTransaction, map: TableMap | undefined, { schema }: Reading): string | undefined {
  if (map === undefined) return 'Its log names no table for some of its rows.';
  if (map.schema !== schema) return `It changes ${map.schema}.${map.table}, which is outside the shop's schema.`;
  return tx.changes.length > rowLimit ? `It changes more than ${rowLimit} rows at once.` : undefined;
}

function note(list: string[], sentence: string): void {
  if (!list.includes(sentence)) list.push(sentence);
}

/** Puts events together to transactions. */
import type { ErrantTransaction, Shapes } from '../../../../domain/salvage/transaction';
import { recordsSchema } from '../../../../domain/grants';
import { passing } from '../../../../domain/salvage/own-tables';
import { PortError } from '../../../../ports/errors';
import { boundaryIn, preparedIn } from './boundary';
import { Unreadable } from './cursor';
import { belongsToTransaction, isRows, types } from './event-types';
import { mayBegin, queryOf, shownBy, type BinlogEvent } from './events';
import { OpenTransaction, type Content } from './open-transaction';
import { changesIn, tableIdOf, tableMapOf } from './rows';
import { changesNothing, summaryOf, tablesIn } from './statement';

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
  /** What was prepared (XA PREPARE) and is not decided yet, by its id; one for all files of a log. */
  prepared: Map<string, Content>;
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
  let open: OpenTransaction | undefined;
  let last: BinlogEvent | undefined;
  for await (const event of events) {
    const { type } = event;
    if (type === types.cutOff && open === undefined && mayBegin(event) && reading.isEnd) yield cutOff(event, last);
    if (type === types.cutOff) break;
    last = event;
    if (open && (type === types.gtid || type === types.rotate || type === types.stop))
      throw torn(event, `transaction ${open.gtid} has no end`);
    if (type === types.gtid) open = new OpenTransaction(event, reading.wanted, reading.shapes);
    if (!belongsToTransaction(type)) continue;
    if (!open) throw torn(event, 'a change belongs to no transaction');
    const whole = endIn(event, open, reading);
    if (whole === undefined) continue;
    yield whole;
    open = undefined;
  }
  if (open?.wanted && last && reading.isEnd) yield cutOff({ ...last, start: open.start }, last, open.gtid);
}

/** No part of it is worth anything, so it has no changes. `event` is where it begins; its id is empty where that can't be read. */
const cutOff = ({ file, start }: BinlogEvent, last: BinlogEvent | undefined, gtid = ''): ErrantTransaction => ({
  gtid,
  atMs: (last?.at ?? 0) * 1000,
  ...nothing(),
  unread: [
    `The log ends within this transaction: nobody knows whether it was committed, or what it changed; on ${file.region}'s host: ${shownBy(file, start)}.`,
  ],
  cutOff: true,
});

const torn = ({ file, start }: BinlogEvent, what: string) =>
  new PortError('garbage', `${file.path} on ${file.region}'s host is damaged before ${start}: ${what}.`);

/** Adds what the event says; answers with the transaction when it ends it. */
function endIn(event: BinlogEvent, open: OpenTransaction, reading: Reading): ErrantTransaction | undefined {
  const { type } = event;
  if (type === types.xid) return named(open, open.content(event));
  if (type === types.xaPrepare) return prepared(event, open, reading);
  if (type === types.tableMap) open.tables.set(tableIdOf(event), event);
  else if (!isRows(type)) return endInQuery(event, open, reading);
  else if (open.wanted) addRows(open, event, reading);
  return undefined;
}

const named = ({ gtid, atMs }: OpenTransaction, content: Content): ErrantTransaction => ({ gtid, atMs, ...content });

const nothing = (): Content => ({ changes: [], statements: [], unread: [], unreadTables: [] });

/** Nothing of it holds until it is decided. */
function prepared(event: BinlogEvent, open: OpenTransaction, reading: Reading): ErrantTransaction {
  const id = preparedIn(event);
  if (!open.wanted) return named(open, nothing());
  reading.prepared.set(id, open.content(event));
  const because = `It was prepared as the distributed (XA) transaction ${id}, and the log neither commits nor rolls it back, so none of it was applied: ${open.told(event)}`;
  return { ...named(open, nothing()), prepared: { id, because, tables: open.changedTables } };
}

function decided(open: OpenTransaction, boundary: { what: string; id: string }, reading: Reading): ErrantTransaction {
  const { what, id } = boundary;
  const known = reading.prepared.get(id);
  reading.prepared.delete(id);
  if (known) return { ...named(open, what === 'xa commit' ? known : nothing()), decides: id };
  const unread = `It decides a distributed (XA) transaction that is not in the log: ${what.toUpperCase()} ${id}. XA RECOVER FORMAT='SQL' on the primary shows whether it is still prepared there; then type the same.`;
  return named(open, open.wanted ? { ...nothing(), unread: [unread] } : nothing());
}

/** Answers with the transaction when the statement ends it. */
function endInQuery(event: BinlogEvent, open: OpenTransaction, reading: Reading): ErrantTransaction | undefined {
  const { schema, statement } = readQuery(event);
  const boundary = boundaryIn(statement);
  switch (boundary?.what) {
    case 'xa commit':
    case 'xa rollback':
      return decided(open, boundary, reading);
    case 'savepoint':
      open.mark(boundary.name);
      return undefined;
    case 'rollback to':
      open.rollBackTo(boundary.name);
      return undefined;
    case 'rollback':
      open.rollBack();
      return named(open, open.content(event));
    case 'commit':
      return named(open, open.content(event));
    case 'within':
      return undefined;
    case undefined:
      addStatement(open, event, { schema, statement, tables: reading.shapes.keys() });
      return open.alone ? named(open, open.content(event)) : undefined;
  }
}

interface Said {
  schema: string;
  statement: string;
  tables: Iterable<string>;
}

function addStatement(
  open: OpenTransaction,
  { file, start, end }: BinlogEvent,
  { schema, statement, tables }: Said,
): void {
  // A comparison's own sums, the only rows that are replicated as statements.
  if (/^(INSERT INTO|CREATE TABLE IF NOT EXISTS) `[^`]+`\.handover_checksums\b/.test(statement)) return;
  if (changesNothing(statement)) return;
  const where = schema === '' ? '' : `in ${schema}: `;
  const shown = `its text is not shown here; on ${file.region}'s host: ${shownBy(file, start, end)}`;
  open.addStatement(`${where}${summaryOf(statement)}`, shown, tablesIn(statement, tables));
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

function addRows(open: OpenTransaction, event: BinlogEvent, reading: Reading): void {
  const described = open.tables.get(tableIdOf(event));
  if (!described) throw torn(event, 'its rows belong to no table');
  let table: string | undefined;
  try {
    const map = tableMapOf(described);
    if (map.schema === recordsSchema(reading.schema)) {
      open.isRecorded = true;
      return;
    }
    if (map.schema !== reading.schema) {
      open.addUnread(`It changes ${map.schema}.${map.table}, which is outside the shop's schema.`);
      return;
    }
    ({ table } = map);
    if (passing.has(table)) return;
    for (const change of changesIn(event, map, reading.shapes, reading.alike)) open.addChange(change);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    open.addUnread(
      `Its rows of ${table ?? 'a table'} can't be read: ${error.message}.`,
      table === undefined ? [...reading.shapes.keys()] : [table],
    );
  }
}

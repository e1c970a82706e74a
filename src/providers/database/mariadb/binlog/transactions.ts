/** Puts events together to transactions. */
import type { ErrantTransaction, Shapes } from '../../../../domain/salvage/transaction';
import { passing } from '../../../../domain/salvage/shop-tables';
import { gtidOf, queryOf, types, type BinlogEvent } from './events';
import { changesIn, isCompressed, isRows, tableIdOf, tableMapOf, type TableMap } from './rows';
import { Unreadable } from './values';

/** A transaction with more rows is a bulk change, which a person should look at anyway. */
const rowLimit = 20_000;
const shownStatement = 300;

export interface Reading {
  /** The shop's schema: other schemas are not salvaged. */
  schema: string;
  shapes: Shapes;
  /** Rows are read only of those transactions; the others are skipped at little cost. */
  wanted: (gtid: string) => boolean;
}

/** Whole transactions in the order of the log. One that the log's end cut off was never committed, and is left out. */
export async function* transactionsOf(
  events: AsyncIterable<BinlogEvent>,
  reading: Reading,
): AsyncGenerator<ErrantTransaction> {
  const tables = new Map<number, TableMap>();
  let open: { tx: ErrantTransaction; alone: boolean; wanted: boolean } | undefined;
  for await (const event of events) {
    if (event.type === types.gtid) {
      const { gtid, alone, prepared } = gtidOf(event);
      const unread = prepared ? ['It is part of a distributed (XA) transaction.'] : [];
      open = {
        tx: { gtid, atMs: event.at * 1000, changes: [], statements: [], unread },
        alone,
        wanted: reading.wanted(gtid),
      };
      tables.clear();
      continue;
    }
    if (!open) continue;
    const { tx, alone, wanted } = open;
    if (event.type === types.tableMap) tables.set(tableIdOf(event), tableMapOf(event));
    else if (wanted && isRows(event)) addRows(tx, event, tables.get(tableIdOf(event)), reading);
    else if (isCompressed(event)) note(tx.unread, 'Its log is compressed (log_bin_compress).');
    const isEnd = event.type === types.query ? addQuery(tx, event) || alone : event.type === types.xid;
    if (!isEnd) continue;
    open = undefined;
    yield tx;
  }
}

/** Answers whether the statement ends the transaction. */
function addQuery(tx: ErrantTransaction, event: BinlogEvent): boolean {
  const { schema, statement } = queryOf(event);
  if (/^COMMIT\b/i.test(statement)) return true;
  if (/^(BEGIN|START TRANSACTION|SAVEPOINT)\b/i.test(statement)) return false;
  note(tx.statements, `${schema === '' ? '' : `in ${schema}: `}${statement.slice(0, shownStatement)}`);
  return /^(ROLLBACK|XA)\b/i.test(statement);
}

function addRows(tx: ErrantTransaction, event: BinlogEvent, map: TableMap | undefined, reading: Reading): void {
  const obstacle = obstacleTo(tx, map, reading);
  if (obstacle !== undefined) note(tx.unread, obstacle);
  if (obstacle !== undefined || map === undefined || passing.has(map.table)) return;
  try {
    for (const change of changesIn(event, map, reading.shapes)) tx.changes.push(change);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    note(tx.unread, `Its rows of ${map.table} can't be read: ${error.message}.`);
  }
}

function obstacleTo(tx: ErrantTransaction, map: TableMap | undefined, { schema }: Reading): string | undefined {
  if (map === undefined) return 'Its log names no table for some of its rows.';
  if (map.schema !== schema) return `It changes ${map.schema}.${map.table}, which is not the shop's.`;
  return tx.changes.length > rowLimit ? `It changes more than ${rowLimit} rows at once.` : undefined;
}

function note(list: string[], sentence: string): void {
  if (!list.includes(sentence)) list.push(sentence);
}

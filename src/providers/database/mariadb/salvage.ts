import { format } from 'mysql2/promise';
import type { ErrantTransaction } from '../../../domain/salvage/transaction';
import type { OrderIdentity } from '../../../domain/salvage/ruling';
import { shopTables } from '../../../domain/salvage/shop-tables';
import { PortError } from '../../../ports/errors';
import type { KnownOrder, Salvage, SalvageInput, SalvageRecord } from '../../../ports/rejoin';
import { connection, type Connection, type Row } from './connection';
import { DatabaseError } from './failures';
import type { SalvageOptions } from './options';
import { primaryRowsFrom, looksFor } from './salvage-looks';
import * as sql from './salvage-statements';
import { identifier, shapesOf, shapesQuery } from './shapes';

/** Locks of the shop are waited for. */
const transactionMs = 15_000;
const batch = 200;
const noTable = 1146;
const duplicate = 1062;

interface Hand {
  options: SalvageOptions;
  line: Connection;
}

const text = (row: Row | undefined, name: string): string => {
  const value = row?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

/** Salvage into MariaDB, over a connection of its own. */
export function mariadbSalvage(options: SalvageOptions): Salvage & { close: () => Promise<void> } {
  const server = `${options.region}'s database at ${options.host}:${options.port}`;
  const line = connection({ ...options, server, timeoutMs: options.timeoutMs ?? 5_000 });
  const hand: Hand = { options, line };
  return {
    known: async () => {
      const [rows] = await line.ask(
        'tell all it has had',
        'SELECT @@global.gtid_binlog_state AS state, @@global.gtid_slave_pos AS replicated',
      );
      return [text(rows?.[0], 'state'), text(rows?.[0], 'replicated')].filter(Boolean).join(',');
    },
    shapes: async () => shapesOf(await line.ask('describe its tables', shapesQuery(options.database), transactionMs)),
    knownOrders: (orders) => inBatches(orders, (some) => knownOrders(hand, some)),
    keysOf: async (ids) => Object.fromEntries(await inBatches(ids, (some) => keysOf(hand, some))),
    records: (promotionPoint) => recordsOf(hand, promotionPoint),
    prepare: async () => {
      await line.ask('make the table of its salvage', sql.prepareTables(options), transactionMs);
    },
    salvage: (tx, order) => salvage(hand, tx, order),
    close: () => {
      line.close();
      return Promise.resolve();
    },
  };
}

async function inBatches<I, O>(items: readonly I[], ask: (some: readonly I[]) => Promise<O[]>): Promise<O[]> {
  const answers: O[] = [];
  for (let at = 0; at < items.length; at += batch) answers.push(...(await ask(items.slice(at, at + batch))));
  return answers;
}

async function knownOrders({ options, line }: Hand, orders: readonly OrderIdentity[]): Promise<KnownOrder[]> {
  const table = `${identifier(options.database)}.${identifier(shopTables.operational)}`;
  const statement = format(
    `SELECT order_id AS id, order_key AS orderKey, payment_intent AS intent FROM ${table} WHERE order_key IN (?) OR payment_intent IN (?)`,
    [orders.map(({ key }) => key), orders.map(({ intent }) => intent)],
  );
  const [rows = []] = await line.ask('look for orders', statement, transactionMs);
  const here = rows.map((row) => ({ id: text(row, 'id'), key: text(row, 'orderKey'), intent: text(row, 'intent') }));
  return orders.flatMap((asked) => {
    const other = here.find((each) => each.id !== asked.id && (each.key === asked.key || each.intent === asked.intent));
    return other ? [{ ...other, askedKey: asked.key }] : [];
  });
}

async function keysOf({ options, line }: Hand, ids: readonly string[]): Promise<[string, string][]> {
  const table = `${identifier(options.database)}.${identifier(shopTables.operational)}`;
  const statement = format(`SELECT order_id AS id, order_key AS orderKey FROM ${table} WHERE order_id IN (?)`, [
    [...ids],
  ]);
  const [rows = []] = await line.ask('look for orders', statement, transactionMs);
  return rows.map((row) => [text(row, 'id'), text(row, 'orderKey')]);
}

async function recordsOf({ options, line }: Hand, promotionPoint: string): Promise<SalvageRecord[]> {
  const statement = format(
    `SELECT gtid, outcome, because, order_key AS orderKey, order_id AS orderId FROM ${sql.records(options)} WHERE promotion_point = ? ORDER BY salvaged_at`,
    [promotionPoint],
  );
  try {
    const [rows = []] = await line.ask('tell what was salvaged', statement, transactionMs);
    return rows.map((row) => ({
      gtid: text(row, 'gtid'),
      outcome: text(row, 'outcome') as SalvageRecord['outcome'],
      because: text(row, 'because'),
      orderKey: text(row, 'orderKey'),
      orderId: text(row, 'orderId'),
    }));
  } catch (error) {
    if (error instanceof DatabaseError && error.errno === noTable) return [];
    throw error;
  }
}

async function salvage(hand: Hand, tx: ErrantTransaction, order: SalvageInput): Promise<void> {
  const { line, options } = hand;
  const what = `salvage ${tx.gtid}`;
  const looks = looksFor(options, tx, order);
  const statements = [sql.openTransaction(options, tx.gtid, order), ...looks.map(({ statement }) => statement)];
  const [guards, recorded, ...found] = await line.ask(what, statements.join(';\n'), transactionMs);
  requirePrimary(options, guards?.[0], order.epoch);
  if (recorded?.[0]) {
    await line.ask(what, 'ROLLBACK');
    return;
  }
  const ruling = order.decide(primaryRowsFrom(looks, found, order));
  const carried = { gtid: tx.gtid, connection: text(guards?.[0], 'connection'), ruling };
  try {
    await line.ask(what, sql.carryOut(options, carried, order), transactionMs);
  } catch (error) {
    // Somebody took the same key between look and write; the next look sees it.
    if (error instanceof DatabaseError && error.errno === duplicate) throw new PortError('unavailable', error.message);
    throw error;
  }
}

function requirePrimary({ region }: SalvageOptions, guard: Row | undefined, epoch: number): void {
  const isPrimary =
    text(guard, 'epoch') === String(epoch) && text(guard, 'region') === region && text(guard, 'readOnly') === '0';
  if (isPrimary) return;
  throw new PortError(
    'refused',
    `${region}'s database is not the writable primary of epoch ${epoch}, so nothing is salvaged into it.`,
  );
}

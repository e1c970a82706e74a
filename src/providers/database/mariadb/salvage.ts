import { format } from 'mysql2/promise';
import type { OrderIdentity } from '../../../domain/salvage/ruling';
import { shopTables } from '../../../domain/salvage/shop-tables';
import type { KnownOrder, Salvage, SalvageRecord } from '../../../ports/rejoin';
import { connection, type Connection } from './connection';
import { DatabaseError } from './failures';
import type { SalvageOptions } from './options';
import { salvage, transactionMs, type Hand } from './salvage-attempt';
import { prepareTable, recordColumns, recordOf, recordsQuery } from './salvage-records';
import { session } from './salvage-statements';
import { identifier, shapesOf, textIn as text } from './shapes';
import { shapesQuery } from './shapes-query';

const batch = 200;
const noTable = 1146;

/** Salvage into MariaDB, over a connection of its own. */
export function mariadbSalvage(options: SalvageOptions): Salvage & { close: () => Promise<void> } {
  const server = `${options.region}'s database at ${options.host}:${options.port}`;
  const timeoutMs = options.timeoutMs ?? 5_000;
  const line = inSession(connection({ ...options, server, timeoutMs }));
  const hand: Hand = { options, line };
  return {
    known: async () => {
      const [rows] = await line.ask(
        'tell all it has had',
        'SELECT @@global.gtid_binlog_state AS state, @@global.gtid_slave_pos AS replicated',
      );
      return [text(rows?.[0], 'state'), text(rows?.[0], 'replicated')].filter(Boolean).join(',');
    },
    shapes: async () => {
      const described = await line.ask('describe its tables', shapesQuery(options.database), transactionMs);
      return shapesOf(options.database, described);
    },
    knownOrders: (orders) => inBatches(orders, (some) => knownOrders(hand, some)),
    records: (promotionPoint) => recordsOf(hand, promotionPoint),
    prepare: () => prepare(hand),
    salvage: (some, input) => salvage(hand, some, input),
    close: () => {
      line.close();
      return Promise.resolve();
    },
  };
}

/** Each question with the settings that its statements are written for. */
const inSession = (line: Connection): Connection => ({
  ...line,
  ask: (what, statement, limitMs) => line.ask(what, `${session}; ${statement}`, limitMs),
});

async function prepare({ options, line }: Hand): Promise<void> {
  const [columns = []] = await line.ask('describe its records', recordColumns(options));
  const names = columns.map((row) => text(row, 'name'));
  if (names.includes('detail') && names.includes('oversold')) return;
  await line.ask('make the table of its salvage', prepareTable(options), transactionMs);
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

async function recordsOf({ options, line }: Hand, promotionPoint: string): Promise<SalvageRecord[]> {
  try {
    const [rows = []] = await line.ask('list what was salvaged', recordsQuery(options, promotionPoint), transactionMs);
    return rows.map(recordOf);
  } catch (error) {
    if (error instanceof DatabaseError && error.errno === noTable) return [];
    throw error;
  }
}

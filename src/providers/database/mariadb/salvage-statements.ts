/** SQL of the salvage. All that a batch of errant transactions needs goes out in two requests: look and lock, then write and record. */
import { format } from 'mysql2/promise';
import type { Row as Cells, Shapes, TableShape } from '../../../domain/salvage/transaction';
import type { Write } from '../../../domain/salvage/ruling';
import { PortError } from '../../../ports/errors';
import type { Row } from '../wire/connection';
import type { SalvageOptions } from './options';
import { recordsTable } from './records-place';
import { pointKey } from './promotion-point';
import { literal } from './literal';
import { identifier, textIn } from './shapes';

/**
 * Precedes every statement, since the server's own defaults may say otherwise. `READ COMMITTED`: looking for what is not there must not
 * lock the gaps in which the shop inserts. Dates of zero are WordPress' own. An idle transaction ends by itself, also when the runbook
 * can't reach the server to say so.
 */
export const session = `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone = '+00:00',
  autocommit = 1, foreign_key_checks = 1, unique_checks = 1, check_constraint_checks = 1, sql_safe_updates = 0,
  idle_transaction_timeout = 20; SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED`;

/** Its result set is the guard, which `requirePrimary` reads. */
export const openGuarded = (options: SalvageOptions, waitSeconds: number): string[] => [
  `ROLLBACK; SET SESSION innodb_lock_wait_timeout = ${waitSeconds}; SET @handover_transaction = UUID(); START TRANSACTION`,
  format(
    `SELECT CONNECTION_ID() AS connection, @handover_transaction AS token, @@global.read_only AS readOnly, @@max_allowed_packet AS packet, epoch, region
     FROM ${identifier(options.database)}.handover_epoch WHERE site = ? LOCK IN SHARE MODE`,
    [options.site],
  ),
];

/** First result set: the guard; second: the records that these have already, the last one of each last. */
export function openTransaction(options: SalvageOptions, gtids: readonly string[], promotionPoint: string): string[] {
  // Many rows are locked for a batch. It waits for none of the shop's, so it has part in no deadlock, of which the shop would be the victim.
  const waitSeconds = gtids.length > 1 ? 0 : 5;
  return [
    ...openGuarded(options, waitSeconds),
    format(
      `SELECT gtid, CAST(number AS CHAR) AS number, turn, outcome, decided_up_to AS upTo
       FROM ${recordsTable(options)} WHERE promotion_point = ? AND gtid IN (?) ORDER BY turn`,
      [pointKey(promotionPoint), [...gtids]],
    ),
  ];
}

/** Refuses to go on when the transaction of that guard, and its locks with it, ended in between: lost with its connection, or another one began. */
export const stillOpen = (guard: Row | undefined): string =>
  format(
    `BEGIN NOT ATOMIC IF CONNECTION_ID() <> ? OR NOT @handover_transaction <=> ? OR @@in_transaction = 0 THEN
       SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1927, MESSAGE_TEXT = 'the connection was lost in the middle of a transaction';
     END IF; END`,
    [textIn(guard, 'connection'), textIn(guard, 'token')],
  );

const where = (shape: TableShape, key: Cells): string =>
  Object.entries(key)
    .map(([column, value]) => `${identifier(column)} = ${literal(shape, column, value)}`)
    .join(' AND ');

const tableOf = ({ database }: SalvageOptions, name: string) => `${identifier(database)}.${identifier(name)}`;

/**
 * Carries out the writes in their order; new rows of one table that follow each other are one statement of moderate length.
 * @throws PortError(refused) for a table or column that the primary lacks; no ruling writes to one
 */
export function writes(options: SalvageOptions, shapes: Shapes, orders: readonly Write[]): string[] {
  const statements: string[] = [];
  let open: { head: string; values: string[]; length: number } | undefined;
  const flush = () => {
    if (open) statements.push(open.head + open.values.join(', '));
    open = undefined;
  };
  for (const order of orders) {
    const shape = shapes.get(order.table);
    if (!shape) throw new PortError('refused', `The primary has no table ${order.table}.`);
    if (order.action !== 'insert' || order.ifAbsent) {
      flush();
      statements.push(
        order.action === 'insert' ? insertIfAbsent(options, shape, order.row) : change(options, shape, order),
      );
      continue;
    }
    const { head, values } = insertion(options, shape, order.row);
    if (open && (open.head !== head || open.length + values.length > insertCharacters)) flush();
    open ??= { head, values: [], length: 0 };
    open.values.push(values);
    open.length += values.length;
  }
  flush();
  return statements;
}

const insertCharacters = 32_768;

function insertion(options: SalvageOptions, shape: TableShape, row: Cells) {
  const columns = Object.keys(row).map(identifier).join(', ');
  const values = Object.entries(row).map(([column, value]) => literal(shape, column, value));
  return { head: `INSERT INTO ${tableOf(options, shape.name)} (${columns}) VALUES `, values: `(${values.join(', ')})` };
}

/** IGNORE would also cut values to fit; this leaves a row that is there as it is, and nothing else. */
function insertIfAbsent(options: SalvageOptions, shape: TableShape, row: Cells): string {
  const { head, values } = insertion(options, shape, row);
  const column = identifier(Object.keys(row)[0] ?? '');
  return `${head}${values} ON DUPLICATE KEY UPDATE ${column} = ${column}`;
}

function change(options: SalvageOptions, shape: TableShape, order: Exclude<Write, { action: 'insert' }>): string {
  const table = tableOf(options, shape.name);
  if (order.action === 'delete') return `DELETE FROM ${table} WHERE ${where(shape, order.key)}`;
  const set = Object.entries(order.set).map(
    ([column, value]) => `${identifier(column)} = ${literal(shape, column, value)}`,
  );
  const add = Object.entries(order.add).map(
    ([column, amount]) => `${identifier(column)} = ${identifier(column)} + ${format('CAST(? AS SIGNED)', [amount])}`,
  );
  // Left out, these would be set to the present time; the deposed region's update left them as they were.
  const kept = shape.columns
    .filter(({ name, onUpdate }) => onUpdate && !(name in order.set) && !(name in order.add))
    .map(({ name }) => `${identifier(name)} = ${identifier(name)}`);
  return `UPDATE ${table} SET ${[...set, ...add, ...kept].join(', ')} WHERE ${where(shape, order.key)}`;
}

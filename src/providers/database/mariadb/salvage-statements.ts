/** SQL of the salvage. Everything that one errant transaction needs goes out in two requests: look and lock, then write and record. */
import { format } from 'mysql2/promise';
import { pick, type Row as Cells, type TableShape } from '../../../domain/salvage/transaction';
import type { Lookup } from '../../../domain/salvage/lookups';
import type { OrderIdentity, Ruling, Write } from '../../../domain/salvage/ruling';
import { shopTables } from '../../../domain/salvage/shop-tables';
import type { SalvageInput } from '../../../ports/rejoin';
import type { SalvageOptions } from './options';
import { serverOf } from './positions';
import { identifier, literal, selection } from './shapes';

/** `READ COMMITTED`: looking for what is not there must not lock the gaps in which the shop inserts. Dates of zero are WordPress' own. */
const session = `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone = '+00:00',
  foreign_key_checks = 0, innodb_lock_wait_timeout = 5; SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED`;

export const records = (options: SalvageOptions): string => `${identifier(options.database)}.handover_salvaged`;

export function prepareTables({ database }: SalvageOptions): string {
  return `CREATE TABLE IF NOT EXISTS ${identifier(database)}.handover_salvaged (
    promotion_point varchar(64) CHARACTER SET ascii NOT NULL, gtid varchar(64) CHARACTER SET ascii NOT NULL,
    deposed_server_id bigint unsigned NOT NULL, epoch bigint unsigned NOT NULL, outcome varchar(10) CHARACTER SET ascii NOT NULL,
    because varchar(1000) NOT NULL, order_key varchar(100) NOT NULL, order_id bigint unsigned NULL, kept_order_id bigint unsigned NULL,
    salvaged_at datetime(6) NOT NULL,
    PRIMARY KEY (promotion_point, gtid), KEY merged (promotion_point, order_id)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;
}

/** First result set: the guard; second: the record, if any. */
export function openTransaction(options: SalvageOptions, gtid: string, { promotionPoint }: SalvageInput): string {
  return format(
    `${session}; START TRANSACTION;
     SELECT CONNECTION_ID() AS connection, @@global.read_only AS readOnly, epoch, region
       FROM ${identifier(options.database)}.handover_epoch WHERE site = ? LOCK IN SHARE MODE;
     SELECT outcome FROM ${records(options)} WHERE promotion_point = ? AND gtid = ?`,
    [options.site, promotionPoint, gtid],
  );
}

const where = (shape: TableShape, key: Cells): string =>
  Object.entries(key)
    .map(([column, value]) => `${identifier(column)} = ${literal(shape, column, value)}`)
    .join(' AND ');

export function findRow(options: SalvageOptions, shape: TableShape, { key }: Lookup): string {
  return `SELECT ${selection(shape)} FROM ${identifier(options.database)}.${identifier(shape.name)} WHERE ${where(shape, key)} FOR UPDATE`;
}

const keptOrder = (options: SalvageOptions, header: TableShape): string => {
  const of = (table: string) => `${identifier(options.database)}.${identifier(table)}`;
  return `SELECT p.order_id AS keptId, p.order_key AS keptKey, p.payment_intent AS keptIntent, ${selection(header, 'o')}
    FROM ${of(shopTables.operational)} p JOIN ${of(shopTables.orders)} o ON o.id = p.order_id`;
};

/** The other order with this key, and the one with this payment. */
export function rivals(
  options: SalvageOptions,
  header: TableShape,
  { id, key, intent }: OrderIdentity,
): [string, string] {
  const by = (column: string, value: string) =>
    format(`${keptOrder(options, header)} WHERE p.${column} = ? AND p.order_id <> ? FOR UPDATE`, [value, id]);
  return [by('order_key', key), by('payment_intent', intent)];
}

export function mergedOrder(options: SalvageOptions, header: TableShape, promotionPoint: string, id: string): string {
  return format(
    `${keptOrder(options, header)} JOIN ${records(options)} s ON s.kept_order_id = p.order_id
     WHERE s.promotion_point = ? AND s.order_id = ? AND s.outcome = 'merged' LIMIT 1 FOR UPDATE`,
    [promotionPoint, id],
  );
}

function write(options: SalvageOptions, shape: TableShape, order: Write): string {
  const table = `${identifier(options.database)}.${identifier(shape.name)}`;
  const assign = ([column, value]: [string, Cells[string]]) =>
    `${identifier(column)} = ${literal(shape, column, value)}`;
  if (order.action === 'delete') return `DELETE FROM ${table} WHERE ${where(shape, order.key)}`;
  if (order.action === 'update') {
    const set = Object.entries(order.set).map(assign);
    const add = Object.entries(order.add).map(
      ([column, amount]) => `${identifier(column)} = ${identifier(column)} + ${format('CAST(? AS SIGNED)', [amount])}`,
    );
    return `UPDATE ${table} SET ${[...set, ...add].join(', ')} WHERE ${where(shape, order.key)}`;
  }
  const row = pick(order.row, Object.keys(order.row));
  const columns = Object.keys(row).map(identifier).join(', ');
  const values = Object.entries(row).map(([column, value]) => literal(shape, column, value));
  return `INSERT ${order.ifAbsent ? 'IGNORE ' : ''}INTO ${table} (${columns}) VALUES (${values.join(', ')})`;
}

/** Refuses to write when the connection, and with it the transaction and its locks, was lost in between. */
export function carryOut(
  options: SalvageOptions,
  { gtid, connection, ruling }: { gtid: string; connection: string; ruling: Ruling },
  { shapes, promotionPoint, epoch }: SalvageInput,
): string {
  const writes = ruling.writes.flatMap((order) => {
    const shape = shapes.get(order.table);
    return shape ? [write(options, shape, order)] : [];
  });
  const guard = format(
    `BEGIN NOT ATOMIC IF CONNECTION_ID() <> ? OR @@in_transaction = 0 THEN
       SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1927, MESSAGE_TEXT = 'the connection was lost in the middle of a transaction';
     END IF; END`,
    [connection],
  );
  const id = (text: string) => (/^\d+$/.test(text) ? text : null);
  const record = format(
    `INSERT INTO ${records(options)} (promotion_point, gtid, deposed_server_id, epoch, outcome, because, order_key, order_id,
       kept_order_id, salvaged_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6)); COMMIT`,
    [
      promotionPoint,
      gtid,
      serverOf(gtid),
      epoch,
      ruling.outcome,
      ruling.because.slice(0, 1_000),
      ruling.orderKey.slice(0, 100),
      id(ruling.orderId),
      id(ruling.keptOrderId),
    ],
  );
  return [guard, ...writes, record].join(';\n');
}

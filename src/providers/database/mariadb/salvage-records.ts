/** The table in which the primary keeps what became of each thing that only a deposed region had. */
import { format } from 'mysql2/promise';
import { recordsSchema } from '../../../domain/grants';
import type { Oversold } from '../../../domain/salvage/ruling';
import type { SalvageRecord } from '../../../ports/rejoin';
import type { Row } from './connection';
import type { SalvageOptions } from './options';
import { recordsTable } from './records-place';
import { identifier, textIn } from './shapes';

/** Of a table that an earlier version made, the columns that came since. */
export function prepareTable(options: SalvageOptions): string {
  const table = recordsTable(options);
  return `CREATE DATABASE IF NOT EXISTS ${identifier(recordsSchema(options.database))};
  CREATE TABLE IF NOT EXISTS ${table} (
    promotion_point varchar(64) CHARACTER SET ascii NOT NULL, gtid varchar(64) CHARACTER SET ascii NOT NULL,
    deposed_server_id bigint unsigned NOT NULL, epoch bigint unsigned NOT NULL, outcome varchar(10) CHARACTER SET ascii NOT NULL,
    because varchar(1000) NOT NULL, order_key varchar(100) NOT NULL, order_id bigint unsigned NULL, kept_order_id bigint unsigned NULL,
    salvaged_at datetime(6) NOT NULL, oversold text NULL, detail mediumtext NULL,
    PRIMARY KEY (promotion_point, gtid), KEY merged (promotion_point, order_id)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
  ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS oversold text NULL, ADD COLUMN IF NOT EXISTS detail mediumtext NULL`;
}

/** In the order in which they were decided. */
export function recordsQuery(table: string, promotionPoint: string): string {
  return format(
    `SELECT gtid, outcome, because, order_id AS orderId, oversold FROM ${table}
     WHERE promotion_point = ? ORDER BY salvaged_at`,
    [promotionPoint],
  );
}

export const recordOf = (row: Row): SalvageRecord => ({
  gtid: textIn(row, 'gtid'),
  outcome: textIn(row, 'outcome') as SalvageRecord['outcome'],
  because: textIn(row, 'because'),
  oversold: JSON.parse(textIn(row, 'oversold') || '[]') as Oversold[],
  orderId: textIn(row, 'orderId'),
});

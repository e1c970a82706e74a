/** The table in which the primary keeps what became of each thing that only a deposed region had. */
import { format } from 'mysql2/promise';
import { recordsSchema } from '../../../domain/grants';
import type { Oversold } from '../../../domain/salvage/ruling';
import type { SalvageRecord } from '../../../ports/rejoin';
import type { Row } from '../wire/connection';
import type { SalvageOptions } from './options';
import { moveFormer, recordColumns, recordsTable, withGrant } from './records-place';
import { transactionMs, type Hand } from './salvage-transaction';
import { pointCharacters, pointKey } from './promotion-point';
import { identifier, textIn } from './shapes';

/** What earlier versions did not have. By the number a person names an item, whatever it is called. */
const added = [
  'oversold text NULL',
  'detail mediumtext NULL',
  'number bigint unsigned NOT NULL AUTO_INCREMENT UNIQUE',
  'decision varchar(10) CHARACTER SET ascii NULL',
  'decided_by varchar(200) NULL',
  'decided_because varchar(1000) NULL',
  'decided_at datetime(6) NULL',
  'decided_key varchar(200) NULL',
  'turn smallint unsigned NOT NULL DEFAULT 0',
  'decided_up_to mediumtext CHARACTER SET ascii NULL',
];

/** Names are what they are to the byte. */
const keys = [
  `promotion_point varchar(${pointCharacters}) CHARACTER SET ascii COLLATE ascii_bin NOT NULL`,
  'gtid varchar(64) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL',
];

/** Makes the table where it is not there, and takes over what an earlier version made. @throws PortError */
export function prepareRecords({ options, line }: Hand): Promise<void> {
  return withGrant(options, async () => {
    const described = await line.ask('describe its records', recordColumns(options));
    await moveFormer(line, options, described, transactionMs);
    if (!isWhole(described[0])) await line.ask('make the table of its salvage', prepareTable(options), transactionMs);
  });
}

const isWhole = (columns: readonly Row[] = []): boolean => {
  const names = columns.map((row) => textIn(row, 'name'));
  const types = columns.map((row) => `${textIn(row, 'name')} ${textIn(row, 'type')} ${textIn(row, 'collation')}`);
  return (
    added.every((column) => names.includes(column.slice(0, column.indexOf(' ')))) &&
    types.includes(`promotion_point varchar(${pointCharacters}) ascii_bin`) &&
    types.includes('gtid varchar(64) ascii_nopad_bin')
  );
};

/** Of a table that an earlier version made, the columns that came since. A thing that changed after its record gets one more, of the next turn. */
function prepareTable(options: SalvageOptions): string {
  const table = recordsTable(options);
  return `CREATE DATABASE IF NOT EXISTS ${identifier(recordsSchema(options.database))};
  CREATE TABLE IF NOT EXISTS ${table} (
    ${keys.join(', ')},
    deposed_server_id bigint unsigned NOT NULL, epoch bigint unsigned NOT NULL, outcome varchar(10) CHARACTER SET ascii NOT NULL,
    because varchar(1000) NOT NULL, order_key varchar(100) NOT NULL, order_id bigint unsigned NULL, kept_order_id bigint unsigned NULL,
    salvaged_at datetime(6) NOT NULL, oversold text NULL, detail mediumtext NULL,
    PRIMARY KEY (promotion_point, gtid), KEY merged (promotion_point, order_id)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
  ALTER TABLE ${table} ${added.map((column) => `ADD COLUMN IF NOT EXISTS ${column}`).join(', ')},
    ${keys.map((column) => `MODIFY COLUMN ${column}`).join(', ')},
    DROP PRIMARY KEY, ADD PRIMARY KEY (promotion_point, gtid, turn)`;
}

/** In the order in which they were decided. */
export function recordsQuery(table: string, promotionPoint: string, isPresentForm: boolean): string {
  const [upTo, oversold] = isPresentForm ? ['decided_up_to', 'oversold'] : ['NULL', 'NULL'];
  return format(
    `SELECT gtid, outcome, because, order_id AS orderId, ${oversold} AS oversold, ${upTo} AS upTo,
       CAST(UNIX_TIMESTAMP(salvaged_at) * 1000 AS CHAR) AS recordedAt
     FROM ${table} WHERE promotion_point = ? ORDER BY salvaged_at`,
    [pointKey(promotionPoint)],
  );
}

export const recordOf = (row: Row): SalvageRecord => ({
  gtid: textIn(row, 'gtid'),
  outcome: textIn(row, 'outcome') as SalvageRecord['outcome'],
  because: textIn(row, 'because'),
  oversold: JSON.parse(textIn(row, 'oversold') || '[]') as Oversold[],
  orderId: textIn(row, 'orderId'),
  upTo: textIn(row, 'upTo'),
  atMs: Number(textIn(row, 'recordedAt')),
});

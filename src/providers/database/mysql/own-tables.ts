/** The tables that every shop has of handover. */
import { format } from 'mysql2/promise';
import type { Connection } from '../wire/connection';
import { quoted } from '../mariadb/statements';
import { askGuarded, epochTable, isWritable, type Guard } from './guard';
import type { ServerOptions } from '../wire/options';

const limitMs = 10_000;

/**
 * Makes what is missing, and the site's row for its first epoch where it has none. The server itself refuses it where it is read-only or
 * where its row names another region, since it may be deposed then.
 */
export async function makeTables(options: ServerOptions, server: string, line: Connection): Promise<void> {
  const { database, site, region } = options;
  const table = epochTable(options);
  const ask = (guards: readonly Guard[], statement: string) =>
    askGuarded(line, server, { what: "make handover's tables", guards, statement, limitMs });
  await ask(
    [isWritable],
    `CREATE TABLE IF NOT EXISTS ${table} (site varchar(63) PRIMARY KEY, epoch bigint unsigned NOT NULL, region varchar(32) NOT NULL,
       verified_epoch bigint unsigned NOT NULL, changed_at datetime(6) NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  );
  const own: Guard = {
    holds: format(`NOT EXISTS (SELECT 1 FROM ${table} WHERE site = ? AND region <> ?)`, [site, region]),
    otherwise: 'its row of handover_epoch names another region',
  };
  await ask(
    [isWritable, own],
    format(
      `CREATE TABLE IF NOT EXISTS ${quoted(database)}.handover_heartbeat (region varchar(32) PRIMARY KEY, at datetime(6) NOT NULL,
         epoch bigint unsigned NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
       INSERT INTO ${table} (site, epoch, region, verified_epoch, changed_at)
         SELECT ?, 1, ?, 1, UTC_TIMESTAMP(6) FROM (SELECT 1) AS one WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE site = ?)`,
      [site, region, site],
    ),
  );
}

/** The tables that every shop has of handover. */
import { format } from 'mysql2/promise';
import type { MariaDbOptions } from './options';
import { epochTable, quoted } from './statements';

/**
 * Makes what is missing, and the site's row for its first epoch where it has none. One statement: the server itself refuses it where it is
 * read-only or where its row names another region, since it may be deposed then.
 */
export function makeTables(options: MariaDbOptions): string {
  const { database, site, region } = options;
  const epoch = epochTable(options);
  return format(
    `BEGIN NOT ATOMIC
       IF @@global.read_only <> 0 THEN
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'it is read-only';
       END IF;
       CREATE TABLE IF NOT EXISTS ${epoch} (site varchar(63) PRIMARY KEY, epoch bigint unsigned NOT NULL, region varchar(32) NOT NULL,
         verified_epoch bigint unsigned NOT NULL, changed_at datetime(6) NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
       IF EXISTS (SELECT 1 FROM ${epoch} WHERE site = ? AND region <> ?) THEN
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'its row of handover_epoch names another region';
       END IF;
       CREATE TABLE IF NOT EXISTS ${quoted(database)}.handover_heartbeat (region varchar(32) PRIMARY KEY, at datetime(6) NOT NULL,
         epoch bigint unsigned NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
       IF NOT EXISTS (SELECT 1 FROM ${epoch} WHERE site = ?) THEN
         INSERT INTO ${epoch} (site, epoch, region, verified_epoch, changed_at) VALUES (?, 1, ?, 1, UTC_TIMESTAMP(6));
       END IF;
     END`,
    [site, region, site, site, region],
  );
}

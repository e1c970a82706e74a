/** MariaDB's SQL. The proofs and measurements behind it: 10.11. Another dialect is a sibling of this file and of `rows.ts`. */
import { format } from 'mysql2/promise';
import type { PromoteInput } from '../../../ports/ports';
import type { MariaDbOptions } from './options';

const quoted = (identifier: string): string => `\`${identifier.replaceAll('`', '``')}\``;

export const replicaStatus = 'SHOW REPLICA STATUS';
export const startReplica = 'START REPLICA';
export const stopFetching = 'STOP REPLICA IO_THREAD';
export const detach = 'STOP REPLICA; RESET REPLICA ALL';

export const epochTable = ({ database }: MariaDbOptions): string => `${quoted(database)}.handover_epoch`;

/** Three result sets in one round trip: the server, its replica status (empty for none), the epoch row (absent without the table). */
export function state(options: MariaDbOptions): string {
  return format(
    `SELECT @@server_id AS serverId, @@version AS version, @@global.read_only AS readOnly,
       @@global.gtid_binlog_pos AS position, @@global.gtid_slave_pos AS appliedPosition,
       (SELECT COUNT(*) FROM information_schema.processlist WHERE user = ?) AS appSessions,
       (SELECT COUNT(*) FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id
         WHERE user = ? AND (trx_rows_locked > 0 OR trx_rows_modified > 0)) AS openWrites,
       (SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'UPTIME') AS uptime;
     ${replicaStatus};
     BEGIN NOT ATOMIC
       DECLARE CONTINUE HANDLER FOR 1146 BEGIN END;
       SELECT epoch, region, verified_epoch FROM ${epochTable(options)} WHERE site = ?;
     END`,
    [options.shopUser, options.shopUser, options.site],
  );
}

/**
 * One guarded statement, so that a late call of an older epoch changes nothing. The epoch row comes before `read_only = 0`: a crash
 * between the two leaves a fenced server that names itself, and the repetition completes it without raising ids again; the other
 * order could leave a writable server that still carries the old epoch.
 */
export function promote(options: MariaDbOptions, { epoch, region, idGap }: PromoteInput): string {
  const row = epochTable(options);
  const tables = options.idTables.length > 0 ? [...options.idTables] : [''];
  const ids =
    'FROM information_schema.tables WHERE table_schema = ? AND table_name IN (?) AND auto_increment IS NOT NULL';
  return format(
    `BEGIN NOT ATOMIC
       DECLARE held BIGINT DEFAULT (SELECT epoch FROM ${row} WHERE site = ?);
       DECLARE holder VARCHAR(255) DEFAULT (SELECT region FROM ${row} WHERE site = ?);
       IF held > ? OR (held = ? AND holder <> ?) THEN
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = ?;
       END IF;
       IF (SELECT COUNT(*) ${ids}) <> ? THEN
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'one of idTables is missing, or has no AUTO_INCREMENT column';
       END IF;
       IF held IS NULL OR held < ? OR @@global.read_only THEN
         STOP REPLICA;
         RESET REPLICA ALL;
         SET GLOBAL rpl_semi_sync_master_enabled = 0;
         IF held IS NULL OR held < ? THEN
           FOR t IN (SELECT table_name AS name, auto_increment + ? AS next ${ids}) DO
             EXECUTE IMMEDIATE CONCAT('SET STATEMENT lock_wait_timeout=1 FOR ALTER TABLE ', ?, '.\`', t.name, '\` AUTO_INCREMENT = ', t.next);
           END FOR;
           INSERT INTO ${row} (site, epoch, region, verified_epoch, changed_at) VALUES (?, ?, ?, 0, UTC_TIMESTAMP(6))
             ON DUPLICATE KEY UPDATE epoch = VALUES(epoch), region = VALUES(region), changed_at = VALUES(changed_at);
         END IF;
         SET GLOBAL read_only = 0;
       END IF;
     END`,
    [
      ...[options.site, options.site, epoch, epoch, region],
      `its epoch row already names epoch ${epoch} or a higher one, for another transfer`,
      ...[options.database, tables, options.idTables.length],
      ...[epoch, epoch, idGap, options.database, tables, quoted(options.database)],
      ...[options.site, epoch, region],
    ],
  );
}

/** Events that replication brought are disabled on a replica; the primary runs them. Each keeps its definer. */
export function enableEvents({ database }: MariaDbOptions): string {
  return format(
    `BEGIN NOT ATOMIC
       FOR e IN (SELECT event_name AS name, SUBSTRING_INDEX(definer, '@', 1) AS user, SUBSTRING_INDEX(definer, '@', -1) AS host
                 FROM information_schema.events WHERE event_schema = ? AND status = 'SLAVESIDE_DISABLED') DO
         EXECUTE IMMEDIATE CONCAT('ALTER DEFINER=', QUOTE(e.user), '@', QUOTE(e.host), ' EVENT ', ?, '.\`', e.name, '\` ENABLE');
       END FOR;
     END`,
    [database, quoted(database)],
  );
}

export function openTo(options: MariaDbOptions, epoch: number): string {
  return format(
    `BEGIN NOT ATOMIC
       IF @@global.read_only OR NOT EXISTS (SELECT 1 FROM ${epochTable(options)} WHERE site = ? AND epoch = ? AND region = ?) THEN
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = ?;
       END IF;
       UPDATE ${epochTable(options)} SET verified_epoch = epoch WHERE site = ? AND epoch = ?;
     END`,
    [
      ...[options.site, epoch, options.region],
      `it is not the writable primary ${options.region} of epoch ${epoch}`,
      ...[options.site, epoch],
    ],
  );
}

/** Holds a secret. Follows over TLS only, and only a source whose certificate names `sourceHost`. */
export function follow(options: MariaDbOptions, sourceHost: string, demote: boolean): string {
  return format(
    `CHANGE MASTER TO MASTER_HOST=?, MASTER_PORT=?, MASTER_USER=?, MASTER_PASSWORD=?, MASTER_USE_GTID=slave_pos,
       MASTER_CONNECT_RETRY=1, MASTER_HEARTBEAT_PERIOD=1, MASTER_SSL=1, MASTER_SSL_CA=?, MASTER_SSL_VERIFY_SERVER_CERT=1
       ${demote ? ', MASTER_DEMOTE_TO_SLAVE=1' : ''}`,
    [sourceHost, options.port, options.replicationUser, options.replicationPassword, options.sourceCa],
  );
}

/** Forgets the own binary logs: they would contradict the position to start from. */
export function startAt(position: string): string {
  return format('RESET MASTER; SET GLOBAL gtid_slave_pos = ?', [position]);
}

export function wait(position: string, seconds: number): string {
  return format('SELECT MASTER_GTID_WAIT(?, ?) AS answer', [position, seconds]);
}

export function heartbeat({ database }: MariaDbOptions, region: string): string {
  return format(
    `SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', at) DIV 1000 AS atMs, epoch FROM ${quoted(database)}.handover_heartbeat WHERE region = ?`,
    [region],
  );
}

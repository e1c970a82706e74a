/** MariaDB's SQL. The proofs and measurements behind it: 10.11. Another dialect is a sibling of this file and of `rows.ts`. */
import { format } from 'mysql2/promise';
import type { MariaDbOptions } from './options';

export const quoted = (identifier: string): string => `\`${identifier.replaceAll('`', '``')}\``;

export const replicaStatus = 'SHOW REPLICA STATUS';
export const startReplica = 'START REPLICA';
export const pidFile = 'SELECT @@pid_file AS pid, @@datadir AS data';
/** Every server of a domain, and what was replicated; both may be empty. */
export const known = 'SELECT @@global.gtid_binlog_state AS state, @@global.gtid_slave_pos AS replicated';
export const stopFetching = 'STOP REPLICA IO_THREAD';
export const detach = 'STOP REPLICA; RESET REPLICA ALL';

export const epochTable = ({ database }: MariaDbOptions): string => `${quoted(database)}.handover_epoch`;

/**
 * Whether `p` of the process list is a session of a client or a running event, and not the runbook's. The server's own threads, and a replica's
 * session, are known by what they do: the client of an anonymous account chooses the name that is shown (10.11).
 */
export const ofClients = ({ user }: Pick<MariaDbOptions, 'user'>): string =>
  format(
    `(p.user <> ? AND p.command NOT IN ('Daemon', 'Binlog Dump', 'Slave_IO', 'Slave_SQL', 'Slave_worker')
         AND NOT (p.user = 'system user' AND p.host = '') AND NOT (p.user = 'unauthenticated user' AND p.command = 'Connect'))`,
    [user],
  );

/** A row a transaction, whose `data` is its id as XA COMMIT takes it (10.11; asked without a right of its own). */
export const preparedTransactions = "XA RECOVER FORMAT='SQL'";

/** The statement that changes an event and keeps its definer, as an expression over information_schema.events. */
export const alteredEvent = (
  { database }: Pick<MariaDbOptions, 'database'>,
  change: 'ENABLE' | 'DISABLE ON SLAVE',
): string =>
  format(
    `CONCAT('ALTER DEFINER=', QUOTE(LEFT(definer, CHAR_LENGTH(definer) - LOCATE('@', REVERSE(definer)))), '@',
       QUOTE(SUBSTRING_INDEX(definer, '@', -1)), ' EVENT ', ?, '.\`', REPLACE(event_name, '\`', '\`\`'), '\` ${change}')`,
    [quoted(database)],
  );

/**
 * Up to six result sets in one round trip: the server, its replica status (empty for none), prepared transactions, statements that enable
 * events, the epoch row and the note of an unfinished promotion (each of the last two absent without its table).
 */
export function state(options: MariaDbOptions): string {
  return format(
    `SELECT @@server_id AS serverId, @@version AS version, @@global.read_only AS readOnly,
       @@global.gtid_binlog_pos AS position, @@global.gtid_slave_pos AS appliedPosition,
       (SELECT COUNT(*) FROM information_schema.processlist WHERE user = ?) AS appSessions,
       (SELECT COUNT(*) FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id
         WHERE user = ? AND (trx_rows_locked > 0 OR trx_rows_modified > 0)) AS openWrites,
       (SELECT COUNT(*) FROM information_schema.events WHERE event_schema = ? AND status = 'ENABLED'
         AND @@global.event_scheduler <> 'ON') AS idleEvents,
       (SELECT variable_value FROM information_schema.global_status WHERE variable_name = 'UPTIME') AS uptime;
     ${replicaStatus};
     ${preparedTransactions};
     SELECT ${alteredEvent(options, 'ENABLE')} AS enabling FROM information_schema.events
       WHERE event_schema = ? AND status = 'SLAVESIDE_DISABLED' ORDER BY event_name;
     BEGIN NOT ATOMIC
       DECLARE CONTINUE HANDLER FOR 1146 BEGIN END;
       SELECT epoch, region, verified_epoch FROM ${epochTable(options)} WHERE site = ?;
     END;
     BEGIN NOT ATOMIC
       DECLARE CONTINUE HANDLER FOR 1146 BEGIN END;
       SELECT DISTINCT epoch, region, position, applied, UNIX_TIMESTAMP(begun_at) * 1000 AS begun_ms
         FROM ${quoted(options.database)}.handover_promotion LIMIT 1;
     END`,
    [options.shopUser, options.shopUser, options.database, options.database, options.site],
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

export function heartbeat({ database }: Pick<MariaDbOptions, 'database'>, region: string): string {
  return format(
    `SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', at) DIV 1000 AS atMs, epoch FROM ${quoted(database)}.handover_heartbeat WHERE region = ?`,
    [region],
  );
}

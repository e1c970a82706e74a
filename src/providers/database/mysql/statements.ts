/** MySQL's SQL: 8.0.26 or newer, tried on 9.7. What it shares with MariaDB's is imported from there. */
import { format } from 'mysql2/promise';
import { alteredEvent, quoted } from '../mariadb/statements';
import { epochTable } from './guard';
import type { ServerOptions } from '../wire/options';

export const replicaStatus = "SHOW REPLICA STATUS FOR CHANNEL ''";
/** A row for each channel. */
export const channels = 'SHOW REPLICA STATUS';
export const startReplica = "START REPLICA FOR CHANNEL ''";
export const stopReplica = "STOP REPLICA FOR CHANNEL ''";
export const stopFetching = "STOP REPLICA IO_THREAD FOR CHANNEL ''";
export const detach = `${stopReplica}; RESET REPLICA ALL FOR CHANNEL ''`;

/** Replication brings an event so disabled; the word of 8.0 and the one of later versions. */
const disabled = "('SLAVESIDE_DISABLED', 'REPLICA_SIDE_DISABLED')";

/** A set comes with a line end behind each server. */
const oneLine = (set: string): string => `REPLACE(${set}, '\\n', '')`;
/** All that this server has, its own and what was replicated: it logs both. */
export const executed = oneLine('@@global.gtid_executed');
/** What it has of other servers. Its own transactions reach no further than the highest number there is. */
export const applied = oneLine(
  "GTID_SUBTRACT(@@global.gtid_executed, CONCAT(@@global.server_uuid, ':1-9223372036854775806'))",
);

export const noteTable = ({ database }: Pick<ServerOptions, 'database'>): string =>
  `${quoted(database)}.handover_promotion`;

/** The statements that enable or disable events of the shop's schema, a row each. */
export const events = (options: ServerOptions, change: 'ENABLE' | 'DISABLE ON SLAVE'): string =>
  format(
    `SELECT ${alteredEvent(options, change)} AS altered FROM information_schema.events
       WHERE event_schema = ? AND status ${change === 'ENABLE' ? `IN ${disabled}` : "= 'ENABLED'"} ORDER BY event_name`,
    [options.database],
  );

/**
 * Seven result sets in one round trip: the server, its uptime, its replica status (empty for none), prepared transactions, statements that enable
 * events, the note of an unfinished promotion and the epoch row. The last is asked for only with `withRow`: a server may lack its table.
 */
export function state(options: ServerOptions, withRow: boolean): string {
  const note = 'SELECT DISTINCT epoch, region, position, applied, UNIX_TIMESTAMP(begun_at) * 1000 AS begun_ms FROM ';
  return format(
    `SELECT @@server_id AS serverId, @@version AS version, @@global.read_only AS readOnly, ${executed} AS position, ${applied} AS appliedPosition,
       (SELECT COUNT(*) FROM information_schema.processlist WHERE user = ?) AS appSessions,
       (SELECT COUNT(*) FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id
         WHERE user = ? AND (trx_rows_locked > 0 OR trx_rows_modified > 0)) AS openWrites,
       (SELECT COUNT(*) FROM information_schema.events WHERE event_schema = ? AND status = 'ENABLED'
         AND @@global.event_scheduler <> 'ON') AS idleEvents;
     SHOW GLOBAL STATUS LIKE 'Uptime';
     ${replicaStatus};
     XA RECOVER CONVERT XID;
     ${events(options, 'ENABLE')};
     SET @note = IF(EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = 'handover_promotion'), ?, 'DO 0');
     PREPARE note FROM @note;
     EXECUTE note;
     ${withRow ? format(`SELECT epoch, region, verified_epoch FROM ${epochTable(options)} WHERE site = ?`, [options.site]) : 'DO 0'}`,
    [options.shopUser, options.shopUser, options.database, options.database, `${note}${noteTable(options)} LIMIT 1`],
  );
}

/** Holds a secret. Follows over TLS only, and only a source whose certificate names `sourceHost`. */
export function follow(options: ServerOptions, sourceHost: string): string {
  return format(
    `CHANGE REPLICATION SOURCE TO SOURCE_HOST=?, SOURCE_PORT=?, SOURCE_USER=?, SOURCE_PASSWORD=?, SOURCE_AUTO_POSITION=1,
       SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=1000000, SOURCE_HEARTBEAT_PERIOD=1, SOURCE_SSL=1, SOURCE_SSL_CA=?,
       SOURCE_SSL_VERIFY_SERVER_CERT=1 FOR CHANNEL ''`,
    [sourceHost, options.port, options.replicationUser, options.replicationPassword, options.sourceCa],
  );
}

/** Forgets the own binary logs: they would contradict the position to start from. The words changed with 8.2. */
export const startAt = (position: string, version: string): string =>
  format(`${isOlder(version, 8, 2) ? 'RESET MASTER' : 'RESET BINARY LOGS AND GTIDS'}; SET GLOBAL gtid_purged = ?`, [
    position,
  ]);

function isOlder(version: string, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map((part) => Number.parseInt(part));
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}

export const openTo = (options: ServerOptions, epoch: number): string =>
  format(`UPDATE ${epochTable(options)} SET verified_epoch = epoch WHERE site = ? AND epoch = ?`, [
    options.site,
    epoch,
  ]);

/** 0 is reached, 1 that time is over. */
export const wait = (position: string, seconds: number): string =>
  format('SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?) AS answer', [position, seconds]);

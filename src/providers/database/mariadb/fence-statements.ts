/**
 * SQL of the fence. `read_only` binds neither accounts with READ ONLY ADMIN, which GRANT ALL ON *.* includes, nor the events they define. So
 * a fence also locks those accounts, closes all sessions of clients and stops the event scheduler.
 *
 * All of it runs on the unlogged connection and stays on this server. What the fence changed is remembered by two roles, since roles need no
 * right beyond the one that locking needs: `handover_fence` is granted to each account that was locked, `handover_fence_events` exists where
 * the scheduler ran. An account that its owner had locked is not among them and stays locked.
 */
import { format } from 'mysql2/promise';
import type { MariaDbOptions } from './options';
import { epochTable, ofClients } from './statements';

const lockedRole = 'handover_fence';
const eventsRole = 'handover_fence_events';

/** READ ONLY ADMIN and SUPER among the bits of `access` in `mysql.global_priv` (10.11, sql/privilege.h). */
const readOnlyAdmin = 1n << 33n;
const superBit = 1n << 15n;
/** From 10.11 on SUPER no longer implies READ ONLY ADMIN (MDEV-29596); an older row is read as if it did. */
const separateSince = 101_100;

const local = "'localhost', '127.0.0.1', '::1', @@hostname";

/** Accounts and roles that `read_only` does not bind, by their own rights or by a role, as `name` and `host`. */
function carrying(): string {
  const access = "CAST(COALESCE(JSON_VALUE(priv, '$.access'), 0) AS UNSIGNED)";
  const version = "COALESCE(JSON_VALUE(priv, '$.version_id'), 0)";
  return `WITH RECURSIVE carrying AS (
       SELECT user AS name, host FROM mysql.global_priv
         WHERE ${access} & ${readOnlyAdmin} OR (${version} < ${separateSince} AND ${access} & ${superBit})
       UNION SELECT m.user, m.host FROM mysql.roles_mapping m JOIN carrying c ON c.host = '' AND c.name = m.role)`;
}

/**
 * Accounts among `carrying`: `account` quoted, `name` of the user, `locked`. Left out are the runbook's and the replication's, and `root` on the
 * server's own machine, who can undo any fence.
 */
function exempt({ user, replicationUser, shopUser }: MariaDbOptions): string {
  return format(
    `${carrying()}
     SELECT CONCAT(QUOTE(p.user), '@', QUOTE(p.host)) AS account, p.user AS name,
         COALESCE(JSON_VALUE(p.priv, '$.account_locked'), 0) <> 0 AS locked
       FROM carrying c JOIN mysql.global_priv p ON p.user = c.name AND p.host = c.host
       WHERE COALESCE(JSON_VALUE(p.priv, '$.is_role'), 0) = 0 AND p.user NOT IN (?)
         AND NOT (p.user = 'root' AND p.user <> ? AND p.host IN (${local}))`,
    [[user, replicationUser], shopUser],
  );
}

/** Every account has what this role has. Locking them all would also keep the shop from reading, so it is named instead. */
function publicRight(): string {
  return `${carrying()}
     SELECT 'every account (the role PUBLIC has READ ONLY ADMIN or has it by a role; take it away with REVOKE)' AS writer
       FROM carrying WHERE name = 'PUBLIC' AND host = ''`;
}

/**
 * Procedures and packages of the shop's schema that run with the rights of a definer whom `read_only` does not bind: a locked account and the
 * local `root` too. The server finds the definer's account by host pattern or netmask, as for a login; the host is not compared with a
 * netmask here, so that rather one too many is named. The server refuses a function that writes in a read-only
 * server, whoever its definer is (10.11).
 */
function definerProcedures({ database }: MariaDbOptions): string {
  return format(
    `${carrying()}
     SELECT DISTINCT CONCAT('the ', IF(r.routine_type = 'PROCEDURE', 'procedure ', 'package '), r.routine_schema, '.', r.routine_name,
         ' (it runs with the rights of ', r.definer, '; create it again with SQL SECURITY INVOKER)') AS writer
       FROM information_schema.routines r JOIN carrying c
         ON r.definer LIKE CONCAT(IF(c.name = '', '%', c.name), '@', IF(c.host LIKE '%/%', '%', c.host))
           OR (c.host = '' AND r.definer = c.name)
       WHERE r.routine_schema = ? AND r.routine_type IN ('PROCEDURE', 'PACKAGE BODY') AND r.security_type = 'DEFINER'`,
    [database],
  );
}

/**
 * Sessions of clients and running events, which MariaDB lists with the command Connect, as `id` and `writer`, a phrase. Left out are the
 * runbook's, and root's own local ones that changed no rows. With `exemptOnly`, a session that changed no rows counts only
 * where its account is exempt: others are new and read.
 */
function openSessions(options: MariaDbOptions, exemptOnly: boolean): string {
  const whose = exemptOnly ? `p.user IN (SELECT name FROM (${exempt(options)}) AS e)` : 'TRUE';
  return format(
    `SELECT p.id, CONCAT(CASE WHEN p.command = 'Connect' THEN 'a running event' WHEN trx_rows_modified > 0 THEN 'an open transaction'
         ELSE 'a session' END, ' of ', QUOTE(p.user), ' (connection ', p.id, ')') AS writer
       FROM information_schema.processlist p LEFT JOIN information_schema.innodb_trx ON trx_mysql_thread_id = p.id
       WHERE ${ofClients(options)} AND (trx_rows_modified > 0 OR p.command = 'Connect'
         OR (${whose}
             AND NOT (p.user = 'root' AND p.user <> ? AND (p.host = 'localhost' OR p.host LIKE '127.0.0.1:%' OR p.host LIKE '::1:%'))))`,
    [options.shopUser],
  );
}

/** Waits a second at most for a lock, which only a prepared statement does in a block: whoever holds it is closed while the caller still listens. */
const soon = 'SET STATEMENT lock_wait_timeout=1 FOR';

/** Waits a second at most for statements in flight; open transactions fail at their commit. A server without the epoch table is fenced too. */
export function fence(options: MariaDbOptions, epoch: number): string {
  // Statements about accounts wait for FLUSH TABLES WITH READ LOCK without any limit (10.11.14), so one that has a limit goes before them.
  const free = `UPDATE ${epochTable(options)} SET epoch = epoch WHERE FALSE`;
  const own = `SELECT 1 FROM ${epochTable(options)} WHERE site = ? AND region = ? AND epoch >= ?`;
  return format(
    `BEGIN NOT ATOMIC
       DECLARE CONTINUE HANDLER FOR 1146 BEGIN END;
       EXECUTE IMMEDIATE '${soon} ${free}';
       IF EXISTS (${own}) THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = ?; END IF;
       EXECUTE IMMEDIATE '${soon} SET GLOBAL read_only=1';
     END; ${closeShopSessions(options)}; ${bindExempt(options)}`,
    [options.site, options.region, epoch, `it is the primary ${options.region} of epoch ${epoch} or a later one`],
  );
}

/**
 * The mark comes before the lock: cut off between the two, a repetition locks, and lifting unlocks what is not locked. Sessions are closed
 * whoever they belong to: one keeps the rights of a role that was revoked since, and an anonymous account's shows the name its client gave.
 */
function bindExempt(options: MariaDbOptions): string {
  return `BEGIN NOT ATOMIC
     DECLARE CONTINUE HANDLER FOR 1094 BEGIN END;
     IF @@global.event_scheduler = 'ON' THEN
       EXECUTE IMMEDIATE '${soon} CREATE ROLE IF NOT EXISTS ${eventsRole}';
       SET GLOBAL event_scheduler = OFF;
     END IF;
     FOR a IN (${exempt(options)} HAVING NOT locked) DO
       EXECUTE IMMEDIATE '${soon} CREATE ROLE IF NOT EXISTS ${lockedRole}';
       EXECUTE IMMEDIATE CONCAT('${soon} GRANT ${lockedRole} TO ', a.account);
       EXECUTE IMMEDIATE CONCAT('${soon} ALTER USER ', a.account, ' ACCOUNT LOCK');
     END FOR;
     FOR s IN (${openSessions(options, false)}) DO
       EXECUTE IMMEDIATE CONCAT('KILL CONNECTION ', s.id);
     END FOR;
   END`;
}

function closeShopSessions({ shopUser }: MariaDbOptions): string {
  return format('KILL CONNECTION USER ?', [shopUser]);
}

/** What can write here in spite of `read_only`, a phrase a row. */
export function exemptWriters(options: MariaDbOptions): string {
  return `SELECT CONCAT('the account ', account, ' (it has READ ONLY ADMIN and is not locked)') AS writer
       FROM (${exempt(options)}) AS e WHERE NOT locked
     UNION ALL SELECT writer FROM (${publicRight()}) AS u
     UNION ALL SELECT writer FROM (${definerProcedures(options)}) AS r
     UNION ALL SELECT writer FROM (${openSessions(options, true)}) AS s
     UNION ALL SELECT CONCAT('the event ', event_schema, '.', event_name, ' of ', definer)
       FROM information_schema.events WHERE @@global.event_scheduler = 'ON' AND status = 'ENABLED'`;
}

/**
 * A nested block that unlocks what the fence locked and starts the event scheduler where the fence stopped it. A runbook that may not look has
 * locked nothing.
 */
export const lift = `BEGIN
     DECLARE EXIT HANDLER FOR 1142 BEGIN END;
     FOR a IN (SELECT CONCAT(QUOTE(user), '@', QUOTE(host)) AS account FROM mysql.roles_mapping
               WHERE role = '${lockedRole}' AND admin_option = 'N') DO
       EXECUTE IMMEDIATE CONCAT('ALTER USER ', a.account, ' ACCOUNT UNLOCK');
       EXECUTE IMMEDIATE CONCAT('REVOKE ${lockedRole} FROM ', a.account);
     END FOR;
     IF EXISTS (SELECT 1 FROM mysql.global_priv WHERE host = '' AND user = '${lockedRole}') THEN DROP ROLE ${lockedRole}; END IF;
     IF EXISTS (SELECT 1 FROM mysql.global_priv WHERE host = '' AND user = '${eventsRole}') THEN
       IF @@global.event_scheduler = 'OFF' THEN SET GLOBAL event_scheduler = ON; END IF;
       DROP ROLE ${eventsRole};
     END IF;
   END`;

/**
 * Accounts before `read_only`: cut off between the two, the server is still fenced for all whom `read_only` binds, and the repetition ends it.
 * Refused also where the row names another region: this server's copy of it came by replication.
 */
export function unfence(options: MariaDbOptions, epoch: number): string {
  const row = format(`SELECT 1 FROM ${epochTable(options)} WHERE site = ? AND epoch = ? AND region = ?`, [
    options.site,
    epoch,
    options.region,
  ]);
  const refusal = `its epoch row does not name ${options.region} as primary of epoch ${epoch}`;
  return `BEGIN NOT ATOMIC
     IF NOT EXISTS (${row}) THEN ${format("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = ?", [refusal])}; END IF;
     ${lift};
     SET GLOBAL read_only = 0;
   END`;
}

/**
 * SQL of a promotion, in two guarded blocks, so that a late call of an older epoch changes nothing. Each may be cut off anywhere and repeated.
 *
 * 1. Unlogged: notes the promotion in `handover_promotion`, raises the ids, lifts what a fence had done here. Raising needs the locks that a
 *    dump or a report holds, and while this has not succeeded the server is still a replica.
 * 2. Logged: detaches, raises the ids to the same values for the other region, writes the epoch row, becomes writable, enables events.
 *
 * The epoch row comes before `read_only = 0`: a crash between the two leaves a fenced server that names itself; the other order could leave a
 * writable server that still carries the old epoch. Between detaching and the epoch row only the note tells this server from a replica that
 * somebody detached long ago. It goes with the last statement.
 */
import { format } from 'mysql2/promise';
import type { PromoteInput } from '../../../ports/ports';
import { lift } from './fence-statements';
import type { MariaDbOptions } from './options';
import { alteredEvent, epochTable, quoted } from './statements';

const noteTable = ({ database }: Pick<MariaDbOptions, 'database'>): string => `${quoted(database)}.handover_promotion`;

export const dropNote = (options: Pick<MariaDbOptions, 'database'>): string =>
  `DROP TABLE IF EXISTS ${noteTable(options)}`;

/** Refuses another region's epoch and an older one; then `held` is the epoch of this server, NULL for none. */
function guard(options: MariaDbOptions, { epoch, region }: PromoteInput): string {
  const row = epochTable(options);
  return format(
    `DECLARE held BIGINT DEFAULT (SELECT epoch FROM ${row} WHERE site = ?);
     DECLARE holder VARCHAR(255) DEFAULT (SELECT region FROM ${row} WHERE site = ?);
     DECLARE noted BIGINT DEFAULT NULL;
     IF held > ? OR (held = ? AND holder <> ?) THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = ?; END IF;`,
    [
      ...[options.site, options.site, epoch, epoch, region],
      `its epoch row already names epoch ${epoch} or a higher one, for another transfer`,
    ],
  );
}

/** Waits a second for each table. A note of the same epoch counts only while nothing was replicated since: its ids would be too low. */
export function prepare(options: MariaDbOptions, input: PromoteInput): string {
  const note = noteTable(options);
  const { epoch, region, idGap } = input;
  const tables = options.idTables.length > 0 ? [...options.idTables] : [''];
  const ids = format('t.table_schema = ? AND t.table_name IN (?) AND t.auto_increment IS NOT NULL', [
    options.database,
    tables,
  ]);
  return `BEGIN NOT ATOMIC
     ${guard(options, input)}
     IF (SELECT COUNT(*) FROM information_schema.tables t WHERE ${ids}) <> ${options.idTables.length} THEN
       SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'one of idTables is missing, or has no AUTO_INCREMENT column';
     END IF;
     IF held IS NULL OR held < ${epoch} THEN
       BEGIN
         DECLARE CONTINUE HANDLER FOR 1146 BEGIN END;
         SELECT MAX(n.epoch) INTO noted FROM ${note} n WHERE n.applied = @@global.gtid_slave_pos;
       END;
       IF noted IS NULL OR noted <> ${epoch} THEN
         ${format(`CREATE OR REPLACE TABLE ${note} ENGINE=InnoDB AS SELECT ? AS epoch, ? AS region,`, [epoch, region])}
           CAST(@@global.gtid_binlog_pos AS CHAR(255)) AS position, CAST(@@global.gtid_slave_pos AS CHAR(255)) AS applied,
           UTC_TIMESTAMP(6) AS begun_at, t.table_name AS name, t.auto_increment + ${idGap} AS next
           FROM (SELECT 1 AS one) AS o LEFT JOIN information_schema.tables t ON ${ids};
       END IF;
       ${raiseIds(options)}
     END IF;
     ${lift};
   END`;
}

/**
 * The second limit is for a prepared XA transaction, which holds rows and no lock of the table: the ALTER would wait for it as long as InnoDB
 * lets it, in "Committing alter table to storage engine", also after its caller has given up (10.11).
 */
const raiseIds = (options: MariaDbOptions): string =>
  `FOR t IN (SELECT name, next FROM ${noteTable(options)} WHERE name IS NOT NULL) DO
     EXECUTE IMMEDIATE CONCAT('SET STATEMENT lock_wait_timeout=1, innodb_lock_wait_timeout=1 FOR ALTER TABLE ', ${format('?', [quoted(options.database)])}, '.\`', REPLACE(t.name, '\`', '\`\`'), '\` AUTO_INCREMENT = ', t.next);
   END FOR;`;

export function promote(options: MariaDbOptions, input: PromoteInput): string {
  const row = epochTable(options);
  const { epoch, region } = input;
  return `BEGIN NOT ATOMIC
     ${guard(options, input)}
     IF held IS NULL OR held < ${epoch} THEN
       SET noted = (SELECT MAX(n.epoch) FROM ${noteTable(options)} n);
       IF noted IS NULL OR noted <> ${epoch} THEN
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'its promotion was not prepared';
       END IF;
     END IF;
     IF held IS NULL OR held < ${epoch} OR @@global.read_only THEN
       STOP REPLICA;
       RESET REPLICA ALL;
       SET GLOBAL rpl_semi_sync_master_enabled = 0;
       IF held IS NULL OR held < ${epoch} THEN
         ${raiseIds(options)}
         ${format(
           `INSERT INTO ${row} (site, epoch, region, verified_epoch, changed_at) VALUES (?, ?, ?, 0, UTC_TIMESTAMP(6))
           ON DUPLICATE KEY UPDATE epoch = VALUES(epoch), region = VALUES(region), changed_at = VALUES(changed_at);`,
           [options.site, epoch, region],
         )}
       END IF;
       SET GLOBAL read_only = 0;
     END IF;
     ${setEvents(options, 'SLAVESIDE_DISABLED', 'ENABLE')};
     ${dropNote(options)};
   END`;
}

/**
 * A nested block that changes the events of the shop's schema. Replication brings them disabled to a replica, and a primary runs them. Each
 * keeps its definer. One that can't be changed, such as an event whose time is over, holds up no other and no promotion: `DatabaseState` has
 * those that are still disabled. `unless` declares what ends the block.
 */
function setEvents(
  options: MariaDbOptions,
  from: 'SLAVESIDE_DISABLED' | 'ENABLED',
  change: 'ENABLE' | 'DISABLE ON SLAVE',
  unless = '',
): string {
  return format(
    `BEGIN
       FOR e IN (SELECT ${alteredEvent(options, change)} AS altered FROM information_schema.events WHERE event_schema = ? AND status = ?) DO
         BEGIN
           DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END;
           ${unless}
           EXECUTE IMMEDIATE e.altered;
         END;
       END FOR;
     END`,
    [options.database, from],
  );
}

/** Logged, so that the other region keeps them disabled. */
export const enableEvents = (options: MariaDbOptions): string =>
  `BEGIN NOT ATOMIC ${setEvents(options, 'SLAVESIDE_DISABLED', 'ENABLE')}; END`;

/**
 * A replica runs no events, also one that came by a copy of the primary's files; unlogged. Where a right is missing it is refused: events that
 * run on both sides part the two.
 */
export const disableEvents = (options: MariaDbOptions): string =>
  `BEGIN NOT ATOMIC ${setEvents(options, 'ENABLED', 'DISABLE ON SLAVE', 'DECLARE EXIT HANDLER FOR 1044, 1142, 1227 RESIGNAL;')}; END`;

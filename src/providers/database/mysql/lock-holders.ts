/** Sessions whose locks are in the way of a fence or a promotion of a MySQL. */
import { format } from 'mysql2/promise';
import type { Connection } from '../wire/connection';
import { DatabaseError } from '../wire/failures';
import { closingSessions, insistWith, type Circle, type Locks } from '../mariadb/lock-holders';
import type { ServerOptions } from '../wire/options';
import { preparedOf } from './rows';

/** It has ended; it belongs to an account with SYSTEM_USER, which only another such account may close. */
const [ended, spared] = [1094, 1095];

const within: Readonly<Record<Circle, string>> = {
  busy: "(p.command <> 'Sleep' OR p.id IN (SELECT trx_mysql_thread_id FROM information_schema.innodb_trx))",
  everybody: 'TRUE',
};

/** The shop's come last: their short statements hold up the least. Left out are the server's own threads, the runbook's and a replica's session. */
const holders = ({ user, replicationUser, shopUser }: ServerOptions, circle: Circle): string =>
  format(
    `SELECT p.id, CONCAT('connection ', p.id, ' of ', QUOTE(p.user), ' (', p.command, ', ', p.time, ' s)') AS holder
       FROM information_schema.processlist p
       WHERE p.user NOT IN (?) AND p.command NOT IN ('Daemon', 'Binlog Dump', 'Binlog Dump GTID') AND ${within[circle]}
       ORDER BY p.user = ?, p.time DESC`,
    [[user, replicationUser, 'system user', 'event_scheduler'], shopUser],
  );

async function close(line: Connection, ids: readonly number[]): Promise<void> {
  for (const id of ids)
    try {
      await line.ask(closingSessions, `KILL CONNECTION ${id}`);
    } catch (error) {
      if (!(error instanceof DatabaseError) || (error.errno !== ended && error.errno !== spared)) throw error;
    }
}

const locksOf = (options: ServerOptions): Locks => ({
  holders: (circle) => holders(options, circle),
  close,
  prepared: async (line) => preparedOf((await line.ask('tell its prepared transactions', 'XA RECOVER CONVERT XID'))[0]),
});

/** Asks; where a lock is in the way, closes a circle of sessions and asks again: see `insistWith`. */
export const insisted = (
  options: ServerOptions,
  line: Connection,
  closing: readonly Circle[],
  ask: () => Promise<unknown>,
): Promise<string[]> => insistWith(locksOf(options), line, closing, ask);

/** Sessions whose locks are in the way of a fence or a promotion: who they are, and closing them. */
import { format } from 'mysql2/promise';
import { DatabaseError, isLockWaitTimeout } from '../wire/failures';
import type { Connection, Row } from '../wire/connection';
import type { MariaDbOptions } from './options';
import { preparedOf } from './rows';
import { ofClients, preparedTransactions } from './statements';

/**
 * Those with an open transaction or a running statement, such as a dump or a report; every client. The server tells who holds
 * which lock only with a plugin that Debian does not load, so the circle is widened until the lock is free.
 */
export type Circle = 'busy' | 'everybody';

/** What of it differs between kinds of servers. */
export interface Locks {
  /** SQL that gives `id` and `holder`, a phrase, for each session that may hold a lock; those whose end holds up the least come last. */
  holders: (circle: Circle) => string;
  /** Closes sessions; one that has ended meanwhile is no failure. */
  close: (line: Connection, ids: readonly number[]) => Promise<void>;
  /** A phrase for each prepared transaction, with what ends it. */
  prepared: (line: Connection) => Promise<string[]>;
}

interface Insisting {
  /** How `what` is put to `line`, with limits in milliseconds. */
  line: Connection;
  what: string;
  statement: string;
  limitMs?: number;
  /** Whom to close, one circle after the other. */
  closing: readonly Circle[];
}

/**
 * Asks; where a lock is in the way, closes a circle of sessions and asks again. One act, not a retry: each circle is closed once.
 * @returns a phrase for each session that was closed
 * @throws DatabaseError(unavailable), with the sessions or the prepared transaction that may hold the lock, when the last circle did not free it
 */
export const insist = (options: MariaDbOptions, { line, closing, ...asked }: Insisting): Promise<string[]> =>
  insistWith(locksOf(options), line, closing, () => line.ask(asked.what, asked.statement, asked.limitMs));

/** As `insist`, of any kind of server. */
export async function insistWith(
  locks: Locks,
  line: Connection,
  closing: readonly Circle[],
  ask: () => Promise<unknown>,
): Promise<string[]> {
  const closed: string[] = [];
  for (const circle of [...closing, undefined]) {
    try {
      await ask();
      return closed;
    } catch (error) {
      if (!isLockWaitTimeout(error)) throw error;
      if (circle === undefined) throw await withHolders(error as DatabaseError, locks, line);
      closed.push(...(await close(locks, line, circle)));
    }
  }
  return closed;
}

const locksOf = (options: MariaDbOptions): Locks => ({
  holders: (circle) => holders(options, circle),
  close: async (line, ids) => {
    const kills = ids.map((id) => `KILL CONNECTION ${id};`).join(' ');
    const statement = `BEGIN NOT ATOMIC DECLARE CONTINUE HANDLER FOR 1094 BEGIN END; ${kills} END`;
    await line.ask(closingSessions, statement);
  },
  prepared: async (line) => preparedOf((await line.ask('tell its prepared transactions', preparedTransactions))[0]),
});

export const closingSessions = 'close sessions in the way';

async function close(locks: Locks, line: Connection, circle: Circle): Promise<string[]> {
  const found = await holdersOf(locks, line, circle);
  const ids = found.map(({ id }) => Number(id));
  if (ids.length > 0) await locks.close(line, ids);
  return found.map(({ holder }) => String(holder));
}

async function withHolders(error: DatabaseError, locks: Locks, line: Connection): Promise<DatabaseError> {
  const [standing, ...alike] = await locks.prepared(line);
  if (standing !== undefined)
    return held(error, standing, alike.length, 'no session holds it, so type one of the two there');
  const [first, ...others] = await holdersOf(locks, line, 'busy');
  if (first === undefined) return error;
  return held(error, String(first['holder']), others.length, `end it there: KILL CONNECTION ${Number(first['id'])}`);
}

function held(error: DatabaseError, holder: string, others: number, move: string): DatabaseError {
  const more = others > 0 ? ` and ${others} more` : '';
  return new DatabaseError(
    error.kind,
    `${error.message} The lock may be held by ${holder}${more}; ${move}`,
    error.errno,
  );
}

async function holdersOf(locks: Locks, line: Connection, circle: Circle): Promise<Row[]> {
  const [rows = []] = await line.ask('tell whose sessions are open', locks.holders(circle));
  return rows;
}

/** The shop's come last: their short statements hold up the least. A replica that is just connecting holds no lock. */
function holders(options: MariaDbOptions, circle: Circle): string {
  const within = {
    busy: "(p.command <> 'Sleep' OR p.id IN (SELECT trx_mysql_thread_id FROM information_schema.innodb_trx))",
    everybody: 'TRUE',
  }[circle];
  return format(
    `SELECT p.id, CONCAT('connection ', p.id, ' of ', QUOTE(p.user), ' (', p.command, ', ', p.time, ' s)') AS holder
       FROM information_schema.processlist p WHERE ${ofClients(options)} AND p.user <> ? AND ${within} ORDER BY p.user = ?, p.time DESC`,
    [options.replicationUser, options.shopUser],
  );
}

/**
 * The fence. `super_read_only` binds every account and every event, also those of administrators; only appliers of replication write in spite of it.
 * `offline_mode` closes the sessions of all accounts without CONNECTION_ADMIN, whose open transactions end with them, and admits no others.
 * SET PERSIST writes both into mysqld-auto.cnf, which the server reads behind its option files, so a restart lifts neither (9.7).
 */
import { format } from 'mysql2/promise';
import type { FenceFile } from '../../../ports/ports';
import type { Connection, Row } from '../wire/connection';
import { text } from '../wire/rows';
import { askGuarded, isOver, isPrimaryOf, isWithoutTable } from './guard';
import { insisted } from './lock-holders';
import type { ServerOptions } from '../wire/options';
import { channels } from './statements';

interface Fenced {
  options: ServerOptions;
  server: string;
  unlogged: Connection;
}

/** A second for statements in flight: whoever holds the lock is closed while the caller still listens. */
const raise = `SET PERSIST offline_mode = ON;
     SET SESSION lock_wait_timeout = 1;
     SET PERSIST super_read_only = ON;
     SET SESSION lock_wait_timeout = 10`;

/** `read_only` goes last, so that a server that is writable has nothing of a fence left. What is no longer persisted is up to the option file. */
export const lift = `SET GLOBAL offline_mode = OFF;
     RESET PERSIST IF EXISTS offline_mode;
     RESET PERSIST IF EXISTS super_read_only;
     RESET PERSIST IF EXISTS read_only;
     SET GLOBAL super_read_only = OFF;
     SET GLOBAL read_only = OFF`;

/** A replica stays read-only, also after a restart, and may be read. */
export const liftOffline = `SET PERSIST super_read_only = ON; SET GLOBAL offline_mode = OFF; RESET PERSIST IF EXISTS offline_mode`;

/** A server without the epoch table is fenced too. @returns a phrase for each session that was closed since its lock was in the way */
export function fence({ options, server, unlogged }: Fenced, epoch: number): Promise<string[]> {
  const asked = { what: 'become read-only', statement: raise };
  return insisted(options, unlogged, ['everybody'], async () => {
    try {
      await askGuarded(unlogged, server, { ...asked, guards: [isOver(options, epoch)] });
    } catch (error) {
      if (!isWithoutTable(error)) throw error;
      await unlogged.ask(asked.what, asked.statement);
    }
  });
}

export async function unfence({ options, server, unlogged }: Fenced, epoch: number): Promise<void> {
  const guards = [isPrimaryOf(options, epoch)];
  await askGuarded(unlogged, server, { what: `become writable in epoch ${epoch}`, guards, statement: lift });
}

/** What can write here in spite of a fence, a phrase each. */
export async function exemptWriters({ unlogged }: Fenced): Promise<string[]> {
  const asked = `SELECT @@global.super_read_only AS bound; ${channels}`;
  const [settings = [], fed = []] = await unlogged.ask('tell who can write in spite of read_only', asked);
  const [row] = settings;
  const unbound =
    row !== undefined && text(row, 'bound') !== '0'
      ? []
      : ['every account that has CONNECTION_ADMIN (SET GLOBAL super_read_only = ON)'];
  return [...unbound, ...fed.filter(writesHere).map(channelPhrase)];
}

/** A channel with a name, by which a server feeds this one that is no region of the site. */
const writesHere = (row: Row): boolean => text(row, 'Channel_Name') !== '' && text(row, 'Replica_SQL_Running') !== 'No';

function channelPhrase(row: Row): string {
  const name = format('?', [text(row, 'Channel_Name')]);
  return `the replication channel ${name} from ${text(row, 'Source_Host')} (STOP REPLICA FOR CHANNEL ${name})`;
}

/** Whether mysqld-auto.cnf keeps the server read-only through a restart; without it the option files say, which are not read here. */
export async function persisted(unlogged: Connection): Promise<FenceFile> {
  const [rows = []] = await unlogged.ask(
    'tell its persisted variables',
    "SELECT variable_value AS value FROM performance_schema.persisted_variables WHERE variable_name = 'super_read_only'",
  );
  const stands = rows.some((row) => /^(ON|1)$/i.test(text(row, 'value')));
  return {
    path: 'super_read_only in mysqld-auto.cnf',
    removal: 'on the server type: RESET PERSIST super_read_only',
    stands,
    ...(stands && { startsReadOnly: true }),
  };
}

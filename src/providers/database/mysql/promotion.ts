/**
 * A promotion, in guarded packets, so that a late call of an older epoch changes nothing. Each may be cut off anywhere and repeated.
 *
 * 1. Unlogged: lowers `super_read_only` and keeps `read_only`, which still binds everybody but administrators; notes the promotion in
 *    `handover_promotion`; raises the ids. While this has not succeeded the server is still a replica.
 * 2. Logged: detaches, raises the ids to the same values for the other region, writes the epoch row, lifts the fence, enables events.
 *
 * The epoch row comes before `read_only = OFF`: a crash between the two leaves a fenced server that names itself. Between detaching and the epoch
 * row only the note tells this server from a replica that somebody detached long ago; it goes last.
 */
import { format } from 'mysql2/promise';
import { PortError } from '../../../ports/errors';
import type { PromoteInput } from '../../../ports/ports';
import type { Connection, Row } from '../wire/connection';
import { DatabaseError } from '../wire/failures';
import { text } from '../wire/rows';
import { quoted } from '../mariadb/statements';
import { lift } from './fence';
import { askGuarded, epochTable, isBefore, isOpenTo } from './guard';
import { insisted } from './lock-holders';
import type { ServerOptions } from '../wire/options';
import { applied, detach, events, executed, noteTable } from './statements';

interface Promoting {
  options: ServerOptions;
  server: string;
  main: Connection;
  unlogged: Connection;
}

const limitMs = 10_000;

export const dropNote = (options: ServerOptions): string => `DROP TABLE IF EXISTS ${noteTable(options)}`;

/** @returns a phrase for each session that was closed since its lock was in the way */
export async function promote(hand: Promoting, input: PromoteInput, held: number | undefined): Promise<string[]> {
  const { options, server, main, unlogged } = hand;
  const guards = [isOpenTo(options, input)];
  const what = `become the primary of epoch ${input.epoch}`;
  const isBegun = held !== undefined && held >= input.epoch;
  const closing = ['busy', 'everybody'] as const;
  const before = isBegun ? [] : await insisted(options, unlogged, closing, () => prepare(hand, input, what));
  const after = await insisted(options, unlogged, closing, async () => {
    const asked = isBegun ? lift : await becoming(hand, input);
    await askGuarded(main, server, {
      what,
      guards: isBegun ? guards : [...guards, isBefore(options, input.epoch)],
      statement: asked,
      limitMs,
    });
  });
  await changeEvents(main, options, 'ENABLE');
  await unlogged.ask(what, dropNote(options), limitMs);
  return [...before, ...after];
}

/** A note of the same epoch counts only while nothing was replicated since: its ids would be too low. */
async function prepare(hand: Promoting, input: PromoteInput, what: string): Promise<void> {
  const { options, server, unlogged } = hand;
  const guards = [isOpenTo(options, input), isBefore(options, input.epoch)];
  const ask = (statement: string) => askGuarded(unlogged, server, { what, guards, statement, limitMs });
  await ask('SET GLOBAL super_read_only = OFF');
  await ask(noteForm(options));
  const noted = format(`SELECT 1 FROM ${noteTable(options)} WHERE epoch = ? AND applied = ${applied}`, [input.epoch]);
  const [found = []] = await ask(noted);
  if (found.length === 0) await ask(note(options, input, await idsOf(hand)));
  await ask(await raising(hand));
}

const noteForm = (options: ServerOptions): string =>
  `CREATE TABLE IF NOT EXISTS ${noteTable(options)} (epoch BIGINT UNSIGNED NOT NULL, region VARCHAR(255) NOT NULL, position LONGTEXT NOT NULL,
     applied LONGTEXT NOT NULL, begun_at DATETIME(6) NOT NULL, name VARCHAR(64), next BIGINT UNSIGNED) ENGINE=InnoDB`;

/**
 * What the information schema says of a next id is up to a day old unless `information_schema_stats_expiry` is 0, as this session has it; a
 * table that never had a row has NULL there (9.7).
 */
async function idsOf({ options, server, unlogged }: Promoting): Promise<{ name: string; next: string }[]> {
  const { database, idTables } = options;
  if (idTables.length === 0) return [];
  const [rows = []] = await unlogged.ask(
    'tell its next ids',
    format(
      `SELECT t.table_name AS name, COALESCE(t.auto_increment, 1) AS next
         FROM information_schema.tables t JOIN information_schema.columns c USING (table_schema, table_name)
         WHERE t.table_schema = ? AND t.table_name IN (?) AND c.extra LIKE '%auto_increment%'`,
      [database, [...idTables]],
    ),
  );
  if (rows.length !== idTables.length)
    throw new PortError(
      'refused',
      `${server} refused to raise its ids: one of idTables is missing, or has no AUTO_INCREMENT column.`,
    );
  return rows.map((row) => ({ name: text(row, 'name'), next: text(row, 'next') }));
}

function note(
  options: ServerOptions,
  { epoch, region, idGap }: PromoteInput,
  ids: { name: string; next: string }[],
): string {
  const entries =
    ids.length === 0 ? [[null, null]] : ids.map(({ name, next }) => [name, (BigInt(next) + BigInt(idGap)).toString()]);
  const rows = entries.map((entry) =>
    format(`(?, ?, ${executed}, ${applied}, UTC_TIMESTAMP(6), ?, ?)`, [epoch, region, ...entry]),
  );
  return `START TRANSACTION; DELETE FROM ${noteTable(options)}; INSERT INTO ${noteTable(options)} VALUES ${rows.join(', ')}; COMMIT`;
}

/**
 * A second for each table: whoever holds its lock is closed while the caller still listens. The second limit is for a prepared XA transaction,
 * which holds rows and no lock of the table.
 */
async function raising({ options, unlogged }: Promoting): Promise<string> {
  const [rows = []] = await unlogged.ask(
    'read its note',
    `SELECT name, CAST(next AS CHAR) AS next FROM ${noteTable(options)} WHERE name IS NOT NULL`,
  );
  const alters = rows.map(
    (row) =>
      `ALTER TABLE ${quoted(options.database)}.${quoted(text(row, 'name'))} AUTO_INCREMENT = ${BigInt(text(row, 'next'))}`,
  );
  return [
    'SET SESSION lock_wait_timeout = 1, SESSION innodb_lock_wait_timeout = 1',
    ...alters,
    'SET SESSION lock_wait_timeout = 10, SESSION innodb_lock_wait_timeout = DEFAULT',
  ].join('; ');
}

async function becoming(hand: Promoting, { epoch, region }: PromoteInput): Promise<string> {
  const { options } = hand;
  const row = format(
    `INSERT INTO ${epochTable(options)} (site, epoch, region, verified_epoch, changed_at) VALUES (?, ?, ?, 0, UTC_TIMESTAMP(6)) AS new
       ON DUPLICATE KEY UPDATE epoch = new.epoch, region = new.region, changed_at = new.changed_at`,
    [options.site, epoch, region],
  );
  return `${detach}; ${await raising(hand)}; ${row}; ${lift}`;
}

/** Logged on a primary, so that the other region keeps them disabled. One that can't be enabled, as its time is over, holds up no promotion. */
export async function changeEvents(
  line: Connection,
  options: ServerOptions,
  change: 'ENABLE' | 'DISABLE ON SLAVE',
): Promise<void> {
  const [rows = []] = await line.ask('tell its events', events(options, change));
  for (const row of rows) await changed(line, row, change);
}

async function changed(line: Connection, row: Row, change: string): Promise<void> {
  try {
    await line.ask('change one of its events', text(row, 'altered'), limitMs);
  } catch (error) {
    if (change !== 'ENABLE' || !(error instanceof DatabaseError)) throw error;
  }
}

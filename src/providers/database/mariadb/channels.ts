/**
 * Replication channels with a name, by which another server feeds this one. The channel without a name is the runbook's own. `read_only` binds
 * no channel, and SQL can't ask for them within a block (10.11), so a fence stops them after its own block. The role
 * `handover_fence_channel_NAME` remembers each that it stopped: see `fence-statements.ts`.
 */
import { format } from 'mysql2/promise';
import type { Connection, Row } from '../wire/connection';
import { text } from '../wire/rows';

interface Channel {
  name: string;
  sourceHost: string;
  /** Its applier runs, so it writes. */
  applies: boolean;
}

const rolePrefix = 'handover_fence_channel_';
/** An applier finishes its current transaction before it stops. */
const stopMs = 10_000;

export const show = 'SHOW ALL REPLICAS STATUS';

/** Those with a name, of the rows of `show`. */
const channelsIn = (rows: readonly Row[] = []): Channel[] =>
  rows
    .map((row) => ({
      name: text(row, 'Connection_name'),
      sourceHost: text(row, 'Master_Host'),
      applies: text(row, 'Slave_SQL_Running') !== 'No',
    }))
    .filter(({ name }) => name !== '');

/** A phrase for each channel with a name of the rows of `show`, whether it runs or not. */
export const channelPhrases = (rows: readonly Row[] = []): string[] => channelsIn(rows).map(phrase);

/** A phrase for each that writes, with what stops it. */
export const writingChannels = (rows: readonly Row[] = []): string[] =>
  channelsIn(rows)
    .filter(({ applies }) => applies)
    .map((channel) => `${phrase(channel)} (STOP REPLICA ${quoted(channel.name)})`);

const phrase = ({ name, sourceHost }: Channel) => `the replication channel ${quoted(name)} from ${sourceHost}`;

/** In SQL's own way, which also a server with NO_BACKSLASH_ESCAPES takes. */
const quoted = (name: string) => `'${name.replaceAll("'", "''")}'`;

/** The mark comes before the stop: cut off between the two, a repetition stops, and starting one that runs changes nothing. */
export async function stopChannels(unlogged: Connection): Promise<void> {
  const [rows] = await unlogged.ask('tell its replication channels', show);
  const writing = channelsIn(rows).filter(({ applies }) => applies);
  if (writing.length === 0) return;
  const stops = writing.map(({ name }) =>
    format('CREATE ROLE IF NOT EXISTS ?; STOP REPLICA ?', [`${rolePrefix}${name}`, name]),
  );
  await unlogged.ask('stop its replication channels', stops.join('; '), stopMs);
}

/** Starts on a writable server what a fence stopped. One that can't start, as it was removed meanwhile, holds up no promotion. */
export async function startChannels(unlogged: Connection): Promise<void> {
  const marked = `SELECT user AS role, SUBSTR(user, ${rolePrefix.length + 1}) AS name FROM mysql.global_priv
         WHERE host = '' AND LEFT(user, ${rolePrefix.length}) = '${rolePrefix}'`;
  await unlogged.ask(
    'start its replication channels',
    `BEGIN NOT ATOMIC
       DECLARE EXIT HANDLER FOR 1142 BEGIN END;
       FOR c IN (${marked}) DO
         BEGIN
           DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN END;
           EXECUTE IMMEDIATE CONCAT('START REPLICA ', QUOTE(c.name));
         END;
         EXECUTE IMMEDIATE CONCAT('DROP ROLE ', QUOTE(c.role));
       END FOR;
     END`,
  );
}

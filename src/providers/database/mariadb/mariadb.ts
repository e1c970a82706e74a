import { PortError } from '../../../ports/errors';
import type { AttachInput, Database, DatabaseState, PromoteInput, ReplicaState } from '../../../ports/ports';
import { DatabaseError } from '../wire/failures';
import { isPosition } from './positions';
import { knownOf, reached, replicaOf, stateOf } from './rows';
import { heartbeatOf } from '../wire/rows';
import * as channels from './channels';
import * as files from './fence-file';
import * as fences from './fence-statements';
import { insist } from './lock-holders';
import * as promotions from './promotion-statements';
import { makeTables } from './own-tables';
import { linesTo, type Lines } from '../wire/lines';
import { canStopFetching, mustStart } from '../wire/replica';
import * as sql from './statements';
import type { MariaDbOptions } from './options';

/** A replication thread finishes its current transaction before it stops. */
const threadLimitMs = 10_000;
/** One wait holds its connection no longer than this, so that a closed one is noticed. */
const sliceMs = 5_000;
/** The right to read a table is missing. */
const tableDenied = 1142;

type Hand = Lines<MariaDbOptions>;

/** MariaDB 10.10 or newer with GTID replication. Connects when first asked and again after any failure. */
export function mariadb(options: MariaDbOptions): Database {
  const hand = linesTo(options);
  const { main, unlogged } = hand;
  return {
    state: () => stateThrough(hand),
    fence: (epoch) => fence(hand, epoch),
    exemptWriters: () => exemptWriters(hand),
    unfence: (epoch) => unfence(hand, epoch),
    writeFenceFile: async () => {
      if (options.fenceFile) await files.write({ ...options.fenceFile, region: options.region });
    },
    fenceFile: () => files.found(options, unlogged),
    waitFor: (position, waitMs) => waitFor(hand, position, waitMs),
    stopFetching: () => stopFetching(hand),
    promote: (input) => promote(hand, input),
    attach: (input) => attach(hand, input),
    startReplication: () => startReplication(hand),
    detach: async () => {
      if (await replicaThrough(hand)) await main.ask('detach from its source', sql.detach, threadLimitMs);
      await unlogged.ask('give up its promotion', promotions.dropNote(options));
    },
    openTo: async (epoch) => {
      await main.ask(`open to customers of epoch ${epoch}`, sql.openTo(options, epoch));
    },
    makeTables: async () => {
      await main.ask("make handover's tables", makeTables(options), threadLimitMs);
    },
    known: async () => knownOf((await main.ask('tell all it has had', sql.known))[0]?.[0]),
    heartbeat: async (region) =>
      heartbeatOf((await main.ask(`show the heartbeat of ${region}`, sql.heartbeat(options, region)))[0]?.[0]),
    close: hand.close,
  };
}

async function stateThrough({ main, options }: Hand): Promise<DatabaseState> {
  return stateOf(await main.ask('tell its state', sql.state(options)));
}

async function replicaThrough({ main }: Hand): Promise<ReplicaState | undefined> {
  return replicaOf((await main.ask('tell its replica status', sql.replicaStatus))[0]?.[0]);
}

async function fence({ options, unlogged }: Hand, epoch: number): Promise<string[]> {
  const statement = fences.fence(options, epoch);
  const asked = { line: unlogged, what: 'become read-only', statement, closing: ['everybody'] } as const;
  const closed = await insist(options, asked);
  await channels.stopChannels(unlogged);
  return closed;
}

/** A dump or a report on the standby must not hold up a promotion: what holds its locks is closed. */
async function promote({ options, main, unlogged }: Hand, input: PromoteInput): Promise<string[]> {
  const asked = {
    what: `become the primary of epoch ${input.epoch}`,
    limitMs: threadLimitMs,
    closing: ['busy', 'everybody'],
  } as const;
  const before = await insist(options, { ...asked, line: unlogged, statement: promotions.prepare(options, input) });
  const after = await insist(options, { ...asked, line: main, statement: promotions.promote(options, input) });
  await channels.startChannels(unlogged);
  await files.lift(options, unlogged);
  return [...before, ...after];
}

async function exemptWriters({ unlogged, options, server }: Hand): Promise<string[]> {
  try {
    const asked = `${fences.exemptWriters(options)}; ${channels.show}`;
    const [rows = [], fed] = await unlogged.ask('tell who can write in spite of read_only', asked);
    return [...rows.map(({ writer }) => String(writer)), ...channels.writingChannels(fed)];
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.errno !== tableDenied) throw error;
    throw new PortError(
      'denied',
      `${server} does not show its accounts to ${options.user}, so nobody knows who can write in spite of read_only; type there: GRANT SELECT ON mysql.* TO ${options.user}`,
    );
  }
}

async function unfence(hand: Hand, epoch: number): Promise<void> {
  if (await replicaThrough(hand)) {
    throw new PortError('refused', `${hand.server} is a replica, so it is not made writable.`);
  }
  const statement = `${fences.unfence(hand.options, epoch)}; ${promotions.dropNote(hand.options)}`;
  await hand.unlogged.ask(`become writable in epoch ${epoch}`, statement);
  await hand.main.ask('enable its events', promotions.enableEvents(hand.options));
  await channels.startChannels(hand.unlogged);
  await files.lift(hand.options, hand.unlogged);
}

async function waitFor({ waiting, server, timeoutMs }: Hand, position: string, waitMs: number): Promise<boolean> {
  if (position === '') return true;
  if (!isPosition(position)) {
    throw new PortError(
      'refused',
      `${JSON.stringify(position)} is not a position that ${server} can wait for; it must be like 0-1-99.`,
    );
  }
  const end = Date.now() + waitMs;
  for (;;) {
    const slice = Math.max(0, Math.min(sliceMs, end - Date.now()));
    const rows = await waiting.ask(`wait for ${position}`, sql.wait(position, slice / 1_000), slice + timeoutMs);
    if (reached(rows[0]?.[0])) return true;
    if (Date.now() >= end) return false;
  }
}

async function stopFetching(hand: Hand): Promise<void> {
  if (canStopFetching(hand.server, await replicaThrough(hand)))
    await hand.main.ask('stop fetching', sql.stopFetching, threadLimitMs);
}

async function attach(hand: Hand, { sourceHost, how }: AttachInput): Promise<void> {
  const { readOnly, replica } = await stateThrough(hand);
  if (!readOnly) {
    throw new PortError('conflict', `${hand.server} is writable; fence it before it replicates from ${sourceHost}.`);
  }
  if (how.kind === 'from-position' && !isPosition(how.position)) {
    throw new PortError(
      'refused',
      `${JSON.stringify(how.position)} is not a position that ${hand.server} can start from; it must be like 0-1-99.`,
    );
  }
  const follows = replica?.sourceHost === sourceHost && replica.usesGtid;
  if (follows && replica.sql && replica.io !== 'no') return;
  const what = `follow ${sourceHost}`;
  const stoppedOnly = follows && replica.error === undefined;
  if (!stoppedOnly) {
    const start = how.kind === 'from-position' ? `; ${sql.startAt(how.position)}` : '';
    await hand.main.ask(what, `STOP REPLICA${start}`, threadLimitMs);
    await hand.main.askWithSecret(what, sql.follow(hand.options, sourceHost, how.kind === 'demote'), threadLimitMs);
  }
  const alone = `${promotions.disableEvents(hand.options)}; ${promotions.dropNote(hand.options)}`;
  await hand.unlogged.ask('disable its events', alone, threadLimitMs);
  await hand.main.ask(what, sql.startReplica, threadLimitMs);
}

async function startReplication(hand: Hand): Promise<void> {
  const isStopped = mustStart(hand.server, await stateThrough(hand));
  if (isStopped) await hand.main.ask('start replication', sql.startReplica, threadLimitMs);
}

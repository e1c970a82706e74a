import { PortError } from '../../../ports/errors';
import type { AttachInput, Database, DatabaseState, ReplicaState } from '../../../ports/ports';
import type { Connection } from '../wire/connection';
import { heartbeatOf, number } from '../wire/rows';
import { heartbeat } from '../mariadb/statements';
import { exemptWriters, fence, liftOffline, persisted, unfence } from './fence';
import { askGuarded, isPrimaryOf, isWithoutTable, isWritable } from './guard';
import type { ServerOptions } from '../wire/options';
import { makeTables } from './own-tables';
import { plainPosition } from './positions';
import { changeEvents, dropNote, promote } from './promotion';
import { replicaOf, stateOf } from './rows';
import { linesTo, type Lines } from '../wire/lines';
import { canStopFetching, mustStart } from '../wire/replica';
import * as sql from './statements';

/** A replication thread finishes its current transaction before it stops. */
const threadLimitMs = 10_000;
/** One wait holds its connection no longer than this, so that a closed one is noticed. */
const sliceMs = 5_000;
/** No limit at all is what MySQL understands by 0. */
const shortestWaitMs = 1;
/** What the information schema tells of the next ids would be up to a day old. */
const session = 'SESSION information_schema_stats_expiry = 0';

type Hand = Lines<ServerOptions>;

/** MySQL 8.0.26 or newer with GTID replication. Connects when first asked and again after any failure. */
export function mysql(options: ServerOptions): Database {
  const hand = linesTo(options, session);
  const { main, unlogged, server } = hand;
  return {
    state: () => stateThrough(hand),
    fence: (epoch) => fence(hand, epoch),
    exemptWriters: () => exemptWriters(hand),
    unfence: (epoch) => lifted(hand, epoch),
    // What SET PERSIST wrote with the fence is its file.
    writeFenceFile: () => Promise.resolve(),
    fenceFile: () => persisted(unlogged),
    waitFor: (position, waitMs) => waitFor(hand, position, waitMs),
    stopFetching: () => stopFetching(hand),
    promote: async (input) => promote(hand, input, (await stateThrough(hand)).epoch?.epoch),
    attach: (input) => attach(hand, input),
    startReplication: () => startReplication(hand),
    detach: () => detach(hand),
    openTo: (epoch) => openTo(hand, epoch),
    makeTables: () => makeTables(options, server, main),
    // A set names every server.
    known: async () => (await stateThrough(hand)).position,
    heartbeat: async (region) =>
      heartbeatOf((await main.ask(`show the heartbeat of ${region}`, heartbeat(options, region)))[0]?.[0]),
    close: hand.close,
  };
}

async function stateThrough({ main, options }: Hand): Promise<DatabaseState> {
  const what = 'tell its state';
  try {
    return stateOf(await main.ask(what, sql.state(options, true)));
  } catch (error) {
    if (!isWithoutTable(error)) throw error;
    return stateOf(await main.ask(what, sql.state(options, false)));
  }
}

async function replicaThrough({ main }: Hand): Promise<ReplicaState | undefined> {
  return replicaOf((await main.ask('tell its replica status', sql.replicaStatus))[0]?.[0]);
}

async function lifted(hand: Hand, epoch: number): Promise<void> {
  const { options, server, main, unlogged } = hand;
  if (await replicaThrough(hand)) throw new PortError('refused', `${server} is a replica, so it is not made writable.`);
  await unfence(hand, epoch);
  await changeEvents(main, options, 'ENABLE');
  await unlogged.ask('give up its promotion', dropNote(options), threadLimitMs);
}

async function openTo({ options, server, main }: Hand, epoch: number): Promise<void> {
  await askGuarded(main, server, {
    what: `open to customers of epoch ${epoch}`,
    guards: [isWritable, isPrimaryOf(options, epoch)],
    statement: sql.openTo(options, epoch),
  });
}

async function waitFor({ waiting, server, timeoutMs }: Hand, position: string, waitMs: number): Promise<boolean> {
  if (position === '') return true;
  const plain = plainOf(position, `${server} can wait for`);
  const end = Date.now() + waitMs;
  for (;;) {
    const slice = Math.max(shortestWaitMs, Math.min(sliceMs, end - Date.now()));
    const [rows] = await waiting.ask(`wait for ${plain}`, sql.wait(plain, slice / 1_000), slice + timeoutMs);
    const [row] = rows ?? [];
    if (row !== undefined && number(row, 'answer') === 0) return true;
    if (Date.now() >= end) return false;
  }
}

function plainOf(position: string, purpose: string): string {
  try {
    return plainPosition(position);
  } catch {
    const because = `${JSON.stringify(position)} is not a position that ${purpose}; it must be like 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-99.`;
    throw new PortError('refused', because);
  }
}

async function stopFetching(hand: Hand): Promise<void> {
  if (canStopFetching(hand.server, await replicaThrough(hand)))
    await hand.main.ask('stop fetching', sql.stopFetching, threadLimitMs);
}

async function attach(hand: Hand, { sourceHost, how }: AttachInput): Promise<void> {
  const { options, main, unlogged, server } = hand;
  const { readOnly, replica, version } = await stateThrough(hand);
  if (!readOnly)
    throw new PortError('conflict', `${server} is writable; fence it before it replicates from ${sourceHost}.`);
  const start =
    how.kind === 'from-position' ? sql.startAt(plainOf(how.position, `${server} can start from`), version) : undefined;
  const follows = replica?.sourceHost === sourceHost && replica.usesGtid;
  if (follows && replica.sql && replica.io !== 'no') return standBy(hand);
  const what = `follow ${sourceHost}`;
  if (!follows || replica.error !== undefined) {
    await main.ask(what, [sql.stopReplica, ...(start === undefined ? [] : [start])].join('; '), threadLimitMs);
    await main.askWithSecret(what, sql.follow(options, sourceHost), threadLimitMs);
  }
  await alone(unlogged, options);
  await standBy(hand);
  await main.ask(what, sql.startReplica, threadLimitMs);
}

/** `super_read_only` refuses also what stays on this server, so it is lowered for a moment; `read_only` is not. */
async function alone(unlogged: Connection, options: ServerOptions): Promise<void> {
  await unlogged.ask('prepare to follow', `SET GLOBAL super_read_only = OFF; ${dropNote(options)}`, threadLimitMs);
  await changeEvents(unlogged, options, 'DISABLE ON SLAVE');
}

async function standBy({ unlogged }: Hand): Promise<void> {
  await unlogged.ask('stay read-only as a replica', liftOffline, threadLimitMs);
}

async function startReplication(hand: Hand): Promise<void> {
  const isStopped = mustStart(hand.server, await stateThrough(hand));
  await standBy(hand);
  if (isStopped) await hand.main.ask('start replication', sql.startReplica, threadLimitMs);
}

/** A promotion that is given up had lowered `super_read_only` and left a note. */
async function detach(hand: Hand): Promise<void> {
  const { main, unlogged, options } = hand;
  const { readOnly, promoting } = await stateThrough(hand);
  if (await replicaThrough(hand)) await main.ask('detach from its source', sql.detach, threadLimitMs);
  if (promoting === undefined) return;
  const lowered = readOnly ? 'SET GLOBAL super_read_only = OFF; ' : '';
  const raised = readOnly ? '; SET GLOBAL super_read_only = ON' : '';
  await unlogged.ask('give up its promotion', `${lowered}${dropNote(options)}${raised}`, threadLimitMs);
}

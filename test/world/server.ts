/** A MariaDB as far as a transfer can tell: a log, a read-only switch, an epoch row, and a replica's two threads with a relay log between them. */
import { PortError } from '../../src/ports/errors';
import type { AttachInput, DatabaseState, EpochRow, PromoteInput, Promoting } from '../../src/ports/ports';
import { idOf, sequenceOf } from './positions';

export interface Transaction {
  server: number;
  sequence: number;
  order?: { key: string; id: number };
  heartbeat?: { region: string; atMs: number; epoch: number };
  row?: EpochRow;
}

interface Replication {
  sourceHost: string;
  fetching: boolean;
  applying: boolean;
  connected: boolean;
  /** False after a restart: the server no longer says what it had fetched. */
  fetchedKnown: boolean;
  relay: Transaction[];
  error?: string;
}

export interface Server {
  region: string;
  serverId: number;
  up: boolean;
  readOnly: boolean;
  log: Transaction[];
  row: EpochRow;
  replication: Replication | undefined;
  /** The shop has connections open until then. */
  busyUntil: number;
  /** Ids start beyond it; a promotion raises it. */
  idFloor: number;
  lastId: number;
  startedAt: number;
  /** Applied in one round of 20 ms; 0 is an applier that lags for ever. */
  applyRate: number;
  /** Fetched transactions that were thrown away without having been applied. */
  discarded: Transaction[];
  /** What a fence leaves able to write; a fence of the world's own leaves nobody. */
  exemptWriters: string[];
  promoting: Promoting | undefined;
  disabledEvents: string[];
}

const lastOf = (log: readonly Transaction[]) => log[log.length - 1];
export const positionOf = (log: readonly Transaction[]) => {
  const last = lastOf(log);
  return last === undefined ? '' : idOf(last);
};

export function newServer(region: string, serverId: number, readOnly: boolean): Server {
  const row = { epoch: 1, region: 'A', verifiedEpoch: 1 };
  const log = [{ server: 1, sequence: 1, row }];
  return {
    region,
    serverId,
    up: true,
    readOnly,
    log,
    row,
    replication: undefined,
    busyUntil: 0,
    idFloor: 0,
    lastId: 0,
    startedAt: 0,
    applyRate: 1_000,
    discarded: [],
    exemptWriters: [],
    promoting: undefined,
    disabledEvents: [],
  };
}

/** Commits one transaction of the shop or of a promotion. Only the caller knows whether it may write. */
export function write(server: Server, what: Omit<Transaction, 'server' | 'sequence'>): void {
  const sequence = (lastOf(server.log)?.sequence ?? 0) + 1;
  apply(server, { ...what, server: server.serverId, sequence });
}

/** The shop's own user writes one order. Every second id is this server's, as `auto_increment_increment` has it. */
export function writeOrder(server: Server, key: string): number {
  if (!server.up || server.readOnly) throw new PortError('unavailable', `${server.region}'s database takes no orders.`);
  let id = Math.max(server.lastId, server.idFloor) + 1;
  if (id % 2 !== server.serverId % 2) id += 1;
  write(server, { order: { key, id } });
  return id;
}

/** What another server wrote, in its order. A server whose history went on without it refuses it, as gtid_strict_mode does. */
export function append(server: Server, log: readonly Transaction[]): void {
  for (const transaction of log) {
    if (transaction.sequence !== (lastOf(server.log)?.sequence ?? 0) + 1)
      throw new PortError('refused', `${idOf(transaction)} does not follow ${positionOf(server.log)}.`);
    apply(server, transaction);
  }
}

function apply(server: Server, transaction: Transaction): void {
  server.log.push(transaction);
  if (transaction.row) server.row = transaction.row;
  if (transaction.order) server.lastId = Math.max(server.lastId, transaction.order.id);
}

/** One round of both threads. */
export function replicate(server: Server, source: Server | undefined): void {
  const { replication } = server;
  if (!replication) return;
  replication.connected = replication.fetching && source?.up === true && replication.error === undefined;
  if (replication.connected && source) {
    const have = lastOf(replication.relay)?.sequence ?? lastOf(server.log)?.sequence ?? 0;
    const index = source.log.findLastIndex((each) => each.sequence <= have);
    replication.relay.push(...source.log.slice(index + 1));
    replication.fetchedKnown = true;
  }
  if (!replication.applying) return;
  for (const transaction of replication.relay.splice(0, server.applyRate)) apply(server, transaction);
}

export function stateOf(server: Server, now: number): DatabaseState {
  const { replication } = server;
  const position = positionOf(server.log);
  return {
    serverId: server.serverId,
    version: '10.11.19-MariaDB',
    readOnly: server.readOnly,
    position,
    appliedPosition: position,
    epoch: { ...server.row },
    appSessions: now < server.busyUntil ? 1 : 0,
    openWrites: now < server.busyUntil ? 1 : 0,
    uptimeSeconds: (now - server.startedAt) / 1000,
    disabledEvents: server.disabledEvents,
    ...(server.promoting && { promoting: server.promoting }),
    ...(replication && {
      replica: {
        sourceHost: replication.sourceHost,
        io: !replication.fetching ? 'no' : replication.connected ? 'yes' : 'connecting',
        sql: replication.applying,
        fetchedPosition: replication.fetchedKnown ? positionOf([...server.log, ...replication.relay]) : '',
        usesGtid: true,
        secondsBehind: replication.connected ? 0 : null,
        ...(replication.error === undefined ? {} : { error: replication.error }),
      },
    }),
  };
}

/** MariaDB compares sequence numbers of the domain only. */
export const hasApplied = (server: Server, position: string) =>
  (lastOf(server.log)?.sequence ?? 0) >= sequenceOf(position);

/** As the adapter asks for it, in the name of a plan. */
export function fenceFor(server: Server, region: string, epoch: number): boolean {
  if (server.row.region === region && server.row.epoch >= epoch)
    throw new PortError('refused', `It is the primary ${region} of epoch ${server.row.epoch}.`);
  return fence(server);
}

export function fence(server: Server): boolean {
  const changed = !server.readOnly;
  server.readOnly = true;
  server.busyUntil = 0;
  return changed;
}

export function unfence(server: Server, epoch: number): boolean {
  if (server.row.epoch !== epoch || server.replication) {
    throw new PortError('refused', `The row says epoch ${server.row.epoch}, or the server follows another one.`);
  }
  const changed = server.readOnly;
  server.readOnly = false;
  server.promoting = undefined;
  return changed;
}

export function stopFetching(server: Server): boolean {
  const { replication } = server;
  if (!replication) return false;
  if (!replication.applying) throw new PortError('conflict', 'The applier is stopped.');
  const changed = replication.fetching;
  replication.fetching = false;
  replication.connected = false;
  return changed;
}

export function startReplication(server: Server): boolean {
  const { replication } = server;
  if (!replication) throw new PortError('conflict', 'This server is not a replica.');
  if (!replication.fetching && !replication.applying) discardRelay(server);
  const changed = !replication.fetching || !replication.applying;
  replication.fetching = true;
  replication.applying = true;
  return changed;
}

function discardRelay(server: Server): void {
  server.discarded.push(...(server.replication?.relay.splice(0) ?? []));
}

/** As the adapter asks for it: a promotion that was begun is given up. */
export function detachForGood(server: Server): boolean {
  const changed = server.promoting !== undefined;
  server.promoting = undefined;
  return detach(server) || changed;
}

function detach(server: Server): boolean {
  if (!server.replication) return false;
  discardRelay(server);
  server.replication = undefined;
  return true;
}

/**
 * `half`: the server was cut off after it had detached and before the row was written.
 * Says whether the row was written, which makes the promotion; completing a half or repeating a whole one is harmless.
 */
export function promote(server: Server, order: PromoteInput, half = false): boolean {
  const { row } = server;
  const owned = row.epoch === order.epoch && row.region === order.region;
  if (row.epoch > order.epoch || (row.epoch === order.epoch && !owned)) {
    throw new PortError('refused', `The row says epoch ${row.epoch} of ${row.region}.`);
  }
  if (!server.readOnly && owned) return false;
  const position = positionOf(server.log);
  if (server.promoting?.epoch !== order.epoch || server.promoting.applied !== position)
    server.promoting = { epoch: order.epoch, region: order.region, position, applied: position, atMs: 0 };
  server.idFloor = Math.max(server.idFloor, server.lastId + order.idGap);
  detach(server);
  if (half) return false;
  if (!owned) write(server, { row: { ...row, epoch: order.epoch, region: order.region } });
  server.readOnly = false;
  server.promoting = undefined;
  server.disabledEvents = [];
  return !owned;
}

export function openTo(server: Server, epoch: number): boolean {
  if (server.row.epoch !== epoch) throw new PortError('refused', `The row says epoch ${String(server.row.epoch)}.`);
  if (server.readOnly) throw new PortError('refused', 'The server is read-only.');
  if (server.row.verifiedEpoch === epoch) return false;
  write(server, { row: { ...server.row, verifiedEpoch: epoch } });
  return true;
}

export function attach(server: Server, order: AttachInput, source: Server | undefined): boolean {
  if (!server.readOnly) throw new PortError('conflict', 'The server is writable; it must be fenced first.');
  const follows = server.replication?.sourceHost === order.sourceHost;
  if (follows && server.replication?.fetching && server.replication.applying) return false;
  const last = lastOf(server.log);
  const isPrefix = source?.log.some((each) => each.server === last?.server && each.sequence === last.sequence);
  server.replication = {
    sourceHost: order.sourceHost,
    fetching: true,
    applying: true,
    connected: false,
    fetchedKnown: false,
    relay: [],
    ...(isPrefix || source === undefined ? {} : { error: '1236: the slave has diverged' }),
  };
  return true;
}

/** Both configuration files say read-only and do not start replication: a server that restarts is fenced and detached. */
export function restart(server: Server, now: number): void {
  server.up = true;
  server.readOnly = true;
  server.startedAt = now;
  server.busyUntil = 0;
  if (!server.replication) return;
  server.replication = {
    ...server.replication,
    fetching: false,
    applying: false,
    connected: false,
    fetchedKnown: false,
  };
}

/** Everything of a region but its database: settings and what the shop really runs with, sessions, uploads, the host's one service. */
import type { SessionWrites } from '../../src/ports/ports';
import type { ShopSettings } from '../../src/domain/shop-settings';
import { newServer, type Server, type Transaction } from './server';

export interface RegionState {
  name: string;
  address: string;
  server: Server;
  file: ShopSettings;
  /** A reload takes a moment; until then the shop runs with the old settings. */
  running: ShopSettings;
  reloadAt: number;
  gate: string | undefined;
  schedulerPaused: boolean;
  proxy: string | undefined;
  sessions: {
    role: 'primary' | 'replica';
    sourceHost: string | undefined;
    linkUp: boolean;
    offset: number;
    pausedUntil: number;
    /** Why a restart may take its role back. */
    roleUnkept?: string;
    /** What it says of writes where that does not follow from its role. */
    writes?: SessionWrites;
    cacheFlushes: number;
  };
  uploads: Set<string>;
  /** What it had after its last mirror of each region. */
  mirrored: Map<string, ReadonlySet<string>>;
  /** Lists of paths on its host, by their own path. */
  lists: Map<string, string[]>;
  hostUp: boolean;
  /** What the service command ends with when it can't do its work, such as 1 of a sudo that is refused. */
  serviceBroken: number | undefined;
  /** Milliseconds for which the service still runs after it was told to stop. */
  stopTakesMs: number;
  stoppedAt: number;
  /** Canary orders taken, by key; none may stay. */
  canaries: Map<string, number>;
  /** Another server's logs on this host, by folder. */
  keptLogs: Map<string, Transaction[]>;
}

export const addresses: Record<string, string> = { A: '198.51.100.10', B: '203.0.113.10' };
export const tableRegions: Record<string, string> = { A: 'lab-a', B: 'lab-b' };
export const reloadMs = 300;

/** A is the home and primary of epoch 1, B its replica. */
export function newRegion(name: string): RegionState {
  const primary = name === 'A';
  const file: ShopSettings = {
    role: primary ? 'primary' : 'standby',
    epoch: 1,
    tableRegion: tableRegions[name] ?? '',
    scheduler: primary ? 'on' : 'off',
  };
  const server = newServer(name, primary ? 1 : 2, !primary);
  if (!primary) {
    const sourceHost = addresses['A'] ?? '';
    server.replication = { sourceHost, fetching: true, applying: true, connected: true, fetchedKnown: true, relay: [] };
  }
  return {
    name,
    address: addresses[name] ?? '',
    server,
    file,
    running: file,
    reloadAt: 0,
    gate: undefined,
    schedulerPaused: false,
    proxy: undefined,
    sessions: {
      role: primary ? 'primary' : 'replica',
      sourceHost: primary ? undefined : addresses['A'],
      linkUp: !primary,
      offset: 0,
      pausedUntil: 0,
      cacheFlushes: 0,
    },
    uploads: new Set(['2026/11/product.jpg']),
    mirrored: new Map(),
    lists: new Map(),
    hostUp: true,
    serviceBroken: undefined,
    stopTakesMs: 0,
    stoppedAt: 0,
    canaries: new Map(),
    keptLogs: new Map(),
  };
}

/** Why the region's shop does not serve customers, or undefined when it does. The same five conditions as the shop's plugin. */
export function notServing({ name, running, server }: RegionState): string | undefined {
  if (!server.up) return 'its database does not answer';
  if (running.role !== 'primary') return 'its role is standby';
  if (running.epoch !== server.row.epoch) return 'its settings are of another epoch than its database';
  if (server.row.region !== name) return `the database names ${server.row.region} as the primary`;
  if (server.readOnly) return 'its database is read-only';
  if (server.row.verifiedEpoch !== server.row.epoch) return 'it has not been verified in this epoch';
  return undefined;
}

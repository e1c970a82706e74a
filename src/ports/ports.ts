/**
 * What the steps may ask of the world. Each port states its promise; every adapter, and the in-memory world of the tests, keeps it.
 * Common to all: one attempt, one timeout, no retries; a failure is one of the errors in `errors.ts`; reading never changes anything.
 */
import type { Alert } from '../domain/alert';
import type { ShopSettings } from '../domain/shop-settings';
import type { Database } from './database';

export type { EpochRow, ReplicaState, DatabaseState, PromoteInput, AttachInput, Database } from './database';

import type { Positions } from './positions';
import type { RejoinPorts } from './rejoin';
import type { Traffic } from './traffic';

export type { Traffic, TrafficReading } from './traffic';

/** Sessions and carts of one region, and its object cache. */
export interface Sessions {
  state: () => Promise<{
    role: 'primary' | 'replica';
    sourceHost?: string;
    linkUp: boolean;
    offset: number;
    sourceOffset?: number;
  }>;
  /** Holds writes for at most `ms`; they resume by themselves. */
  pauseWrites: (ms: number) => Promise<void>;
  resumeWrites: () => Promise<void>;
  promote: () => Promise<void>;
  follow: (sourceHost: string) => Promise<void>;
  /** Empties the object cache, never the sessions. */
  flushCache: () => Promise<void>;
  close: () => Promise<void>;
}

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A region's host over ssh. */
export interface Host {
  /** Runs one shell command; a non-zero code is an answer, not an error. Unavailable when the transport fails or time is over. */
  run: (
    command: string,
    options: { timeoutMs: number; stdin?: string; onProgress?: (line: string) => void; signal?: AbortSignal },
  ) => Promise<CommandResult>;
  close: () => Promise<void>;
}

/** The shop's settings and switches on one region's host. */
export interface Settings {
  read: () => Promise<ShopSettings>;
  /** Writes beside, tests the configuration, swaps, reloads without dropping a request. A broken configuration is found before the reload and leaves the old one in force (Refused). Returns the previous settings. */
  apply: (next: ShopSettings) => Promise<ShopSettings>;
  gate: (because: string) => Promise<void>;
  ungate: () => Promise<void>;
  gated: () => Promise<string | undefined>;
  pauseScheduler: () => Promise<void>;
  resumeScheduler: () => Promise<void>;
  schedulerPaused: () => Promise<boolean>;
  /** Sends every customer request of this region to `address`; undefined serves here again. */
  proxyTo: (address: string | undefined) => Promise<void>;
  proxiedTo: () => Promise<string | undefined>;
}

/** Uploads. */
export interface Media {
  /** Copies what `from` has and this region lacks or has older; never deletes. */
  pullFrom: (
    from: string,
    options: { timeoutMs: number; onProgress?: (line: string) => void; signal?: AbortSignal },
  ) => Promise<{ copied: number }>;
  /** Paths that differ from `from` by content, capped; empty when this region has everything. */
  missingFrom: (from: string, timeoutMs: number) => Promise<string[]>;
}

/** The shop's own account of itself (`GET /health`), as read from one region's own address. */
export interface ShopHealth {
  region: string;
  role: string;
  epoch: number;
  tableRegion: string;
  scheduler: string;
  gate: string;
  workerPid: number;
  serving: boolean;
  because: string;
  database: {
    reachable: boolean;
    serverId: number;
    readOnly: boolean;
    epoch: number;
    primary: string;
    verifiedEpoch: number;
  };
  sessions: { reachable: boolean; role: string };
}

/** The shop over HTTPS at one region's own address, with the shop's Host and SNI. */
export interface Shop {
  health: () => Promise<ShopHealth>;
  serving: () => Promise<{ serving: boolean; because: string; region: string }>;
  /** Places and removes one order that moves no stock, money or mail; the answer proves region and epoch. */
  canaryOrder: (key: string) => Promise<{ region: string; epoch: number }>;
}

export interface RecordSet {
  name: string;
  type: 'A' | 'AAAA' | 'CNAME';
  ttlSeconds: number;
  values: string[];
}

/** The zone that names the shop. */
export interface Dns {
  kind: string;
  /** One whole set or undefined when absent. Where records have TTLs of their own, the highest is that of the set. */
  read: (name: string, type: RecordSet['type']) => Promise<RecordSet | undefined>;
  /** Replaces `expected` by `next`, also where an earlier attempt broke half-way; Conflict when what is there is none of these. Repeating it changes nothing. Never leaves the name empty. */
  replace: (expected: RecordSet, next: RecordSet) => Promise<void>;
  /**
   * What would stop a move of this set and only its provider can tell: a missing scope, a proxied or shadowed record, an alias. Each a
   * sentence that says what to change; empty when nothing does. Changes nothing.
   */
  flaws: (name: string, type: RecordSet['type']) => Promise<string[]>;
  /** Asks each authoritative server, `times` in a row; for `NS` of the zone, which servers it has. */
  answers: (name: string, type: RecordSet['type'] | 'NS', times: number) => Promise<DnsAnswer[]>;
  /** Asks each resolver that the site names; they may go on with an old answer until its TTL is over. */
  resolved: Dns['answers'];
}

/** What one server said; `values` is undefined when it said nothing, or not always the same. */
export interface DnsAnswer {
  server: string;
  values: string[] | undefined;
  because: string;
}

/** One region's endpoint of the DynamoDB table. */
export interface Table {
  /** Writes the own canary item with a nonce and reads it back. Denied and Limited are errors of their own: they are silence, not failure. */
  canary: (key: string, nonce: string, epoch: number) => Promise<{ ms: number }>;
  /** The nonce last seen under `key`, undefined when absent. */
  read: (key: string) => Promise<string | undefined>;
}

export interface Alerts {
  send: (alert: Alert) => Promise<void>;
}

/** Everything a step may use; built from the site by `connect.ts`, or by the in-memory world in tests. */
export interface Ports extends RejoinPorts {
  database: (region: string) => Database;
  /** Compares positions of the databases, which are of one kind. */
  positions: Positions;
  sessions: (region: string) => Sessions;
  host: (region: string) => Host;
  settings: (region: string) => Settings;
  media: (region: string) => Media;
  shop: (region: string) => Shop;
  table: (tableRegion: string) => Table;
  dns: Dns;
  /** Only where the site names one. */
  traffic?: Traffic;
  alerts: Alerts;
  /** Names of all regions of the site. */
  regions: readonly string[];
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Resolves after `ms`, or at once when `signal` aborts. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/**
 * The ports of the steps. Each documents its guarantees; every adapter and the tests' in-memory world keep them.
 * Common to all: one attempt, one timeout, no retries; failures are the errors in `errors.ts`; reading never changes anything.
 */
import type { Alert } from '../domain/alert';
import type { Recipients } from '../domain/open-alerts';
import type { ShopSettings } from '../domain/shop-settings';
import type { Database } from './database';
import type { Inspection } from './inspection';
import type { Media } from './media';

export type {
  EpochRow,
  ReplicaState,
  DatabaseState,
  FenceFile,
  PromoteInput,
  Promoting,
  AttachInput,
  Database,
} from './database';

import type { Positions } from './positions';
import type { RejoinPorts } from './rejoin';
import type { Sessions } from './sessions';
import type { Traffic } from './traffic';

export type { Media, MediaCopy, MediaDifference } from './media';
export type { Sessions, SessionWrites } from './sessions';
export type { Traffic, TrafficReading } from './traffic';

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A region's host over ssh. */
export interface Host {
  /**
   * Runs one shell command; a non-zero exit code is a result, not an error. Unavailable when the transport fails or times out. With
   * `onProgress`, lines that a carriage return overwrites are handed on and not among the output.
   */
  run: (
    command: string,
    options: { timeoutMs: number; stdin?: string; onProgress?: (line: string) => void; signal?: AbortSignal },
  ) => Promise<CommandResult>;
  close: () => Promise<void>;
}

/** The shop's settings and switches on one region's host. */
export interface Settings {
  read: () => Promise<ShopSettings>;
  /** Writes a new file, tests the configuration, swaps the files, and reloads without dropping a request. An invalid configuration is Refused before the reload and the old one stays in use. Returns the previous settings. */
  apply: (next: ShopSettings) => Promise<ShopSettings>;
  gate: (because: string) => Promise<void>;
  ungate: () => Promise<void>;
  gated: () => Promise<string | undefined>;
  /** Requests that are writing orders now; undefined where the shop does not count them. Absent where it should, and there is nothing to count by. */
  inFlight: () => Promise<number | undefined>;
  pauseScheduler: () => Promise<void>;
  resumeScheduler: () => Promise<void>;
  schedulerPaused: () => Promise<boolean>;
  /** Proxies this region's customer requests to `address`; undefined stops proxying. */
  proxyTo: (address: string | undefined) => Promise<void>;
  proxiedTo: () => Promise<string | undefined>;
}

/** The shop's health report (`GET /health`), read from one region's own address. */
export interface ShopHealth {
  region: string;
  role: string;
  epoch: number;
  /** Empty where the shop has no table. */
  tableRegion: string;
  scheduler: string;
  gate: string;
  workerPid: number;
  /** Versions of WordPress and of plugins by name; absent when the shop does not tell them. */
  versions?: Record<string, string>;
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
}

/** The shop over HTTPS at one region's own address, with the shop's Host and SNI. */
export interface Shop {
  health: () => Promise<ShopHealth>;
  serving: () => Promise<{ serving: boolean; because: string; region: string }>;
  /** Places and removes one order that changes no stock, charges no money and sends no mail; the response proves region and epoch. */
  canaryOrder: (key: string) => Promise<{ region: string; epoch: number }>;
  /** When the certificate that the region's web server shows for the shop's name ends, in milliseconds since the epoch. */
  certificateEndsAt: () => Promise<number>;
}

export interface RecordSet {
  name: string;
  type: 'A' | 'AAAA' | 'CNAME';
  ttlSeconds: number;
  values: string[];
}

/** The DNS zone of the shop's records. */
export interface Dns {
  kind: string;
  /** The complete set; undefined when absent. If its records have different TTLs, the highest. */
  read: (name: string, type: RecordSet['type']) => Promise<RecordSet | undefined>;
  /** Replaces `expected` with `next`, also after an attempt that broke off half-way; Conflict for any other set. Repeating it changes nothing. Never leaves the name empty. */
  replace: (expected: RecordSet, next: RecordSet) => Promise<void>;
  /**
   * Provider-side problems that would stop a move of this set: a missing scope, a proxied or overridden record, an alias. Each a sentence
   * that says what to change; empty when there are none. Changes nothing.
   */
  flaws: (name: string, type: RecordSet['type']) => Promise<string[]>;
  /** Queries each authoritative server `times` in a row; `NS` of the zone returns its name servers. */
  answers: (name: string, type: RecordSet['type'] | 'NS', times: number) => Promise<DnsAnswer[]>;
  /** Queries each resolver of the site; resolvers may return an old answer until its TTL has passed. */
  resolved: Dns['answers'];
}

/** One server's answer; `values` is undefined when it did not answer or its answers differed. */
export interface DnsAnswer {
  server: string;
  values: string[] | undefined;
  because: string;
}

/** One region's endpoint of the DynamoDB table. */
export interface Table {
  /** Writes its own canary item with a nonce and reads it back. Denied and Limited are separate errors: they make a reading silent, not failed. */
  canary: (key: string, nonce: string, epoch: number) => Promise<{ ms: number }>;
  /** The nonce last seen under `key`, undefined when absent. */
  read: (key: string) => Promise<string | undefined>;
}

export interface Alerts {
  /**
   * One attempt, to one of `alertChannels`. A channel with threads answers where it keeps what belongs to the alert's incident; `thread` is what
   * it answered before.
   */
  send: (alert: Alert, channel: string, thread?: string) => Promise<string | undefined>;
}

/** A service outside that calls somebody when it has heard nothing for too long. */
export interface DeadMan {
  /** One attempt. */
  allIsWell: () => Promise<void>;
}

/** All ports of a step; built from the site by `connect.ts`, or by the in-memory world in tests. */
export interface Ports extends RejoinPorts {
  database: (region: string) => Database;
  /** What the database and its host are set to; undefined where handover has no rules for the kind of database. */
  inspection: (region: string) => Inspection | undefined;
  /** Compares positions of the databases, which are all of one kind. */
  positions: Positions;
  sessions: (region: string) => Sessions;
  host: (region: string) => Host;
  settings: (region: string) => Settings;
  media: (region: string) => Media;
  shop: (region: string) => Shop;
  table: (tableRegion: string) => Table;
  dns: Dns;
  /** Only when the site configures one. */
  traffic?: Traffic;
  alerts: Alerts;
  /** Names of the channels: the kind, with a number from the second of a kind on, such as `slack 2`. `log` is always one. */
  alertChannels: readonly string[];
  /** Of these, those that are told at once, and the others with the time after which. */
  recipients: Recipients;
  /** Only when the site configures one. */
  deadMan?: DeadMan;
  /** Names of all regions of the site. */
  regions: readonly string[];
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Resolves after `ms`, or at once when `signal` aborts. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

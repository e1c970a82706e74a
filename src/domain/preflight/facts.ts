/** What is known of the servers that a transfer relies on: plain data, read by `ports/inspection.ts` and judged by the rules beside this file. */

import type { ShopWords } from '../salvage/entities/tables';

/** What was read, or the sentence that says why it could not be read. */
export type Told<T> = { told: T } | { unread: string };

export interface SettingFacts {
  /** Global variables by their names in lower case. One that the server does not have is absent. */
  variables: Readonly<Record<string, string>>;
  /** Filters of its replication and of its own log, by name; an empty value filters nothing. */
  filters: Readonly<Record<string, string>>;
  /** Seconds by which it delays what it fetched; 0 when it is no replica. */
  delaySeconds: number;
  /** Transactions that were prepared for a two-phase commit and not ended, a phrase each with what ends it. */
  prepared: readonly string[];
  /** Replication channels with a name, by which another server feeds this one, a phrase each. The runbook's own has none. */
  channels: readonly string[];
  /** Its clock minus that of the runbook in milliseconds; the true difference is at most `errorMs` away. */
  clock: { aheadMs: number; errorMs: number };
  /** When its certificate ends, in milliseconds since the epoch; absent when the server does not say. */
  certificateEndsAt?: number;
}

/** A base table of the shop's schema. */
interface TableFact {
  name: string;
  engine: string;
  /** The engine has transactions. */
  transactional: boolean;
  primaryKey: boolean;
  /** Columns of every unique key that takes no NULL, the primary key included; absent where they were not read. */
  keys?: readonly (readonly string[])[];
  autoIncrement: boolean;
}

/** A program that is stored in the shop's schema. */
export interface StoredProgram {
  kind: 'event' | 'trigger' | 'procedure' | 'function';
  name: string;
  /** `user@host`; empty when it runs with the rights of its caller. */
  definer: string;
}

export interface SchemaFacts {
  tables: readonly TableFact[];
  programs: readonly StoredProgram[];
}

export interface RightFacts {
  /** Global rights by `user@host`, with those of the account's roles. */
  accounts: Readonly<Record<string, readonly string[]>>;
  /** The accounts of each user of the site file, and of the runbook the one it is logged in as: keys of `accounts`. */
  users: Readonly<Record<'shop' | 'replication' | 'runbook', readonly string[]>>;
  /** What the runbook may do in the shop's schema, by rights on it or on the whole server. */
  onSchema: readonly string[];
  /** What it may do in the schema of the records of a rejoin. */
  onRecords: readonly string[];
  /** Accounts that may read that schema, the runbook's among them. */
  readers: readonly string[];
}

export interface HostFacts {
  /** What option files and command line tell the server to be when it starts. */
  startsReadOnly: boolean;
  startsReplication: boolean;
  /** Directories of the database with the free bytes of their file systems. */
  free: Readonly<Record<'data' | 'binlog' | 'work', { path: string; bytes: number }>>;
  /** Size of the data directory. */
  dataBytes: number;
  /** Size of its binary logs, which a rejoin copies to the other host. */
  binlogBytes: number;
  /** Where the site names a fence file: whether its folder can be written to. */
  fenceFile?: { path: string; writable: boolean };
  /** Command and exit code of `status` of `services.database`. */
  status: { command: string; code: number };
}

export interface ShopFacts {
  /** When the shop's certificate ends, in milliseconds since the epoch. */
  certificateEndsAt: number;
  /** Versions of WordPress and of plugins by name; absent when the shop's `/health` does not tell them. */
  versions?: Readonly<Record<string, string>>;
}

export interface RegionFacts {
  settings: Told<SettingFacts>;
  schema: Told<SchemaFacts>;
  rights: Told<RightFacts>;
  host: Told<HostFacts>;
  shop: Told<ShopFacts>;
}

export type Part = keyof RegionFacts;
/** What a part holds when it was read. */
export type Facts<P extends Part> = Extract<RegionFacts[P], { told: unknown }>['told'];

/** What is known of a part of a region; undefined when it could not be read. */
export function factsOf<P extends Part>({ regions }: Preflight, region: string, part: P): Facts<P> | undefined {
  const answer = regions[region]?.[part];
  return answer && 'told' in answer ? answer.told : undefined;
}

export interface Preflight {
  regions: Readonly<Record<string, RegionFacts>>;
  /** Region of the primary; undefined when that is unknown. */
  primary: string | undefined;
  /** Tables whose ids are raised at a promotion. */
  idTables: readonly string[];
  /** `TABLE.COLUMN` that count, as the site file names them; absent for none. */
  counters?: readonly string[];
  /** Tables of plugins that the site file names; absent for none. */
  shopTables?: ShopWords['tables'];
  /** Milliseconds since the epoch. */
  now: number;
  /** There are no rules for databases of this kind. */
  uninspected?: true;
}

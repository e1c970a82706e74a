/** The additional ports of a rejoin. The guarantees common to all ports are in `ports.ts`. */
import type { ErrantTransaction, Shapes } from '../domain/salvage/transaction';
import type { EvidenceStore } from './evidence';
import type { Pile } from './pile';
import type { Salvage } from './salvage';

export type { Again, EarlierRecord, EntityInput, Salvage, SalvageRecord } from './salvage';

export interface BinlogFile {
  name: string;
  bytes: number;
  sha256: string;
}

export interface JobOptions {
  timeoutMs: number;
  onProgress?: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * How a server left its own logs. `closed`: it was stopped and wrote down `position`, where they end. `open`: it runs, or it ended without
 * a stop; `writer` is its id in a `Place`. `unknown`: the last log was closed, and nothing says that it is the last.
 */
export type LogEnd =
  | { left: 'closed'; position: string; because: string }
  | { left: 'open'; writer: string; because: string }
  | { left: 'unknown'; because: string };

/** Binary logs on one region's host: its own, and the copies it keeps of the other region's. */
export interface Binlogs {
  /** Its own, oldest first, starting with the file in which a server at position `known` may have stopped replicating. Works while the server is down. */
  own: (known: string) => Promise<BinlogFile[]>;
  /** How its server left its own logs. Works while the server is down. `because` is a part of a sentence. */
  end: () => Promise<LogEnd>;
  /** The copies in `folder` (a plain name), oldest first; empty when the folder does not exist. */
  kept: (folder: string) => Promise<BinlogFile[]>;
  /** Copies the named files of region `from` into `folder`; repeating it resumes where it stopped. */
  pull: (from: string, names: readonly string[], folder: string, work: JobOptions) => Promise<void>;
  /** The number of transactions after `position` in the copies, and the last one. Needs no server. */
  behind: (folder: string, position: string) => Promise<{ transactions: number; last: string }>;
  /**
   * Applies them to the region's own server, each with its id. The server must be read-only and must not fetch or apply anything else.
   * Stops at the first one that fails; applied transactions stay.
   */
  replay: (folder: string, position: string, work: JobOptions) => Promise<void>;
  /**
   * As `transactions`, of the region's own logs from the file that holds `position` on; the files of a running server are read as far as they are written. Absent
   * where the first of them is gone.
   */
  ownTransactions: (
    position: string,
    input: { shapes: Shapes; wanted: (id: string) => boolean; signal?: AbortSignal },
  ) => AsyncIterable<ErrantTransaction>;
  /** All transactions in the copies, in order; rows only of those that are `wanted`, which is called once per transaction in that order. Bounded memory. */
  transactions: (
    folder: string,
    input: {
      shapes: Shapes;
      wanted: (id: string) => boolean;
      signal?: AbortSignal;
      onProgress?: (line: string) => void;
    },
  ) => AsyncIterable<ErrantTransaction>;
}

export interface SeedState {
  /** `failed` may be started again. `swapping`: a swap was cut off, and the old data or logs are moved in part. `seeded`: the new data is in place, whether or not the server runs. */
  phase: 'none' | 'copying' | 'failed' | 'prepared' | 'swapping' | 'seeded';
  because: string;
  /** Position of the copy, once it is `prepared`. */
  position: string;
}

/** Plain names. */
export interface SeedJob {
  /** Of the copy; the same in every run that may go on with it. */
  copy: string;
  /** Of the data that are moved aside; of one run alone, so that no run takes the reseed of an earlier one for its own. */
  aside: string;
}

/** A reseed that has begun to replace the data: from then on the region's own logs no longer hold what only it had. */
export interface BegunReseed {
  phase: 'swapping' | 'seeded';
  /** `SeedJob.aside` of the run that began it. */
  aside: string;
  /** Of the copy. */
  position: string;
  /** The copy waited so long that the primary may have removed the logs from which it would catch up. */
  isOld: boolean;
}

/** Reseeds a region's database from another's. A copy continues without the worker that started it. */
export interface Seeding {
  /** A copy that is too old to replicate from is `none`. */
  state: (job: SeedJob) => Promise<SeedState>;
  /** The reseed with this `SeedJob.copy`, of whichever run, whose swap was cut off or made the data that lie in place now. */
  begun: (copy: string) => Promise<BegunReseed | undefined>;
  /** Starts to copy and prepare the new data in a separate directory, unless a copy is running. Changes nothing else. */
  begin: (job: SeedJob, from: string) => Promise<void>;
  /** Stops the service, moves the old data and binary logs aside, and moves the prepared data in their place. Only from `prepared` or `swapping`; repeatable. */
  swap: (job: SeedJob) => Promise<void>;
  /** Starts the database's service; does nothing while it runs. */
  startService: () => Promise<void>;
}

export interface Comparison {
  /** What the replica had applied when the last part had been compared. */
  position: string;
  /** Number of rows of each compared table of the shop's schema. */
  rows: Record<string, number>;
  /** Names of the tables whose content or columns differ. */
  unequal: string[];
  /** Where they differ: table and range of the primary key, or the part's number. Absent in results of older versions, as is all below. */
  differences?: string[];
  /** What only one side has, or has by another definition: tables, columns, keys, triggers, routines, events, views. */
  definitions?: string[];
  /** Why a table could not be compared, by name; whether it is equal is unknown. */
  notCompared?: Record<string, string>;
}

export interface CompareWork extends JobOptions {
  /**
   * `gentle` rests 200 times as long as each part took, so that less than 1 % of the shop's transactions meet one; `quick`, the default, 10 times,
   * for a region that is no standby before it has been compared.
   */
  pace?: Pace;
}

export type Pace = 'gentle' | 'quick';

/** Compares a replica with the primary, each part at the same transaction, without interrupting customers or replication. */
export interface Comparing {
  /** The result of `compare` under `key`, if it finished. */
  found: (key: string) => Promise<Comparison | undefined>;
  /** The latest result for this replica, from any run. */
  last: () => Promise<Comparison | undefined>;
  /**
   * Compares part by part at the pace of the work, and stores the result under `key` on the primary. A call with the same key goes
   * on where an earlier one stopped, and does nothing once there is a result. A table that can't be compared is no difference. Refused
   * when the primary is or becomes read-only.
   */
  compare: (key: string, work: CompareWork) => Promise<void>;
}

export interface RejoinPorts {
  binlogs: (region: string) => Binlogs;
  salvage: (region: string) => Salvage;
  pile: (region: string) => Pile;
  seeding: (region: string) => Seeding;
  comparing: (primary: string, replica: string) => Comparing;
  evidence: (region: string) => EvidenceStore;
}

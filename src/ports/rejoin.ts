/** What a rejoin asks of the world beyond a transfer. The promises common to all ports stand in `ports.ts`. */
import type { ErrantTransaction, Shapes } from '../domain/salvage/transaction';
import type { OrderIdentity, Outcome, Ruling, PrimaryRows } from '../domain/salvage/ruling';

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

/** Binary logs on the host of one region: its own, and what it keeps of another's as evidence. */
export interface Binlogs {
  /** Its own, oldest first, from the one in which a server that has `known` may have stopped following. Works while the server is down. */
  own: (known: string) => Promise<BinlogFile[]>;
  /** What is kept under `folder` (a plain name), oldest first; empty when there is no such folder. */
  kept: (folder: string) => Promise<BinlogFile[]>;
  /** Pulls the named files of region `from` into `folder`; repeating it goes on where it stopped. */
  pull: (from: string, names: readonly string[], folder: string, work: JobOptions) => Promise<void>;
  /** How many transactions the kept files hold behind `position`, and the last one; needs no server. */
  behind: (folder: string, position: string) => Promise<{ transactions: number; last: string }>;
  /**
   * Applies them to the region's own server, each with its id. The server must be read-only and neither fetch nor apply anything else.
   * Ends at the first that does not fit; what was applied stays.
   */
  replay: (folder: string, position: string, work: JobOptions) => Promise<void>;
  /** Every transaction in the kept files, in order; rows only of those that are `wanted`, which is asked of each once, in that order. Bounded memory. */
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

/** An order of the primary's that shares its key or its payment intent with another. */
export interface KnownOrder extends OrderIdentity {
  askedKey: string;
}

export interface SalvageInput {
  /** Together with its id it names an errant transaction for ever: ids are issued again after a re-seed. */
  promotionPoint: string;
  epoch: number;
  decide: (ground: PrimaryRows) => Ruling;
  tainted: (table: string) => boolean;
  counters: ReadonlySet<string>;
  shapes: Shapes;
}

export interface SalvageRecord {
  /** The transaction's id. */
  gtid: string;
  outcome: Outcome;
  because: string;
  orderKey: string;
  /** In the deposed region; empty where it is about none. */
  orderId: string;
}

/** The database of the present primary, as salvage writes to it. */
export interface Salvage {
  /** All that this server has had, as a position that names every server in every domain. */
  known: () => Promise<string>;
  /** The tables of the shop's schema. */
  shapes: () => Promise<Shapes>;
  /** Those of `orders` whose key or intent belongs to an order with another id here. */
  knownOrders: (orders: readonly OrderIdentity[]) => Promise<KnownOrder[]>;
  /** Keys of the orders with these ids, as far as they are here. */
  keysOf: (ids: readonly string[]) => Promise<Record<string, string>>;
  /** What became of each errant transaction so far; empty while there is no record at all. */
  records: (promotionPoint: string) => Promise<SalvageRecord[]>;
  /** Makes the tables of the records where they are missing. */
  prepare: () => Promise<void>;
  /**
   * Decides about one transaction on locked rows, and carries the ruling out together with its record, in one SQL transaction.
   * Changes nothing when there is a record already. Refused unless this is the writable primary of `epoch`.
   */
  salvage: (tx: ErrantTransaction, input: SalvageInput) => Promise<void>;
}

export interface SeedState {
  /** `failed` may be started again; `seeded`: the new data is in its place, whether or not the server runs. */
  phase: 'none' | 'copying' | 'failed' | 'prepared' | 'seeded';
  because: string;
  /** Position of the copy, once it is `prepared`. */
  position: string;
}

/** Lays a region's database anew from another's. A job is known by a plain name and goes on without the worker that began it. */
export interface Seeding {
  state: (job: string) => Promise<SeedState>;
  /** Begins to copy and prepare beside the present data, unless a job is under way; touches nothing else. */
  begin: (job: string, from: string) => Promise<void>;
  /** Stops the service, puts old data and binary logs aside, puts the prepared data in their place. Only from `prepared`; repeatable. */
  swap: (job: string) => Promise<void>;
  /** Starts the database's service; harmless while it runs. */
  startService: () => Promise<void>;
}

export interface Comparison {
  position: string;
  /** Rows of each table of the shop's schema at that position. */
  rows: Record<string, number>;
  /** Tables whose content differs, by name. */
  unequal: string[];
}

/** Compares a replica with the primary at one and the same transaction, while customers go on. */
export interface Comparing {
  /** What `compare` found under `key`, if it came to its end. */
  found: (key: string) => Promise<Comparison | undefined>;
  /** The newest result about this replica, whoever compared. */
  last: () => Promise<Comparison | undefined>;
  /**
   * Holds the replica at a snapshot of the primary, compares, and keeps the result under `key` on the primary. An equal replica goes on;
   * an unequal one is detached, so that nobody promotes it.
   */
  compare: (key: string, work: JobOptions) => Promise<void>;
}

export interface RejoinPorts {
  binlogs: (region: string) => Binlogs;
  salvage: (region: string) => Salvage;
  seeding: (region: string) => Seeding;
  comparing: (primary: string, replica: string) => Comparing;
}

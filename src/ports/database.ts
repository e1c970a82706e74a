/** The database port, with the guarantees that every adapter and the tests' in-memory world keep. */

/** The single row of `handover_epoch`: the primary, its epoch, and whether customers may be served. */
export interface EpochRow {
  epoch: number;
  region: string;
  /** Customers are served only when this equals `epoch`. */
  verifiedEpoch: number;
}

/** A replica's own replication status. `secondsBehind` is null when unknown, which is not zero. */
export interface ReplicaState {
  sourceHost: string;
  io: 'yes' | 'connecting' | 'no';
  sql: boolean;
  /** Position up to which transactions were fetched from the source; empty after a restart of the replica. */
  fetchedPosition: string;
  usesGtid: boolean;
  secondsBehind: number | null;
  /** The server's message about the last error of either thread, if any. */
  error?: string;
}

export interface DatabaseState {
  serverId: number;
  version: string;
  readOnly: boolean;
  /** End of its own binary log, in the server's format (MariaDB: `0-1-99`, MySQL: `UUID:1-99`); `positions.ts` says how to compare positions. */
  position: string;
  /** Position of the last replicated transaction that was applied. */
  appliedPosition: string;
  epoch?: EpochRow;
  /** Absent when the server is no replica. */
  replica?: ReplicaState;
  /** Current connections of the shop's user. */
  appSessions: number;
  /** Current transactions of the shop's user that have locked or changed rows. */
  openWrites: number;
  uptimeSeconds: number;
  /**
   * For each event of the shop's schema that replication brought and so disabled, the statement that enables it. A primary has none but those
   * that could not be enabled.
   */
  disabledEvents: readonly string[];
  /** Events of the shop's schema that are enabled and do not run, since the event scheduler is off; absent for none. */
  idleEvents?: number;
  /**
   * Transactions that were prepared for a two-phase commit and not ended, a phrase each with what ends it; absent for none. No session holds
   * one, no fence ends one, a replica has those of its source, and the rows that it changed stay locked.
   */
  prepared?: readonly string[];
  /** A promotion that began here and has not ended. Only this server knows of it. */
  promoting?: Promoting;
}

/** Written before a promotion detaches the server, so that a server cut off half-way is not taken for one detached long ago. */
export interface Promoting {
  epoch: number;
  region: string;
  /** `DatabaseState.position` and `appliedPosition` when it began, after the drain. */
  position: string;
  applied: string;
  atMs: number;
}

export interface PromoteInput {
  epoch: number;
  region: string;
  /** Ids of `shop.idTables` are raised by this much, so that no id that the other region issued is issued again. */
  idGap: number;
}

export interface AttachInput {
  sourceHost: string;
  /** `demote`: this server was a primary whose history is a prefix of the source's. `from-position`: start at this position (after a reseed). */
  how: { kind: 'demote' } | { kind: 'from-position'; position: string };
}

/** A file on the server's host, which keeps a fence through a restart. */
export interface FenceFile {
  path: string;
  /** What removes it from a writable server, as the second half of a sentence; absent where it is a file of handover's own to delete. */
  removal?: string;
  stands: boolean;
  /** What option files and command line make of the server when it starts; absent where they could not be read. */
  startsReadOnly?: boolean;
}

/** One region's MySQL-compatible server, accessed as the runbook's user. */
export interface Database {
  state: () => Promise<DatabaseState>;
  /**
   * Sets read_only, locks the accounts that it does not bind, stops events, and closes the sessions of all clients, for a plan of `epoch`.
   * Idempotent. Does not wait for semi-sync acknowledgements. The server itself refuses it while its row names it as the
   * primary of that epoch or a later one: the caller is then outdated. Where a lock is in the way, gives a phrase for each session that was
   * closed for it, whoever's it was: a fence closes them all anyway.
   */
  fence: (epoch: number) => Promise<string[]>;
  /**
   * Who and what can write here in spite of read_only, each a phrase for a sentence such as `the account 'shop'@'%'`. Empty on a fenced
   * server. Denied when the runbook's user may not look: unknown is not empty.
   */
  exemptWriters: () => Promise<string[]>;
  /**
   * Makes the database writable again: undo of `fence`, or repair after a restart. Lifts what the fence did and nothing else: an account that
   * its owner had locked stays locked. The server itself refuses it unless the row still has `epoch`.
   */
  unfence: (epoch: number) => Promise<void>;
  /** Writes the file that keeps the fence through a restart; nothing where the site names none. `unfence` and `promote` remove it. */
  writeFenceFile: () => Promise<void>;
  /** How that file stands; undefined where the site names none. */
  fenceFile: () => Promise<FenceFile | undefined>;
  /** Waits until `position` is applied here; false after `timeoutMs`. */
  waitFor: (position: string, timeoutMs: number) => Promise<boolean>;
  /** Stops fetching, but not applying. Conflict when the applier is stopped: the fetched transactions would be lost. */
  stopFetching: () => Promise<void>;
  /**
   * Raises ids by `idGap`, detaches from the source, writes the epoch row, becomes writable and enables events, in this order. Cut off
   * anywhere, a repetition completes it. The server refuses it when its row has a higher epoch. Sessions that hold locks in the way are
   * closed; gives a phrase for each.
   */
  promote: (input: PromoteInput) => Promise<string[]>;
  /** Follows `sourceHost`, with the events of the shop's schema disabled: only the primary runs them. */
  attach: (input: AttachInput) => Promise<void>;
  /** Starts both replication threads of a configured, stopped replica. Only while its source answers. */
  startReplication: () => Promise<void>;
  /** Follows nobody from now on, and gives up a promotion that was begun. */
  detach: () => Promise<void>;
  /** Sets `verified_epoch = epoch`; refused when the row has another epoch. */
  openTo: (epoch: number) => Promise<void>;
  /**
   * Makes the tables of epoch and heartbeat where they are missing, and the row that says that this region is the primary of epoch 1 where
   * there is none. The server itself refuses it while it is read-only or its row names another region.
   */
  makeTables: () => Promise<void>;
  /** Everything this server has had, as a position that covers every server in every domain; `DatabaseState.position` may not. */
  known: () => Promise<string>;
  /** The last heartbeat row of `region` that was applied here; undefined when there is none. */
  heartbeat: (region: string) => Promise<{ atMs: number; epoch: number } | undefined>;
  close: () => Promise<void>;
}

/** What a step may ask of a region's database; the promises that every adapter, and the in-memory world of the tests, keeps. */

/** The one row of `handover_epoch`: who is the primary, since which transfer, and whether customers may be served. */
export interface EpochRow {
  epoch: number;
  region: string;
  /** Customers are served only when this equals `epoch`. */
  verifiedEpoch: number;
}

/** How a replica sees its source. `secondsBehind` is null when unknown; unknown is not zero. */
export interface ReplicaState {
  sourceHost: string;
  io: 'yes' | 'connecting' | 'no';
  sql: boolean;
  /** Everything fetched from the source so far; empty after a restart of the replica. */
  fetchedPosition: string;
  usesGtid: boolean;
  secondsBehind: number | null;
  /** The server's own words about the last error of either thread, if there is one. */
  error?: string;
}

export interface DatabaseState {
  serverId: number;
  version: string;
  readOnly: boolean;
  /** Where the own log ends, as the server writes it; what may be asked about it stands in `positions.ts`. */
  position: string;
  /** Position of the last replicated transaction applied. */
  appliedPosition: string;
  epoch?: EpochRow;
  /** Absent when the server is no replica. */
  replica?: ReplicaState;
  /** Connections of the shop's own user, this moment. */
  appSessions: number;
  /** Transactions of the shop's own user that hold or have changed rows, this moment. */
  openWrites: number;
  uptimeSeconds: number;
}

export interface PromoteInput {
  epoch: number;
  region: string;
  /** Ids of order-bearing tables jump by this much, so that no id that was ever issued elsewhere is issued again. */
  idGap: number;
}

export interface AttachInput {
  sourceHost: string;
  /** `demote`: this server was a primary whose history is a prefix of the source's. `from-position`: start exactly there (after a re-seed). */
  how: { kind: 'demote' } | { kind: 'from-position'; position: string };
}

/** A MySQL-compatible server of one region, spoken to with the orchestrator's rights. */
export interface Database {
  state: () => Promise<DatabaseState>;
  /**
   * Sets read_only and closes the shop's sessions, for a plan of `epoch`. Idempotent. Does not wait for semi-sync acknowledgements. Refused by
   * the server itself while its row names it as the primary of that epoch or a later one: whoever asks is a leftover.
   */
  fence: (epoch: number) => Promise<void>;
  /** Undo of `fence`, or repair after a restart: writable again, refused by the server itself unless the row still holds `epoch`. */
  unfence: (epoch: number) => Promise<void>;
  /** Blocks until `position` is applied here; false when `timeoutMs` ran out first. */
  waitFor: (position: string, timeoutMs: number) => Promise<boolean>;
  /** Stops fetching, never applying. Refuses (Conflict) when the applier is stopped: the fetched transactions would be lost. */
  stopFetching: () => Promise<void>;
  /** Detaches from the source, raises ids by the gap, writes the epoch row and becomes writable, in that order; refused by the server when it holds a higher epoch. */
  promote: (input: PromoteInput) => Promise<void>;
  attach: (input: AttachInput) => Promise<void>;
  /** Starts both replication threads of a replica that is configured but stopped. Only while its source answers. */
  startReplication: () => Promise<void>;
  detach: () => Promise<void>;
  /** `verified_epoch = epoch`, refused when the row holds another epoch. */
  openTo: (epoch: number) => Promise<void>;
  /** The last heartbeat row of `region` as applied here; undefined when there is none. */
  heartbeat: (region: string) => Promise<{ atMs: number; epoch: number } | undefined>;
  close: () => Promise<void>;
}

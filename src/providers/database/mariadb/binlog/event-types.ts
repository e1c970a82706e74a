/**
 * Types of events in the binary logs of MariaDB 10.11 to 11.x, from `enum Log_event_type` of its `sql/log_event.h` (read 2026-11-30). A type that is
 * neither here nor in `rows.ts` may change data in a way that is not known here, so a log that holds one is not read.
 */
export const types = {
  /** Not the server's: what is left of an event at the end of its file. */
  cutOff: -1,
  query: 2,
  stop: 3,
  rotate: 4,
  intvar: 5,
  appendBlock: 9,
  deleteFile: 11,
  rand: 13,
  userVar: 14,
  formatDescription: 15,
  xid: 16,
  beginLoadQuery: 17,
  executeLoadQuery: 18,
  tableMap: 19,
  incident: 26,
  xaPrepare: 38,
  annotate: 160,
  checkpoint: 161,
  gtid: 162,
  gtidList: 163,
  startEncryption: 164,
  queryCompressed: 165,
} as const;

export type RowAction = 'insert' | 'update' | 'delete';

/** Row events of either version; `compressed` by `log_bin_compress`. */
export const rowEvents: Partial<Record<number, { action: RowAction; extraHeader?: true; compressed?: true }>> = {
  23: { action: 'insert' },
  24: { action: 'update' },
  25: { action: 'delete' },
  30: { action: 'insert', extraHeader: true },
  31: { action: 'update', extraHeader: true },
  32: { action: 'delete', extraHeader: true },
  166: { action: 'insert', compressed: true },
  167: { action: 'update', compressed: true },
  168: { action: 'delete', compressed: true },
  169: { action: 'insert', extraHeader: true, compressed: true },
  170: { action: 'update', extraHeader: true, compressed: true },
  171: { action: 'delete', extraHeader: true, compressed: true },
};

/** Events that change nothing themselves: between transactions, or additions to a statement. */
const harmless: ReadonlySet<number> = new Set([
  types.stop,
  types.rotate,
  types.intvar,
  types.appendBlock,
  types.deleteFile,
  types.rand,
  types.userVar,
  types.formatDescription,
  types.beginLoadQuery,
  types.annotate,
  types.checkpoint,
  types.gtidList,
]);

/** Events that say what a transaction does, or that end it. */
const meaningful: ReadonlySet<number> = new Set([
  types.query,
  types.queryCompressed,
  types.executeLoadQuery,
  types.tableMap,
  types.xid,
  types.xaPrepare,
]);

export const isRows = (type: number): boolean => rowEvents[type] !== undefined;
const isHarmless = (type: number): boolean => harmless.has(type);
/** True for an event that is only valid inside a transaction. */
export const belongsToTransaction = (type: number): boolean => meaningful.has(type) || isRows(type);

export const isKnown = (type: number): boolean => isHarmless(type) || belongsToTransaction(type) || type === types.gtid;

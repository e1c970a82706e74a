/** Where earlier versions kept the records of a rejoin, among the shop's tables. */
export const formerRecords = 'handover_salvaged';

/** The runbook's own tables: whether their rows of a deposed region are true is nobody's question any more. */
export const passing: ReadonlySet<string> = new Set([
  'handover_epoch',
  'handover_heartbeat',
  'handover_canary',
  formerRecords,
  'handover_compared',
  'handover_checksums',
]);

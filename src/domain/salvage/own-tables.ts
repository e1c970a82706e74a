/** The runbook's own tables: whether their rows of a deposed region are true is nobody's question any more. */
export const passing: ReadonlySet<string> = new Set([
  'handover_epoch',
  'handover_heartbeat',
  'handover_canary',
  'handover_salvaged',
  'handover_compared',
  'handover_checksums',
]);

/** How old a decision, or the votes behind it, may be; one rule for the monitor and for the planner. */

/** A decision that waited longer was made about another world, ms. */
const decisionHoldsMs = 60_000;

/** Why a decision of that age must not be carried out; undefined while it holds. */
export function staleness(ageMs: number): string | undefined {
  if (ageMs <= decisionHoldsMs) return undefined;
  return `Decision is stale (${Math.round(ageMs / 1_000)} s, limit ${decisionHoldsMs / 1_000} s); start again.`;
}

/** Why a run that a person asked for must not begin now; undefined while it begins within the time that a decision holds. */
export function lateness(workflowId: string, waitedMs: number): string | undefined {
  if (waitedMs <= decisionHoldsMs) return undefined;
  return `${workflowId} begins ${Math.round(waitedMs / 1_000)} s after it was asked for, limit ${decisionHoldsMs / 1_000} s: no worker took it, or it was to start later. Nothing was changed; start it again if it is still wanted.`;
}

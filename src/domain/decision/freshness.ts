/** How old a decision, or the votes behind it, may be; one rule for the monitor and for the planner. */

/** A decision that waited longer was made about another world, ms. */
const decisionHoldsMs = 60_000;

/** Why a decision of that age must not be carried out; undefined while it holds. */
export function staleness(ageMs: number): string | undefined {
  if (ageMs <= decisionHoldsMs) return undefined;
  return `Decision is stale (${Math.round(ageMs / 1_000)} s, limit ${decisionHoldsMs / 1_000} s); start again.`;
}

/** Why a run that a person asked for must not begin now; undefined while the wait for a worker was no longer than a decision holds. */
export function lateness(workflowId: string, waitedMs: number): string | undefined {
  if (waitedMs <= decisionHoldsMs) return undefined;
  return `${workflowId} waited ${Math.round(waitedMs / 1_000)} s for a worker, limit ${decisionHoldsMs / 1_000} s, so nothing was changed; start it again if it is still wanted.`;
}

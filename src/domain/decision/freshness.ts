/** How old a decision, or the votes behind it, may be; one rule for the monitor and for the planner. */

/** A decision that waited longer was made about another world, ms. */
const decisionHoldsMs = 60_000;

/** Why a decision of that age must not be carried out; undefined while it holds. */
export function staleness(ageMs: number): string | undefined {
  if (ageMs <= decisionHoldsMs) return undefined;
  return `Decision is stale (${Math.round(ageMs / 1_000)} s, limit ${decisionHoldsMs / 1_000} s); start again.`;
}

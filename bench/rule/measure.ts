/** Counts and percentiles of many runs. Pure. */

/** The smallest value that at least `share` of all values do not exceed; a shop that was never moved counts as infinity. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? NaN;
}

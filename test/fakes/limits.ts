/** A published limit as a fake keeps it: so many requests in a window that slides. */
export interface Limit {
  requests: number;
  perMs: number;
}

/** Counts requests; `take` says whether one more is allowed, how many then remain, and when the oldest of them leaves the window. */
export function slidingWindow({ requests, perMs }: Limit): {
  take: (nowMs?: number) => { allowed: boolean; remaining: number; oldestLeavesInMs: number };
} {
  let taken: number[] = [];
  return {
    take: (nowMs = performance.now()) => {
      taken = taken.filter((at) => at > nowMs - perMs);
      const allowed = taken.length < requests;
      if (allowed) taken.push(nowMs);
      const oldestLeavesInMs = (taken[0] ?? nowMs) + perMs - nowMs;
      return { allowed, remaining: requests - taken.length, oldestLeavesInMs };
    },
  };
}

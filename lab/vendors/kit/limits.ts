/** A published limit as a fake keeps it: so many requests in a window that slides. */
export interface Limit {
  requests: number;
  perMs: number;
}

export interface SlidingWindow {
  /** Whether one more is allowed, how many then remain, and when the oldest of them leaves the window. */
  take: (nowMs?: number) => { allowed: boolean; remaining: number; oldestLeavesInMs: number };
}

export function slidingWindow({ requests, perMs }: Limit, now = () => performance.now()): SlidingWindow {
  let taken: number[] = [];
  return {
    take: (nowMs = now()) => {
      taken = taken.filter((at) => at > nowMs - perMs);
      const allowed = taken.length < requests;
      if (allowed) taken.push(nowMs);
      const oldestLeavesInMs = (taken[0] ?? nowMs) + perMs - nowMs;
      return { allowed, remaining: requests - taken.length, oldestLeavesInMs };
    },
  };
}

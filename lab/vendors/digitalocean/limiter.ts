import { slidingWindow, type Limit, type SlidingWindow } from '../kit/limits';
import type { FakeReply } from '../kit/routes';
import { limited } from './replies';

/** Of one token. */
export interface Limits {
  burst: Limit;
  hour: Limit;
}

export const published: Limits = {
  burst: { requests: 250, perMs: 60_000 },
  hour: { requests: 5_000, perMs: 3_600_000 },
};

/** Counts a request of this token. Only the burst limit tells Retry-After. */
export type Limiter = (token: string) => { refused: FakeReply | undefined; headers: Record<string, string> };

export function limiter(limits: Limits, now: (() => number) | undefined): Limiter {
  const known = new Map<string, { burst: SlidingWindow; hour: SlidingWindow }>();
  return (token) => {
    const fresh = () => ({ burst: slidingWindow(limits.burst, now), hour: slidingWindow(limits.hour, now) });
    const windows = known.get(token) ?? fresh();
    known.set(token, windows);
    const [burst, hour] = [windows.burst.take(), windows.hour.take()];
    const headers = {
      'ratelimit-limit': String(limits.hour.requests),
      'ratelimit-remaining': String(hour.remaining),
      'ratelimit-reset': String(Math.ceil((Date.now() + hour.oldestLeavesInMs) / 1_000)),
    };
    const retryAfter = String(Math.ceil(burst.oldestLeavesInMs / 1_000));
    if (!burst.allowed) return { refused: { ...limited(), headers: { 'retry-after': retryAfter } }, headers };
    return { refused: hour.allowed ? undefined : limited(), headers };
  };
}

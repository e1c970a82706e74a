import { slidingWindow, type Limit, type SlidingWindow } from '../kit/limits';
import type { FakeReply } from '../kit/routes';
import { limited } from './envelope';

export const published: Limit = { requests: 1_200, perMs: 300_000 };

/** Counts a request of this token, and refuses it while the token is blocked. */
export type Limiter = (token: string) => { refused: FakeReply | undefined; headers: Record<string, string> };

export function limiter({ requests, perMs }: Limit, clock = () => performance.now()): Limiter {
  const known = new Map<string, { window: SlidingWindow; blockedUntil: number }>();
  return (token) => {
    const now = clock();
    const one = known.get(token) ?? { window: slidingWindow({ requests, perMs }), blockedUntil: 0 };
    known.set(token, one);
    const { allowed, remaining, oldestLeavesInMs } = one.window.take(now);
    if (!allowed && one.blockedUntil <= now) one.blockedUntil = now + perMs;
    const left = Math.max(one.blockedUntil - now, 0);
    const seconds = String(Math.ceil((left > 0 ? left : oldestLeavesInMs) / 1_000));
    const headers = {
      ratelimit: `"default";r=${left > 0 ? 0 : remaining};t=${seconds}`,
      'ratelimit-policy': `"default";q=${requests};w=${perMs / 1_000}`,
    };
    return { refused: left > 0 ? { ...limited(), headers: { 'retry-after': seconds } } : undefined, headers };
  };
}

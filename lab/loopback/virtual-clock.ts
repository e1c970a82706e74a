/** Virtual time: nothing waits, and two timers of the same moment fire in the order in which they were set. */
import type { Clock } from '../../src/providers/kit/clock';
import { openTimers } from './timers';

export interface VirtualClock extends Clock {
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Lets time pass until `work` has settled. */
  run: <T>(work: Promise<T>) => Promise<T>;
}

export interface VirtualClockOptions {
  startAt?: number;
  /** Told of every moment on the way, so that the world can go on by itself in between. */
  passing?: (now: number) => void;
  /** While it says so, time stands still: something real, such as a request, is under way. */
  busy?: () => boolean;
}

export function virtualClock({
  startAt = 0,
  passing = () => undefined,
  busy = () => false,
}: VirtualClockOptions = {}): VirtualClock {
  let now = startAt;
  const timers = openTimers();
  const after = (ms: number, wake: () => void) => timers.set(now + Math.max(0, ms), wake);

  const fireNext = () => {
    const next = timers.takeFirst();
    if (next === undefined) throw new Error('Everybody waits, and nobody set a timer.');
    if (next.at > now) {
      now = next.at;
      passing(now);
    }
    next.wake();
  };

  const run = async <T>(work: Promise<T>): Promise<T> => {
    const settled = new Set<Promise<T>>();
    const watched = work.finally(() => settled.add(work));
    watched.catch(() => undefined);
    for (;;) {
      // All that can happen at this moment happens before time goes on.
      await new Promise((resolve) => setImmediate(resolve));
      if (settled.has(work)) return watched;
      if (!busy()) fireNext();
    }
  };

  return { now: () => now, after, sleep: (ms, signal) => sleep(after, ms, signal), run };
}

function sleep(after: Clock['after'], ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = after(ms, done);
    signal?.addEventListener('abort', done);
  });
}

/** Virtual time: nothing waits, and two timers of the same moment fire in the order in which they were set. */
import type { Clock } from '../../src/providers/kit/clock';

interface Timer {
  at: number;
  order: number;
  wake: () => void;
}

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
  let order = 0;
  let timers: Timer[] = [];

  const after = (ms: number, wake: () => void) => {
    const timer: Timer = { at: now + Math.max(0, ms), order: order++, wake };
    timers.push(timer);
    return () => {
      timers = timers.filter((each) => each !== timer);
    };
  };

  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
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

  const fireNext = () => {
    const next = timers.reduce((first, each) =>
      each.at < first.at || (each.at === first.at && each.order < first.order) ? each : first,
    );
    timers = timers.filter((each) => each !== next);
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
      if (busy()) continue;
      if (timers.length === 0) throw new Error('Everybody waits, and nobody set a timer.');
      fireNext();
    }
  };

  return { now: () => now, after, sleep, run };
}

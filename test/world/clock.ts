/** Virtual time: nothing waits, and two timers of the same moment fire in the order in which they were set. */
interface Timer {
  at: number;
  order: number;
  wake: () => void;
}

export interface Clock {
  now: () => number;
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Lets time pass until `work` has settled. */
  run: <T>(work: Promise<T>) => Promise<T>;
}

/** `passing` is told of every moment on the way, so that the world can go on by itself in between. */
export function virtualClock(startAt: number, passing: (now: number) => void): Clock {
  let now = startAt;
  let order = 0;
  let timers: Timer[] = [];

  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const wake = () => {
        timers = timers.filter((each) => each !== timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer: Timer = { at: now + Math.max(0, ms), order: order++, wake };
      timers.push(timer);
      signal?.addEventListener('abort', wake);
    });

  const fireNext = () => {
    const next = timers.reduce((first, each) =>
      each.at < first.at || (each.at === first.at && each.order < first.order) ? each : first,
    );
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
      if (timers.length === 0) throw new Error('Everybody waits, and nobody set a timer.');
      fireNext();
    }
  };

  return { now: () => now, sleep, run };
}

/** The clock of rate limiters, which tests and the bench replace with a virtual one. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary start. */
  now: () => number;
  /** Calls `wake` after `ms`. @returns a function that cancels it */
  after: (ms: number, wake: () => void) => () => void;
}

/** The monotonic clock of this process, which does not depend on the system time. */
export const processClock: Clock = {
  now: () => performance.now(),
  after: (ms, wake) => {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
};

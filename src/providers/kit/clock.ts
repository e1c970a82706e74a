/** Time as a rate limiter sees it, so that tests and the bench can let it pass on their own. */
export interface Clock {
  /** Milliseconds since whenever; never goes back. */
  now: () => number;
  /** Calls `wake` after so many milliseconds, unless what it returns is called before. */
  after: (ms: number, wake: () => void) => () => void;
}

/** The clock of this process. Setting the system's time makes nobody wait. */
export const processClock: Clock = {
  now: () => performance.now(),
  after: (ms, wake) => {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
};

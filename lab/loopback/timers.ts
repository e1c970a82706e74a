/** A moment at which somebody is woken. */
interface Timer {
  at: number;
  order: number;
  wake: () => void;
}

/** Timers that fire when they are told to; two of the same moment fire in the order in which they were set. */
export interface Timers {
  /** Sets one, and gives what takes it away again. */
  set: (at: number, wake: () => void) => () => void;
  /** Takes the first one away; undefined when nobody set any. */
  takeFirst: () => Timer | undefined;
}

export function openTimers(): Timers {
  let order = 0;
  let timers: Timer[] = [];
  const remove = (timer: Timer) => {
    timers = timers.filter((each) => each !== timer);
  };
  const isBefore = (one: Timer, other: Timer) => one.at < other.at || (one.at === other.at && one.order < other.order);
  return {
    set: (at, wake) => {
      const timer: Timer = { at, order: order++, wake };
      timers.push(timer);
      return () => remove(timer);
    },
    takeFirst: () => {
      const [one, ...others] = timers;
      if (one === undefined) return undefined;
      const first = others.reduce((best, each) => (isBefore(each, best) ? each : best), one);
      remove(first);
      return first;
    },
  };
}

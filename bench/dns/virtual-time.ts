/** Real requests in virtual time: it stands still while one is being answered, so what is measured does not depend on the machine. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { virtualClock, type VirtualClock } from '../../lab/loopback/virtual-clock';
import { recordingCalls } from '../../src/providers/http/call-log';
import type { RateLimiters } from '../../src/providers/rate-limit/scope';

/** A call of a port, with its requests: those that wait for a permit or are on their way, and those that are being answered. */
interface PortCall {
  waiting: number;
  sent: number;
}

/** How long a request is on its way, from the shortest to the longest. */
export const latencyMs = [40, 160] as const;

export interface VirtualTime {
  clock: VirtualClock;
  /** A method of a port, which time waits for unless all of its requests wait for time. */
  timed: <A extends unknown[], T>(method: (...args: A) => Promise<T>) => (...args: A) => Promise<T>;
  /** These limiters, behind which each request is on its way for a while. */
  onTheWay: (limiters: RateLimiters) => RateLimiters;
}

export function virtualTime(): VirtualTime {
  const calls = new Set<PortCall>();
  const current = new AsyncLocalStorage<PortCall>();
  const clock = virtualClock({ busy: () => [...calls].some(({ waiting, sent }) => waiting === 0 || sent > 0) });
  let requests = 0;
  const travel = async (permit: Promise<void> | undefined) => {
    const call = current.getStore();
    if (call === undefined) throw new Error('a request belongs to no call');
    call.waiting += 1;
    try {
      await permit;
      await clock.sleep(latencyOf((requests += 1)));
      call.sent += 1;
    } finally {
      call.waiting -= 1;
    }
  };
  const timed: VirtualTime['timed'] =
    (method) =>
    async (...args) => {
      const call = { waiting: 0, sent: 0 };
      const answered = () => void (call.sent -= 1);
      calls.add(call);
      const work = () => recordingCalls(answered, () => method(...args));
      return current.run(call, work).finally(() => calls.delete(call));
    };
  const onTheWay: VirtualTime['onTheWay'] = (limiters) => (credential, vendor, limit) => {
    const limiter = limiters(credential, vendor, limit);
    return {
      acquire: (work) => travel(limiter?.acquire(work)),
      release: (work) => limiter?.release(work),
      blockFor: (ms, priority) => limiter?.blockFor(ms, priority),
    };
  };
  return { clock, timed, onTheWay };
}

/** Spread over the whole range, and the same in every run. */
function latencyOf(request: number): number {
  const [shortest, longest] = latencyMs;
  return shortest + ((request * 61) % (longest - shortest + 1));
}

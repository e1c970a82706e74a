/** Which limiter a request needs a permit of, and at which priority; set where work starts, read where a request is sent. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { processClock, type Clock } from '../kit/clock';
import type { Context } from '../kit/kind';
import { PortError } from '../../ports/errors';
import { HeldBack, RateLimiter, type Limiter } from './limiter';
import { unknownWaitMs } from '../../domain/failure';
import type { Priority, RateLimitedWork } from '../../domain/priority';
import type { Limit } from './sliding-window';

/** One call of a method of a port. */
interface PortCall {
  limiter: Limiter;
  /** The vendor itself refused a request for its limit. */
  refused: boolean;
}

/** Work that runs, with what must be known when it ends. */
interface RunningWork extends RateLimitedWork {
  /** Those that it asked for permits. */
  limiters: Set<Limiter>;
  ended: boolean;
  /** The first time that one of its requests was held back or refused for a limit, whatever it made of that. */
  limited: PortError | undefined;
}

const portCalls = new AsyncLocalStorage<PortCall>();
const runningWork = new AsyncLocalStorage<RunningWork>();

/**
 * Runs `work`, all of whose requests have this priority. Outside of any, a request has the priority `look` and is work of its own. `again`: the
 * work was `limited` before, and has waited.
 */
export async function withPriority<T>(priority: Priority, work: () => Promise<T>, again = false): Promise<T> {
  const running: RunningWork = { priority, again, limiters: new Set(), ended: false, limited: undefined };
  try {
    return await runningWork.run(running, work);
  } finally {
    running.ended = true;
    for (const limiter of running.limiters) limiter.release(running);
  }
}

/** The same for work that takes an error for an answer. @throws PortError limited when it is done, if a request was held back or refused for a limit. */
export function withPriorityUnlessHeldBack<T>(priority: Priority, work: () => Promise<T>, again = false): Promise<T> {
  const whole = async () => {
    const result = await work();
    const limited = runningWork.getStore()?.limited;
    if (limited !== undefined) throw limited;
    return result;
  };
  return withPriority(priority, whole, again);
}

/** The work that runs here; the same object as long as it lasts. */
export const currentWork = (): Readonly<RateLimitedWork> | undefined => runningWork.getStore();

const currentPriority = (): Priority => currentWork()?.priority ?? 'look';

/** Resolves when a request may be sent. One that outlives its work is work of its own too. @throws HeldBack. */
export async function waitForPermit(): Promise<void> {
  const limiter = portCalls.getStore()?.limiter;
  if (limiter === undefined) return;
  const running = runningWork.getStore();
  if (running !== undefined && !running.ended) {
    // Before there is a permit: a survey gives up sooner than its requests, and those that still wait must end with it.
    running.limiters.add(limiter);
    return limiter.acquire(running);
  }
  const alone: RateLimitedWork = { priority: 'look' };
  return limiter.acquire(alone).finally(() => limiter.release(alone));
}

/** Called where an answer says that the credential sends too many requests. */
export function noteTooManyRequests(): void {
  const call = portCalls.getStore();
  if (call === undefined) return;
  call.refused = true;
  call.limiter.blockFor(unknownWaitMs, currentPriority());
}

/** The limiters of a worker, one for each credential. */
export type RateLimiters = (credential: string, vendor: string, limit: Limit | undefined) => Limiter | undefined;

/** Where no limit is kept. */
export const unlimited: RateLimiters = () => undefined;

/** @throws Error when the environment names no number of workers. */
export function openRateLimiters(
  workers = process.env.HANDOVER_RUNBOOK_WORKERS ?? '2',
  clock: Clock = processClock,
): RateLimiters {
  if (!/^[1-9]\d{0,2}$/.test(workers))
    throw new Error(`HANDOVER_RUNBOOK_WORKERS is "${workers}", but must be a whole number from 1 to 999, such as 2.`);
  const open = new Map<string, RateLimiter>();
  return (credential, vendor, limit) => {
    if (limit === undefined) return undefined;
    const known = open.get(credential) ?? new RateLimiter(vendor, limit, Number(workers), clock);
    open.set(credential, known);
    return known;
  };
}

/** `context`, and a hash of the address and all secrets that were asked of it so far. */
export function withCredentialHash({ secret }: Context, url: string): { context: Context; credential: () => string } {
  const asked: string[] = [];
  const context: Context = {
    secret: async (reference) => {
      const value = await secret(reference);
      asked.push(value);
      return value;
    },
  };
  const credential = () =>
    createHash('sha256')
      .update(JSON.stringify([url, ...asked]))
      .digest('hex');
  return { context, credential };
}

type Methods<P> = Record<keyof P, (...args: never[]) => Promise<unknown>>;

/**
 * `port`, whose requests need permits of `limiter`. When the vendor says that the credential sends too many, all of them wait; not when one
 * resource alone is busy, which is `limited` too, and may last.
 */
export function rateLimited<P extends Methods<P>>(limiter: Limiter | undefined, port: P): P {
  if (limiter === undefined) return port;
  const guarded = Object.entries<(...args: never[]) => Promise<unknown>>(port).map(([name, method]) => [
    name,
    (...args: never[]) => {
      const call = { limiter, refused: false };
      return portCalls
        .run(call, () => method(...args))
        .catch((error: unknown) => {
          if (error instanceof PortError && error.kind === 'limited') noteLimited(error, call);
          throw error;
        });
    },
  ]);
  return Object.fromEntries(guarded) as P;
}

function noteLimited(error: PortError, { limiter, refused }: PortCall): void {
  if (refused) limiter.blockFor(error.waitMs ?? unknownWaitMs, currentPriority());
  const running = runningWork.getStore();
  if (running !== undefined && (refused || error instanceof HeldBack)) running.limited ??= error;
}

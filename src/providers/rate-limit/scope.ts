/** Which limiter a request passes, and how urgent it is: told by whoever runs the work, asked by whoever sends the request. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { Context } from '../kit/kind';
import { PortError } from '../../ports/errors';
import { HeldBack, RateLimiter } from './limiter';
import { unknownWaitMs } from '../../domain/failure';
import type { Priority, RateLimitedWork } from '../../domain/priority';
import type { Limit } from './sliding-window';

/** One call of a method of a port. */
interface PortCall {
  limiter: RateLimiter;
  /** The vendor itself said that it is enough. */
  refused: boolean;
}

/** What of a piece of work its end needs to know. */
interface RunningWork extends RateLimitedWork {
  passed: Set<RateLimiter>;
  over: boolean;
  /** The first time that it had to wait for its turn, whatever became of it. */
  limited: PortError | undefined;
}

const portCalls = new AsyncLocalStorage<PortCall>();
const runningWork = new AsyncLocalStorage<RunningWork>();

/**
 * Runs `work`, whose requests are as urgent as that. What nobody calls urgent is a mere look, and each request of it stands alone. `again`: it
 * was `limited` before, and has waited.
 */
export async function withPriority<T>(priority: Priority, work: () => Promise<T>, again = false): Promise<T> {
  const doing: RunningWork = { priority, again, passed: new Set(), over: false, limited: undefined };
  try {
    return await runningWork.run(doing, work);
  } finally {
    doing.over = true;
    for (const limiter of doing.passed) limiter.release(doing);
  }
}

/** The same for work that takes an error for an answer. @throws PortError limited when it is done, if it was not its turn all the time. */
export function withPriorityUnlessHeldBack<T>(priority: Priority, work: () => Promise<T>, again = false): Promise<T> {
  const whole = async () => {
    const result = await work();
    const limited = runningWork.getStore()?.limited;
    if (limited !== undefined) throw limited;
    return result;
  };
  return withPriority(priority, whole, again);
}

/** The piece of work that asks, as `urgently` and `wholly` run it; the same object as long as it lasts. */
export const currentWork = (): Readonly<RateLimitedWork> | undefined => runningWork.getStore();

const currentPriority = (): Priority => currentWork()?.priority ?? 'look';

/** Resolves when a request may be sent. One that is left behind by work which has ended stands alone too. @throws SentAway. */
export async function waitForPermit(): Promise<void> {
  const limiter = portCalls.getStore()?.limiter;
  if (limiter === undefined) return;
  const doing = runningWork.getStore();
  if (doing !== undefined && !doing.over) {
    // Before it passes: a survey gives up before its requests do, and what it left waiting must leave with it.
    doing.passed.add(limiter);
    return limiter.acquire(doing);
  }
  const alone: RateLimitedWork = { priority: 'look' };
  return limiter.acquire(alone).finally(() => limiter.release(alone));
}

/** Told by whoever reads answers: this one says that the requests of the credential are too many. */
export function noteTooManyRequests(): void {
  const visit = portCalls.getStore();
  if (visit === undefined) return;
  visit.refused = true;
  visit.limiter.blockFor(unknownWaitMs, currentPriority());
}

/** The limiters of a worker, one for each credential. */
export type RateLimiters = (credential: string, who: string, limit: Limit | undefined) => RateLimiter | undefined;

/** For whoever asks a vendor that knows no limit. */
export const unlimited: RateLimiters = () => undefined;

/** For the bench, their time may run so much `faster`. @throws Error when the environment names no number of workers. */
export function openRateLimiters(workers = process.env.HANDOVER_RUNBOOK_WORKERS ?? '2', faster = 1): RateLimiters {
  if (!/^[1-9]\d{0,2}$/.test(workers))
    throw new Error(`HANDOVER_RUNBOOK_WORKERS is "${workers}", but must be a whole number from 1 to 999, such as 2.`);
  const open = new Map<string, RateLimiter>();
  return (credential, who, limit) => {
    if (limit === undefined) return undefined;
    const known = open.get(credential) ?? new RateLimiter(who, limit, Number(workers), faster);
    open.set(credential, known);
    return known;
  };
}

/** `context`, and a name for all secrets that were asked of it so far, from which none can be told. */
export function withCredentialHash({ secret }: Context, url: string): { context: Context; credential: () => string } {
  const told: string[] = [];
  const context: Context = {
    secret: async (reference) => {
      const value = await secret(reference);
      told.push(value);
      return value;
    },
  };
  const credential = () =>
    createHash('sha256')
      .update(JSON.stringify([url, ...told]))
      .digest('hex');
  return { context, credential };
}

type Methods<P> = Record<keyof P, (...args: never[]) => Promise<unknown>>;

/**
 * `port`, whose requests pass `limiter`. When the vendor says that they are too many, all of them wait; not when one thing alone is busy,
 * which is `limited` too, and may last.
 */
export function rateLimited<P extends Methods<P>>(limiter: RateLimiter | undefined, port: P): P {
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
  const doing = runningWork.getStore();
  if (doing !== undefined && (refused || error instanceof HeldBack)) doing.limited ??= error;
}

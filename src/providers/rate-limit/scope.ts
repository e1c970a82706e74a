/** Which turnstile a request passes, and how urgent it is: told by whoever runs the work, asked by whoever sends the request. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { Context } from '../kit/kind';
import { PortError } from '../../ports/errors';
import { SentAway, Turnstile } from './limiter';
import type { Urgency, Work } from '../../domain/priority';
import type { Limit } from './sliding-window';

/** One call of a method of a port. */
interface Visit {
  turnstile: Turnstile;
  /** The vendor itself said that it is enough. */
  refused: boolean;
}

/** What of a piece of work its end needs to know. */
interface Doing extends Work {
  passed: Set<Turnstile>;
  over: boolean;
  /** The first time that it had to wait for its turn, whatever became of it. */
  limited: PortError | undefined;
}

/** Where a vendor says that it is enough, and not for how long. */
const shortestShutMs = 1_000;

const visits = new AsyncLocalStorage<Visit>();
const doings = new AsyncLocalStorage<Doing>();

/**
 * Runs `work`, whose requests are as urgent as that. What nobody calls urgent is a mere look, and each request of it stands alone. `again`: it
 * was `limited` before, and has waited.
 */
export async function urgently<T>(urgency: Urgency, work: () => Promise<T>, again = false): Promise<T> {
  const doing: Doing = { urgency, again, passed: new Set(), over: false, limited: undefined };
  try {
    return await doings.run(doing, work);
  } finally {
    doing.over = true;
    for (const turnstile of doing.passed) turnstile.leave(doing);
  }
}

/** The same for work that takes an error for an answer. @throws PortError limited when it is done, if it was not its turn all the time. */
export function wholly<T>(urgency: Urgency, work: () => Promise<T>, again = false): Promise<T> {
  const whole = async () => {
    const result = await work();
    const limited = doings.getStore()?.limited;
    if (limited !== undefined) throw limited;
    return result;
  };
  return urgently(urgency, whole, again);
}

/** The piece of work that asks, as `urgently` and `wholly` run it; the same object as long as it lasts. */
export const workUnderWay = (): Readonly<Work> | undefined => doings.getStore();

const urgencyUnderWay = (): Urgency => workUnderWay()?.urgency ?? 'look';

/** Resolves when a request may be sent. One that is left behind by work which has ended stands alone too. @throws SentAway. */
export async function admitted(): Promise<void> {
  const turnstile = visits.getStore()?.turnstile;
  if (turnstile === undefined) return;
  const doing = doings.getStore();
  if (doing !== undefined && !doing.over) {
    // Before it passes: a survey gives up before its requests do, and what it left waiting must leave with it.
    doing.passed.add(turnstile);
    return turnstile.pass(doing);
  }
  const alone: Work = { urgency: 'look' };
  return turnstile.pass(alone).finally(() => turnstile.leave(alone));
}

/** Told by whoever reads answers: this one says that the requests of the credential are too many. */
export function tooMany(): void {
  const visit = visits.getStore();
  if (visit === undefined) return;
  visit.refused = true;
  visit.turnstile.shutFor(shortestShutMs, urgencyUnderWay());
}

/** The turnstiles of a worker, one for each credential. */
export type Turnstiles = (credential: string, who: string, limit: Limit | undefined) => Turnstile | undefined;

/** For whoever asks a vendor that knows no limit. */
export const unlimited: Turnstiles = () => undefined;

/** For the bench, their time may run so much `faster`. @throws Error when the environment names no number of workers. */
export function openTurnstiles(workers = process.env.HANDOVER_RUNBOOK_WORKERS ?? '2', faster = 1): Turnstiles {
  if (!/^[1-9]\d{0,2}$/.test(workers))
    throw new Error(`HANDOVER_RUNBOOK_WORKERS is "${workers}", but must be a whole number from 1 to 999, such as 2.`);
  const open = new Map<string, Turnstile>();
  return (credential, who, limit) => {
    if (limit === undefined) return undefined;
    const known = open.get(credential) ?? new Turnstile(who, limit, Number(workers), faster);
    open.set(credential, known);
    return known;
  };
}

/** `context`, and a name for all secrets that were asked of it so far, from which none can be told. */
export function remembering({ secret }: Context, url: string): { context: Context; credential: () => string } {
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
 * `port`, whose requests pass `turnstile`. When the vendor says that they are too many, all of them wait; not when one thing alone is busy,
 * which is `limited` too, and may last.
 */
export function passing<P extends Methods<P>>(turnstile: Turnstile | undefined, port: P): P {
  if (turnstile === undefined) return port;
  const guarded = Object.entries<(...args: never[]) => Promise<unknown>>(port).map(([name, method]) => [
    name,
    (...args: never[]) => {
      const visit = { turnstile, refused: false };
      return visits
        .run(visit, () => method(...args))
        .catch((error: unknown) => {
          if (error instanceof PortError && error.kind === 'limited') noteLimited(error, visit);
          throw error;
        });
    },
  ]);
  return Object.fromEntries(guarded) as P;
}

function noteLimited(error: PortError, { turnstile, refused }: Visit): void {
  if (refused) turnstile.shutFor(error.waitMs ?? shortestShutMs, urgencyUnderWay());
  const doing = doings.getStore();
  if (doing !== undefined && (refused || error instanceof SentAway)) doing.limited ??= error;
}

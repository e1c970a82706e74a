/** Which turnstile a request passes, and how urgent it is: told by whoever runs the work, asked by whoever sends the request. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { Context } from './definition';
import { PortError } from './errors';
import { SentAway, Turnstile, type Limit, type Urgency } from './turnstile';

const turnstiles = new AsyncLocalStorage<Turnstile>();
const urgency = new AsyncLocalStorage<Urgency>();

/** Runs `work`; its requests are as urgent as that. What nobody calls urgent is a mere look. */
export const urgently = <T>(how: Urgency, work: () => T): T => urgency.run(how, work);

/** Resolves when a request may be sent. @throws SentAway. */
export async function admitted(): Promise<void> {
  await turnstiles.getStore()?.pass(urgency.getStore() ?? 'look');
}

/** The turnstiles of a worker, one for each credential. */
export type Turnstiles = (credential: string, who: string, limit: Limit | undefined) => Turnstile | undefined;

/** For whoever asks a vendor that knows no limit. */
export const unlimited: Turnstiles = () => undefined;

/** @throws Error when the environment names no number of workers. */
export function openTurnstiles(workers = process.env.HANDOVER_RUNBOOK_WORKERS ?? '2'): Turnstiles {
  if (!/^[1-9]\d{0,2}$/.test(workers))
    throw new Error(`HANDOVER_RUNBOOK_WORKERS is "${workers}", but must be a whole number from 1 to 999, such as 2.`);
  const open = new Map<string, Turnstile>();
  return (credential, who, limit) => {
    if (limit === undefined) return undefined;
    const known = open.get(credential) ?? new Turnstile(who, limit, Number(workers));
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

/** `port`, whose requests pass `turnstile`. When the vendor says that it is enough, all of them wait. */
export function passing<P extends Methods<P>>(turnstile: Turnstile | undefined, port: P): P {
  if (turnstile === undefined) return port;
  const guarded = Object.entries<(...args: never[]) => Promise<unknown>>(port).map(([name, method]) => [
    name,
    (...args: never[]) =>
      turnstiles.run(turnstile, async () => {
        try {
          return await method(...args);
        } catch (error) {
          const told = error instanceof PortError && error.kind === 'limited' && !(error instanceof SentAway);
          if (told) turnstile.shutFor(error.waitMs ?? 1_000);
          throw error;
        }
      }),
  ]);
  return Object.fromEntries(guarded) as P;
}

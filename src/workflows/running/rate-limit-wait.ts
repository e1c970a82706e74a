/** Priorities, and the wait for a vendor's rate limit: in the workflow, where a person sees it, and without using up attempts. */
import {
  ActivityFailure,
  ApplicationFailure,
  patched,
  proxyActivities,
  sleep,
  type ActivityOptions,
} from '@temporalio/workflow';
import { unknownWaitMs } from '../../domain/failure';
import type { Priority } from '../../domain/priority';

/** Where workers are full, the server gives them the most urgent first, if not to the letter (server 1.32, seen 2026-11); 3 is anybody's. */
const priorityKeys: Record<Priority, number> = { failover: 1, move: 2, prepare: 3, look: 5 };
export const priorityOf = (priority: Priority) => ({ priorityKey: priorityKeys[priority] });

/** Enough for hundreds of shops that move at once under one credential. */
const longestMs = 30 * 60_000;
/** Each wait is a dozen events, a history ends at 51,200, and a plan may have several steps that wait at once; a vendor may ask for no wait at all. */
const freeWaits = 10;
const shortestMs = 3_000;

/** `again`: it is retried after a wait, and takes a reservation. */
type Activity<O, R> = (input: O, again?: boolean) => Promise<R>;

/** The activity of this name. */
export function activityOf<O, R>(name: string, options: ActivityOptions): Activity<O, R> {
  const activity = proxyActivities<Record<string, Activity<O, R>>>(options)[name];
  if (!activity) throw new Error(`There is no activity ${name}.`);
  return activity;
}

/** The same, retried after the wait each time that it was `limited`, for half an hour at most; no wait is short once there were many. */
export function withRateLimitWait<O, R>(name: string, options: ActivityOptions): Activity<O, R> {
  const activity = activityOf<O, R>(name, {
    ...options,
    retry: { ...options.retry, nonRetryableErrorTypes: ['limited'] },
  });
  return async (input) => {
    const giveUpAt = Date.now() + longestMs;
    for (let waits = 0; ; waits += 1) {
      try {
        return await (waits > 0 ? activity(input, true) : activity(input));
      } catch (error) {
        const waitMs = waitOf(error, waits);
        // The patch id lies in recorded histories, so its name stays.
        if (waitMs === undefined || Date.now() + waitMs > giveUpAt || !patched('turns')) throw error;
        await sleep(waitMs, { summary: `Held back by a rate limit: ${options.summary ?? name}`.slice(0, 190) });
      }
    }
  };
}

/** What the other side asked for, from the details that `asFailure` gave, after so many waits. */
function waitOf(error: unknown, waits: number): number | undefined {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof ApplicationFailure)) return undefined;
  const { type, details } = error.cause;
  if (type !== 'limited') return undefined;
  const [waitMs] = details ?? [];
  return Math.max(typeof waitMs === 'number' ? waitMs : unknownWaitMs, waits < freeWaits ? 0 : shortestMs);
}

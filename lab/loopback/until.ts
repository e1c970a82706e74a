/** The one way to wait in tests: for what is reported, not for a time. */
import { setTimeout as pause } from 'node:timers/promises';

/** Far longer than anything takes, also on a machine that has much else to do: it is no bound for anybody, it only ends a wait that is in vain. */
export const patienceMs = 5 * 60_000;

const askAgainMs = 50;

/** Asks until there is an answer. @throws Error that names `what` after five minutes */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  everyMs = askAgainMs,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error(`Not within ${patienceMs / 1_000} s: ${what}.`);
    await pause(everyMs);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';

/** sshd forgets a session a moment after it has told of its end. */
const lone = { tries: 20, pauseMs: 100 } as const;

/**
 * Runs at most `count` pieces of work at a time; the others wait for their turn, first come, first served. Fewer, once a piece has failed
 * because there is no room for it beside those that run, as `isFull` tells by its error: that piece waits for its turn again. One for which
 * there is no room although nothing else runs is tried for about two seconds; its own caller may limit that further.
 */
export function slots(
  count: number,
  isFull: (error: unknown) => boolean,
  pause: (ms: number) => Promise<unknown> = sleep,
): <T>(work: () => Promise<T>) => Promise<T> {
  let [limit, taken] = [count, 0];
  const waiting: (() => void)[] = [];
  const enter = async (isFirst: boolean) => {
    if (taken < limit) taken += 1;
    // Whoever leaves hands over its slot.
    else await new Promise<void>((resolve) => (isFirst ? waiting.unshift(resolve) : waiting.push(resolve)));
  };
  const leave = () => {
    const next = taken <= limit ? waiting.shift() : undefined;
    if (next) next();
    else taken -= 1;
  };
  return async (work) => {
    for (let [tries, alone] = [0, 0]; ; tries += 1) {
      await enter(tries > 0);
      const others = taken - 1;
      try {
        return await work();
      } catch (error) {
        if (others === 0) alone += 1;
        if (!isFull(error) || alone > lone.tries) throw error;
        limit = Math.max(1, Math.min(limit, taken - 1));
      } finally {
        leave();
      }
      if (others === 0) await pause(lone.pauseMs);
    }
  };
}

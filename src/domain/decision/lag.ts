/** How far the standby was behind when the trouble began: what a move would lose. */
import type { Situation } from './situation';

/** An older measurement says nothing of the moment at which the trouble began. */
const lagHoldsMs = 15 * 60_000;

/**
 * How far the standby was behind when the trouble began, undefined when unknown. Since then the primary has written no heartbeat, and perhaps
 * not even before, when its writes stalled; and trouble of our own may hide when it began. So the lag is the one last measured while the primary
 * served, unless the age of the last heartbeat shows that it was less.
 */
export function lagAtOnsetMs({ replica, lagBefore, opinion: { verdict } }: Situation): number | undefined {
  if (!replica || replica.heartbeatAgeMs === null) return undefined;
  const sinceOnset = Math.max(0, replica.heartbeatAgeMs - verdict.failingForMs);
  if (verdict.failingForMs === 0 || !lagBefore || lagBefore.agoMs > lagHoldsMs) return sinceOnset;
  return Math.min(sinceOnset, lagBefore.lagMs);
}

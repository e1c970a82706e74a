import type { FaultLine } from './evidence';

/**
 * After a region's links are healed or its servers go on, whoever watches needs a moment to find it writable and fence it; what it
 * acknowledges in that moment is a zombie's, like what it acknowledged while it was cut off.
 */
const FENCE_GRACE_MS = 15_000;

/** Whether `region` was cut off from the world, or stood still, at `at` (milliseconds since 1970) or shortly before, by the lab's own ledger. */
export function wasLost(region: string, at: number, faults: readonly FaultLine[]): boolean {
  return faults.some((line, place) => {
    if (!tookAway(region, line)) return false;
    const next = faults.slice(place + 1).find((later) => !tookAway(region, later));
    const until = next === undefined ? Infinity : Date.parse(next.at) + FENCE_GRACE_MS;
    return at >= Date.parse(line.at) && at <= until;
  });
}

const tookAway = (region: string, { cuts, paused }: FaultLine): boolean =>
  paused.includes(region) ||
  cuts.some(({ from, to }) => (from === region && to === 'world') || (from === 'world' && to === region));

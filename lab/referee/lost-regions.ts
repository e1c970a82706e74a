import type { FaultLine } from './evidence';

/**
 * After a region's links are healed or its servers resume, the monitor needs some seconds to find it writable and fence it. What the region
 * acknowledges in that time counts as a zombie's, like what it acknowledged while it was cut off.
 */
const FENCE_GRACE_MS = 15_000;

/** Whether, by the lab's own ledger, `region` was cut off from `world` or paused at `at` (milliseconds since 1970) or shortly before. */
export function wasLost(region: string, at: number, faults: readonly FaultLine[]): boolean {
  return faults.some((line, place) => {
    if (!isLost(region, line)) return false;
    const next = faults.slice(place + 1).find((later) => !isLost(region, later));
    const until = next === undefined ? Infinity : Date.parse(next.at) + FENCE_GRACE_MS;
    return at >= Date.parse(line.at) && at <= until;
  });
}

const isLost = (region: string, { cuts, paused }: FaultLine): boolean =>
  paused.includes(region) ||
  cuts.some(({ from, to }) => (from === region && to === 'world') || (from === 'world' && to === region));

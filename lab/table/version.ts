import type { Item } from './store';

/** What a region knows about an item: the microsecond stamp of the newest write it has from each region. */
export type Vector = Record<string, number>;

/** One state of one item. `item: null` is a deletion, kept so that a late write can't bring the item back. */
export interface Version {
  pk: string;
  item: Item | null;
  /** Microseconds since 1970 at the region that wrote it. */
  stamp: number;
  region: string;
  vector: Vector;
}

/** What to do with a version that came from the other region, given the one that is here. */
export type Resolution = 'take' | 'ignore' | 'conflict-take' | 'conflict-keep';

/**
 * Last writer wins, by stamp; the region's name decides a tie. A write made after the other one had arrived simply
 * replaces it. Only when neither region had the other's write is one of them lost (`conflict-...`).
 */
export function resolve(mine: Version | undefined, theirs: Version): Resolution {
  if (!mine) return 'take';
  if (knows(mine.vector, theirs.vector)) return 'ignore';
  if (knows(theirs.vector, mine.vector)) return 'take';
  return isLater(theirs, mine) ? 'conflict-take' : 'conflict-keep';
}

export function merged(one: Vector, other: Vector): Vector {
  const result = { ...one };
  for (const [region, stamp] of Object.entries(other)) result[region] = Math.max(stamp, result[region] ?? 0);
  return result;
}

function knows(one: Vector, other: Vector): boolean {
  return Object.entries(other).every(([region, stamp]) => (one[region] ?? 0) >= stamp);
}

function isLater(one: Version, other: Version): boolean {
  return one.stamp === other.stamp ? one.region > other.region : one.stamp > other.stamp;
}

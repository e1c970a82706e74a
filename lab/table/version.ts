import type { Item } from './store';

/** What a region knows of an item: microsecond stamps of the newest write seen from each region. */
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
export type Ruling = 'take' | 'ignore' | 'conflict-take' | 'conflict-keep';

/**
 * Last writer wins, by stamp, the region's name deciding a tie. A write that knew of the other one replaces it without
 * further ado; only where neither knew of the other does one of the two customers lose something (`conflict-...`).
 */
export function rule(mine: Version | undefined, theirs: Version): Ruling {
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

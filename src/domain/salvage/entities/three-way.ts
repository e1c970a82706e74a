/** One row or one set of values as three sides have it: at the point where the regions parted, in the deposed region, and on the primary. */
import { sameValue, type Row, type Value } from '../transaction';
import { changedIn } from './gather';
import type { TableRole } from './roles';
import { summed } from './sums';

export interface Merged {
  /** Columns to be set on the primary's row. */
  set: Record<string, Value>;
  /** Columns that both sides changed to different values; the primary's stay. */
  conflicts: string[];
}

/** A row that is on all three sides. Counters add up; what changed by itself on both stays as the primary has it. */
export function mergeRow(before: Row, theirs: Row, ours: Row, role: TableRole): Merged {
  const { counters = [], passing = [], later = [] } = role;
  const merged: Merged = { set: {}, conflicts: [] };
  for (const column of changedIn(before, theirs)) {
    const [was, there, here] = [before[column] ?? null, theirs[column] ?? null, ours[column] ?? null];
    if (sameValue(here, there) && !counters.includes(column)) continue;
    const total = counters.includes(column) ? summed(here, there, was) : undefined;
    if (total !== undefined) {
      if (!sameValue(total, here)) merged.set[column] = total;
    } else if (sameValue(here, was) || (later.includes(column) && isLater(there, here))) merged.set[column] = there;
    else if (!passing.includes(column) && !later.includes(column)) merged.conflicts.push(column);
  }
  return merged;
}

const isLater = (one: Value, other: Value) =>
  other === null || (typeof one === 'string' && typeof other === 'string' && one > other);

/** What a set of values lacks and has too many of, with repetitions. */
export function difference(values: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return values.filter((value) => {
    const at = left.indexOf(value);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

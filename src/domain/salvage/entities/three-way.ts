/** One row or one set of values as three sides have it: at the point where the regions parted, in the deposed region, and on the primary. */
import { sameValue, type Row, type Value } from '../transaction';
import { changedIn } from './gather';
import type { TableRole } from './roles';
import { isAbsent, summed } from './sums';

export interface Merged {
  /** Columns to be set on the primary's row. */
  set: Record<string, Value>;
  /** Columns that both sides changed to different values; the primary's stay. */
  conflicts: string[];
}

/** A row that is on all three sides. Counters add up; what changed by itself on both stays as the primary has it, and so does what belongs to it. */
export function mergeRow(before: Row, theirs: Row, ours: Row, role: TableRole): Merged {
  const { counters = [], tied = [] } = role;
  const merged: Merged = { set: {}, conflicts: [] };
  const isTied =
    tied.some((column) => !sameValue(before[column], theirs[column])) &&
    tied.some((column) => !sameValue(before[column], ours[column]));
  for (const column of changedIn(before, theirs)) {
    const sides = { was: before[column] ?? null, there: theirs[column] ?? null, here: ours[column] ?? null };
    if (isTied && tied.includes(column)) continue;
    if (sameValue(sides.here, sides.was)) merged.set[column] = sides.there;
    else if (counters.includes(column)) count(column, sides, merged);
    else other(column, sides, merged, role);
  }
  return merged;
}

interface Sides {
  was: Value;
  there: Value;
  here: Value;
}

/** Both sides changed it. One that no longer counts, such as a stock that is not kept any more, adds nothing. */
function count(column: string, { was, there, here }: Sides, merged: Merged): void {
  if (isAbsent(here)) return;
  if (isAbsent(there)) {
    merged.set[column] = there;
    return;
  }
  const total = isAbsent(was) ? undefined : summed(here, there, was);
  if (total === undefined) {
    if (!sameValue(there, here)) merged.conflicts.push(column);
  } else if (!sameValue(total, here)) merged.set[column] = total;
}

function other(column: string, { there, here }: Sides, merged: Merged, { passing = [], later = [] }: TableRole): void {
  if (sameValue(there, here)) return;
  if (later.includes(column) && isLater(there, here)) merged.set[column] = there;
  else if (!passing.includes(column) && !later.includes(column)) merged.conflicts.push(column);
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

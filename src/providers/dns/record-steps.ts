/**
 * Some vendors keep one record per value and change one record per request. So a set with several values is changed in steps, always in the
 * same order: that tells a half-way changed set from one that somebody changed by hand.
 */
import type { RecordSet } from '../../ports/ports';
import { canonicalSet } from './provider';

/** The part of a record that makes up a set. */
export interface RecordValue {
  value: string;
  ttlSeconds: number;
}

/** One request: change a record's value or TTL (both fields), add a record (`to` only) or remove one (`from` only). */
export interface RecordStep {
  from?: string;
  to?: string;
}

/** The steps from one set to another. Their order depends on the two sets only and never leaves the set empty. */
function stepsBetween({ values: old }: RecordSet, { values: wanted }: RecordSet): RecordStep[] {
  const gone = old.filter((value) => !wanted.includes(value));
  const fresh = wanted.filter((value) => !old.includes(value));
  const pairs = gone.slice(0, fresh.length).map((from, at) => ({ from, to: fresh[at] ?? from }));
  const added = fresh.slice(gone.length).map((to) => ({ to }));
  const removed = gone.slice(fresh.length).map((from) => ({ from }));
  return [...pairs, ...added, ...removed];
}

/**
 * The steps left until the records are `next`: all when they are `expected`, none when they are `next`, the rest after an attempt that
 * broke off; undefined when they are none of these. Records with different TTLs, which an interrupted lowering leaves behind, count as
 * `expected` if their highest TTL is the expected one, since that is the TTL that `read` returns.
 */
export function remainingSteps(
  records: readonly RecordValue[],
  expected: RecordSet,
  next: RecordSet,
): RecordStep[] | undefined {
  const [start, end] = [canonicalSet(expected), canonicalSet(next)];
  const steps = stepsBetween(start, end);
  const taken = stepsTaken(steps, start.values, records);
  if (taken === undefined) return undefined;
  const made = new Set(steps.slice(0, taken).map(({ to }) => to));
  const late = records.filter(({ ttlSeconds }) => ttlSeconds !== end.ttlSeconds);
  // A step of ours writes the new TTL, so a new value with another TTL is not ours.
  if (late.some(({ value }) => made.has(value))) return undefined;
  const kept = late.flatMap(({ value }) => (end.values.includes(value) ? [{ from: value, to: value }] : []));
  const left = [...steps.slice(taken), ...kept];
  return taken > 0 || left.length === 0 || highestTtl(records) === start.ttlSeconds ? left : undefined;
}

/** How many of `steps` were taken, starting with the values `from`, to arrive at the values of `records`. */
function stepsTaken(
  steps: readonly RecordStep[],
  from: readonly string[],
  records: readonly RecordValue[],
): number | undefined {
  const found = sorted(records.map(({ value }) => value));
  let values = [...from];
  for (const [done, step] of steps.entries()) {
    if (sorted(values) === found) return done;
    values = [...values.filter((value) => value !== step.from), ...(step.to === undefined ? [] : [step.to])];
  }
  return sorted(values) === found ? steps.length : undefined;
}

const sorted = (values: readonly string[]) => [...values].sort().join();

const highestTtl = (records: readonly RecordValue[]) => Math.max(...records.map(({ ttlSeconds }) => ttlSeconds));

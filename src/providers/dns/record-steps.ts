/**
 * Some vendors keep a record for each value and change one record a request. So a set of several values is changed in steps, and whoever
 * finds one half-way changed must know it from a change made by hand: the values on the way are always the same ones.
 */
import type { RecordSet } from '../../ports/ports';
import { canonicalSet } from './provider';

/** One record, as far as a set is made of it. */
export interface Value {
  value: string;
  ttlSeconds: number;
}

/** One request: a record takes another value or TTL (both fields), is added (`to` alone) or removed (`from` alone). */
export interface Step {
  from?: string;
  to?: string;
}

/** From values to values, in an order that never leaves the set empty, and that depends on the two sets alone. */
function stepsBetween({ values: old }: RecordSet, { values: wanted }: RecordSet): Step[] {
  const gone = old.filter((value) => !wanted.includes(value));
  const fresh = wanted.filter((value) => !old.includes(value));
  const pairs = gone.slice(0, fresh.length).map((from, at) => ({ from, to: fresh[at] ?? from }));
  const added = fresh.slice(gone.length).map((to) => ({ to }));
  const removed = gone.slice(fresh.length).map((from) => ({ from }));
  return [...pairs, ...added, ...removed];
}

/**
 * What is left to do until the records are `next`: all when they are `expected`, nothing when they are `next`, the rest when an earlier
 * attempt came half-way; undefined when they are none of these. Records whose TTLs differ, as lowering them leaves it when it breaks, are
 * `expected` where the highest of them is, which is how they are read.
 */
export function stepsLeft(records: readonly Value[], expected: RecordSet, next: RecordSet): Step[] | undefined {
  const [start, end] = [canonicalSet(expected), canonicalSet(next)];
  const steps = stepsBetween(start, end);
  const taken = takenOf(steps, start.values, records);
  if (taken === undefined) return undefined;
  const made = new Set(steps.slice(0, taken).map(({ to }) => to));
  const late = records.filter(({ ttlSeconds }) => ttlSeconds !== end.ttlSeconds);
  // What a step made has the new TTL, or it was somebody else's.
  if (late.some(({ value }) => made.has(value))) return undefined;
  const kept = late.flatMap(({ value }) => (end.values.includes(value) ? [{ from: value, to: value }] : []));
  const left = [...steps.slice(taken), ...kept];
  return taken > 0 || left.length === 0 || highestTtl(records) === start.ttlSeconds ? left : undefined;
}

/** How many of `steps` lead from the values `from` to those of `records`. */
function takenOf(steps: readonly Step[], from: readonly string[], records: readonly Value[]): number | undefined {
  const found = inOrder(records.map(({ value }) => value));
  let values = [...from];
  for (const [done, step] of steps.entries()) {
    if (inOrder(values) === found) return done;
    values = [...values.filter((value) => value !== step.from), ...(step.to === undefined ? [] : [step.to])];
  }
  return inOrder(values) === found ? steps.length : undefined;
}

const inOrder = (values: readonly string[]) => [...values].sort().join();

const highestTtl = (records: readonly Value[]) => Math.max(...records.map(({ ttlSeconds }) => ttlSeconds));

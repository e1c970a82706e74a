/**
 * DigitalOcean keeps a record for each value and changes one record a request. So a set of several values is changed in steps, and whoever
 * finds one half-way changed must know it from a change made by hand: the states on the way are always the same ones.
 */
import type { RecordSet } from '../ports';
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

/** In an order that never leaves the set empty, and that depends on the two sets alone. */
function stepsBetween(expected: RecordSet, next: RecordSet): Step[] {
  const gone = expected.values.filter((value) => !next.values.includes(value));
  const fresh = next.values.filter((value) => !expected.values.includes(value));
  const kept = expected.ttlSeconds === next.ttlSeconds ? [] : next.values.filter((value) => !fresh.includes(value));
  const pairs = gone.slice(0, fresh.length).map((from, at) => ({ from, to: fresh[at] ?? from }));
  const added = fresh.slice(gone.length).map((to) => ({ to }));
  const removed = gone.slice(fresh.length).map((from) => ({ from }));
  return [...pairs, ...kept.map((value) => ({ from: value, to: value })), ...added, ...removed];
}

/**
 * What is left to do until the records are `next`: all when they are `expected`, nothing when they are `next`, the rest when an earlier
 * attempt came half-way; undefined when they are none of these.
 */
export function stepsLeft(records: readonly Value[], expected: RecordSet, next: RecordSet): Step[] | undefined {
  const [start, end] = [canonicalSet(expected), canonicalSet(next)];
  const steps = stepsBetween(start, end);
  const found = stateOf(records);
  let state: Value[] = start.values.map((value) => ({ value, ttlSeconds: start.ttlSeconds }));
  for (const [done, { from, to }] of steps.entries()) {
    if (stateOf(state) === found) return steps.slice(done);
    state = state.filter(({ value }) => value !== from);
    if (to !== undefined) state.push({ value: to, ttlSeconds: end.ttlSeconds });
  }
  return stateOf(state) === found ? [] : undefined;
}

const stateOf = (records: readonly Value[]) =>
  records
    .map(({ value, ttlSeconds }) => `${value} ${ttlSeconds}`)
    .sort()
    .join();

/** Plans within an epoch that were completed lately: what is done again and again does not last. Kept beyond the end of an incident. */
import { kindsThatChange, type TransferKind } from '../plan/request';

/** `at`: milliseconds since the epoch. */
export interface Completion {
  kind: TransferKind;
  at: number;
}

const withinMs = 60 * 60_000;
/** A repair that did not last so often in an hour hides what is broken: a person decides about the next one. */
const mostRepairs = 5;
/** More than any rule counts. */
const mostKept = 20;

export function withCompletion(before: readonly Completion[] = [], completion: Completion): readonly Completion[] {
  return [...lately(before, completion.at), completion].slice(-mostKept);
}

/** The completions of the last hour, with ages. */
export function completedLately(
  { completed = [] }: { completed?: readonly Completion[] },
  now: number,
): { kind: TransferKind; agoMs: number }[] {
  return lately(completed, now).map(({ kind, at }) => ({ kind, agoMs: now - at }));
}

/** Why a repair of this kind is not made again by itself; undefined when it may be. */
export function didNotLast(
  book: { completed?: readonly Completion[] },
  kind: TransferKind,
  now: number,
): string | undefined {
  const times = completedLately(book, now).filter((each) => each.kind === kind).length;
  if (times < mostRepairs || !kindsThatChange('repair').includes(kind)) return undefined;
  return `The ${kind} was completed ${times} times within an hour and did not last.`;
}

const lately = (completions: readonly Completion[], now: number): readonly Completion[] =>
  completions.filter(({ at }) => now - at < withinMs);

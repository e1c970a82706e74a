/** What was done again and again within an hour: it is told louder, and a table that comes and goes does not take the shop along each time. */
import type { TransferKind } from '../plan/request';
import type { Action } from './course';
import type { Situation } from './situation';

/** From the third time in an hour on, somebody is called. */
const tellFrom = 3;
/** The pointer may come back so often in an hour; after that the shop stays with the table that works. */
const backAtMost = 2;

const counted: readonly TransferKind[] = ['pointer', 'restore', 'fence'];

/** How often a plan of this kind was completed within the hour. */
const timesOf = ({ completed = [] }: Situation, kind: TransferKind): number =>
  completed.filter((each) => each.kind === kind).length;

/** Follows an announcement. It holds no count, so that a repeated alert stays one. */
export function repeated(situation: Situation, { kind }: Action): string | undefined {
  if (!counted.includes(kind) || timesOf(situation, kind) + 1 < tellFrom) return undefined;
  return 'It was done again and again within an hour: find the cause.';
}

/** Why the pointer stays where it is; undefined while it may go back. */
export function backTooOften(situation: Situation, { from, to }: Action): string | undefined {
  const times = timesOf(situation, 'pointer');
  const borrowed = situation.opinion.tables[from];
  // Each way back follows a way there.
  const tooMany = to === situation.primary && times >= 2 * backAtMost && borrowed?.state !== 'down';
  return tooMany
    ? `The table pointer was moved ${times} times within an hour, so the shop stays with the table of ${from}.`
    : undefined;
}

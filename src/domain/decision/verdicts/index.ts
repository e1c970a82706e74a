/** The table of contents of verdicts. Alerts, decisions, the type `Verdict` and the tests of all verdicts are made from it. */
import type { Hearing } from '../../detection/hearing';
import type { Course, CourseInput } from '../course';
import { appDown } from './app-down';
import { blind } from './blind';
import { degraded } from './degraded';
import { edgeBroken } from './edge-broken';
import { healthy } from './healthy';
import { linkCut } from './link-cut';
import { notServed } from './not-served';
import { regionDown } from './region-down';
import { restarted } from './restarted';
import { tableDown } from './table-down';
import { twoWriters } from './two-writers';
import type { VerdictOf, VerdictRow } from './define';

/** In the order of weight: the first that finds something is the verdict. */
const weighed = [
  // Facts of the databases weigh more than votes: a wrong move would ruin what they describe.
  twoWriters,
  restarted,
  // The verdicts below need enough vantages with an opinion.
  blind,
  // By what customers lose.
  regionDown,
  appDown,
  tableDown,
  notServed,
  edgeBroken,
  linkCut,
  degraded,
] as const;

/** All of them; `healthy` holds when no other does. */
export const verdicts = [...weighed, healthy] as const;

/** What we believe of the primary region. A verdict describes; only `decide` acts. */
export type Verdict = NonNullable<ReturnType<(typeof verdicts)[number]['find']>>;

export function verdictOn(hearing: Hearing): Verdict {
  return heaviest<Verdict>(weighed, hearing) ?? healthy.find(hearing);
}

/** What the first of `rows` finds. */
export function heaviest<V extends VerdictOf>(
  rows: readonly Pick<VerdictRow<V | undefined>, 'find'>[],
  hearing: Hearing,
): V | undefined {
  for (const { find } of rows) {
    const found = find(hearing);
    if (found) return found;
  }
  return undefined;
}

export function courseFor(input: CourseInput, verdict: Verdict): Course {
  return rowOf(verdict).course(input, verdict);
}

export function headlineOf(verdict: Verdict): string {
  return rowOf(verdict).headline;
}

/** The row that has found `verdict`. */
function rowOf({ state }: Verdict): VerdictRow<Verdict | undefined> {
  const rows: readonly VerdictRow<Verdict | undefined>[] = verdicts;
  const row = rows.find((each) => each.state === state);
  if (!row) throw new Error(`There is no verdict ${state}.`);
  return row;
}

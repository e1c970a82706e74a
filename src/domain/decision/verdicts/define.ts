/** What a verdict is: one row that says how it is found, how alerts name it, and what to do about it. */
import type { Hearing } from '../../detection/hearing';
import type { Course, CourseInput } from '../course';

/** The fields of every verdict on the primary region; a verdict may add more. Recorded in histories as JSON: never rename one. */
export interface VerdictOf<S extends string = string> {
  state: S;
  /** The primary region. */
  region: string;
  because: string;
  /** The vantages that say so. */
  vantages: string[];
  /** How long it has been so, at least. */
  forMs: number;
  /** How long the trouble behind it has lasted, more or less; 0 when nothing fails. */
  failingForMs: number;
  /** Age of the oldest account of a database that the verdict rests on; 0 when it rests on votes alone. */
  evidenceAgeMs: number;
}

/** `V` is the verdict, or undefined as well where it may not hold. */
export interface VerdictRow<V extends VerdictOf | undefined = VerdictOf | undefined> {
  state: NonNullable<V>['state'];
  /** Follows "region A" in alerts. Contains no age and no count, so that a repeated alert stays the same alert. */
  headline: string;
  /** The verdict if it holds. Weightier verdicts are checked before. */
  find: (hearing: Hearing) => V;
  /** What to do before any guard objects. Taken from a method, its params are compared both ways, so that the list can hold rows of any verdict. */
  course: { of(input: CourseInput, verdict: NonNullable<V>): Course }['of'];
}

/** Keeps a row's own verdict as a type while letting the list hold all of them. */
export function defineVerdict<V extends VerdictOf | undefined>(row: VerdictRow<V>): VerdictRow<V> {
  return row;
}

/** The common fields of a verdict that rests only on votes, those of `vantages`. */
export function about<S extends string>(
  state: S,
  region: string,
  vantages: string[],
): Omit<VerdictOf<S>, 'because'> & { state: S } {
  return { state, region, vantages: [...new Set(vantages)], forMs: 0, failingForMs: 0, evidenceAgeMs: 0 };
}

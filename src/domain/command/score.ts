/** What a monitor in mode observe would have done, and what became of it: the score by which people come to trust it. Plain data, bounded. */
import { moveOf, type Proposed } from './proposal';

export interface Sighting extends Omit<Proposed, 'epoch'> {
  /** When it would have acted, milliseconds since the epoch, and how long the trouble had lasted by then. */
  at: number;
  failingForMs: number;
  /** Absent while it lasts. `made`: a person made the same move. `passed`: all was well again without it. */
  outcome?: 'made' | 'passed';
  endedAt?: number;
}

export interface Score {
  /** All of them since the mode was set; the last ones are kept. */
  made: number;
  passed: number;
  sightings: readonly Sighting[];
}

export const emptyScore: Score = { made: 0, passed: 0, sightings: [] };

const kept = 10;

const isLasting = ({ outcome }: Sighting): boolean => outcome === undefined;

/** It would act now; the same as before is one sighting. */
export function sighted(score: Score, what: Omit<Sighting, 'outcome' | 'endedAt'>): Score {
  const open = score.sightings.find(isLasting);
  if (open && open.kind === what.kind && open.from === what.from && open.to === what.to) return score;
  const before = open ? ended(score, 'passed', what.at) : score;
  return { ...before, sightings: [...before.sightings, what].slice(-kept) };
}

/** What lasted is over. */
export function ended(score: Score, outcome: 'made' | 'passed', at: number): Score {
  if (!score.sightings.some(isLasting)) return score;
  const sightings = score.sightings.map((each) => (isLasting(each) ? { ...each, outcome, endedAt: at } : each));
  return { ...score, [outcome]: score[outcome] + 1, sightings };
}

/** A person's transfer was completed. */
export function movedBy(score: Score, kind: string, at: number): Score {
  return score.sightings.some((each) => isLasting(each) && each.kind === kind) ? ended(score, 'made', at) : score;
}

const seconds = (ms: number): string => `${String(Math.round(ms / 1_000))} s`;

/** The sum, and a line each for the last ones, newest first. */
export function scoreLines({ made, passed, sightings }: Score): string[] {
  const lasting = sightings.filter(isLasting).length;
  const times = made + passed + lasting;
  if (times === 0) return ['It would not have acted yet.'];
  const sum = `It would have acted ${times === 1 ? 'once' : `${String(times)} times`}: ${String(made)} made by a person too, ${String(passed)} well again without it.`;
  return [sum, ...sightings.slice(-5).reverse().map(sightingLine)];
}

function sightingLine(each: Sighting): string {
  const { at, failingForMs, outcome, endedAt = at } = each;
  const became =
    outcome === undefined
      ? 'it lasts'
      : `${outcome === 'made' ? 'a person made it' : 'all was well again without it'} ${seconds(endedAt - at)} later`;
  return `- ${new Date(at).toISOString()} ${moveOf(each)}, ${seconds(failingForMs)} after the trouble began; ${became}.`;
}

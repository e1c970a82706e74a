/** When the monitor may try a transfer again by itself, after others of the same incident did not bring it about. */
import { didNotLast } from './completions';
import { transferKinds, type TransferKind } from '../plan/request';
import type { Attempt, Incident, IncidentBook } from './book';
import { awaitsPerson, hasLasted } from './incident';

/** Pause after the first failed attempt; each further one doubles it. */
const firstPauseMs = 30_000;
/** After so many a person must look: what refuses three times refuses a fourth. */
const mostAttempts = 3;

/** `wait`: it is tried again by itself. `person`: it is not, until somebody acknowledges. */
export type Brake = { until: 'wait' | 'person'; because: string };

export type Brakes = Partial<Record<TransferKind, Brake>>;

export function brakesOn(book: IncidentBook, now: number): Brakes {
  const all = transferKinds.map((kind) => [kind, brakeOn(book, kind, now)] as const);
  return Object.fromEntries(all.filter(([, brake]) => brake !== undefined));
}

/**
 * What holds back an automatic transfer of this kind now; undefined when nothing does.
 * @param now milliseconds since the epoch
 */
function brakeOn(book: IncidentBook, kind: TransferKind, now: number): Brake | undefined {
  const waiting = book.open?.attempts.find(awaitsPerson);
  if (waiting) return { until: 'person', because: `The ${waiting.kind} ${wayOfEnd(waiting)}: ${waiting.because}` };
  const vain = didNotLast(book, kind, now);
  if (vain !== undefined) return { until: 'person', because: vain };
  const failed = !book.open || hasLasted(book.open.idleSince, now) ? [] : failedLately(book.open, kind);
  const [last] = failed.slice(-1);
  if (!last) return undefined;
  if (failed.length >= mostAttempts)
    return {
      until: 'person',
      because: `The ${kind} was tried ${failed.length} times and last ${wayOfEnd(last)}: ${last.because}`,
    };
  const waitMs = firstPauseMs * 2 ** (failed.length - 1) - (now - (last.endedAt ?? now));
  if (waitMs <= 0) return undefined;
  return {
    until: 'wait',
    because: `The ${kind} ${wayOfEnd(last)} and is tried again in ${Math.ceil(waitMs / 1_000)} s: ${last.because}`,
  };
}

/** The automatic ones of this kind since the last that succeeded, or that a person acknowledged, or since all was well for long. */
function failedLately({ attempts, lapsedAt = 0 }: Incident, kind: TransferKind): Attempt[] {
  const own = attempts.filter(
    (each) => each.kind === kind && each.automatic && each.ending !== undefined && each.startedAt >= lapsedAt,
  );
  const good = own.findLastIndex(
    ({ ending, acknowledgedBy }) => ending === 'completed' || acknowledgedBy !== undefined,
  );
  return own.slice(good + 1);
}

const words: Readonly<Record<NonNullable<Attempt['ending']>, string>> = {
  completed: 'was completed',
  'rolled-back': 'was rolled back',
  'needs-operator': 'ended needs-operator',
  refused: 'was refused',
  untold: 'is over',
};

/** `was refused` */
export const wayOfEnd = ({ ending }: Attempt): string => (ending === undefined ? 'is running' : words[ending]);

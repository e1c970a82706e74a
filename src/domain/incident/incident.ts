/**
 * An incident of a site: from the first thing that is not quiet to the end of the last one, with every transfer that was tried for it.
 * Pure: the monitor holds it, advances it by events, and hands it from run to run. Plain data, bounded.
 */
import type { TransferKind } from '../plan/request';
import type { Ending } from '../plan/interpreter';

/** `refused`: nothing was changed. `unknown`: it ended and told nobody, as a terminated run does. */
export type AttemptEnding = Ending | 'refused' | 'unknown';

export interface Attempt {
  kind: TransferKind;
  from: string;
  to: string;
  /** The monitor started it by itself. */
  automatic: boolean;
  /** Milliseconds since the epoch; `endedAt` and `ending` are absent while it runs. */
  startedAt: number;
  endedAt?: number;
  ending?: AttemptEnding;
  because: string;
  /** A person has seen how it ended, and answers for what comes next. */
  acknowledgedBy?: string;
}

export interface Incident {
  number: number;
  openedAt: number;
  because: string;
  attempts: readonly Attempt[];
  /** Since when nothing was loud; absent while something is. */
  quietSince?: number;
}

/** All that is kept of a site's incidents. `version` is of this shape: a monitor of the next version takes over the state of this one. */
export interface IncidentBook {
  version: 1;
  /** Number of the last incident; 0 before the first. */
  last: number;
  open?: Incident;
}

export const emptyBook: IncidentBook = { version: 1, last: 0 };

export type IncidentEvent =
  /** The votes were judged. `loud`: it is acted on, or somebody is called. `running`: a transfer of the site runs now. */
  | { type: 'judged'; at: number; loud: boolean; running: boolean; because: string }
  | { type: 'started'; at: number; kind: TransferKind; from: string; to: string; automatic: boolean; because: string }
  | { type: 'ended'; at: number; kind: TransferKind; from: string; to: string; ending: AttemptEnding; because: string }
  | { type: 'acknowledged'; at: number; by: string };

/** What has been quiet for so long is over. */
export const quietForMs = 10 * 60_000;
/** A run that started so lately may not be seen as running yet. */
const appearsWithinMs = 30_000;
const mostAttempts = 20;
const longestSentence = 300;

export function advance(book: IncidentBook, event: IncidentEvent): IncidentBook {
  switch (event.type) {
    case 'judged':
      return judged(book, event);
    case 'started': {
      const { at, kind, from, to, automatic, because } = event;
      const { open, last } = opened(book, at, because);
      const attempt: Attempt = { kind, from, to, automatic, startedAt: at, because: short(because) };
      return { version: 1, last, open: { ...open, attempts: [...lost(open, at), attempt].slice(-mostAttempts) } };
    }
    case 'ended':
      return finished(book, event);
    case 'acknowledged':
      return withAttempts(book, (attempt) =>
        attempt.ending === undefined ? attempt : { ...attempt, acknowledgedBy: event.by },
      );
  }
}

/** A person's transfer is part of an incident once it leaves something to a person; one of which no start was heard is told of by its end. */
function finished(book: IncidentBook, event: IncidentEvent & { type: 'ended' }): IncidentBook {
  const { at: endedAt, ending } = event;
  const end = { endedAt, ending, because: short(event.because) };
  if (book.open?.attempts.some((attempt) => attempt.ending === undefined))
    return withAttempts(book, (attempt) => (attempt.ending === undefined ? { ...attempt, ...end } : attempt));
  if (ending !== 'needs-operator') return book;
  const { kind, from, to } = event;
  const { open, last } = opened(book, endedAt, event.because);
  const attempt: Attempt = { kind, from, to, automatic: false, startedAt: endedAt, ...end };
  return { version: 1, last, open: { ...open, attempts: [...open.attempts, attempt].slice(-mostAttempts) } };
}

function judged(book: IncidentBook, { at, loud, running, because }: IncidentEvent & { type: 'judged' }): IncidentBook {
  if (loud) {
    const { open, last } = opened(book, at, because);
    const { quietSince: _, ...rest } = open;
    return { version: 1, last, open: { ...rest, attempts: running ? open.attempts : lost(open, at) } };
  }
  const { open, last } = book;
  if (!open) return book;
  const quietSince = open.quietSince ?? at;
  const attempts = running ? open.attempts : lost(open, at);
  const over = !running && at - quietSince >= quietForMs && attempts.every((attempt) => !awaitsPerson(attempt));
  return over ? { version: 1, last } : { version: 1, last, open: { ...open, attempts, quietSince } };
}

/** A run that ended half way, or without a word, is a person's until they say so. */
export const awaitsPerson = ({ ending, acknowledgedBy }: Attempt): boolean =>
  (ending === 'needs-operator' || ending === 'unknown') && acknowledgedBy === undefined;

function opened(book: IncidentBook, at: number, because: string): { open: Incident; last: number } {
  if (book.open) return { open: book.open, last: book.last };
  const number = book.last + 1;
  return { open: { number, openedAt: at, because: short(because), attempts: [] }, last: number };
}

/** Attempts that no longer run although none has told of its end. */
const lost = ({ attempts }: Incident, at: number): Attempt[] =>
  attempts.map((attempt) =>
    attempt.ending === undefined && at - attempt.startedAt > appearsWithinMs
      ? { ...attempt, endedAt: at, ending: 'unknown', because: 'It ended and told nobody, as a terminated run does.' }
      : attempt,
  );

function withAttempts(book: IncidentBook, change: (attempt: Attempt) => Attempt): IncidentBook {
  const { open } = book;
  return open ? { ...book, open: { ...open, attempts: open.attempts.map(change) } } : book;
}

const short = (sentence: string): string => sentence.slice(0, longestSentence);

/**
 * An incident of a site: from the first thing that is not quiet to the end of the last one, with every transfer that was tried for it.
 * Pure: the monitor holds it, advances it by events, and hands it from run to run. Plain data, bounded. It asks for no timer: what has been quiet
 * for long enough is over, whenever somebody looks.
 */
import type { Attempt, Incident, IncidentBook, IncidentEvent } from './book';
import { withCall } from './calls';
import { withCompletion, type Completion } from './completions';
import { movesPrimary } from '../plan/request';

/** What has been quiet for so long is over. */
export const quietForMs = 10 * 60_000;
/** A run that started so lately may not be seen as running yet. */
const appearsWithinMs = 30_000;
const mostAttempts = 20;
const longestSentence = 300;

/** The book as it is at `at`: an incident that has been quiet for long enough, with nothing left to a person, is closed. */
export function bookAt(book: IncidentBook, at: number): IncidentBook {
  const { open, ...closed } = book;
  const isOver = open && hasLasted(open.quietSince, at) && !open.attempts.some(awaitsPerson);
  return isOver ? closed : book;
}

export const hasLasted = (since: number | undefined, at: number): boolean =>
  since !== undefined && at - since >= quietForMs;

export function advance(book: IncidentBook, event: IncidentEvent): IncidentBook {
  switch (event.type) {
    case 'judged':
      return judged(bookAt(book, event.at), event);
    case 'asked':
      return asked(bookAt(book, event.at), event);
    case 'taken':
      return taken(book, event.run);
    case 'over':
      return over(bookAt(book, event.at), event);
    case 'acknowledged':
      return acknowledged(book, event.by);
    case 'closed':
      return closed(bookAt(book, event.at), event.by);
  }
}

function acknowledged({ completed: _, ...book }: IncidentBook, by: string): IncidentBook {
  return withAttempts(book, (attempt) =>
    attempt.ending === undefined ? attempt : { ...attempt, acknowledgedBy: attempt.acknowledgedBy ?? by },
  );
}

/** Not while a transfer of it runs: its end has yet to be told. */
function closed(book: IncidentBook, by: string): IncidentBook {
  const { open, ...rest } = acknowledged(book, by);
  return open?.attempts.some(({ ending }) => ending === undefined) ? book : rest;
}

/** A run that ended half way, or without a word, is a person's until they say so. */
export const awaitsPerson = ({ ending, acknowledgedBy }: Attempt): boolean =>
  (ending === 'needs-operator' || ending === 'untold') && acknowledgedBy === undefined;

function judged(book: IncidentBook, event: IncidentEvent & { type: 'judged' }): IncidentBook {
  const { at, wishes, calls, running, because } = event;
  if (!book.open && !wishes && calls === undefined) return book;
  const { open, last } = opened(book, at, because);
  const { quietSince, idleSince, ...rest } = open;
  const isIdle = !wishes && !running;
  const next: Incident = {
    ...rest,
    attempts: running ? open.attempts : withUntold(open, at),
    ...(wishes && hasLasted(idleSince, at) && { lapsedAt: at }),
    ...(isIdle && { idleSince: idleSince ?? at }),
    ...(calls !== undefined && { calls: withCall(open.calls, calls, at, quietForMs) }),
    ...(isIdle && calls === undefined && { quietSince: quietSince ?? at }),
  };
  return { ...book, last, open: next };
}

function asked(book: IncidentBook, event: IncidentEvent & { type: 'asked' }): IncidentBook {
  const { at, kind, from, to, because } = event;
  const { open, last } = opened(book, at, because);
  const attempt: Attempt = { kind, from, to, automatic: true, startedAt: at, because: short(because) };
  return { ...book, last, open: { ...open, attempts: [...withUntold(open, at), attempt].slice(-mostAttempts) } };
}

const isAsked = (attempt: Attempt): boolean => attempt.ending === undefined && attempt.run === undefined;

function taken(book: IncidentBook, run: string | undefined): IncidentBook {
  if (run !== undefined) return withAttempts(book, (attempt) => (isAsked(attempt) ? { ...attempt, run } : attempt));
  const { open } = book;
  return open ? { ...book, open: { ...open, attempts: open.attempts.filter((each) => !isAsked(each)) } } : book;
}

function over(book: IncidentBook, event: IncidentEvent & { type: 'over' }): IncidentBook {
  const { at, run, kind, from, to, ending } = event;
  const end = { endedAt: at, ending, because: short(event.because) };
  const attempts = book.open?.attempts ?? [];
  const own = attempts.find((each) => each.ending === undefined && isOf(each, run));
  const told = own ? withAttempts(book, (each) => (each === own ? { ...each, ...end } : each)) : book;
  const settled = ending === 'completed' ? completed(told, { kind, at }) : told;
  if (own || ending !== 'needs-operator') return settled;
  const { open, last } = opened(settled, at, event.because);
  // A person's transfer is part of an incident once it leaves something to a person.
  const attempt: Attempt = { kind, from, to, automatic: false, startedAt: at, ...end };
  return { ...settled, last, open: { ...open, attempts: [...open.attempts, attempt].slice(-mostAttempts) } };
}

/** A completed move settles what earlier runs left to a person. */
function completed(book: IncidentBook, completion: Completion): IncidentBook {
  const { kind } = completion;
  if (!movesPrimary(kind)) return { ...book, completed: withCompletion(book.completed, completion) };
  return withAttempts(book, (each) =>
    awaitsPerson(each) ? { ...each, acknowledgedBy: `the ${kind} after it` } : each,
  );
}

/** Its end may be heard before Temporal has told the run id. */
const isOf = (attempt: Attempt, run: string | undefined): boolean =>
  attempt.run === undefined || run === undefined || attempt.run === run;

function opened(book: IncidentBook, at: number, because: string): { open: Incident; last: number } {
  if (book.open) return { open: book.open, last: book.last };
  const number = book.last + 1;
  return { open: { number, openedAt: at, because: short(because), attempts: [] }, last: number };
}

/** Attempts that no longer run although none has told of its end. */
const withUntold = ({ attempts }: Incident, at: number): Attempt[] =>
  attempts.map((attempt) =>
    attempt.ending === undefined && at - attempt.startedAt > appearsWithinMs
      ? { ...attempt, endedAt: at, ending: 'untold', because: 'It told nobody how, as a terminated run does.' }
      : attempt,
  );

function withAttempts(book: IncidentBook, change: (attempt: Attempt) => Attempt): IncidentBook {
  const { open } = book;
  return open ? { ...book, open: { ...open, attempts: open.attempts.map(change) } } : book;
}

const short = (sentence: string): string => sentence.slice(0, longestSentence);

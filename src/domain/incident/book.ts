/** The shapes of a site's incidents, and of what happens to them. Plain data, bounded. */
import type { Calls } from './calls';
import type { Completion } from './completions';
import type { TransferKind } from '../plan/request';
import type { Ending } from '../plan/interpreter';

/** `refused`: nothing was changed. `untold`: it is over and told nobody, as a terminated run does. */
export type AttemptEnding = Ending | 'refused' | 'untold';

export interface Attempt {
  kind: TransferKind;
  from: string;
  to: string;
  /** The monitor started it by itself. */
  automatic: boolean;
  /** Its run id; absent until Temporal has told it, and for runs of before 2026-12. */
  run?: string;
  /** Milliseconds since the epoch; `endedAt` and `ending` are absent while it runs. */
  startedAt: number;
  endedAt?: number;
  ending?: AttemptEnding;
  because: string;
  /** Who has seen how it ended and answers for what comes next; a later move that was completed does so too. */
  acknowledgedBy?: string;
}

export interface Incident {
  number: number;
  openedAt: number;
  because: string;
  attempts: readonly Attempt[];
  calls?: Calls;
  /** Since when nothing was acted on, wished or called for, and nothing ran. */
  quietSince?: number;
  /** Since when nothing was to be done, although somebody may be called. */
  idleSince?: number;
  /** Tries that failed before this hold nothing back: all was well for long in between. */
  lapsedAt?: number;
}

/** All that is kept of a site's incidents. `version` is of this shape: a monitor of the next version takes over the state of this one. */
export interface IncidentBook {
  version: 1;
  /** Number of the last incident; 0 before the first. */
  last: number;
  open?: Incident;
  /** The plans within an epoch that were completed lately and that nobody has acknowledged, of earlier incidents too. */
  completed?: readonly Completion[];
}

export const emptyBook: IncidentBook = { version: 1, last: 0 };

export type IncidentEvent =
  /** The votes were judged. `wishes`: something is to be done, also where a guard forbids it now. `calls`: what somebody is called about. `running`: a transfer. */
  | { type: 'judged'; at: number; wishes: boolean; calls: string | undefined; running: boolean; because: string }
  /** The monitor asks for a transfer, before Temporal has taken it. */
  | { type: 'asked'; at: number; kind: TransferKind; from: string; to: string; because: string }
  /** Temporal has taken it, under this run id; without one another transfer was running, and it was not started. */
  | { type: 'taken'; run?: string }
  /** Whichever transfer, also a person's. `run` is absent for runs of before 2026-12. */
  | {
      type: 'over';
      at: number;
      run?: string;
      kind: TransferKind;
      from: string;
      to: string;
      ending: AttemptEnding;
      because: string;
    }
  | { type: 'acknowledged'; at: number; by: string }
  /** By a person. What is not well then opens the next one. */
  | { type: 'closed'; at: number; by: string };

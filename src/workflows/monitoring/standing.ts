/** Answers how the site stands, for a list of all sites: plain data, while the details are for one person who looks at one site. */
import { defineQuery, setHandler } from '@temporalio/workflow';
import type { DecideResult, MonitorConfig } from '../../contract/monitor';
import type { Standing } from '../../contract/standing';
import { emptyBook } from '../../domain/incident/book';
import { bookAt } from '../../domain/incident/incident';
import { quietedNotes } from './quieted';
import { modeShown, type MonitorState } from './monitor-state';

export function noteVerdict(state: MonitorState, { opinion }: DecideResult, at: number): void {
  const verdict = opinion.verdict.state;
  const since = state.judged?.verdict === verdict ? state.judged.since : at;
  state.judged = { verdict, since, at };
}

export function standingOf(state: MonitorState, config: MonitorConfig | undefined, now: number): Standing {
  const { open } = bookAt(state.incidents ?? emptyBook, now);
  return {
    ...(state.judged ?? { verdict: '', since: now, at: now }),
    mode: modeShown(state, config),
    primary: state.known.primary,
    epoch: state.known.epoch,
    ...(open && { incident: { number: open.number, openedAt: open.openedAt } }),
    notes: notesOf(state, now),
  };
}

function notesOf(state: MonitorState, now: number): string[] {
  const { freeze } = state;
  const frozen = freeze && (freeze.untilMs === 0 || freeze.untilMs > now);
  return [...(frozen ? ['frozen'] : []), ...quietedNotes(state, now)];
}

export function handleStandingQuery(state: MonitorState, config: () => MonitorConfig | undefined): void {
  setHandler(defineQuery<Standing>('standing'), () => standingOf(state, config(), Date.now()), {
    description: 'Verdict, mode, primary and incident as JSON, as `npx handover status` lists them.',
  });
}

/** How a run really ended. Temporal says COMPLETED of every run that returned, also of one that rolled back or needs a person. */
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { primaryAfter, type DrillResult, type TransferResult } from '../domain/plan/result';
import { leftToPerson } from '../domain/plan/left-to-person';
import { sentenceOf } from '../domain/sentence';
import { Refusal } from './refusal';

export type RunType = 'monitor' | 'transfer' | 'rejoin' | 'salvage' | 'drill';

export interface RunEnding {
  /** `completed`, `rolled-back`, `needs-operator`, `aim not met`, `stopped`, `refused`, `failed`, `cancelled`, `terminated` or `timed out`. */
  word: string;
  because: string;
  /** Commands that a person may want now, most likely first. */
  next: string[];
  /** True when it was refused before it began, so that it did nothing. */
  refused: boolean;
}

/** Of a run that returned `result`. */
export function endingOfResult(type: RunType, site: string, result: unknown): RunEnding {
  const ended = (word: string, because: string, next: string[]) => ({ word, because, next, refused: false });
  switch (type) {
    case 'monitor':
      return ended('stopped', String(result), [`npx handover monitor ${site}`]);
    case 'salvage':
      return ended('ended', String(result), []);
    case 'drill': {
      const { aim } = result as DrillResult;
      return ended(aim.met ? 'completed' : 'aim not met', aim.because, [`npx handover report ${site} --of drill`]);
    }
    case 'transfer':
    case 'rejoin': {
      const run = result as TransferResult;
      return ended(run.ending, [run.because, whereOf(run)].filter((text) => text !== '').join(' '), nextAfter(run));
    }
  }
}

/** Where the shop is after a transfer; empty where the result can't say. */
function whereOf(result: TransferResult): string {
  const primary = primaryAfter(result);
  if (primary === '') return '';
  return result.ending === 'completed'
    ? `${primary} is the primary of epoch ${String(result.epoch)}.`
    : `${primary} is still the primary.`;
}

/** What a person may want to type after a transfer or a rejoin. */
function nextAfter({ site, kind, cause, ending, facts }: TransferResult): string[] {
  const of = kind === 'rejoin' ? ' --of rejoin' : '';
  const report = `npx handover report ${site}${of}`;
  if (ending !== 'completed') return [`npx handover drill ${site}`, report];
  if (kind === 'rejoin' && leftToPerson(facts) > 0)
    return [`npx handover salvage ${site} list`, report, `npx handover failback ${site}`];
  if (kind === 'rejoin' || cause === 'switchover') return [report, `npx handover failback ${site}`];
  return cause === 'failover' ? [report, `npx handover rejoin ${site}`] : [report];
}

/** Of a run that returned nothing; `status` is Temporal's word, `error` what asking for its result threw. */
export function endingOfFailure(type: RunType, site: string, status: string, error: unknown): RunEnding {
  const refused = wasRefused(error);
  const again =
    type === 'monitor'
      ? `npx handover monitor ${site}`
      : type === 'salvage'
        ? `npx handover salvage ${site} list`
        : `npx handover drill ${site}`;
  return {
    word: refused ? 'refused' : (temporalWords[status] ?? 'failed'),
    because: sentenceOf(error),
    next: refused ? [] : [again],
    refused,
  };
}

/** Before it began, so that it did nothing. */
function wasRefused(error: unknown): boolean {
  const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure && ['Refused', 'InvalidInput'].includes(cause.type ?? '');
}

/** What a person reads of a run that failed. */
export const refusalOf = (error: WorkflowFailedError): Refusal =>
  new Refusal(sentenceOf(error), { outcome: wasRefused(error) ? 'refused' : 'unfinished' });

const temporalWords: Record<string, string> = {
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed out',
};

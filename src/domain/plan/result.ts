/** What each workflow returns: enough to write its report from, small enough to lie in a history. */
import type { Cause, Facts, Plan, PlanKind } from './plan';
import type { DrillRequest } from './request';
import type { Ending, JournalEntry, Run } from './interpreter';
import type { Survey } from './survey';

export interface TransferResult {
  site: string;
  kind: PlanKind;
  cause: Cause;
  from: string;
  to: string;
  epoch: number;
  ending: Ending;
  because: string;
  /** Why it was asked for, in the words of the person or of the monitor. */
  asked: string;
  /** All times are milliseconds since the epoch; 0 where unknown. */
  onsetAt: number;
  decidedAt: number;
  startedAt: number;
  endedAt: number;
  pivotAttempted: boolean;
  journal: JournalEntry[];
  facts: Record<string, Facts>;
  followUps: string[];
  survey: Survey;
}

type Circumstances = Pick<TransferResult, 'asked' | 'onsetAt' | 'decidedAt' | 'startedAt' | 'endedAt'>;

export function resultOf(plan: Plan, survey: Survey, run: Run, circumstances: Circumstances): TransferResult {
  const { site, kind, cause, from, to, epoch } = plan;
  return { site, kind, cause, from, to, epoch, survey, ...run, ...circumstances };
}

/** The region that is primary after `result`; empty where nobody can say (behind the pivot, unfinished) or nothing moved. */
export function primaryAfter(result: TransferResult): string {
  if (result.cause === 'repair') return '';
  if (result.ending === 'completed') return result.to;
  return result.pivotAttempted ? '' : result.from;
}

/** One drill check: what was looked at, and whether a transfer could rely on it. */
export interface CheckResult {
  name: string;
  ok: boolean;
  because: string;
  /** Where it is not ok: a warning that fails no drill, and `because` says why not. */
  advisory?: true;
  /** Where it is not ok: it could not be read, so it is neither good nor bad. */
  unknown?: true;
  /** Customers are not served while it is not ok. */
  vital?: true;
}

export interface DrillResult {
  site: string;
  kind: DrillRequest['kind'];
  fault: DrillRequest['fault'] | '';
  startedAt: number;
  endedAt: number;
  /** When the fault took hold and when it was healed; 0 where there was none. */
  onsetAt: number;
  healedAt: number;
  transfers: TransferResult[];
  rejoin?: TransferResult;
  /** What a drill of kind `plan` would do, and would not do. */
  plan?: Plan;
  checks: CheckResult[];
  aim: { met: boolean; because: string };
}

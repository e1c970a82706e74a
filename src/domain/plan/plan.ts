/** What a plan is, and what makes one sound. Plain data: it is built once by an activity and lies in the history. */

/** JSON that survives Temporal's payload converter unchanged. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Facts = Record<string, Json>;

/** How long a step may try. Durations are milliseconds. */
export interface Patience {
  /** Time of one attempt: check, act, and polling the last check until done. */
  attemptMs: number;
  /** Attempts before the step counts as failed. Temporal makes them. */
  attempts: number;
  /** Shortest pause between attempts; Temporal's timers have a grain of about a second. */
  everyMs: number;
  /** Present for steps that report progress; a lost worker is noticed after this long. */
  heartbeatMs?: number;
}

/** The parts of a recovery time, in the order in which a report adds them up. */
export type Phase = 'prepare' | 'fence' | 'promote' | 'traffic' | 'verify' | 'tidy';

/** What the interpreter does when a step has failed for good. */
export type OnFailure =
  /** Before the pivot: unwind. From the pivot on: stop safe and ask a person. */
  | 'stop'
  /** The transfer is better off without it: go on and list it as a follow-up. */
  | 'follow-up';

export interface StepCall {
  /** Unique within the plan; also the activity id, so that an operator can type it. */
  id: string;
  /** Name of the step, as in the table of contents of `activities/steps`. */
  step: string;
  title: string;
  phase: Phase;
  params: Facts;
  patience: Patience;
  onFailure: OnFailure;
  pivot?: true;
  undoable?: true;
  /** When it fails before the pivot, a person may let it pass: it is run again with the `approved` params. Silence for `waitMs` rolls back; `otherwise` says what helps then. */
  ask?: { approved: Facts; waitMs: number; otherwise: string };
  /** Asked from these vantages instead of by a runbook worker; done when `quorum` of them say so. */
  vantages?: { names: string[]; quorum: number };
  /** Wait this long before the step, such as until the last TTL is gone. */
  afterMs?: number;
}

/** `repair` moves no primary: it repairs something within the epoch. */
export type Cause = 'failover' | 'switchover' | 'failback' | 'repair';
export type PlanKind = 'planned' | 'unplanned' | 'pointer' | 'restore' | 'fence' | 'rejoin';

export interface Plan {
  site: string;
  kind: PlanKind;
  cause: Cause;
  from: string;
  to: string;
  /** The epoch this plan makes true. Plans that move no primary keep the present one. */
  epoch: number;
  because: string;
  /** Steps of one stage run in parallel; the pivot is alone in its stage. */
  stages: StepCall[][];
}

/**
 * Every reason why `plan` must not run, as sentences; empty when it is sound.
 * The invariants: at most one pivot, alone in its stage; a fence before it in every plan that promotes; nothing undoable after it;
 * DNS and the traffic switch only after a region was verified; unique ids.
 */
export function flawsOf(plan: Plan): string[] {
  const flaws: string[] = [];
  const calls = plan.stages.flat();
  const at = (step: string) => plan.stages.findIndex((stage) => stage.some((call) => call.step === step));
  const pivotStages = plan.stages.filter((stage) => stage.some((call) => call.pivot));
  const pivotAt = plan.stages.findIndex((stage) => stage.some((call) => call.pivot));

  if (calls.length === 0) flaws.push('The plan has no steps.');
  for (const id of duplicates(calls.map((call) => call.id))) flaws.push(`Two steps are called ${id}.`);
  if (pivotStages.length > 1) flaws.push('The plan has more than one point of no return.');
  if (pivotStages.some((stage) => stage.length > 1)) flaws.push('The point of no return is not alone in its stage.');
  if (pivotAt >= 0 && !(at('fence-database') >= 0 && at('fence-database') < pivotAt)) {
    flaws.push('The plan promotes without fencing the old primary first.');
  }
  const lateUndo = plan.stages
    .slice(pivotAt + 1)
    .flat()
    .find((call) => call.undoable);
  if (pivotAt >= 0 && lateUndo) flaws.push(`${lateUndo.id} can be undone, but comes after the point of no return.`);
  for (const [step, what] of movers) {
    const movesAt = at(step);
    if (movesAt >= 0 && !(at('verify-region') >= 0 && at('verify-region') < movesAt))
      flaws.push(`The plan moves ${what} to a region that it does not verify first.`);
  }
  return flaws;
}

/** Steps that send customers elsewhere. */
const movers = [
  ['switch-dns', 'DNS'],
  ['switch-traffic', 'customers'],
] as const;

function duplicates(ids: string[]): string[] {
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
}

/**
 * The interpreter of plans. It owns the sequence, the pivot, the roll-back and the journal; retries and timers belong to the step invoker.
 * Pure: the simulator, the tests and the workflow give it their own invoker.
 */
import { followUpOf } from './left-to-person';
import type { Facts, Plan, StepCall } from './plan';

export type Outcome = 'done' | 'already-done' | 'failed' | 'skipped' | 'undone' | 'undo-failed';

export interface JournalEntry {
  id: string;
  step: string;
  title: string;
  phase: StepCall['phase'];
  outcome: Outcome;
  because: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  endedAt: number;
  facts: Facts;
}

export interface StepSuccess {
  outcome: 'done' | 'already-done';
  because: string;
  /** A text `followUp` among them is left to a person. */
  facts: Facts;
}

/** What a person may answer when a step has failed after the point of no return, or one that asks (`ask`) before it. */
export type Answer =
  | { answer: 'retry' }
  | { answer: 'skip' | 'stop'; because: string }
  /** Only before it. */
  | { answer: 'approve'; who: string; because: string }
  | { answer: 'reject'; because: string };

export interface StepInvoker {
  /** Runs one step to its end, retries included; throws when it has failed for good. `facts` are those of earlier steps, by step id. */
  run: (call: StepCall, facts: Record<string, Facts>) => Promise<StepSuccess>;
  undo: (call: StepCall, facts: Record<string, Facts>) => Promise<string>;
  /** Waits for the person on call; before the pivot only about a step that asks. */
  ask: (call: StepCall, because: string) => Promise<Answer>;
  /** Returns once nobody holds the run any more; called between stages and only before the pivot. */
  held?: () => Promise<void>;
  /** A sentence as soon as somebody asked to cancel; read between stages and only before the pivot. */
  cancelled: () => string | undefined;
  now: () => number;
  /** Called after each change of the journal, so that it can be shown. */
  noted: (journal: readonly JournalEntry[], running: readonly StepCall[]) => void;
  sentence: (error: unknown) => string;
}

export type Ending = 'completed' | 'rolled-back' | 'needs-operator';

export interface Run {
  ending: Ending;
  because: string;
  journal: JournalEntry[];
  facts: Record<string, Facts>;
  /** True as soon as the pivot was attempted, whatever came of it. */
  pivotAttempted: boolean;
  followUps: string[];
}

/** Runs `plan` with `invoker` and tells how it ended; never throws for a failing step. */
export async function runPlan(plan: Plan, invoker: StepInvoker): Promise<Run> {
  const run: Run = { ending: 'completed', because: '', journal: [], facts: {}, pivotAttempted: false, followUps: [] };
  const armed: StepCall[] = [];

  for (const stage of plan.stages) {
    if (!run.pivotAttempted) await invoker.held?.();
    const cancel = run.pivotAttempted ? undefined : invoker.cancelled();
    if (cancel !== undefined && stands(plan, run)) return { ...run, ending: 'needs-operator', because: cancel };
    if (cancel !== undefined) return unwind(run, armed, invoker, cancel);
    if (stage.some((call) => call.pivot)) run.pivotAttempted = true;
    armed.push(...stage.filter((call) => call.undoable));
    const failures = await runStage(stage, run, invoker);
    if (failures.length === 0) continue;
    const because = failures.join(' ');
    // A step that a cancel cut short has failed for no reason of its own.
    if (!run.pivotAttempted && stands(plan, run)) return { ...run, ending: 'needs-operator', because };
    if (!run.pivotAttempted) return unwind(run, armed, invoker, invoker.cancelled() ?? because);
    return { ...run, ending: 'needs-operator', because };
  }
  const left = followUpOf(run.facts, plan.site);
  if (left !== undefined) run.followUps.push(left);
  const steps = run.journal.length === 1 ? '1 step' : `${String(run.journal.length)} steps`;
  const because =
    run.followUps.length === 0 ? `Completed: ${steps}.` : `Completed: ${steps}, ${outstanding(run.followUps.length)}.`;
  return { ...run, because };
}

const outstanding = (count: number): string => `${count} ${count === 1 ? 'follow-up' : 'follow-ups'} outstanding`;

/** A plan without a point of no return whose steps can't be undone: what it has done stays done, and nobody must call that rolled back. */
function stands(plan: Plan, run: Run): boolean {
  const calls = plan.stages.flat();
  return !calls.some((call) => call.pivot || call.undoable) && run.journal.some((entry) => entry.outcome === 'done');
}

/** Sentences of the steps that neither succeeded nor may be left as follow-ups. All steps of the stage are heard before it returns. */
async function runStage(stage: StepCall[], run: Run, invoker: StepInvoker): Promise<string[]> {
  const running = [...stage];
  invoker.noted(run.journal, running);
  const results = await Promise.all(
    stage.map(async (call) => {
      const failure = await runStep(call, run, invoker);
      running.splice(running.indexOf(call), 1);
      invoker.noted(run.journal, running);
      return failure;
    }),
  );
  return results.filter((failure) => failure !== undefined);
}

async function runStep(planned: StepCall, run: Run, invoker: StepInvoker): Promise<string | undefined> {
  let call = planned;
  for (;;) {
    const startedAt = invoker.now();
    const note = (outcome: Outcome, because: string, facts: Facts = {}) =>
      run.journal.push({ ...heading(call), outcome, because, startedAt, endedAt: invoker.now(), facts });
    try {
      const success = await invoker.run(call, run.facts);
      run.facts[call.id] = success.facts;
      note(success.outcome, success.because, success.facts);
      const { followUp } = success.facts;
      if (typeof followUp === 'string') run.followUps.push(followUp);
      return undefined;
    } catch (error) {
      const because = invoker.sentence(error);
      note('failed', because);
      if (call.onFailure === 'follow-up') {
        run.followUps.push(`${call.title}: ${because}`);
        return undefined;
      }
      if (!run.pivotAttempted && !call.ask) return `${call.title} failed: ${because}`;
      const answer = await invoker.ask(call, because);
      if (answer.answer === 'retry') continue;
      if (answer.answer === 'approve') {
        call = approved(planned, answer);
        continue;
      }
      if (!run.pivotAttempted)
        return `${call.title} failed: ${because} ${answer.because} ${call.ask?.otherwise ?? ''}`.trim();
      const { outcome, followUp, failure } = settled(call, answer);
      note(outcome, answer.because);
      if (followUp !== undefined) run.followUps.push(followUp);
      return failure;
    }
  }
}

/** The step as a person lets it pass. */
const approved = (call: StepCall, { who, because }: Extract<Answer, { answer: 'approve' }>): StepCall => ({
  ...call,
  params: { ...call.params, ...call.ask?.approved, approvedBy: `${who} approved it: ${because}` },
});

/** What becomes of a failed step that the person on call does not retry. */
function settled(
  { title }: StepCall,
  answer: Exclude<Answer, { answer: 'retry' | 'approve' }>,
): { outcome: Outcome; followUp?: string; failure?: string } {
  const { because } = answer;
  switch (answer.answer) {
    case 'skip':
      return { outcome: 'skipped', followUp: `${title} was skipped: ${because}` };
    case 'stop':
    case 'reject':
      return { outcome: 'failed', failure: `${title} failed and was answered with stop: ${because}` };
  }
}

/** Undoes what was armed, newest first. One undo that fails stops the unwinding for a person: the next ones may rely on it. */
async function unwind(run: Run, armed: StepCall[], invoker: StepInvoker, because: string): Promise<Run> {
  for (const call of [...armed].reverse()) {
    const startedAt = invoker.now();
    const note = (outcome: Outcome, sentence: string) =>
      run.journal.push({ ...heading(call), outcome, because: sentence, startedAt, endedAt: invoker.now(), facts: {} });
    try {
      note('undone', await invoker.undo(call, run.facts));
    } catch (error) {
      const sentence = invoker.sentence(error);
      note('undo-failed', sentence);
      return {
        ...run,
        ending: 'needs-operator',
        because: `${because} Undoing "${call.title}" failed too: ${sentence}`,
      };
    }
    invoker.noted(run.journal, []);
  }
  return { ...run, ending: 'rolled-back', because };
}

function heading(call: StepCall): Pick<JournalEntry, 'id' | 'step' | 'title' | 'phase'> {
  return { id: call.id, step: call.step, title: call.title, phase: call.phase };
}

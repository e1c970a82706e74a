/** Runs a plan in a workflow: shows its progress, asks the person on call about failed steps, and survives a cancel after the pivot. */
import { CancellationScope, defineQuery, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Plan } from '../../domain/plan/plan';
import { runPlan, type StepInvoker, type JournalEntry, type Run } from '../../domain/plan/interpreter';
import { sentenceOf } from '../../domain/sentence';
import { announce, page } from '../alerting/tell';
import { handleMessages, type Message } from '../message-handlers';
import { answerOf, remindEveryMs } from './asking';
import { planDetails } from './details';
import { Hold, isHoldVerb } from './hold';
import { stepInvoker, type Interruption } from './step-invoker';
import { Questions } from './questions';
import { transferVerbs, type TransferVerb } from '../../contract/verbs';

/** What a person sees of a run, and what they answered; filled from handlers, read by the step invoker. */
interface RunState {
  journal: readonly JournalEntry[];
  running: readonly string[];
  questions: Questions;
  hold: Hold;
}

/** Must be called before the first await of a workflow, since it registers handlers. */
export function preparePlanRunner(): (plan: Plan) => Promise<Run> {
  // The id names the site, before the input is checked.
  const [, site = ''] = workflowInfo().workflowId.split('/');
  const { interruption, abort } = interruptionOf(CancellationScope.current());
  const state: RunState = { journal: [], running: [], questions: new Questions(site), hold: new Hold(abort) };
  setHandler(defineQuery<readonly JournalEntry[]>('journal'), () => state.journal, {
    description: 'The journal as JSON: one entry per attempted step.',
  });
  const { questions, hold } = state;
  handleMessages(
    transferVerbs,
    ({ verb, fields }: Message<TransferVerb>) =>
      isHoldVerb(verb) ? hold.take(verb, fields) : questions.take(verb, fields, Date.now()),
    ({ verb, fields }) => (isHoldVerb(verb) ? hold.refusal(verb) : questions.refusal(verb, fields, Date.now())),
  );
  return (plan) =>
    CancellationScope.nonCancellable(async () => {
      const run = await runPlan(plan, invokerFor(plan, state, interruption));
      await announce(plan, run);
      return run;
    });
}

function invokerFor(plan: Plan, state: RunState, interruption: Interruption): StepInvoker {
  const { questions, hold } = state;
  const notes = () => [...(hold.sentence === '' ? [] : [hold.sentence]), ...questions.sentences()];
  const show = () => setCurrentDetails(planDetails(plan, state.journal, state.running, notes()));
  const isInterrupted = () => interruption.because() !== undefined;
  const remindOfHold = (text: string) => {
    show();
    return page(plan, {
      step: 'hold',
      number: 0,
      text,
      command: `npx handover go-on ${plan.site} --who "ines@shop.example"`,
    });
  };
  return {
    ...stepInvoker(plan, interruption),
    cancelled: interruption.because,
    held: async () => {
      await hold.over(isInterrupted, remindOfHold, remindEveryMs);
    },
    now: () => Date.now(),
    sentence: sentenceOf,
    noted: (journal, running) => {
      state.journal = journal;
      state.running = running.map((call) => call.id);
      if (running.some(({ pivot }) => pivot)) hold.passPivot();
      show();
    },
    ask: (call, because) => answerOf({ plan, questions, interruption, show }, call, because),
  };
}

/** A cancel and an abort are the same to the run. */
function interruptionOf(scope: CancellationScope): { interruption: Interruption; abort: (because: string) => void } {
  let because: string | undefined;
  let interrupt = (_: Error): void => undefined;
  const requested = new Promise<never>((_, reject) => {
    interrupt = reject;
  });
  // It may be that nobody listens.
  requested.catch(() => undefined);
  const abort = (why: string) => {
    because ??= why;
    interrupt(new Error(why));
  };
  scope.cancelRequested.catch(() => abort('The run was cancelled.'));
  return { interruption: { because: () => because, requested }, abort };
}

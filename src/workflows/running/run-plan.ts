/** Runs a plan in a workflow: shows its progress, asks the person on call about failed steps, and survives a cancel after the pivot. */
import {
  CancellationScope,
  condition,
  defineQuery,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Plan } from '../../domain/plan/plan';
import { runPlan, type StepInvoker, type JournalEntry, type Run } from '../../domain/plan/interpreter';
import { sentenceOf } from '../../domain/sentence';
import { announce, page } from '../alerting/tell';
import { handleMessages, type Message } from '../message-handlers';
import { planDetails } from './details';
import { stepInvoker, type Interruption } from './step-invoker';
import { Questions } from './questions';
import { transferVerbs, type TransferVerb } from '../../contract/verbs';

const remindEveryMs = 15 * 60_000;

/** What a person sees of a run, and what they answered; filled from handlers, read by the step invoker. */
interface RunState {
  journal: readonly JournalEntry[];
  running: readonly string[];
  questions: Questions;
}

/** Must be called before the first await of a workflow, since it registers handlers. */
export function preparePlanRunner(): (plan: Plan) => Promise<Run> {
  // The id names the site, before the input is checked.
  const [, site = ''] = workflowInfo().workflowId.split('/');
  const state: RunState = { journal: [], running: [], questions: new Questions(site) };
  setHandler(defineQuery<readonly JournalEntry[]>('journal'), () => state.journal, {
    description: 'The journal as JSON: one entry per attempted step.',
  });
  const take = ({ verb, fields }: Message<TransferVerb>) => state.questions.take(verb, fields);
  handleMessages(transferVerbs, take, ({ verb, fields }) => state.questions.refusal(verb, fields));
  const interruption = interruptionOf(CancellationScope.current());
  return (plan) =>
    CancellationScope.nonCancellable(async () => {
      const run = await runPlan(plan, invokerFor(plan, state, interruption));
      await announce(plan, run);
      return run;
    });
}

function invokerFor(plan: Plan, state: RunState, interruption: Interruption): StepInvoker {
  const show = () => setCurrentDetails(planDetails(plan, state.journal, state.running, state.questions.sentences()));
  return {
    ...stepInvoker(plan, interruption),
    cancelled: interruption.because,
    now: () => Date.now(),
    sentence: sentenceOf,
    noted: (journal, running) => {
      state.journal = journal;
      state.running = running.map((call) => call.id);
      show();
    },
    ask: async (call, because) => {
      const { questions } = state;
      const number = questions.ask(call, because);
      show();
      while (!questions.isAnswered(call)) {
        await page(plan, { step: call.id, number, text: questions.about(call), command: questions.retry(call) });
        const answered = () => questions.isAnswered(call);
        await condition(answered, remindEveryMs, { summary: 'Page again if nobody answers' });
      }
      const answer = questions.answered(call);
      show();
      return answer ?? { answer: 'retry' };
    },
  };
}

function interruptionOf(scope: CancellationScope): Interruption {
  let because: string | undefined;
  scope.cancelRequested.catch(() => {
    because = 'The run was cancelled.';
  });
  return { because: () => because, requested: scope.cancelRequested };
}

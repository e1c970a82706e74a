/** Runs a plan in a workflow: shows its progress, asks the person on call about failed steps, and survives a cancel after the pivot. */
import { CancellationScope, condition, defineQuery, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { Plan } from '../../domain/plan/plan';
import { runPlan, type Answer, type StepInvoker, type JournalEntry, type Run } from '../../domain/plan/interpreter';
import { sentenceOf } from '../../domain/sentence';
import { announce, page } from '../alerts';
import { handleMessages, type Message } from '../message-handlers';
import { planDetails } from './details';
import { stepInvoker, type Interruption } from './step-invoker';
import { commandLine, transferVerbs, type TransferVerb } from '../../contract/messages';

const remindEveryMs = 15 * 60_000;
/** Every command that answers a failed step, one a person can paste. */
const answersFor = (site: string) => transferVerbs.map((verb) => commandLine(verb, site)).join('; or ');

/** What a person sees of a run, and what they answered; filled from handlers, read by the step invoker. */
interface RunState {
  journal: readonly JournalEntry[];
  running: readonly string[];
  /** What is asked of the person on call; empty while nothing is. */
  question: string;
  answers: Answer[];
}

/** Must be called before the first await of a workflow, since it registers handlers. */
export function preparePlanRunner(): (plan: Plan) => Promise<Run> {
  const state: RunState = { journal: [], running: [], question: '', answers: [] };
  setHandler(defineQuery<readonly JournalEntry[]>('journal'), () => state.journal, {
    description: 'The journal as JSON: one entry per attempted step.',
  });
  const unasked = () => (state.question === '' ? 'No step waits for an answer now; nothing was changed.' : undefined);
  const take = ({ verb, fields }: Message<TransferVerb>) => {
    const because = unasked();
    if (because !== undefined) return because;
    state.answers.push(answerOf(verb, fields.because ?? ''));
    return `${verb} was accepted for the failed step.`;
  };
  handleMessages(transferVerbs, take, unasked);
  const interruption = interruptionOf(CancellationScope.current());
  return (plan) =>
    CancellationScope.nonCancellable(async () => {
      const run = await runPlan(plan, invokerFor(plan, state, interruption));
      await announce(plan, run);
      return run;
    });
}

function invokerFor(plan: Plan, state: RunState, interruption: Interruption): StepInvoker {
  const show = () => setCurrentDetails(planDetails(plan, state.journal, state.running, state.question));
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
      state.question = `${call.title} failed: ${because} Answer with: ${answersFor(plan.site)}`;
      show();
      let answer = state.answers.shift();
      while (!answer) {
        await page(plan, state.question);
        await condition(() => state.answers.length > 0, remindEveryMs, { summary: 'Page again if nobody answers' });
        answer = state.answers.shift();
      }
      state.question = '';
      return answer;
    },
  };
}

function answerOf(verb: TransferVerb, because: string): Answer {
  switch (verb) {
    case 'retry':
      return { answer: verb };
    case 'skip':
    case 'stop':
      return { answer: verb, because };
  }
}

function interruptionOf(scope: CancellationScope): Interruption {
  let because: string | undefined;
  scope.cancelRequested.catch(() => {
    because = 'The run was cancelled.';
  });
  return { because: () => because, requested: scope.cancelRequested };
}

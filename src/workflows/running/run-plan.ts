/** Runs a plan to its end inside a workflow: shows it, asks the person on call where it must, and never lets a cancel tear it in half. */
import { CancellationScope, condition, defineQuery, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { Plan } from '../../domain/plan/plan';
import { runPlan, type Answer, type Hands, type JournalEntry, type Run } from '../../domain/plan/interpreter';
import { sentenceOf } from '../../domain/sentence';
import { announce, page } from '../alerts';
import { openDesk } from '../message-handlers';
import { planDetails } from './details';
import { stepHands, type Interruption } from './step-invoker';
import { transferVerbs } from '../../contract/messages';

const remindEveryMs = 15 * 60_000;

/** What a person sees of a run, and what they answered; filled from handlers, read by the interpreter's hands. */
interface Desk {
  journal: readonly JournalEntry[];
  running: readonly string[];
  /** What is asked of the person on call; empty while nothing is. */
  question: string;
  answers: Answer[];
}

/** Must be called before the first await of a workflow, since it registers handlers. */
export function openConduct(): (plan: Plan) => Promise<Run> {
  const desk: Desk = { journal: [], running: [], question: '', answers: [] };
  setHandler(defineQuery<readonly JournalEntry[]>('journal'), () => desk.journal, {
    description: 'Every step so far, as JSON.',
  });
  openDesk(transferVerbs, ({ verb, words }) => {
    if (desk.question === '') return 'Nobody is waiting for an answer now; nothing was changed.';
    desk.answers.push({ answer: verb, because: words.because ?? '' } as Answer);
    return `Understood: ${verb}.`;
  });
  const interruption = interruptionOf(CancellationScope.current());
  return (plan) =>
    CancellationScope.nonCancellable(async () => {
      const run = await runPlan(plan, handsFor(plan, desk, interruption));
      await announce(plan, run);
      return run;
    });
}

function handsFor(plan: Plan, desk: Desk, interruption: Interruption): Hands {
  const show = () => setCurrentDetails(planDetails(plan, desk.journal, desk.running, desk.question));
  return {
    ...stepHands(plan, interruption),
    cancelled: interruption.because,
    now: () => Date.now(),
    sentence: sentenceOf,
    noted: (journal, running) => {
      desk.journal = journal;
      desk.running = running.map((call) => call.id);
      show();
    },
    ask: async (call, because) => {
      desk.question = `${call.title} failed: ${because} Answer with retry, skip or stop (signal or update).`;
      show();
      let answer = desk.answers.shift();
      while (!answer) {
        await page(plan, desk.question);
        await condition(() => desk.answers.length > 0, remindEveryMs, { summary: 'Ask again if nobody answers' });
        answer = desk.answers.shift();
      }
      desk.question = '';
      return answer;
    },
  };
}

function interruptionOf(scope: CancellationScope): Interruption {
  let because: string | undefined;
  scope.cancelRequested.catch(() => {
    because = 'Somebody cancelled it.';
  });
  return { because: () => because, requested: scope.cancelRequested };
}

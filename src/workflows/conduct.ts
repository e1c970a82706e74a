/** Runs a plan to its end inside a workflow: shows it, asks the person on call where it must, and never lets a cancel tear it in half. */
import {
  CancellationScope,
  condition,
  defineQuery,
  proxyActivities,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import type { Duties } from '../activities';
import type { Plan } from '../domain/plan';
import { runPlan, type Answer, type JournalEntry, type Run } from '../domain/runbook';
import { sentenceOf } from '../domain/sentence';
import { openDesk } from './desk';
import { planDetails } from './details';
import { stepHands, type Interruption } from './hands';
import { runbookQueue } from './ids';
import { transferVerbs } from './verbs';

const remindEveryMs = 15 * 60_000;

/** One attempt and a short time: an alert that can't be sent must never hold up a transfer. */
const { notify } = proxyActivities<Pick<Duties, 'notify'>>({
  taskQueue: runbookQueue,
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '30s',
  retry: { maximumAttempts: 3 },
  summary: 'Tell the people on call',
});

/** Must be called before the first await of a workflow, since it registers handlers. */
export function openConduct(): (plan: Plan) => Promise<Run> {
  const answers: Answer[] = [];
  let asking = false;
  let written: readonly JournalEntry[] = [];
  setHandler(defineQuery<readonly JournalEntry[]>('journal'), () => written, {
    description: 'Every step so far, as JSON.',
  });
  openDesk(transferVerbs, ({ verb, words }) => {
    if (!asking) return 'Nobody is waiting for an answer now; nothing was changed.';
    answers.push({ answer: verb, because: words.because ?? '' } as Answer);
    return `Understood: ${verb}.`;
  });
  const interruption = interruptionOf(CancellationScope.current());

  return (plan) =>
    CancellationScope.nonCancellable(() => {
      let note = '';
      let show = () => {};
      return runPlan(plan, {
        ...stepHands(plan, interruption),
        cancelled: interruption.because,
        now: () => Date.now(),
        sentence: sentenceOf,
        noted: (journal, running) => {
          written = journal;
          show = () =>
            setCurrentDetails(
              planDetails(
                plan,
                journal,
                running.map((call) => call.id),
                note,
              ),
            );
          show();
        },
        ask: async (call, because) => {
          asking = true;
          note = `${call.title} failed: ${because} Answer with retry, skip or stop (signal or update).`;
          show();
          let answer = answers.shift();
          while (!answer) {
            await page(plan, `${plan.site}: ${note}`);
            await condition(() => answers.length > 0, remindEveryMs);
            answer = answers.shift();
          }
          asking = false;
          note = '';
          return answer;
        },
      });
    });
}

function interruptionOf(scope: CancellationScope): Interruption {
  let because: string | undefined;
  scope.cancelRequested.catch(() => {
    because = 'Somebody cancelled it.';
  });
  return { because: () => because, requested: scope.cancelRequested };
}

/** Pages; a failing alert channel is written down in the history by the failed activity and otherwise ignored. */
async function page(plan: Plan, summary: string): Promise<void> {
  const command = `npx handover transfer ${plan.site} --answer retry`;
  await notify(plan.site, {
    severity: 'critical',
    key: `handover/${plan.site}/${String(plan.epoch)}`,
    summary,
    command,
  }).catch(() => {});
}

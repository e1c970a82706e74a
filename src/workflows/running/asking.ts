/** Asks the person on call about a step, and pages again while nobody answers. */
import { condition } from '@temporalio/workflow';
import type { Answer } from '../../domain/plan/interpreter';
import type { Plan, StepCall } from '../../domain/plan/plan';
import { page, pageAnswered } from '../alerting/tell';
import type { Questions } from './questions';
import type { Interruption } from './step-invoker';

export const remindEveryMs = 15 * 60_000;
/** What answers itself by rolling back is told more often. */
const remindOfApprovalEveryMs = 5 * 60_000;

interface Asking {
  plan: Plan;
  questions: Questions;
  interruption: Interruption;
  /** Renews what Temporal Web shows. */
  show: () => void;
}

/** The answer; for a step that waits for an approval also that nobody gave one in time, or that the run was interrupted. */
export async function answerOf(asking: Asking, call: StepCall, because: string): Promise<Answer> {
  const { plan, questions, interruption, show } = asking;
  const until = call.ask && !call.pivot ? { until: Date.now() + call.ask.waitMs } : {};
  const number = questions.ask(call, because, { epoch: plan.epoch, ...until });
  show();
  const given = () => questions.isAnswered(call);
  const isCut = () => questions.until(call) > 0 && interruption.because() !== undefined;
  const leftMs = () => (questions.until(call) === 0 ? Infinity : questions.until(call) - Date.now());
  while (!given() && !isCut() && leftMs() > 0) {
    await page(plan, { step: call.id, number, text: questions.about(call), command: questions.answerTo(call) });
    const everyMs = questions.until(call) === 0 ? remindEveryMs : remindOfApprovalEveryMs;
    await condition(() => given() || isCut(), Math.min(everyMs, Math.max(leftMs(), 1)), {
      summary: 'Page again if nobody answers',
    });
  }
  const answer = questions.answered(call) ?? silence(questions, call, interruption);
  questions.withdraw(call);
  show();
  await pageAnswered(plan, { step: call.id, number });
  return answer;
}

function silence(questions: Questions, call: StepCall, interruption: Interruption): Answer {
  if (questions.until(call) === 0) return { answer: 'retry' };
  const at = new Date(questions.until(call)).toISOString().slice(0, 19);
  return { answer: 'reject', because: interruption.because() ?? `Nobody approved it until ${at}Z.` };
}

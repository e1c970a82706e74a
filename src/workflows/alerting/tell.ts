/** What workflows tell people. They hand it to `alerts/SITE`, which brings it to the channels, and go on. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { RunbookActivities } from '../../contract/activities';
import type { Plan } from '../../domain/plan/plan';
import type { Run } from '../../domain/plan/interpreter';
import { runbookQueue } from '../../contract/ids';

export const { notify } = proxyActivities<Pick<RunbookActivities, 'notify'>>({
  taskQueue: runbookQueue,
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '30s',
  retry: { maximumAttempts: 3 },
  summary: 'Hand over the alert',
});

/**
 * Of its own for all that somebody must hear: what has the key of an incident that is open, or acknowledged, calls nobody. A transfer that was
 * rolled back is followed by one of the same epoch, and by a rejoin, so the run is part of it.
 */
const keyOf = (plan: Plan, what: string): string =>
  `handover/${plan.site}/${String(plan.epoch)}/${workflowInfo().runId}/${what}`;

export interface Question {
  /** Id of the step that failed, and how many questions the run had asked before. */
  step: string;
  number: number;
  text: string;
  /** What most likely answers it. */
  command: string;
}

/** Somebody must answer before it goes on. A repeat of the question has its key. */
export async function page(plan: Plan, { step, number, text, command }: Question): Promise<void> {
  const summary = `${plan.site}: ${text}`;
  const key = keyOf(plan, `${step}/${String(number)}`);
  await notify(plan.site, { severity: 'critical', key, summary, command }).catch(() => undefined);
}

/** How it ended, and what the person on call could do next. */
export async function announce(plan: Plan, { ending, because, followUps }: Run): Promise<void> {
  const calm = ending === 'completed' && followUps.length === 0;
  const severity = calm ? 'info' : ending === 'needs-operator' ? 'critical' : 'warning';
  const todo = followUps.length === 0 ? '' : ` Follow-ups: ${followUps.join(' ')}`;
  const summary = `${plan.site}: ${plan.cause} ${plan.from} → ${plan.to} ended ${ending}. ${because}${todo}`;
  const of = plan.kind === 'rejoin' ? 'rejoin' : 'transfer';
  const command = `npx handover report ${plan.site} --of ${of}`;
  await notify(plan.site, { severity, key: keyOf(plan, 'ended'), summary, command }).catch(() => undefined);
}

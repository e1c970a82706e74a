/** Alerts of workflows. A failing channel is a failed activity in the history and never delays a transfer. */
import { proxyActivities } from '@temporalio/workflow';
import type { RunbookActivities } from '../contract/activities';
import type { Plan } from '../domain/plan/plan';
import type { Run } from '../domain/plan/interpreter';
import { runbookQueue } from '../contract/ids';

export const { notify } = proxyActivities<Pick<RunbookActivities, 'notify'>>({
  taskQueue: runbookQueue,
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '30s',
  retry: { maximumAttempts: 3 },
  summary: 'Send the alert',
});

const keyOf = (plan: Plan): string => `handover/${plan.site}/${String(plan.epoch)}`;

/** Somebody must answer before it goes on. */
export async function page(plan: Plan, question: string): Promise<void> {
  const command = `npx handover retry ${plan.site}`;
  const summary = `${plan.site}: ${question}`;
  await notify(plan.site, { severity: 'critical', key: keyOf(plan), summary, command }).catch(() => undefined);
}

/** How it ended, and what the person on call could do next. */
export async function announce(plan: Plan, { ending, because, followUps }: Run): Promise<void> {
  const calm = ending === 'completed' && followUps.length === 0;
  const severity = calm ? 'info' : ending === 'needs-operator' ? 'critical' : 'warning';
  const todo = followUps.length === 0 ? '' : ` Follow-ups: ${followUps.join(' ')}`;
  const summary = `${plan.site}: ${plan.cause} ${plan.from} → ${plan.to} ended ${ending}. ${because}${todo}`;
  const of = plan.kind === 'rejoin' ? 'rejoin' : 'transfer';
  const command = `npx handover report ${plan.site} --of ${of}`;
  await notify(plan.site, { severity, key: keyOf(plan), summary, command }).catch(() => undefined);
}

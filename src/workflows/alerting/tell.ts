/** What workflows tell people. They hand it to `alerts/SITE`, which brings it to the channels, and go on. */
import { patched, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { RunbookActivities } from '../../contract/activities';
import type { Alert } from '../../domain/alert';
import type { Plan } from '../../domain/plan/plan';
import type { Run } from '../../domain/plan/interpreter';
import { dutyOf, hasFenced, unfencedKey } from '../../domain/plan/unfenced';
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
  await told(plan, { severity: 'critical', key, summary, command, ends: true });
}

/** The question was answered, so nobody else need be called for it. */
export async function pageAnswered(plan: Plan, { step, number }: Pick<Question, 'step' | 'number'>): Promise<void> {
  if (patched('resolve-pages')) await told(plan, endOf(plan, keyOf(plan, `${step}/${String(number)}`)));
}

/** How it ended, and what the person on call could do next. A region that may still take orders is never a calm end. */
export async function announce(plan: Plan, run: Run): Promise<void> {
  const { ending, because, followUps } = run;
  const duty = dutyOf(plan, run);
  const calm = ending === 'completed' && followUps.length === 0;
  const severity = ending === 'needs-operator' || duty ? 'critical' : calm ? 'info' : 'warning';
  const todo = followUps.length === 0 ? '' : ` Follow-ups: ${followUps.join(' ')}`;
  const owed = duty ? ` ${duty.summary}` : '';
  const summary = `${plan.site}: ${plan.cause} ${plan.from} → ${plan.to} ended ${ending}. ${because}${todo}${owed}`;
  const of = plan.kind === 'rejoin' ? 'rejoin' : 'transfer';
  const command = `npx handover report ${plan.site} --of ${of}`;
  await told(plan, { severity, key: keyOf(plan, 'ended'), summary, command });
  if (duty && patched('unfenced-duty')) await told(plan, { ...duty, summary: `${plan.site}: ${duty.summary}` });
  if (hasFenced(plan, run) && patched('unfenced-duty')) await told(plan, endOf(plan, unfencedKey(plan)));
}

const endOf = ({ site }: Plan, key: string): Alert => ({
  severity: 'info',
  key,
  summary: `${site}: it is over.`,
  status: 'resolved',
});

const told = (plan: Plan, alert: Alert): Promise<void> => notify(plan.site, alert).catch(() => undefined);

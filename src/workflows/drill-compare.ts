/** A comparison of the standby with the primary, and an alert when it does not end well: a schedule starts it, and nobody reads its result. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { MirrorActivities } from '../contract/activities';
import { mirrorQueue } from '../contract/ids';
import type { CheckResult } from '../domain/plan/result';
import { failedCheck } from '../domain/report/aim';
import { sentenceOf } from '../domain/sentence';
import { notify } from './alerting/tell';
import { priorityOf } from './running/rate-limit-wait';

const { compareStandby } = proxyActivities<MirrorActivities>({
  taskQueue: mirrorQueue,
  startToCloseTimeout: '12h',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '5s', maximumInterval: '1m', maximumAttempts: 10 },
  priority: priorityOf('look'),
  summary: 'Compare the standby with the primary',
});

export async function comparison(site: string): Promise<CheckResult[]> {
  const { originalExecutionRunId: key } = workflowInfo();
  try {
    const checks = await compareStandby({ site, key: `${key}/compare` });
    const failed = failedCheck(checks);
    if (failed) await tell(site, failed.because);
    return checks;
  } catch (error) {
    await tell(site, `the standby could not be compared: ${sentenceOf(error)}`);
    throw error;
  }
}

async function tell(site: string, because: string): Promise<void> {
  // Each comparison tells its own: one that failed some nights ago may be acknowledged, and repeats of it call nobody.
  const key = `handover/${site}/compare/${workflowInfo().runId}`;
  const alert = { severity: 'warning', key, summary: `${site}: ${because}` } as const;
  await notify(site, { ...alert, command: `npx handover drill ${site} --kind compare` }).catch(() => undefined);
}

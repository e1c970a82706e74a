/** A channel that takes nothing for longer than a minute, on a real Temporal server. */
import { ApplicationFailure } from '@temporalio/activity';
import { until } from '../../lab/loopback/until';
import { handOver } from '../../src/activities/alerts';
import type { DeliverAlertInput } from '../../src/contract/activities';
import { alertsId, alertsQueue, runbookQueue } from '../../src/contract/ids';
import { readDetails } from '../../src/starters/details';
import { bundle } from './server';
import { Stage } from './stage';

let stage: Stage;
const arrived: string[] = [];
let isDead = true;
beforeAll(async () => {
  stage = await Stage.open({ runbook: false });
  await stage.work({ taskQueue: runbookQueue, workflowBundle: await bundle(), activities: {} });
  const deliverAlert = ({ channel, alert }: DeliverAlertInput): Promise<void> => {
    if (channel === 'pagerduty' && isDead)
      return Promise.reject(ApplicationFailure.create({ message: 'PagerDuty returned 403.', type: 'denied' }));
    arrived.push(`${channel}: ${alert.summary}`);
    return Promise.resolve();
  };
  await stage.work({ taskQueue: alertsQueue, activities: { deliverAlert } });
});
afterAll(() => stage.close());

test('the other channels are told once, a person reads what is missing, and all arrives when the channel is mended', async () => {
  const alert = { severity: 'critical', key: 'handover/1/region-down', summary: 'Region A is down.' } as const;
  await handOver(stage.client, 'shop', alert, { channels: ['log', 'pagerduty'], escalateAfterMs: {} });
  const run = stage.client.workflow.getHandle(alertsId('shop'));
  const told = 'log: shop: alerts do not reach pagerduty: PagerDuty returned 403. They are sent again for 24 h.';
  await until('the log is told', () => Promise.resolve(arrived.includes(told)));
  expect(await readDetails(run)).toMatch(
    /Not delivered to pagerduty for 1 min: Region A is down\. \(PagerDuty returned 403\.\)/,
  );
  isDead = false;
  expect(await run.result()).toBe('All alerts were sent.');
  expect(arrived).toEqual(['log: Region A is down.', told, 'pagerduty: Region A is down.']);
});

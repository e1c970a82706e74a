/** Alerts on their way, on a real Temporal server: what a channel does not take is sent again, and delays nothing else. */
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/activity';
import { until } from '../../lab/loopback/until';
import { handOver } from '../../src/activities/alerts';
import type { DeliverAlertInput } from '../../src/contract/activities';
import { alertsId, alertsQueue, runbookQueue } from '../../src/contract/ids';
import type { Alert } from '../../src/domain/alert';
import { keep } from './history';
import { bundle } from './server';
import { Stage } from './stage';

let stage: Stage;
/** Tries at each site, in their order. */
const tries: DeliverAlertInput[] = [];
/** Fails a try for this reason. */
const reasons = new Map<string, (earlier: number) => string | undefined>();
/** Take what they are sent, and do not answer before the end of the tests. */
const hanging = new Set<string>();
let release = () => {};
const released = new Promise<void>((resolve) => {
  release = resolve;
});

beforeAll(async () => {
  stage = await Stage.open({ runbook: false });
  await stage.work({ taskQueue: runbookQueue, workflowBundle: await bundle(), activities: {} });
  const deliverAlert = async (input: DeliverAlertInput): Promise<void> => {
    const { site, channel } = input;
    const earlier = tries.filter((each) => each.site === site && each.channel === channel).length;
    tries.push(input);
    if (hanging.has(`${site} ${channel}`)) await released;
    const because = reasons.get(`${site} ${channel}`)?.(earlier);
    if (because !== undefined) throw ApplicationFailure.create({ message: because, type: 'refused' });
  };
  await stage.work({ taskQueue: alertsQueue, activities: { deliverAlert } });
});
afterAll(() => {
  release();
  return stage.close();
});

const lost: Alert = { severity: 'critical', key: 'handover/1/region-down', summary: 'Region A is down.' };
const client = (): Client => stage.client;
const sent = (site: string, channel: string) => tries.filter((each) => each.site === site && each.channel === channel);

test('an alert goes to every channel, and the run ends when all have it', async () => {
  await handOver(client(), 'calm', lost, ['log', 'slack']);
  const run = client().workflow.getHandle(alertsId('calm'));
  expect(await run.result()).toBe('All alerts were sent.');
  // Neither waits for the other, so either may be first.
  for (const channel of ['log', 'slack']) expect(sent('calm', channel).map(({ alert }) => alert)).toEqual([lost]);
});

test('a channel that refuses gets the alert again until it takes it, and the others get it once', async () => {
  reasons.set('refusing slack', (earlier) => (earlier < 2 ? 'The Slack webhook returned 403.' : undefined));
  await handOver(client(), 'refusing', lost, ['log', 'slack']);
  const run = client().workflow.getHandle(alertsId('refusing'));
  expect(await run.result()).toBe('All alerts were sent.');
  expect(sent('refusing', 'slack')).toHaveLength(3);
  expect(sent('refusing', 'log')).toHaveLength(1);
  await keep(run, 'alerts');
});

test('behind a channel that hangs, the other channels get all that follows', async () => {
  hanging.add('hung slack');
  await handOver(client(), 'hung', lost, ['log', 'slack']);
  await until('the first hangs', () => Promise.resolve(sent('hung', 'slack').length > 0));
  await handOver(client(), 'hung', { ...lost, key: 'handover/2/link-cut' }, ['log', 'slack']);
  await until('the log has both', () => Promise.resolve(sent('hung', 'log').length === 2));
  await client().workflow.getHandle(alertsId('hung')).terminate('The test has seen it.');
});

test('another id than alerts/SITE is refused, since two runs would send everything twice', async () => {
  const run = stage.start('alerts', 'calm', {}, 'alerts/other');
  await expect((await run).result()).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
});

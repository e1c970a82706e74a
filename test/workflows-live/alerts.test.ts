/** Alerts on their way, on a real Temporal server: what a channel does not take is sent again, and delays nothing else. */
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/activity';
import { until } from '../../lab/loopback/until';
import { handOver } from '../../src/activities/alerts';
import type { AlertReceipt, DeliverAlertInput } from '../../src/contract/activities';
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
  const deliverAlert = async (input: DeliverAlertInput): Promise<AlertReceipt> => {
    const { site, channel } = input;
    const earlier = tries.filter((each) => each.site === site && each.channel === channel).length;
    tries.push(input);
    if (hanging.has(`${site} ${channel}`)) await released;
    const because = reasons.get(`${site} ${channel}`)?.(earlier);
    if (because !== undefined) throw ApplicationFailure.create({ message: because, type: 'refused' });
    return channel === 'slack' ? { thread: `thread of ${input.alert.key}` } : {};
  };
  await stage.work({ taskQueue: alertsQueue, activities: { deliverAlert } });
});
afterAll(() => {
  release();
  return stage.close();
});

const lost: Alert = { severity: 'critical', key: 'handover/1/region-down', summary: 'Region A is down.' };
const to = { channels: ['log', 'slack'], escalateAfterMs: {} };
const client = (): Client => stage.client;
const sent = (site: string, channel: string) => tries.filter((each) => each.site === site && each.channel === channel);

test('an alert goes to every channel, and the run ends when all have it', async () => {
  await handOver(client(), 'calm', lost, to);
  const run = client().workflow.getHandle(alertsId('calm'));
  expect(await run.result()).toBe('All alerts were sent.');
  // Neither waits for the other, so either may be first.
  for (const channel of ['log', 'slack']) expect(sent('calm', channel).map(({ alert }) => alert)).toEqual([lost]);
});

test('a channel that refuses gets the alert again until it takes it, and the others get it once', async () => {
  reasons.set('refusing slack', (earlier) => (earlier < 2 ? 'The Slack webhook returned 403.' : undefined));
  await handOver(client(), 'refusing', lost, to);
  const run = client().workflow.getHandle(alertsId('refusing'));
  expect(await run.result()).toBe('All alerts were sent.');
  expect(sent('refusing', 'slack')).toHaveLength(3);
  expect(sent('refusing', 'log')).toHaveLength(1);
  await keep(run, 'alerts');
});

test('behind a channel that hangs, the other channels get all that follows', async () => {
  hanging.add('hung slack');
  await handOver(client(), 'hung', lost, to);
  await until('the first hangs', () => Promise.resolve(sent('hung', 'slack').length > 0));
  await handOver(client(), 'hung', { ...lost, key: 'handover/2/link-cut' }, to);
  await until('the log has both', () => Promise.resolve(sent('hung', 'log').length === 2));
  await client().workflow.getHandle(alertsId('hung')).terminate('The test has seen it.');
});

test('what nobody acknowledges goes to the next channel, until somebody does, in one thread an incident', async () => {
  const recipients = { channels: ['slack'], escalateAfterMs: { pagerduty: 1_000, director: 600_000 } };
  const down: Alert = { ...lost, key: 'down', incident: 'open/1', ends: true };
  await handOver(client(), 'open', down, recipients);
  await until('it escalates', () => Promise.resolve(sent('open', 'pagerduty').length > 0));
  const run = client().workflow.getHandle(alertsId('open'));
  const answer = await run.executeUpdate<string, [object]>('acknowledge', { args: [{ who: 'ines' }] });
  expect(answer).toBe('ines acknowledged one alert; nobody else is called for it.');
  await until('each channel hears who', () => Promise.resolve(sent('open', 'pagerduty').length > 1));
  const ended: Alert = { ...lost, key: 'question', ends: true };
  await handOver(client(), 'open', ended, recipients);
  await handOver(client(), 'open', { ...ended, status: 'resolved' }, recipients);
  await until('the question is over', () => Promise.resolve(sent('open', 'slack').length > 3));
  const told = sent('open', 'slack').map(({ alert, thread }) => [alert.key, alert.status, thread]);
  expect(told).toEqual([
    ['down', undefined, undefined],
    ['down', 'acknowledged', 'thread of down'],
    ['question', undefined, 'thread of down'],
    ['question', 'resolved', 'thread of down'],
  ]);
  expect(sent('open', 'pagerduty').map(({ alert }) => alert.summary)).toEqual([
    expect.stringMatching(/^Nobody has acknowledged since .*: Region A is down\.$/),
    'ines has acknowledged: Region A is down.',
  ]);
  expect((await run.describe()).status.name).toBe('RUNNING');
  await keep(run, 'alerts-open');
  await run.terminate('The test has seen it.');
});

test('another id than alerts/SITE is refused, since two runs would send everything twice', async () => {
  const run = stage.start('alerts', 'calm', {}, 'alerts/other');
  await expect((await run).result()).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
});

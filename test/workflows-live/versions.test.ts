/** Code is changed while a monitor and a transfer run: both go on, and keep to what they began with. */
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { until } from '../../lab/loopback/until';
import { judgeAndDecide } from '../../src/activities/monitoring/decide';
import type { DecideResult, DecideInput } from '../../src/contract/monitor';
import { eventsOfKind } from './history';
import { bundle } from './server';
import { Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ runbook: false });
});
afterAll(() => stage.close());

/** A later rule: it says everything in other words. */
async function laterDecide(order: DecideInput): Promise<DecideResult> {
  const considered = await judgeAndDecide(stage.ground(order.site), order, Context.current().client);
  return { ...considered, decision: { action: 'hold', because: 'A later rule says so.', reasons: [] } };
}

const detailsOf = async (monitor: WorkflowHandle): Promise<string> => {
  const asked = monitor.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return (await asked.catch(() => undefined))?.currentDetails ?? '';
};
/** How often a run has noted that it goes the way of the next version. */
const markers = async (handle: WorkflowHandle) =>
  (await eventsOfKind(handle, 'markerRecordedEventAttributes')).filter((event) => {
    const details = event.markerRecordedEventAttributes?.details ?? {};
    const noted = Object.values(details).flatMap(({ payloads }) => payloads ?? []);
    return noted.some(({ data }) => Buffer.from(data ?? []).includes('note-the-version'));
  }).length;

test('a monitor and a transfer that began with one version go on with the next, and a new run begins with it', async () => {
  const [present, next] = [await bundle(), await bundle(join(__dirname, 'next-version.ts'))];
  const worker = await stage.workOnRunbooks(present);
  // It must still drain when the monitor has judged.
  const live = stage.newSite('changed', [], { drainTimeoutMs: 3_600_000 });
  const b = live.world.region('B').server;
  b.applyRate = 0;
  const monitor = await stage.start('monitor', live.name);
  const transfer = await stage.start('transfer', live.name);
  await until('the transfer drains', () => Promise.resolve(live.world.region('A').server.readOnly));
  await until('the monitor has judged', async () => /^\*\*(hold|refuse):\*\*/m.test(await detailsOf(monitor)));
  const stopped = stage.stop(worker);
  b.applyRate = 1_000;
  await stopped;

  await stage.workOnRunbooks(next, { decide: laterDecide });
  expect(await transfer.result()).toMatchObject({ ending: 'completed', to: 'B', epoch: 2 });
  await until('the monitor decides by the later rule', async () =>
    (await detailsOf(monitor)).includes('A later rule says so.'),
  );
  expect([await markers(transfer), await markers(monitor)]).toEqual([0, 0]);
  expect(await eventsOfKind(transfer, 'workflowTaskFailedEventAttributes')).toEqual([]);
  expect(await eventsOfKind(monitor, 'workflowTaskFailedEventAttributes')).toEqual([]);

  const home = await stage.start('transfer', live.name, { kind: 'failback' });
  expect(await home.result()).toMatchObject({ ending: 'completed', to: 'A', epoch: 3 });
  expect(await markers(home)).toBe(1);
  expect((await home.describe()).memo).toEqual({ version: 'the next one' });
  expect(live.world.violations).toEqual([]);
});

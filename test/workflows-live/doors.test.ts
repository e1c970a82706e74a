/** What comes in at the door of each workflow, what it refuses and in which words, and drills from end to end. */
import { resultIn } from '../../src/starters/missed-aim';
import type { WorkflowHandle } from '@temporalio/client';
import { until } from '../../lab/loopback/until';
import type { DrillResult } from '../../src/domain/plan/result';
import { labQueue } from '../../src/contract/ids';
import { eventsOfKind, keep, lines, failureOf } from './history';
import { broughtBack } from './rejoin-steps';
import { bundle } from './server';
import { Stage } from './stage';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ runbook: false });
  await stage.workOnRunbooks(await bundle(), broughtBack(stage.sites));
  await stage.workOnAlerts();
  await stage.work({
    taskQueue: labQueue,
    activities: {
      injectFault: ({ site, region }: { site: string; region: string }) => {
        stage.sites.find(site).lose(region);
        return Promise.resolve({ at: Date.now(), because: `${region} is cut off.` });
      },
      healFaults: ({ site }: { site: string }) => {
        stage.sites.find(site).heal();
        return Promise.resolve({ at: Date.now(), because: 'Every fault is healed.' });
      },
    },
  });
});
afterAll(() => stage.close());

const types = ['transfer', 'rejoin', 'monitor', 'drill'];
const raw = (type: string, args: unknown[], workflowId = `${type}/shop`): Promise<WorkflowHandle> =>
  stage.client.workflow.start(type, { workflowId, taskQueue: 'handover', args });

describe.each(types)('%s', (type) => {
  test.each([
    ['nothing at all', [], /"site" is missing: for example \{"site": "shop"\}/],
    ['a list', [['shop']], /one JSON object such as \{"site":"shop"\}, not a list/],
    ['a word', ['shop'], /one JSON object .*, not "shop"/],
    [
      'a field that it does not have',
      [{ site: 'shop', force: true }],
      /There is no field "force"; the fields are site/,
    ],
    [
      'a site of another form',
      [{ site: '../etc' }],
      /"site" is "..\/etc", which is not of the right form: for example/,
    ],
  ])('ends at once and names the field when it is given %s', async (_, args, message) => {
    const handle = await raw(type, args);
    expect(await failureOf(handle)).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(message) as string,
    });
    expect(await eventsOfKind(handle, 'workflowTaskFailedEventAttributes')).toEqual([]);
  });

  test('refuses a time-out, which would stop it half way', async () => {
    const options = { workflowId: `${type}/shop`, taskQueue: 'handover', args: [{ site: 'shop' }] };
    const handle = await stage.client.workflow.start(type, { ...options, workflowRunTimeout: '10m' });
    expect(await failureOf(handle)).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(/^Start it without --run-timeout/) as string,
    });
  });

  test('ends at once when there is no such site, in the words of whoever looked for it', async () => {
    const handle = await raw(type, [{ site: 'nowhere' }], `${type}/nowhere`);
    expect(await failureOf(handle)).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(/^There is no site "nowhere"/) as string,
    });
  });
});

test.each(['transfer', 'rejoin', 'monitor'])(
  '%s refuses an id that is no lock, with the command that works',
  async (type) => {
    const handle = await raw(type, [{ site: 'shop' }], 'my-own-id');
    expect(await failureOf(handle)).toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(
        new RegExp(
          `must be ${type}/shop, not my-own-id.*temporal workflow start --type ${type} --task-queue handover --workflow-id ${type}/shop --fail-existing`,
        ),
      ) as string,
    });
  },
);

test('a transfer to where the primary is, or to nowhere, is refused and changes nothing', async () => {
  const live = stage.newSite('refused');
  const there = await stage.start('transfer', live.name, { to: 'A' });
  expect(await failureOf(there)).toMatchObject({
    type: 'Refused',
    message: expect.stringMatching(/^A is already the primary since epoch/) as string,
  });
  const nowhere = await stage.start('transfer', live.name, { to: 'C' });
  expect(await failureOf(nowhere)).toMatchObject({ message: 'refused has no region C; its regions are A and B.' });
  expect(live.world.gate.effects).toEqual([]);
});

test('a drill of checks or of a plan looks and changes nothing of the shop', async () => {
  const live = stage.newSite('looked-at');
  const checks = (await (await stage.start('drill', live.name)).result()) as DrillResult;
  expect(checks).toMatchObject({ kind: 'checks', aim: { met: true } });
  expect(checks.checks.length).toBeGreaterThan(10);
  const drill = await stage.start('drill', live.name, { kind: 'plan' });
  const planned = (await drill.result()) as DrillResult;
  expect(planned.plan?.stages.flat().map(({ step }) => step)).toEqual(
    expect.arrayContaining(['fence-database', 'promote-database', 'switch-dns']),
  );
  const canaries = new Set(['table.canary', 'host.true']);
  expect(live.world.gate.effects.filter(({ op }) => !canaries.has(op))).toEqual([]);
  await keep(drill, 'drill-plan');
});

test('an outage is refused where no fault injector is declared, where nobody watches, and so is a move to where the shop is', async () => {
  const bare = stage.newSite('bare');
  const { faultInjector: _, ...site } = bare.site;
  bare.site = site;
  const refusals: [string, object, RegExp][] = [
    ['bare', { kind: 'outage' }, /has no faultInjector in its site file.*use --kind switchover/],
    [stage.newSite('unwatched').name, { kind: 'outage' }, /^No monitor runs for unwatched/],
    [stage.newSite('settled').name, { kind: 'switchover', to: 'A' }, /^A is already the primary since epoch/],
  ];
  for (const [name, input, message] of refusals) {
    expect(await failureOf(await stage.start('drill', name, input))).toMatchObject({
      type: 'Refused',
      message: expect.stringMatching(message) as string,
    });
  }
});

test('a drill of an outage runs the real monitor, failover, rejoin and failback, and meets its aim', async () => {
  const live = stage.newSite('drilled');
  const monitor = await stage.start('monitor', live.name);
  await until('all vantages have spoken', () => healthy(monitor));
  const drill = await stage.start('drill', live.name, { kind: 'outage', stay: '100ms' });
  const { aim, transfers, rejoin } = (await drill.result()) as DrillResult;
  expect(aim).toEqual({ met: true, because: 'The shop was lost, moved, rejoined and brought home: A → B → A.' });
  expect(transfers.map(({ kind, ending }) => `${kind} ${ending}`)).toEqual([
    'unplanned completed',
    'planned completed',
  ]);
  expect(rejoin).toMatchObject({ kind: 'rejoin', ending: 'completed', from: 'A', to: 'B', epoch: 2 });
  expect(live.world.violations).toEqual([]);
  const rejoined = stage.client.workflow.getHandle('rejoin/drilled');
  for (const run of [drill, rejoined]) expect((await lines(run)).filter(({ summary }) => summary === '')).toEqual([]);
  await keep(drill, 'drill-outage');
  await keep(rejoined, 'rejoin');
  await monitor.signal('stop', { who: 'a test', because: 'It is over.' });
  await monitor.result();
});

async function healthy(monitor: WorkflowHandle): Promise<boolean> {
  const asked = monitor.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return /: healthy\./.test((await asked.catch(() => undefined))?.currentDetails ?? '');
}

test('a rejoin and a transfer never run side by side: whichever comes second is refused, with what to type', async () => {
  const live = stage.newSite('side-by-side');
  const nobody = { taskQueue: 'nobody-works-here', args: [{ site: live.name }] };
  const rejoin = await stage.client.workflow.start('rejoin', { workflowId: `rejoin/${live.name}`, ...nobody });
  expect(await failureOf(await stage.start('transfer', live.name))).toMatchObject({
    type: 'Refused',
    message:
      'rejoin/side-by-side is running, and it changes the standby; wait for its end (npx handover status side-by-side), or end it: temporal workflow cancel --workflow-id rejoin/side-by-side',
  });
  await rejoin.terminate('The test goes on.');
  const transfer = await stage.client.workflow.start('transfer', { workflowId: `transfer/${live.name}`, ...nobody });
  expect(await failureOf(await stage.start('rejoin', live.name))).toMatchObject({
    type: 'Refused',
    message:
      'transfer/side-by-side is running, and a rejoin would undo its steps; wait for its end: npx handover status side-by-side',
  });
  await transfer.terminate('The test is over.');
  expect(live.world.gate.effects).toEqual([]);
});

test('a schedule starts a drill that moves the shop, under the id that is its lock; a drill that misses its aim fails by name', async () => {
  const live = stage.newSite('scheduled');
  const schedule = await stage.client.schedule.create({
    scheduleId: 'drill-of-scheduled',
    spec: {},
    action: {
      type: 'startWorkflow',
      workflowType: 'drill',
      workflowId: 'scheduled-drill',
      taskQueue: 'handover',
      args: [{ site: live.name, kind: 'switchover', stay: '100ms' }],
    },
    state: { triggerImmediately: true },
  });
  const drill = stage.client.workflow.getHandle('drill/scheduled');
  await until('the drill runs', () => drill.describe().then(Boolean, () => false));
  expect((await drill.result()) as DrillResult).toMatchObject({ aim: { met: true } });
  await schedule.delete();
  const query = 'WorkflowType = "drill" AND HandoverSite = "scheduled" AND HandoverEnding = "completed"';
  await until('a list finds it', async () => (await stage.client.workflow.count(query)).count === 1);

  live.world.crash('B');
  const checks = await stage.start('drill', live.name);
  const error: unknown = await checks.result().catch((failed: unknown) => failed);
  expect(error).toMatchObject({ cause: { type: 'AimMissed' } });
  expect(resultIn(error)?.aim.met).toBe(false);
  const missed = /^scheduled: the drill of checks missed its aim\. /;
  await until('somebody hears of it', () => live.world.alerts.some(({ summary }) => missed.test(summary)));
});

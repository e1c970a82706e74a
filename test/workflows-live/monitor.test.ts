/** The monitor on a real Temporal server: what it sees, what it starts, what a person may tell it, and what it keeps from run to run. */
import type { WorkflowHandle, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { until } from '../../lab/loopback/until';
import type { TransferResult } from '../../src/domain/plan/result';
import { policy as productionPolicy } from '../domain/lab-policy';
import { eventsOf, keep, lines } from './history';
import { vantages, type LiveSite } from './sites';
import { Stage } from './stage';

interface Watch {
  live: LiveSite;
  monitor: WorkflowHandleWithFirstExecutionRunId;
}

let stage: Stage;
/** Sites that are watched side by side; each test sees to its own. */
let watches: Record<'calm' | 'lost' | 'deaf' | 'frozen' | 'cut' | 'blind' | 'table' | 'restarted' | 'unmanned', Watch>;

async function watch(name: string, prepare = (_: LiveSite) => {}): Promise<Watch> {
  const live = stage.newSite(name);
  prepare(live);
  return { live, monitor: await stage.start('monitor', name) };
}

/** A vantage that has no worker. */
function withSouth(live: LiveSite): void {
  const north = live.site.vantages['north'];
  if (north) live.site = { ...live.site, vantages: { ...live.site.vantages, south: north } };
}

beforeAll(async () => {
  // A history this short makes a monitor continue as new after seconds.
  stage = await Stage.open({ settings: ['limit.historyCount.suggestContinueAsNew=120'] });
  const [calm, lost, deaf, frozen, cut, blind, table, restarted, unmanned] = await Promise.all([
    watch('calm'),
    watch('lost'),
    watch('deaf', (live) => (live.deaf = live.unsampled = true)),
    watch('frozen'),
    watch('cut'),
    watch('blind'),
    watch('table'),
    watch('restarted'),
    watch('unmanned', withSouth),
  ]);
  watches = { calm, lost, deaf, frozen, cut, blind, table, restarted, unmanned };
  await Promise.all(Object.values(watches).map(({ monitor }) => says(monitor, /: healthy\./)));
});
afterAll(() => stage.close());

const details = async (monitor: WorkflowHandle): Promise<string> => {
  const asked = monitor.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  return (await asked.catch(() => ({ currentDetails: '' }))).currentDetails ?? '';
};
const says = (monitor: WorkflowHandle, sentence: RegExp): Promise<string> =>
  until(`${monitor.workflowId} says ${String(sentence)}`, async () => {
    const said = await details(monitor);
    return sentence.test(said) ? said : undefined;
  });
const runs = (site: string) => stage.client.workflow.count(`WorkflowType = "transfer" AND HandoverSite = "${site}"`);
const transferOf = async ({ live }: Watch, kind: string): Promise<TransferResult> => {
  const query = `HandoverSite = "${live.name}" AND HandoverKind = "${kind}"`;
  await until(`a ${kind} of ${live.name}`, async () => (await stage.client.workflow.count(query)).count > 0);
  return (await stage.client.workflow.getHandle(`transfer/${live.name}`).result()) as TransferResult;
};

test('a lost region is declared and left by itself; when it comes back writing, it is fenced', async () => {
  const { live } = watches.lost;
  live.lose('A');
  expect(await transferOf(watches.lost, 'failover')).toMatchObject({
    ending: 'completed',
    kind: 'unplanned',
    to: 'B',
    epoch: 2,
    asked: expect.stringMatching(/^Region A does not answer at all/) as string,
  });
  expect(live.world.region('A').server.readOnly).toBe(false);
  live.heal();
  expect(await transferOf(watches.lost, 'fence')).toMatchObject({ ending: 'completed', kind: 'fence', from: 'A' });
  expect(live.world.region('A').server.readOnly).toBe(true);
  expect(live.world.region('B').server.readOnly).toBe(false);
  expect(live.world.violations).toEqual([]);
  await keep(watches.lost.monitor, 'monitor-standby');
});

test('a monitor that has just started decides nothing, so calls nobody, before every vantage has voted', async () => {
  const { monitor } = watches.frozen;
  const first = stage.client.workflow.getHandle(monitor.workflowId, monitor.firstExecutionRunId);
  const done = await lines(first);
  const decided = done.findIndex(({ what }) => what === 'decide');
  // A vantage is asked again once it has reported. A vantage that is late is waited for as long as the timer says.
  const asked = vantages.map(
    (n) => done.slice(0, decided).filter(({ summary }) => summary === `Watch from ${n}`).length,
  );
  const events = await eventsOf(first);
  const hasTimedOut = events.some(({ timerFiredEventAttributes }) => timerFiredEventAttributes?.timerId === '1');
  expect(hasTimedOut || Math.min(...asked) > 1).toBe(true);
});

test('neither an alert channel that is dead nor a sampler that hangs delays a failover', async () => {
  watches.deaf.live.lose('A');
  expect(await transferOf(watches.deaf, 'failover')).toMatchObject({ ending: 'completed', to: 'B' });
});

test('one vantage that is cut off moves nothing, and a person can read who says what', async () => {
  const { live, monitor } = watches.cut;
  live.cut.add('north>A').add('north>table of A');
  await says(monitor, /^\*\*hold:\*\*[^]*^\| app of A \| down \| up \| up \|$/m);
  expect(await runs(live.name)).toMatchObject({ count: 0 });
});

test('vantages whose own network is ill are silent, and a monitor without two eyes does nothing but call', async () => {
  const { live, monitor } = watches.blind;
  for (const vantage of vantages) live.doubting.add(vantage);
  live.lose('A');
  await says(monitor, /: blind\.[^]*^\| app of A \| silent \| silent \| silent \|$/m);
  await until('somebody is called', () =>
    Promise.resolve(
      live.world.alerts.find(({ severity, summary }) => severity === 'critical' && /too few/.test(summary)),
    ),
  );
  expect(await runs(live.name)).toMatchObject({ count: 0 });
});

test('a table that fails moves the pointer and nothing else, and its recovery brings it back', async () => {
  const { live } = watches.table;
  live.cut.add('*>table of A');
  expect(await transferOf(watches.table, 'pointer')).toMatchObject({ ending: 'completed', kind: 'pointer', epoch: 1 });
  expect(live.world.region('A').file).toMatchObject({ role: 'primary', epoch: 1, tableRegion: 'lab-b' });
  live.cut.clear();
  await until('the pointer is back', () => Promise.resolve(live.world.region('A').running.tableRegion === 'lab-a'));
  expect(live.world.region('B').server.readOnly).toBe(true);
});

test('a primary that merely restarted is made writable again in its epoch', async () => {
  const { live } = watches.restarted;
  live.world.restart('A');
  expect(await transferOf(watches.restarted, 'restore')).toMatchObject({ ending: 'completed', epoch: 1 });
  expect(live.world.region('A').server).toMatchObject({ readOnly: false, row: { epoch: 1, region: 'A' } });
  expect(live.world.violations).toEqual([]);
});

test('a freeze outlives a continue-as-new and holds back a failover; a thaw lets it go; a stop does not touch the transfer', async () => {
  const { live, monitor } = watches.frozen;
  const first = (await monitor.describe()).runId;
  const words = { who: 'ines@shop.example', because: 'A migration runs.' };
  expect(await monitor.executeUpdate('freeze', { args: [words] })).toBe(
    `Frozen by ines@shop.example: A migration runs. Thaw with: npx handover thaw ${live.name} --who "ines@shop.example"`,
  );
  await until('the monitor continues as new', async () => (await monitor.describe()).runId !== first);
  live.lose('A');
  expect(await says(monitor, /^\*\*refuse:\*\* /m)).toContain('Frozen by ines@shop.example: A migration runs.');
  expect(await runs(live.name)).toMatchObject({ count: 0 });

  expect(await monitor.executeUpdate('thaw', { args: [{ who: 'ines@shop.example' }] })).toMatch(/^Thawed/);
  await until('a transfer runs', async () => (await runs(live.name)).count > 0);
  await monitor.signal('stop', { who: 'ines@shop.example', because: 'The test is over.' });
  expect(await monitor.result()).toMatch(/^Stopped at .* by ines@shop.example: The test is over\.$/);
  expect(await transferOf(watches.frozen, 'failover')).toMatchObject({ ending: 'completed', to: 'B' });
});

test('a vantage without a worker is silent, and the others judge without it', async () => {
  const { monitor } = watches.unmanned;
  await says(monitor, /: healthy\.[^]*^\| app of A \| up \| up \| up \| silent \|$/m);
});

test('words that are no verb of the monitor are refused before anything is recorded', async () => {
  const { monitor } = watches.calm;
  for (const words of [{}, { who: 'ines' }, { who: 'ines', because: '' }, { who: 1, because: 'x' }, [], null]) {
    await expect(monitor.executeUpdate('freeze', { args: [words] })).rejects.toMatchObject({
      cause: { type: 'InvalidInput', message: expect.stringMatching(/example|such as/) as string },
    });
  }
  const until = { who: 'ines', because: 'x', until: 'tomorrow' };
  await expect(monitor.executeUpdate('freeze', { args: [until] })).rejects.toMatchObject({
    cause: { type: 'InvalidInput', message: expect.stringMatching(/"tomorrow", but must be a time/) as string },
  });
  expect(await details(monitor)).not.toContain('Frozen');
});

test('whoever asks why gets every guard, what comes next and what is not known, by update and by query', async () => {
  const { live, monitor } = watches.calm;
  expect(await monitor.query('explain')).toMatch(/^Nobody has asked yet\. Ask with: npx handover explain calm/);
  live.world.hidden.add('B');
  const told = await monitor.executeUpdate<string, [object]>('explain', { args: [{}] });
  live.world.hidden.delete('B');
  expect(told).toMatch(/^calm: .*\nDecision: hold\.[^]*frozen: no[^]*REFUSES {2}The standby B cannot take over/);
  expect(told).toMatch(/Not known:[^]*The database of B: /);
  expect(await monitor.query('explain')).toContain(told);
});

test('a reload reads the site again, and says which file it was', async () => {
  const { live, monitor } = watches.calm;
  live.site = { ...live.site, hash: 'another-file-altogether' };
  await monitor.signal('reload');
  await says(monitor, /Site file another-file\./);
});

test('a healthy site costs at most 1,200 events of history in an hour, and each of them says what it is for', async () => {
  const first = stage.client.workflow.getHandle('monitor/calm', watches.calm.monitor.firstExecutionRunId);
  await until('the first run has ended', async () => (await first.describe()).status.name === 'CONTINUED_AS_NEW');
  expect((await lines(first)).filter(({ summary }) => summary === '')).toEqual([]);

  const watched = await watchesIn(first);
  // The first reports of the vantages are news; from then on nothing changes.
  const between = watched.slice(4).map((at, index) => at - (watched[index + 3] ?? 0));
  const perBatch = between.sort((a, b) => a - b)[Math.floor(between.length / 2)] ?? Infinity;
  const batchesAnHour = vantages.length * (3_600_000 / productionPolicy.batchMs);
  const mirrorsAnHour = 6;
  const samplesAnHour = 12;
  expect(between.length).toBeGreaterThanOrEqual(3);
  expect(perBatch * (batchesAnHour + mirrorsAnHour + samplesAnHour)).toBeLessThanOrEqual(1_200);
});

/** Numbers of the events at which a vantage's batch was completed, before the vantages were told to stop. */
async function watchesIn(run: WorkflowHandle): Promise<number[]> {
  const events = await eventsOf(run);
  const stop = events.findIndex((event) => event.activityTaskCancelRequestedEventAttributes);
  const scheduled = events.flatMap((event, index) =>
    event.activityTaskScheduledEventAttributes?.activityType?.name === 'watch' ? [index + 1] : [],
  );
  return events.slice(0, stop < 0 ? events.length : stop).flatMap((event, index) => {
    const of = event.activityTaskCompletedEventAttributes?.scheduledEventId;
    return of !== undefined && scheduled.includes(Number(of)) ? [index] : [];
  });
}

/** The runbook on real servers, under shoppers. One lab for all of it; the tests follow each other as days of a shop would. */
import { callReferee } from '../../lab/drill/referee';
import { stopShoppers } from '../../lab/drill/shoppers';
import { patienceMs } from '../../lab/loopback/until';
import type { DrillResult } from '../../src/domain/plan/result';
import { DrillLab } from './drill-lab';

let world: DrillLab;
beforeAll(async () => {
  world = await DrillLab.open();
});
afterAll(() => world.close());
afterEach(async () => {
  await world.lab.heal();
});

const findings = async (settled: boolean) => {
  const { verdict, because, findings: all } = await callReferee(world.lab, patienceMs, settled);
  return { verdict, because, notOk: all.filter(({ ok }) => ok !== true) };
};

test('a planned transfer under shoppers moves the shop and brings it home, and the referee misses no order', async () => {
  const there = await world.transfer('switchover');
  expect(there).toMatchObject({ ending: 'completed', kind: 'planned', from: 'A', to: 'B', epoch: 2, followUps: [] });
  expect(await world.databases()).toMatchObject({
    A: { writable: false, replica: { io: 'Yes', sql: 'Yes' } },
    B: { writable: true, epoch: 2 },
  });

  const home = await world.transfer('failback');
  expect(home).toMatchObject({ ending: 'completed', kind: 'planned', from: 'B', to: 'A', epoch: 3, followUps: [] });
  // It mirrors what shoppers go on uploading.
  await world.startMonitor();
  expect(await findings(false)).toMatchObject({ verdict: 'agrees', notOk: [] });
});

test('one vantage that is cut off moves nothing', async () => {
  const since = Date.now();
  await world.monitorHas(/: healthy\./);
  await world.lab.cut('north', 'A');
  await world.monitorHas(/^\| app of A \| down \| up \| up \|$/m, /^\*\*hold:\*\*/m);
  await world.lab.heal();
  await world.monitorHas(/: healthy\./);
  expect(await world.runsSince(since)).toEqual([]);
});

test('a table that fails moves the pointer alone, and its recovery brings the pointer back', async () => {
  const since = Date.now();
  await world.lab.table('A', 'unavailable');
  const [there] = await world.transfersSince(since, 1);
  expect(there).toMatchObject({ ending: 'completed', kind: 'pointer', from: 'A', to: 'B', epoch: 3 });
  expect(await settingsOf('A')).toMatch(/AWS_DYNAMODB_REGION\] = "?lab-b/);
  await world.lab.heal();
  const [, back] = await world.transfersSince(since, 2);
  expect(back).toMatchObject({ ending: 'completed', kind: 'pointer', epoch: 3 });
  expect(await settingsOf('A')).toMatch(/AWS_DYNAMODB_REGION\] = "?lab-a/);
  expect(await world.databases()).toMatchObject({ A: { writable: true, epoch: 3 } });
  await expectNoneTwice(since);
});

test('a primary that merely restarts is made writable again where it is, and its replica follows', async () => {
  const since = Date.now();
  await world.lab.kill('A', 'mariadb');
  await world.lab.service('A', 'mariadb', 'start');
  const [restored] = await world.transfersSince(since, 1);
  expect(restored).toMatchObject({ ending: 'completed', kind: 'restore', epoch: 3, followUps: [] });
  expect(await world.databases()).toMatchObject({
    A: { writable: true, epoch: 3 },
    B: { writable: false, replica: { io: 'Yes', sql: 'Yes' } },
  });
  await expectNoneTwice(since);
});

test('a lost region is left, read, salvaged and returned to, and the referee misses no order', async () => {
  world.writeSite();
  await world.reload();
  await world.monitorHas(/: healthy\./);
  const drill = await world.run<DrillResult>('drill', { site: 'lab', kind: 'outage', fault: 'isolate', stay: '3s' });
  expect(drill.aim).toEqual({ met: true, because: expect.stringContaining('A → B → A') as string });
  expect(drill.transfers.map(({ kind, ending }) => `${kind} ${ending}`)).toEqual([
    'unplanned completed',
    'planned completed',
  ]);
  expect(drill.rejoin).toMatchObject({ kind: 'rejoin', ending: 'completed' });
  await stopShoppers(world.lab, patienceMs);
  expect(await findings(true)).toMatchObject({ verdict: 'agrees', notOk: [] });
});

/** A monitor that judged by what it saw before a plan ended would order the same once more, and be refused. */
async function expectNoneTwice(since: number): Promise<void> {
  const refusals = await world.refusalsSince(since);
  expect(refusals.filter((because) => /there is nothing to/.test(because))).toEqual([]);
}

async function settingsOf(region: 'A' | 'B'): Promise<string> {
  return (await world.lab.exec(region, 'cat', ['/srv/etc/handover.conf'])).stdout;
}

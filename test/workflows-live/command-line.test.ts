/** What the command line prints of runs on a real Temporal server. */
import { until } from '../../lab/loopback/until';
import type { DrillResult } from '../../src/domain/plan/result';
import { runbookQueue } from '../../src/contract/ids';
import { transferVerbs } from '../../src/contract/verbs';
import { besideOthers } from '../../src/starters/drill';
import { itself, partsOfDrill, printProgress } from '../../src/starters/follow';
import { send } from '../../src/starters/message-commands';
import { firstDetails } from '../../src/starters/monitor';
import { lastRun, namedRun, reportOfRun } from '../../src/starters/report/command';
import { findRun } from '../../src/starters/runs';
import { statusOf } from '../../src/starters/status';
import { presenceOn } from '../../src/starters/worker-there';
import type { LiveSite } from './sites';
import { Stage } from './stage';
import { putSet, shopName } from '../world/zone';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const pointTo = ({ world }: LiveSite, address: string) =>
  putSet(world.zone, { name: shopName, type: 'A', ttlSeconds: 1, values: [address] });
/** It drains for as long as a test may need. */
const stuck = (live: LiveSite) => {
  live.world.region('B').server.applyRate = 0;
  live.site = { ...live.site, policy: { ...live.site.policy, drainTimeoutMs: 3_600_000 } };
};
/** Follows until `end`. */
function following(parts: Parameters<typeof printProgress>[0]): { printed: string[]; end: () => Promise<void> } {
  const printed: string[] = [];
  let ended = false;
  const printing = printProgress(
    parts,
    () => ended,
    (line) => printed.push(line),
  );
  return {
    printed,
    end: () => {
      ended = true;
      return printing;
    },
  };
}
const said = async (site: string): Promise<string> => (await statusOf(stage.client, site)).join('\n');

test('a follower shows the plan, the question with its three commands, and the status does too', async () => {
  const meddle = () => {
    pointTo(live, '192.0.2.99');
  };
  const live: LiveSite = stage.newSite('asking', [
    { step: 'canary-order', attempt: 1, call: 0, fault: { kind: 'event', name: 'meddle', happen: meddle } },
  ]);
  const handle = await stage.start('transfer', live.name, { kind: 'switchover' });
  const { printed, end } = following(itself(handle));
  await until('the follower says that it waits', () =>
    Promise.resolve(printed.some((line) => line.startsWith('IT WAITS FOR YOU.'))),
  );
  const question = printed.findIndex((line) => line.startsWith('IT WAITS FOR YOU.'));
  for (const command of ['retry asking', 'skip asking --because', 'stop-transfer asking --because'])
    expect(printed[question]).toContain(`npx handover ${command}`);
  expect(printed[0]).toMatch(/^transfer\/asking: switchover A → B, epoch 2, \d\d steps\./);
  const before = printed.slice(0, question).join('\n');
  expect(before).toMatch(/ failed {7}Point www\.shop\.test\./);
  expect(await said(live.name)).toMatch(
    /transfer\/asking: running, since .* run [0-9a-f-]{36}\n[^]*npx handover retry asking/,
  );

  await handle.executeUpdate('stop', { args: [{ because: 'A person goes on.' }] });
  await handle.result();
  await end();
  expect(await said(live.name)).toMatch(
    /transfer\/asking: needs-operator, ended \d\d:\d\d:\d\d UTC \(\d+ s ago\), run .*\n {4}Point .*answered with stop: A person goes on\.\n {4}Next: npx handover drill asking/,
  );
});

test('a start that was refused does not hide the last real run from report and status', async () => {
  const live = stage.newSite('moved');
  await (await stage.start('transfer', live.name, { kind: 'switchover' })).result();
  const real = await findRun(stage.client, 'transfer', live.name);
  await (await stage.start('transfer', live.name, { to: 'Q' })).result().catch(() => undefined);
  // The list of earlier runs is a little behind.
  await until('Temporal lists both runs', async () => {
    const { count } = await stage.client.workflow.count(
      `WorkflowId = "transfer/${live.name}" AND ExecutionStatus != "Running"`,
    );
    return count === 2;
  });
  const printed: string[] = [];
  const run = await lastRun(stage.client, 'transfer', live.name, (line) => printed.push(line));
  expect(run.runId).toBe(real?.runId);
  expect(reportOfRun(run).title).toBe('Switchover from A to B, epoch 2 of moved');
  expect(printed.join('\n')).toMatch(
    /^The last transfer of moved, .* was refused before it began: moved has no region Q; its regions are A and B\./,
  );
  const status = await said(live.name);
  expect(status).toMatch(/transfer\/moved: refused, ended .*\n {4}moved has no region Q/);
  expect(status).toContain(`transfer/moved: completed, ended`);
  expect(status).toContain(run.runId);
});

test('a report is refused at once while the run goes on, and a drill beside it names it', async () => {
  const live = stage.newSite('busy');
  stuck(live);
  const handle = await stage.start('transfer', live.name, { kind: 'switchover' });
  const run = await lastRun(stage.client, 'transfer', live.name, () => undefined);
  expect(() => reportOfRun(run)).toThrow(
    'transfer/busy is still running; its report is written when it has ended. See: npx handover status busy',
  );
  await expect(besideOthers(stage.client, live.name, 'switchover')).rejects.toThrow(
    "transfer/busy is running, so a drill can't move the shop now. See: npx handover status busy",
  );
  const drill = await stage.start('drill', live.name, { kind: 'switchover' });
  await expect(drill.result()).rejects.toMatchObject({
    cause: { message: "transfer/busy is already running, so it can't be started. See: npx handover status busy" },
  });
  await handle.terminate('The test is over.');
  expect(await said(live.name)).toMatch(/transfer\/busy: terminated, ended/);
});

test('a run id that is none, and one of no run, are refused in a sentence', async () => {
  await expect(namedRun(stage.client, 'transfer', 'moved', 'abc')).rejects.toThrow(
    /^"abc" is no run id; one looks like/,
  );
  const unknown = '01a20b3d-2cf0-72ba-bbe7-55ec63088315';
  await expect(namedRun(stage.client, 'transfer', 'moved', unknown)).rejects.toThrow(
    `transfer/moved has no run ${unknown}, or Temporal has deleted its history`,
  );
});

test('a site of which nothing was ever started has no status, and its monitor is refused before it is called started', async () => {
  await expect(statusOf(stage.client, 'nope')).rejects.toThrow(/^Nothing was ever started for a site nope/);
  await expect(firstDetails(await stage.start('monitor', 'nope'))).rejects.toThrow(/^There is no site "nope"/);
  expect(await said('nope')).toMatch(/monitor\/nope: refused, ended .*\n {4}There is no site "nope"/);
});

test('an answer that no worker takes is said to be unknown, and one to no run is refused', async () => {
  const retry = transferVerbs.find(({ name }) => name === 'retry')!;
  const args = [{ site: 'unheard' }];
  const handle = await stage.client.workflow.start('transfer', {
    workflowId: 'transfer/unheard',
    taskQueue: 'nobody',
    args,
  });
  await expect(send(stage.client, 'transfer/unheard', retry, {}, 1_500)).rejects.toThrow(
    /^transfer\/unheard gave no answer within 1\.5 s, so whether it takes retry is unknown\./,
  );
  expect(await presenceOn(stage.client, 'nobody')).toEqual({ workers: 'none' });
  expect(await presenceOn(stage.client, runbookQueue)).toEqual({ workers: 'some' });
  await handle.terminate('The test is over.');
  await expect(send(stage.client, 'transfer/unheard', retry, {})).rejects.toThrow(
    "transfer/unheard is not running, so it can't receive retry. Check it with: npx handover status unheard",
  );
});

test('the follower of a drill prints the steps of its transfers', async () => {
  const live = stage.newSite('drilled');
  const { printed, end } = following(partsOfDrill(stage.client, live.name));
  const drill = await stage.start('drill', live.name, { kind: 'switchover', stay: '2s' });
  expect(((await drill.result()) as DrillResult).aim).toMatchObject({ met: true });
  await end();
  const headings = printed.filter((line) => line.startsWith('transfer/drilled: '));
  expect(headings).toEqual([
    expect.stringContaining('switchover A → B, epoch 2'),
    expect.stringContaining('failback B → A, epoch 3'),
  ]);
  expect(printed.filter((line) => line.includes('make its database the primary'))).toHaveLength(2);
});

test('a step that is tried again is shown with its attempt, its seconds and what failed, also in the status', async () => {
  const attempts = Array.from({ length: 20 }, (_, index) => index + 1);
  const unavailable = attempts.map((attempt) => ({
    step: 'fence-database',
    attempt,
    call: 0,
    fault: { kind: 'unavailable' as const },
  }));
  const live = stage.newSite('retrying', unavailable);
  const handle = await stage.start('transfer', live.name, { kind: 'switchover' });
  const { printed, end } = following(itself(handle));
  const again = /trying again: Fence A: .*: attempt \d+ of \d+, \d+ s: ./i;
  await until('the follower shows the retry', () => Promise.resolve(printed.some((line) => again.test(line))));
  await until('the status shows the retry', async () => again.test(await said(live.name)));
  await handle.cancel();
  await handle.result();
  await end();
});

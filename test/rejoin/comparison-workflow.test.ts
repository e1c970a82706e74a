/** The nightly comparison as a schedule runs it: the drill on a Temporal server, on a real pair. Nobody reads its result, so what is wrong is an alert. */
import { WorkflowNotFoundError, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { resultIn } from '../../src/starters/missed-aim';
import { until } from '../../lab/loopback/until';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place as newPlace, type Place } from '../../lab/loopback/place';
import { runbookActivities } from '../../src/activities';
import type { DeliverAlertInput } from '../../src/contract/activities';
import { alertsId, alertsQueue, mirrorQueue, runbookQueue } from '../../src/contract/ids';
import type { Alert } from '../../src/domain/alert';
import type { DrillResult } from '../../src/domain/plan/result';
import { keep } from '../workflows-live/history';
import { bundle } from '../workflows-live/server';
import { Stage } from '../workflows-live/stage';
import { rejoinPair, type RejoinPair } from './pair';

let at: Place;
let pair: RejoinPair;
let stage: Stage;
const alerts: Alert[] = [];
beforeAll(async () => {
  at = newPlace();
  pair = await rejoinPair(at, dataDirectory(at));
  stage = await Stage.open({ runbook: false });
  const deliverAlert = ({ alert }: DeliverAlertInput) => Promise.resolve(void alerts.push(alert));
  await stage.work({ taskQueue: alertsQueue, activities: { deliverAlert } });
  const activities = runbookActivities((site) =>
    Promise.resolve({
      site: { ...pair.site, site },
      ports: { ...pair.ports, alertChannels: ['pager'], recipients },
      caPem: '',
    }),
  );
  await stage.work({ taskQueue: runbookQueue, workflowBundle: await bundle(), activities });
  await stage.work({ taskQueue: mirrorQueue, activities });
});
beforeEach(() => {
  alerts.length = 0;
});
afterAll(async () => {
  await stage.close();
  await pair.close();
  at.remove();
});

const recipients = { channels: ['pager'], escalateAfterMs: {} };
const drill = (site: string): Promise<WorkflowHandleWithFirstExecutionRunId> =>
  stage.start('drill', site, { kind: 'compare' });
/** Each run's own: an earlier one may be acknowledged only, and repeats of it call nobody. */
const alertOf = (
  site: string,
  { firstExecutionRunId: run }: WorkflowHandleWithFirstExecutionRunId,
  because: RegExp,
) => ({
  severity: 'warning',
  key: `handover/${site}/compare/${run}`,
  summary: expect.stringMatching(new RegExp(`^${site}: ${because.source}`)) as string,
  command: `npx handover drill ${site} --kind compare`,
});

test('an equal standby passes, and nobody is told', async () => {
  const { kind, aim, checks } = (await (await drill('equal')).result()) as DrillResult;
  expect({ kind, met: aim.met }).toEqual({ kind: 'compare', met: true });
  expect(checks).toEqual([
    { name: 'comparison', ok: true, because: expect.stringMatching(/all \d+ tables of B are equal to A's/) as string },
  ]);
  await expect(stage.client.workflow.getHandle(alertsId('equal')).describe()).rejects.toThrow(WorkflowNotFoundError);
});

test('each run compares anew: a standby that drifted since the last one fails by the name of the table, with one alert', async () => {
  await pair.a.sql('USE shop; CREATE TABLE wp_s (id int PRIMARY KEY, v int); INSERT INTO wp_s VALUES (1, 1)');
  await pair.b.database.waitFor((await pair.a.database.state()).position, 60_000);
  expect((await (await drill('drifting')).result()) as DrillResult).toMatchObject({ aim: { met: true } });
  await pair.b.sql('SET sql_log_bin = 0; UPDATE shop.wp_s SET v = 2');
  const run = await drill('drifting');
  const missed: unknown = await run.result().catch(resultIn);
  const { aim } = missed as DrillResult;
  expect(aim).toEqual({
    met: false,
    because: expect.stringMatching(/^comparison: .*\(wp_s\): wp_s: id up to 1\./) as string,
  });
  await until('somebody is told', () => Promise.resolve(alerts.length > 0));
  expect(alerts).toEqual([alertOf('drifting', run, /.*\(wp_s\): wp_s: id up to 1\..* --region B$/)]);
  expect((await pair.b.database.state()).replica).toMatchObject({ io: 'yes', sql: true });
  await keep(run, 'drill-compare');
});

test.each(['transfer', 'rejoin'])(
  'while a %s runs nothing is compared or written, and an alert says so',
  async (type) => {
    const site = `busy-${type}`;
    const workflowId = `${type}/${site}`;
    // No worker asks for its tasks, so it runs until it is ended.
    const running = await stage.client.workflow.start(type, { workflowId, taskQueue: 'unattended', args: [{ site }] });
    const before = (await pair.a.database.state()).position;
    const because = new RegExp(
      `${workflowId} is running, so the standby can't be compared now\\. See: npx handover status ${site}$`,
    );
    const run = await drill(site);
    await expect(run.result()).rejects.toMatchObject({
      cause: { type: 'Refused', message: expect.stringMatching(because) as string },
    });
    expect((await pair.a.database.state()).position).toBe(before);
    await until('somebody is told', () => Promise.resolve(alerts.length > 0));
    expect(alerts).toEqual([alertOf(site, run, new RegExp(`.*${because.source}`))]);
    await running.terminate('The test has seen it.');
  },
);

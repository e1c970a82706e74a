/** Long work of many sites on a worker with few slots, on a real Temporal server: a failover starts all the same. */
import { until } from '../../lab/loopback/until';
import { alertActivities, mirrorActivities, runbookActivities } from '../../src/activities';
import { alertsQueue, mirrorQueue, runbookQueue } from '../../src/contract/ids';
import { readDetails } from '../../src/starters/details';
import { bundle } from './server';
import { Stage } from './stage';

const names = ['first', 'second', 'third'];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open({ runbook: false });
  const context = (site: string) => Promise.resolve(stage.ground(site));
  await stage.work({ taskQueue: mirrorQueue, activities: mirrorActivities(context) });
  await stage.work({ taskQueue: alertsQueue, activities: alertActivities(context) });
  const few = { maxConcurrentActivityTaskExecutions: names.length + 2 };
  const activities = runbookActivities(context);
  await stage.work({ taskQueue: runbookQueue, workflowBundle: await bundle(), activities, ...few });
});
afterAll(() => stage.close());

test('copies that last for minutes take no slot of a decision', async () => {
  for (const name of names) stage.newSite(name);
  const monitors = await Promise.all(names.map((name) => stage.start('monitor', name)));
  for (const monitor of monitors)
    await until('all is well', async () => /: healthy\./.test(await readDetails(monitor)));
  stage.sites.find('third').lose('A');
  const transfers = () => stage.client.workflow.count('WorkflowId = "transfer/third"');
  await until('a failover starts', async () => (await transfers()).count > 0);
});

/** One worker process. `--role runbook` (two or more of them), or `--role probe --vantage NAME` (one in each vantage's own network). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { alertActivities, mirrorActivities, probeActivities, runbookActivities, sampleActivities } from './activities';
import { siteCache } from './activities/site-cache';
import { prober } from './providers/probe';
import { surviveSocketErrors } from './uncaught-errors';
import { pollOptions, slots } from './worker-options';
import { alertsQueue, mirrorQueue, probeQueue, runbookQueue, sampleQueue } from './contract/ids';

const prebuilt = join(__dirname, '../workflow-bundle.js');
const workflows = existsSync(prebuilt)
  ? { workflowBundle: { codePath: prebuilt } }
  : { workflowsPath: require.resolve('./workflows') };

/** One for each queue that the role serves. @throws Error that names the role or vantage that is missing, with an example. */
function optionsFor(role: string | undefined, vantage: string | undefined): WorkerOptions[] {
  if (role === 'runbook') {
    const contextFor = siteCache({ sitesDir: process.env.HANDOVER_SITES_DIR ?? 'sites' });
    return [
      { taskQueue: runbookQueue, ...workflows, activities: runbookActivities(contextFor), ...slots.steps },
      { taskQueue: alertsQueue, activities: alertActivities(contextFor), ...slots.alerts },
      { taskQueue: mirrorQueue, activities: mirrorActivities(contextFor), ...slots.mirror },
      { taskQueue: sampleQueue, activities: sampleActivities(contextFor), ...slots.sample },
    ];
  }
  if (role === 'probe' && vantage) return [{ taskQueue: probeQueue(vantage), activities: probeActivities(prober()) }];
  throw new Error('Say which worker this is: --role runbook, or --role probe --vantage north.');
}

async function run(): Promise<void> {
  const { values } = parseArgs({ options: { role: { type: 'string' }, vantage: { type: 'string' } } });
  const role = values.role ?? process.env.HANDOVER_ROLE;
  const options = optionsFor(role, values.vantage ?? process.env.HANDOVER_VANTAGE);
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await NativeConnection.connect(connectionOptions);
  const common = { connection, namespace: namespace ?? 'default', shutdownGraceTime: '5s', ...pollOptions };
  const workers = await Promise.all(options.map((each) => Worker.create({ ...common, ...each })));
  await runAll(workers).finally(() => connection.close());
}

/** A process that serves only some of its queues would look alive: when one of its workers fails, the others end too. */
async function runAll(workers: readonly Worker[]): Promise<void> {
  const stopAll = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const runs = workers.map((worker) => worker.run().finally(stopAll));
  await Promise.allSettled(runs);
  await Promise.all(runs);
}

surviveSocketErrors(console.error);
run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

/** The workers of a drill: runbook workers and the fault injector in `world`, a probe worker in each vantage's network. */
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { Lab } from '../lab';
import { checkout, spawnNode } from './spawn-node';

const vantages = ['north', 'east', 'west'] as const;
const runbookWorkers = ['runbook-1', 'runbook-2'] as const;
const pollEveryMs = 100;

/** @param sitesDir folder of the site files, by its path inside the lab */
export async function startWorkers(lab: Lab, sitesDir = join(checkout, 'sites')): Promise<void> {
  const env = { HANDOVER_SITES_DIR: sitesDir };
  await Promise.all([
    ...runbookWorkers.map((name) => spawnNode(lab, name, 'world', ['src/worker.js', '--role', 'runbook'], env)),
    ...vantages.map((vantage) =>
      spawnNode(lab, `probe-${vantage}`, vantage, ['src/worker.js', '--role', 'probe', '--vantage', vantage]),
    ),
    spawnNode(lab, 'fault-injector', 'world', ['lab/drill/fault-worker.js']),
  ]);
}

/** Resolves when every queue has its pollers. A workflow started earlier would wait for them, and the wait would be measured. */
export async function untilWorkersPoll(client: Client, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const waiting = new Map(
    ['handover', 'lab', ...vantages.map((vantage) => `probe/${vantage}`)].map((queue) => [
      queue,
      queue === 'handover' ? runbookWorkers.length : 1,
    ]),
  );
  while (waiting.size > 0) {
    for (const [queue, wanted] of waiting) if ((await pollersOf(client, queue)) >= wanted) waiting.delete(queue);
    if (waiting.size > 0 && Date.now() > deadline) {
      throw new Error(
        `no worker polls ${[...waiting.keys()].join(', ')} after ${timeoutMs / 1000} s: see the lab's log directory`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
  }
}

async function pollersOf(client: Client, queue: string): Promise<number> {
  const { namespace } = client.options;
  const { pollers } = await client.connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
  });
  return pollers.length;
}

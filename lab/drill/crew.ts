/** The people and machines of a drill: workers in their own networks, and shoppers in theirs. All of them are the lab's processes and end with it. */
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import type { Lab } from '../lab';
import { places, shopName, world, type PlaceName } from '../network/places';

export const checkout = __dirname.replace(/(\/dist)?\/lab\/drill$/, '');
const built = (entry: string): string => join(checkout, 'dist', entry);
const vantages = ['north', 'east', 'west'] as const;
const runbookWorkers = ['runbook-1', 'runbook-2'] as const;

/**
 * Workers of the runbook, the vantages and the fault injector; each logs to `log/NAME.log`.
 * @param sitesDir where they find the site files, as the lab's own processes see it
 */
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

const pollEveryMs = 100;

/** Resolves when somebody polls every queue; a workflow started earlier would wait, but its first second would be measured. */
export async function untilWorkersPoll(client: Client, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const waiting = new Map(
    ['handover', 'lab', ...vantages.map((vantage) => `probe/${vantage}`)].map((queue) => [
      queue,
      queue === 'handover' ? 2 : 1,
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

/** New orders a second in each place; 21 in all, over 30 shoppers. */
const crowds: readonly { place: 'world' | 'A' | 'B'; count: number; rate: number }[] = [
  { place: 'world', count: 20, rate: 15 },
  { place: 'A', count: 5, rate: 4 },
  { place: 'B', count: 5, rate: 2 },
];

const shopperNames = crowds.map(({ place }) => `shoppers-${place}`);

export async function startShoppers(lab: Lab, seed: number): Promise<void> {
  await Promise.all(
    crowds.map(({ place, count, rate }) => {
      const resolver = place === 'world' ? world.resolver : places[place].nameserver;
      const numbers = { count, rate, seed };
      const args = Object.entries({ place, ...numbers, lab: '/mnt', resolver, host: shopName, ca: '/mnt/ca/ca.crt' });
      return spawnNode(lab, `shoppers-${place}`, place, [
        'lab/shoppers/cli.js',
        ...args.flatMap(([name, value]) => [`--${name}`, String(value)]),
      ]);
    }),
  );
}

/** Asks the shoppers to finish what they have begun, and waits until they have, or for `timeoutMs`. */
export async function sendShoppersHome(lab: Lab, timeoutMs: number): Promise<void> {
  await Promise.all(shopperNames.map((name) => lab.signal(name, 'SIGTERM').catch(() => undefined)));
  const deadline = Date.now() + timeoutMs;
  const shopping = async () =>
    (await lab.status()).processes.some(({ name, state }) => shopperNames.includes(name) && state === 'running');
  while ((await shopping()) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
}

async function spawnNode(
  lab: Lab,
  name: string,
  namespace: PlaceName,
  [entry = '', ...args]: string[],
  env: Record<string, string> = {},
): Promise<void> {
  await lab.spawn({
    name,
    namespace,
    command: process.execPath,
    args: ['--enable-source-maps', built(entry), ...args],
    env: {
      TEMPORAL_ADDRESS: lab.info.temporal,
      HANDOVER_SECRETS_DIR: '/mnt/secrets',
      HANDOVER_LAB_CONTROL: '/mnt',
      ...env,
    },
  });
}

/** A runbook worker in a process of its own, so that a test can kill or stop it as the machine would. */
import { Context } from '@temporalio/activity';
import { NativeConnection, Worker } from '@temporalio/worker';
import { runbookActivities } from '../../src/activities';
import { PortError } from '../../src/ports/errors';
import type { SiteContext } from '../../src/activities/planning/prepare';
import type { Site } from '../../src/config';
import { pollOptions } from '../../src/worker-options';
import { runbookQueue } from '../../src/contract/ids';
import { remotePorts, type PortAnswer, type PortCall } from './remote-ports';
import { quiet } from './server';

const waiting = new Map<number, (answer: PortAnswer) => void>();
let calls = 0;

process.on('message', (answer: PortAnswer) => waiting.get(answer.id)?.(answer));
process.on('disconnect', () => process.exit(0));

const send = (call: Omit<PortCall, 'id'>): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const id = ++calls;
    waiting.set(id, (answer) => {
      waiting.delete(id);
      if ('result' in answer) resolve(answer.result);
      else if ('because' in answer && answer.kind !== 'bug') reject(new PortError(answer.kind, answer.because));
      else if ('because' in answer) reject(new Error(answer.because));
      else resolve(undefined);
    });
    process.send?.({ ...call, id });
  });

async function run([address = '', codePath = '', sites = '{}']: string[]): Promise<void> {
  quiet();
  const known = JSON.parse(sites) as Record<string, Site>;
  const ground = (name: string): Promise<SiteContext> => {
    const site = known[name];
    if (!site) throw new Error(`There is no site ${name}.`);
    const { workflowExecution, activityId, attempt } = Context.current().info;
    const who = { site: name, runId: workflowExecution?.runId ?? '', activityId, attempt };
    return Promise.resolve({ site, ports: remotePorts(who, Object.keys(site.regions), send), caPem: '' });
  };
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue: runbookQueue,
    workflowBundle: { codePath },
    ...pollOptions,
    activities: runbookActivities(ground),
  });
  process.send?.('ready');
  await worker.run();
}

run(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});

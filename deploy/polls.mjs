// The health check of a worker's container: Temporal itself must have seen this host ask for work a moment ago.
//   node deploy/polls.mjs handover            a runbook worker
//   node deploy/polls.mjs probe/north         the probe worker of a vantage
import { hostname } from 'node:os';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Connection } = require('@temporalio/client');
const { loadClientConnectConfig } = require('@temporalio/envconfig');

/** A poll is held open for a minute by the server, so an idle worker shows itself at least that often. */
const FRESH_MS = 90_000;
const ACTIVITY_QUEUE = 2;

async function lastPoll(queue) {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const connection = await Connection.connect({ ...connectionOptions, connectTimeout: 5_000 });
  try {
    const answer = await connection.withDeadline(Date.now() + 5_000, () =>
      connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: queue },
        taskQueueType: ACTIVITY_QUEUE,
      }),
    );
    const own = answer.pollers.filter(({ identity }) => identity.includes(hostname()));
    return Math.max(0, ...own.map(({ lastAccessTime }) => Number(lastAccessTime.seconds) * 1000));
  } finally {
    await connection.close();
  }
}

const queue = process.argv[2];
if (!queue) throw new Error('Name the task queue, for example: node deploy/polls.mjs probe/north');
try {
  const age = Date.now() - (await lastPoll(queue));
  if (age > FRESH_MS)
    throw new Error(`it has not seen ${hostname()} ask for work in the last ${FRESH_MS / 1000} seconds`);
} catch (error) {
  console.error(`${queue} at Temporal: ${error.message}`);
  process.exitCode = 1;
}

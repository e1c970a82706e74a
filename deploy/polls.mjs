// Health check of a worker's container: Temporal must have received a poll of this host within the last 90 s.
//   node deploy/polls.mjs handover            a runbook worker
//   node deploy/polls.mjs probe/north         the probe worker of a vantage
import { hostname } from 'node:os';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Connection } = require('@temporalio/client');
const { loadClientConnectConfig } = require('@temporalio/envconfig');

/** The server holds a poll open for up to a minute, so an idle worker polls at least that often. */
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
  if (age > FRESH_MS) throw new Error(`${hostname()} has not polled it within the last ${FRESH_MS / 1000} s`);
} catch (error) {
  console.error(`task queue ${queue}: ${error.message}`);
  process.exitCode = 1;
}

/** Whether a worker runs that would do what is asked for: without one a person waits in silence. */
import { isGrpcServiceError, type Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { runbookQueue } from '../contract/ids';
import { Refusal } from './refusal';
import { agoOf } from './words';

type Poller = temporal.api.taskqueue.v1.IPollerInfo;

const { TASK_QUEUE_TYPE_WORKFLOW: workflow } = temporal.api.enums.v1.TaskQueueType;
const { DESCRIBE_TASK_QUEUE_MODE_ENHANCED: enhanced } = temporal.api.enums.v1.DescribeTaskQueueMode;
/** Each question, and all of them: a person should read the answer at once. */
const answerWithinMs = 500;
const allWithinMs = 1_500;
const askAgainAfterMs = 300;
/** A poll waits for up to a minute, so a worker that lives has asked again by then; the clocks may differ. */
const heardWithinMs = 120_000;

/** `unknown`: Temporal did not say, so nothing may be concluded. */
export type Presence = { workers: 'some' | 'unknown' } | { workers: 'none' } | { workers: 'gone'; agoMs: number };

/** Who polls for tasks of workflows; on a server with several partitions of a queue only the second question tells of all of them. */
async function pollersOf(client: Client, queue: string): Promise<Poller[]> {
  const { workflowService, options } = client;
  const asked = { namespace: options.namespace, taskQueue: { name: queue }, taskQueueType: workflow };
  const within = <T>(ask: () => Promise<T>) => client.withDeadline(Date.now() + answerWithinMs, ask);
  const { pollers } = await within(() => workflowService.describeTaskQueue(asked));
  if (pollers.length > 0) return pollers;
  // An old server knows only the first question; one that gives no answer has told nothing.
  const all = await within(() =>
    workflowService.describeTaskQueue({
      ...asked,
      apiMode: enhanced,
      taskQueueTypes: [workflow],
      reportPollers: true,
    }),
  ).catch((error: unknown) => {
    if (isGrpcServiceError(error) && error.message.startsWith('12 UNIMPLEMENTED')) return undefined;
    throw error;
  });
  const types = Object.values(all?.versionsInfo ?? {}).flatMap(({ typesInfo }) => Object.values(typesInfo ?? {}));
  return types.flatMap((each) => each.pollers ?? []);
}

/** A worker that started a moment ago may not be listed yet, so nobody is asked about again for a second. */
export async function presenceOn(client: Client, queue: string): Promise<Presence> {
  for (const until = performance.now() + allWithinMs; ;) {
    try {
      const pollers = await pollersOf(client, queue);
      if (pollers.length > 0) return heard(pollers, Date.now());
    } catch {
      return { workers: 'unknown' };
    }
    if (performance.now() + askAgainAfterMs > until) return { workers: 'none' };
    await new Promise((resolve) => setTimeout(resolve, askAgainAfterMs));
  }
}

function heard(pollers: readonly Poller[], now: number): Presence {
  const times = pollers.map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000);
  const agoMs = now - Math.max(...times);
  return times.includes(0) || agoMs < heardWithinMs ? { workers: 'some' } : { workers: 'gone', agoMs };
}

const startOne = (queue: string): string =>
  queue === runbookQueue
    ? 'Start one: node dist/src/worker.js --role runbook'
    : `Start one that polls ${queue}; the runbook's own polls ${runbookQueue}: node dist/src/worker.js --role runbook`;

/** A sentence where no worker is heard of; undefined where one is, or where that is unknown. */
export function absence(presence: Presence, queue: string): string | undefined {
  switch (presence.workers) {
    case 'none':
      return `No worker polls the queue ${queue}, so nobody would do it. ${startOne(queue)}`;
    case 'gone':
      return `The last worker on the queue ${queue} was heard ${agoOf(presence.agoMs)} ago. If nothing happens now: ${startOne(queue)}`;
    case 'some':
    case 'unknown':
      return undefined;
  }
}

/**
 * Goes on where a worker may be there, also where that is unknown: Temporal keeps a dead one listed for minutes, and a clock may be wrong.
 * @throws Refusal when there is none
 */
export async function requireWorker(client: Client, queue: string): Promise<void> {
  const presence = await presenceOn(client, queue);
  const sentence = absence(presence, queue);
  if (sentence === undefined) return;
  if (presence.workers === 'none') throw new Refusal(sentence, { outcome: 'no worker' });
  console.error(sentence);
}

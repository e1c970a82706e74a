/** How a worker polls, so that one that is stopped, hangs or dies takes little with it. */
import type { WorkerOptions } from '@temporalio/worker';

/**
 * A worker that stands still swallows one task for each question it has open. With two of them a step, which has three attempts and
 * more, always finds its way to a worker that lives; each swallowed attempt costs a heartbeat's timeout.
 */
export const pollOptions = {
  maxConcurrentActivityTaskPolls: 2,
  maxConcurrentWorkflowTaskPolls: 2,
  /** The server tries the worker that has a workflow in its cache for so long, before any other may have it; 10 s by default. */
  stickyQueueScheduleToStartTimeout: '2s',
  /** A cancel comes back with the answer to a heartbeat, which the worker else holds back for 0.8 times its timeout. */
  maxHeartbeatThrottleInterval: '1s',
} as const satisfies Partial<WorkerOptions>;

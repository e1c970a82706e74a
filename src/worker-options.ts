/** How a worker polls, so that one that is stopped, hangs or dies delays little. */
import type { WorkerOptions } from '@temporalio/worker';

/**
 * A worker that hangs takes one task for each poll that it has open, and each such attempt costs a heartbeat timeout. With two polls a step,
 * which has at least three attempts, always reaches a live worker.
 */
export const pollOptions = {
  maxConcurrentActivityTaskPolls: 2,
  maxConcurrentWorkflowTaskPolls: 2,
  /** The server tries the worker that has a workflow in its cache for so long, before any other may have it; 10 s by default. */
  stickyQueueScheduleToStartTimeout: '2s',
  /** A cancel comes back with the answer to a heartbeat, which the worker else holds back for 0.8 times its timeout. */
  maxHeartbeatThrottleInterval: '1s',
} as const satisfies Partial<WorkerOptions>;

const atOnce = (maxConcurrentActivityTaskExecutions: number) => ({ maxConcurrentActivityTaskExecutions });

/**
 * How much of each duty a worker does at once. Fixed, since what is waited for costs no processor: a copy mostly sleeps until the next one, and a step
 * waits for a server. So many sites share one worker, with `mirror` the first to be full.
 */
export const slots = {
  steps: atOnce(100),
  alerts: atOnce(50),
  mirror: atOnce(500),
  sample: atOnce(600),
} as const satisfies Record<string, Partial<WorkerOptions>>;

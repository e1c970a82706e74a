/** What the command line needs of Temporal, with the answers that a test gives. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { TemporalConnection } from '../../src/starters/client';

/** A run that a test has; what it leaves out, nobody may ask. */
interface FakeRun {
  status?: string;
  taskQueue?: string;
  result?: () => Promise<unknown>;
  update?: (verb: string, fields: unknown) => Promise<string>;
  query?: (name: string) => Promise<unknown>;
}

export interface FakeTemporal {
  /** By workflow id; one that is missing was never started. */
  runs?: Record<string, FakeRun>;
  /** What becomes of a start; it makes the run. */
  start?: (workflowId: string) => FakeRun;
  /** The runs that a list finds. */
  list?: (query: string) => object[];
  /** The answer to each question for the pollers of a queue, by its name. */
  pollers?: (queue: string) => Promise<object[]>;
}

/** A connection to it. */
export function fakeTemporal(fake: FakeTemporal = {}): () => Promise<TemporalConnection> {
  const runs = { ...fake.runs };
  const runOf = (id: string): FakeRun => {
    const run = runs[id];
    if (!run) throw new WorkflowNotFoundError('It was never started.', id, undefined);
    return run;
  };
  const handleOf = (workflowId: string) => ({
    workflowId,
    client: workflow,
    result: async () => (await runOf(workflowId).result?.()) as never,
    query: async (name: string) => (await runOf(workflowId).query?.(name)) as never,
    executeUpdate: async (verb: string, { args = [] }: { args?: unknown[] }) =>
      (await runOf(workflowId).update?.(verb, args[0])) as never,
    describe: async () => {
      const { status = 'RUNNING', taskQueue = 'handover' } = await Promise.resolve(runOf(workflowId));
      const closeTime = status === 'RUNNING' ? undefined : new Date(0);
      return { status: { name: status }, taskQueue, runId: 'a run', startTime: new Date(0), closeTime, raw: {} };
    },
  });
  const workflow = {
    getHandle: handleOf,
    withDeadline: <T>(_at: number, ask: () => Promise<T>) => ask(),
    start: (_type: string, { workflowId }: { workflowId: string }) => {
      runs[workflowId] = fake.start?.(workflowId) ?? {};
      return Promise.resolve(handleOf(workflowId));
    },
    executeUpdateWithStart: (verb: string, { args }: { args: unknown[] }) =>
      runOf('salvage/shop').update?.(verb, args[0]),
    async *list({ query }: { query: string }) {
      yield* await Promise.resolve(fake.list?.(query) ?? []);
    },
  };
  const pollers = fake.pollers ?? (() => Promise.resolve([{ identity: 'a worker', lastAccessTime: null }]));
  const workflowService = {
    describeTaskQueue: async ({ taskQueue }: { taskQueue: { name: string } }) => ({
      pollers: await pollers(taskQueue.name),
    }),
  };
  const { withDeadline } = workflow;
  const client = { workflow, workflowService, withDeadline, options: { namespace: 'default' } } as unknown as Client;
  return () => Promise.resolve({ client, address: 'nowhere', namespace: 'default', close: () => Promise.resolve() });
}

/** Server, workers and sites of one file of tests. Everything runs in this process; `worker-process.ts` is for workers that must die. */
import { Context } from '@temporalio/activity';
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import {
  alertActivities,
  mirrorActivities,
  probeActivities,
  runbookActivities,
  sampleActivities,
} from '../../src/activities';
import type { SiteContext } from '../../src/activities/planning/prepare';
import type { SampleActivities, SampleReport } from '../../src/contract/sample';
import { nothingSeen, wordOf } from '../../src/domain/readiness/sight';
import { until } from '../../lab/loopback/until';
import { pollOptions } from '../../src/worker-options';
import { alertsQueue, mirrorQueue, probeQueue, runbookQueue, sampleQueue } from '../../src/contract/ids';
import type { FaultPlan } from '../world/faults';
import { bundle, quiet, startServer } from './server';
import { newSite, Sites, vantages, type LiveSite } from './sites';

export interface StageOptions {
  /** Dynamic configuration of the server. */
  settings?: string[];
  /** Whether a runbook worker starts with the stage. */
  runbook?: boolean;
}

interface Running {
  worker: Worker;
  ended: Promise<void>;
}

/** What the test lets a sampler see, once that is something else than before. */
const told = async (live: LiveSite, word: string): Promise<SampleReport> => {
  const { cancellationSignal } = Context.current();
  const seen = () => wordOf(live.sees ?? nothingSeen);
  await until('the sampler sees something else', () => Promise.resolve(seen() !== word || cancellationSignal.aborted));
  return { word: seen(), changed: true, because: 'The test says so.', sight: live.sees ?? nothingSeen };
};

export class Stage {
  readonly env: TestWorkflowEnvironment;
  readonly sites = new Sites();
  private readonly workers: Running[] = [];

  private constructor(env: TestWorkflowEnvironment) {
    this.env = env;
  }

  static async open({ settings = [], runbook = true }: StageOptions = {}): Promise<Stage> {
    quiet();
    const [env, code] = await Promise.all([startServer(settings), bundle()]);
    const stage = new Stage(env);
    stage.sites.start();
    for (const vantage of vantages)
      await stage.work({
        taskQueue: probeQueue(vantage),
        activities: probeActivities(stage.sites.prober(vantage)),
      });
    const context = (site: string) => Promise.resolve(stage.ground(site));
    if (runbook) {
      await stage.workAsSampler();
      await stage.work({ taskQueue: mirrorQueue, activities: mirrorActivities(context) });
      await stage.workOnAlerts();
      await stage.workOnRunbooks(code);
    }
    return stage;
  }

  get client(): Client {
    return this.env.client;
  }

  get address(): string {
    return this.env.address;
  }

  newSite(name: string, faults: FaultPlan = [], policy: Partial<LiveSite['site']['policy']> = {}): LiveSite {
    return this.sites.add(newSite(name, faults, policy));
  }

  workOnAlerts(): Promise<Worker> {
    const activities = alertActivities((site) => Promise.resolve(this.ground(site)));
    return this.work({ taskQueue: alertsQueue, activities });
  }

  workAsSampler(): Promise<Worker> {
    return this.work({ taskQueue: sampleQueue, activities: this.samplers() });
  }

  /** Samplers, of which one hangs where its site says so. */
  private samplers(): SampleActivities {
    const { sample, explain } = sampleActivities((site) => Promise.resolve(this.ground(site)));
    return {
      explain,
      sample: (input) => {
        const live = this.sites.find(input.site);
        if (live.unsampled) return Context.current().cancelled;
        return live.sees === undefined ? sample(input) : told(live, input.word);
      },
    };
  }

  /** A runbook worker with this bundle; `activities` replaces some of its activities. */
  workOnRunbooks(workflowBundle: WorkflowBundleWithSourceMap, activities: object = {}): Promise<Worker> {
    return this.work({
      taskQueue: runbookQueue,
      workflowBundle,
      activities: { ...runbookActivities((site) => Promise.resolve(this.ground(site))), ...activities },
    });
  }

  /** The site's ground, for the activity that asks. */
  ground(site: string): SiteContext {
    const { workflowExecution, activityId, attempt } = Context.current().info;
    return this.sites.ground(site, { runId: workflowExecution?.runId ?? '', activityId, attempt });
  }

  async work(options: WorkerOptions): Promise<Worker> {
    const worker = await Worker.create({
      connection: this.env.nativeConnection,
      namespace: 'default',
      ...pollOptions,
      ...options,
    });
    const ended = worker.run();
    ended.catch(() => undefined);
    this.workers.push({ worker, ended });
    return worker;
  }

  /** Stops one worker and waits until it has ended. */
  async stop(worker: Worker): Promise<void> {
    const index = this.workers.findIndex((each) => each.worker === worker);
    const [running] = this.workers.splice(index, 1);
    worker.shutdown();
    await running?.ended;
  }

  async start(
    type: string,
    site: string,
    input: object = {},
    id = `${type}/${site}`,
  ): Promise<WorkflowHandleWithFirstExecutionRunId> {
    return this.client.workflow.start(type, { workflowId: id, taskQueue: runbookQueue, args: [{ site, ...input }] });
  }

  async close(): Promise<void> {
    for (const { worker } of this.workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.allSettled(this.workers.map(({ ended }) => ended));
    this.sites.stop();
    await this.env.teardown();
  }
}

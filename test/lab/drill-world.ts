/** A lab with its crew and shoppers for one file of tests, and the questions that the tests ask of it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { startShoppers, startWorkers, untilWorkersPoll } from '../../lab/drill/crew';
import { startLab, type Lab } from '../../lab/lab';
import type { TransferResult } from '../../src/domain/plan/result';
import { sentenceOf } from '../../src/domain/sentence';

const site = 'lab';
const seen = '/mnt/sites';
const siteFile = readFileSync(join(__dirname, '../../sites/lab.yaml'), 'utf8');

/** The least durations that the rules of a site file allow for with one probe a second. */
const short = { interval: '2s', suspectInterval: '1s', probeTimeout: '1s', window: '10s', tableBackAfter: '20s' };

export class DrillWorld {
  readonly lab: Lab;
  readonly client: Client;
  private readonly dir: string;

  private constructor(lab: Lab, client: Client, dir: string) {
    this.lab = lab;
    this.client = client;
    this.dir = dir;
  }

  static async open(): Promise<DrillWorld> {
    const dir = mkdtempSync(join(tmpdir(), 'handover-drills-'));
    const lab = await startLab({ dir, temporalPort: 0, uiPort: 0 });
    const connection = await Connection.connect({ address: `127.0.0.1:${lab.info.ports.temporal}` });
    const world = new DrillWorld(lab, new Client({ connection }), dir);
    mkdirSync(join(dir, 'sites'));
    world.writeSite(short);
    await Promise.all([startWorkers(lab, seen), startShoppers(lab, 1)]);
    await untilWorkersPoll(world.client, 120_000);
    return world;
  }

  async close(): Promise<void> {
    await this.client.connection.close();
    await this.lab.down();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Replaces fields of the policy in the site's file; without any, it is the one that the checkout has. */
  writeSite(policy: Record<string, string> = {}): void {
    const changed = Object.entries(policy).reduce(
      (text, [field, value]) => text.replace(new RegExp(`^( {2}${field}:).*$`, 'm'), `$1 ${value}`),
      siteFile,
    );
    writeFileSync(join(this.dir, 'sites', `${site}.yaml`), changed);
  }

  async startMonitor(): Promise<void> {
    await this.client.workflow.start('monitor', {
      workflowId: `monitor/${site}`,
      taskQueue: 'handover',
      args: [{ site }],
    });
  }

  /** What Temporal Web shows of the monitor. */
  async monitorSays(): Promise<string> {
    const monitor = this.client.workflow.getHandle(`monitor/${site}`);
    const { currentDetails = '' } = await monitor.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    return currentDetails;
  }

  async transfer(kind: string): Promise<TransferResult> {
    const because = 'A test asks for it.';
    return this.run('transfer', { site, kind, because });
  }

  async run<Result>(type: string, input: object): Promise<Result> {
    const options = { workflowId: `${type}/${site}`, taskQueue: 'handover', args: [input] };
    return this.client.workflow.execute(type, options) as Promise<Result>;
  }

  /** The results of all transfers that began after `since` and were not refused, oldest first, once there are `count` and all have ended. */
  async transfersSince(since: number, count: number, patienceMs: number): Promise<TransferResult[]> {
    return eventually(`${count} transfers have ended`, patienceMs, async () => {
      const runs = (await this.runsSince(since)).filter(({ status }) => status !== 'FAILED');
      if (runs.length < count || runs.some(({ status }) => status === 'RUNNING')) return undefined;
      const results = runs.map(({ runId }) => this.client.workflow.getHandle(`transfer/${site}`, runId).result());
      return (await Promise.all(results)) as TransferResult[];
    });
  }

  /** Why transfers that began after `since` were refused. */
  async refusalsSince(since: number): Promise<string[]> {
    const runs = (await this.runsSince(since)).filter(({ status }) => status === 'FAILED');
    const because = (runId: string) =>
      this.client.workflow
        .getHandle(`transfer/${site}`, runId)
        .result()
        .then(() => '', sentenceOf);
    return Promise.all(runs.map(({ runId }) => because(runId)));
  }

  async runsSince(since: number): Promise<{ runId: string; status: string }[]> {
    const query = `WorkflowType = "transfer" AND StartTime > "${new Date(since).toISOString()}"`;
    const runs = [];
    for await (const run of this.client.workflow.list({ query })) runs.push(run);
    runs.sort((one, other) => one.startTime.getTime() - other.startTime.getTime());
    return runs.map(({ runId, status }) => ({ runId, status: status.name }));
  }
}

/** Asks twice a second until there is an answer. @throws Error that names `what` after `patienceMs` */
export async function eventually<T>(
  what: string,
  patienceMs: number,
  ask: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`Not within ${patienceMs / 1000} s: ${what}.`);
    await delay(500);
  }
}

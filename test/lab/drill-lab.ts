/** A lab with workers and shoppers for one file of tests, and what the tests read from it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { DatabaseStatus } from '../../lab/control/status';
import { startShoppers } from '../../lab/drill/shoppers';
import { startWorkers, untilWorkersPoll } from '../../lab/drill/workers';
import { startLab, type Lab } from '../../lab/lab';
import { patienceMs, until } from '../../lab/loopback/until';
import type { TransferResult } from '../../src/domain/plan/result';
import { sentenceOf } from '../../src/domain/sentence';

const site = 'lab';
const sitesInLab = '/mnt/sites';
const siteFile = readFileSync(join(__dirname, '../../sites/lab.yaml'), 'utf8');

/** Shorter than in production, except for the time-out of a probe: on a busy machine the shop is slow, not down. */
const short = { interval: '3s', suspectInterval: '2s', probeTimeout: '3s', window: '20s', tableBackAfter: '20s' };
/** Not shorter, since each query adds load to the lab. */
const askEveryMs = 500;

export class DrillLab {
  readonly lab: Lab;
  readonly client: Client;
  private readonly dir: string;

  private constructor(lab: Lab, client: Client, dir: string) {
    this.lab = lab;
    this.client = client;
    this.dir = dir;
  }

  static async open(): Promise<DrillLab> {
    const dir = mkdtempSync(join(tmpdir(), 'handover-drills-'));
    const lab = await startLab({ dir, temporalPort: 0, uiPort: 0 });
    const connection = await Connection.connect({ address: `127.0.0.1:${lab.info.ports.temporal}` });
    const world = new DrillLab(lab, new Client({ connection }), dir);
    mkdirSync(join(dir, 'sites'));
    world.writeSite(short);
    await Promise.all([startWorkers(lab, sitesInLab), startShoppers(lab, 1)]);
    await untilWorkersPoll(world.client, patienceMs);
    return world;
  }

  async close(): Promise<void> {
    await this.client.connection.close();
    await this.lab.down();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Writes the checkout's site file with these fields of its policy replaced. */
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

  /** The state of each region's database, once both answer: the lab's status waits two seconds for each. */
  async databases(): Promise<Record<'A' | 'B', DatabaseStatus>> {
    return eventually('both databases answer', async () => {
      const { A, B } = (await this.lab.status()).regions;
      return A.database.reachable && B.database.reachable && { A: A.database, B: B.database };
    });
  }

  /** What Temporal Web shows of the monitor. */
  private async monitorDetails(): Promise<string> {
    const monitor = this.client.workflow.getHandle(`monitor/${site}`);
    const { currentDetails = '' } = await monitor.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    return currentDetails;
  }

  /** What Temporal Web shows of the monitor, once it has all of `sentences`. */
  async monitorHas(...sentences: RegExp[]): Promise<string> {
    return eventually(`the monitor shows ${sentences.join(' and ')}`, async () => {
      const details = await this.monitorDetails();
      return sentences.every((sentence) => sentence.test(details)) ? details : undefined;
    });
  }

  /** Lets the monitor read the site file again, and waits until it has. */
  async reload(): Promise<void> {
    const fileIn = (details: string) => /Site file \S+\./.exec(details)?.[0];
    const before = fileIn(await this.monitorDetails());
    await this.client.workflow.getHandle(`monitor/${site}`).signal('reload');
    await eventually('the monitor has another site file', async () => fileIn(await this.monitorDetails()) !== before);
  }

  async transfer(kind: string): Promise<TransferResult> {
    const because = 'requested by a test';
    return this.run('transfer', { site, kind, because });
  }

  async run<Result>(type: string, input: object): Promise<Result> {
    const options = { workflowId: `${type}/${site}`, taskQueue: 'handover', args: [input] };
    return this.client.workflow.execute(type, options) as Promise<Result>;
  }

  /** The results of all transfers that began after `since` and were not refused, oldest first, once there are `count` and all have ended. */
  async transfersSince(since: number, count: number): Promise<TransferResult[]> {
    return eventually(`${count} transfers have ended`, async () => {
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

const eventually = <T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> =>
  until(what, ask, askEveryMs);

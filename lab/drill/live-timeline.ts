/** Prints a line for each verdict, decision and step of a drill; on a terminal also a status line that is updated in place. */
import type { Client, WorkflowHandle } from '@temporalio/client';
import { sentenceOf } from '../../src/domain/sentence';
import type { JournalEntry } from '../../src/domain/plan/interpreter';
import { journalLine } from '../../src/starters/follow';

const pollEveryMs = 500;

export class LiveTimeline {
  private readonly client: Client;
  private readonly site: string;
  private readonly statusLine: () => string;
  private readonly printed = new Map<string, number>();
  private lastVerdict = '';
  private shownStatus = '';
  private ended = false;
  private running: Promise<void> | undefined;

  /** @param statusLine the status line for a terminal, read twice a second */
  constructor(client: Client, site: string, statusLine: () => string) {
    this.client = client;
    this.site = site;
    this.statusLine = statusLine;
  }

  start(): void {
    this.running = this.loop();
  }

  /** Prints what is still to be printed, then stops. */
  async stop(): Promise<void> {
    this.ended = true;
    await this.running;
    this.clear();
  }

  print(line: string): void {
    this.clear();
    console.log(line);
    this.draw();
  }

  private async loop(): Promise<void> {
    for (let last = false; !last;) {
      last = this.ended;
      await this.printVerdict();
      for (const type of ['transfer', 'rejoin'])
        await this.printSteps(this.client.workflow.getHandle(`${type}/${this.site}`));
      this.draw();
      if (!last) await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
    }
  }

  private async printVerdict(): Promise<void> {
    const monitor = this.client.workflow.getHandle(`monitor/${this.site}`);
    const { currentDetails = '' } = await monitor
      .query<{ currentDetails?: string }>('__temporal_workflow_metadata')
      .catch(() => ({ currentDetails: '' }));
    const [verdict = '', , decision = ''] = currentDetails.split('\n').map((line) => line.replace(/\*\*/g, ''));
    const [action = '', reason = ''] = decision.split(/: (.*)/);
    const current = `${verdict.split('.')[0] ?? ''} ${action}`;
    if (verdict === '' || current === this.lastVerdict) return;
    this.lastVerdict = current;
    // Most decisions repeat the verdict's sentence.
    const shown = verdict.endsWith(reason) ? action : decision;
    this.print(`${new Date().toISOString().slice(11, 23)}            monitor      ${verdict} — ${shown}`);
  }

  private async printSteps(handle: WorkflowHandle): Promise<void> {
    const run = await handle.describe().catch(() => undefined);
    if (!run) return;
    const before = this.printed.get(run.runId);
    if (before === undefined)
      this.print(`── ${run.workflowId} (${new Date(run.startTime).toISOString().slice(11, 19)})`);
    const ended = run.status.name !== 'RUNNING';
    if (before !== undefined && before < 0) return;
    const journal = await this.client.workflow
      .getHandle(run.workflowId, run.runId)
      .query<JournalEntry[]>('journal')
      .catch(() => []);
    for (const entry of journal.slice(before ?? 0)) this.print(journalLine(entry));
    if (run.status.name === 'FAILED')
      this.print(
        `── ${run.workflowId} failed: ${await failureOf(this.client.workflow.getHandle(run.workflowId, run.runId))}`,
      );
    this.printed.set(run.runId, ended ? -1 : journal.length);
  }

  private clear(): void {
    if (process.stdout.isTTY && this.shownStatus !== '') process.stdout.write('\r\u001b[2K');
    this.shownStatus = '';
  }

  private draw(): void {
    if (!process.stdout.isTTY || this.ended) return;
    this.clear();
    this.shownStatus = this.statusLine().slice(0, (process.stdout.columns || 80) - 1);
    process.stdout.write(this.shownStatus);
  }
}

async function failureOf(handle: WorkflowHandle): Promise<string> {
  return handle.result().then(() => '', sentenceOf);
}

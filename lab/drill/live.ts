/** The live timeline: one line for each thing that was seen, decided or done; on a terminal also a line of figures that renews itself. */
import type { Client, WorkflowHandle } from '@temporalio/client';
import { sentenceOf } from '../../src/domain/sentence';
import type { JournalEntry } from '../../src/domain/plan/interpreter';
import { journalLine } from '../../src/starters/follow';

const pollEveryMs = 500;

export class Live {
  private readonly client: Client;
  private readonly site: string;
  private readonly figures: () => string;
  private readonly printed = new Map<string, number>();
  private opinion = '';
  private status = '';
  private ended = false;
  private running: Promise<void> | undefined;

  /** @param figures the line of figures shown on a terminal, renewed twice a second */
  constructor(client: Client, site: string, figures: () => string) {
    this.client = client;
    this.site = site;
    this.figures = figures;
  }

  start(): void {
    this.running = this.loop();
  }

  /** Prints what is still to print, then nothing more. */
  async stop(): Promise<void> {
    this.ended = true;
    await this.running;
    this.clear();
  }

  say(sentence: string): void {
    this.clear();
    console.log(sentence);
    this.draw();
  }

  private async loop(): Promise<void> {
    for (let last = false; !last;) {
      last = this.ended;
      await this.tellOpinion();
      for (const type of ['transfer', 'rejoin'])
        await this.tellSteps(this.client.workflow.getHandle(`${type}/${this.site}`));
      this.draw();
      if (!last) await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
    }
  }

  private async tellOpinion(): Promise<void> {
    const monitor = this.client.workflow.getHandle(`monitor/${this.site}`);
    const { currentDetails = '' } = await monitor
      .query<{ currentDetails?: string }>('__temporal_workflow_metadata')
      .catch(() => ({ currentDetails: '' }));
    const [verdict = '', , decision = ''] = currentDetails.split('\n').map((line) => line.replace(/\*\*/g, ''));
    const [action = '', reason = ''] = decision.split(/: (.*)/);
    const opinion = `${verdict.split('.')[0] ?? ''} ${action}`;
    if (verdict === '' || opinion === this.opinion) return;
    this.opinion = opinion;
    // Most decisions rest on the very sentence of the verdict.
    const told = verdict.endsWith(reason) ? action : decision;
    this.say(`${new Date().toISOString().slice(11, 23)}            monitor      ${verdict} — ${told}`);
  }

  private async tellSteps(handle: WorkflowHandle): Promise<void> {
    const run = await handle.describe().catch(() => undefined);
    if (!run) return;
    const before = this.printed.get(run.runId);
    if (before === undefined) this.say(`── ${run.workflowId} (${new Date(run.startTime).toISOString().slice(11, 19)})`);
    const ended = run.status.name !== 'RUNNING';
    if (before !== undefined && before < 0) return;
    const journal = await this.client.workflow
      .getHandle(run.workflowId, run.runId)
      .query<JournalEntry[]>('journal')
      .catch(() => []);
    for (const entry of journal.slice(before ?? 0)) this.say(journalLine(entry));
    if (run.status.name === 'FAILED')
      this.say(
        `   ${run.workflowId} failed: ${await failureOf(this.client.workflow.getHandle(run.workflowId, run.runId))}`,
      );
    this.printed.set(run.runId, ended ? -1 : journal.length);
  }

  private clear(): void {
    if (process.stdout.isTTY && this.status !== '') process.stdout.write('\r\u001b[2K');
    this.status = '';
  }

  private draw(): void {
    if (!process.stdout.isTTY || this.ended) return;
    this.clear();
    this.status = this.figures().slice(0, (process.stdout.columns || 80) - 1);
    process.stdout.write(this.status);
  }
}

async function failureOf(handle: WorkflowHandle): Promise<string> {
  return handle.result().then(() => '', sentenceOf);
}

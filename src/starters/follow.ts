/** Waits for a running workflow and prints what happens as it happens. Ctrl-C detaches; the workflow keeps running. */
import { WorkflowFailedError, type Client, type WorkflowHandle } from '@temporalio/client';
import type { JournalEntry } from '../domain/plan/interpreter';
import { rejoinId, transferId } from '../contract/ids';
import { planIn, readDetails } from './details';
import { refusalOf } from './endings';
import { resultIn } from './missed-aim';
import { retriesOf } from './retries';

const pollEveryMs = 300;
/** How the run stands, and what is tried again, cost more to ask than the journal. */
const lookEveryMs = 1_000;
/** A step that fails every second need not be told every second. */
const retryEveryMs = 10_000;

type Print = (line: string) => void;

/**
 * The result of the workflow, or undefined when the person detached with Ctrl-C.
 * @param parts the runs whose steps are printed: its own, or those of a drill
 * @throws Refusal with the workflow's own sentence when it failed.
 */
export async function follow<T>(handle: WorkflowHandle, site: string, parts: Parts): Promise<T | undefined> {
  console.log(`${handle.workflowId} has started. Ctrl-C detaches; it goes on.`);
  let done = false;
  const detached = new Promise<undefined>((resolve) => {
    process.once('SIGINT', () => {
      console.log(`\nDetached; ${handle.workflowId} is still running. Check it with: npx handover status ${site}`);
      resolve(undefined);
    });
  });
  const result = (handle.result() as Promise<T>).catch((error: unknown) => {
    const missed = resultIn(error);
    if (missed) return missed as T;
    throw error instanceof WorkflowFailedError ? refusalOf(error) : error;
  });
  const printing = printProgress(parts, () => done, console.log);
  try {
    return await Promise.race([result, detached]);
  } finally {
    done = true;
    await printing;
  }
}

/** The runs to follow that have not been followed yet. */
type Parts = () => Promise<WorkflowHandle[]>;

/** A run that is followed by itself. */
export function itself(handle: WorkflowHandle): Parts {
  let given = false;
  return () => {
    const handles = given ? [] : [handle];
    given = true;
    return Promise.resolve(handles);
  };
}

/** The transfers and the rejoin that a drill, or the monitor that it waits for, starts from now on. */
export function partsOfDrill(client: Client, site: string): Parts {
  const startedAt = Date.now();
  const known = new Set<string>();
  return async () => {
    const found: WorkflowHandle[] = [];
    for (const id of [transferId(site), rejoinId(site)]) {
      // None yet, or none that can be read now.
      const run = await client.workflow
        .getHandle(id)
        .describe()
        .catch(() => undefined);
      if (!run || known.has(run.runId) || run.startTime.getTime() < startedAt) continue;
      known.add(run.runId);
      found.push(client.workflow.getHandle(id, run.runId));
    }
    return found;
  };
}

/** Prints until `ended`, and then what is still to be printed. */
export async function printProgress(parts: Parts, ended: () => boolean, print: Print): Promise<void> {
  const followed: RunProgress[] = [];
  let lookAt = 0;
  for (let last = false; !last;) {
    last = ended();
    if (last || Date.now() >= lookAt) {
      lookAt = Date.now() + lookEveryMs;
      followed.push(...(await parts()).map((handle) => new RunProgress(handle, print)));
      for (const run of followed) await run.look();
    }
    for (const run of followed) await run.printJournal();
    if (!last) await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
  }
}

/** What of one run has been printed already. */
class RunProgress {
  private readonly handle: WorkflowHandle;
  private readonly print: Print;
  private steps = 0;
  private heading = '';
  private questions: readonly string[] = [];
  private readonly retries = new Map<string, { attempt: number; at: number }>();

  constructor(handle: WorkflowHandle, print: Print) {
    this.handle = handle;
    this.print = print;
  }

  /** Its plan once that is known, a question to the person on call, and what is tried again. What can't be read now is read next time. */
  async look(): Promise<void> {
    const description = await this.handle.describe().catch(() => undefined);
    if (!description || (description.status.name !== 'RUNNING' && this.heading !== '')) return;
    const plan = planIn(await readDetails(this.handle));
    if (plan && this.heading === '') {
      this.heading = plan.heading;
      this.print(`${this.handle.workflowId}: ${plan.heading}`);
    }
    if (description.status.name !== 'RUNNING') return;
    const retries = await retriesOf(this.handle, description, Date.now()).catch(() => []);
    for (const { activityId, attempt, sentence } of retries) {
      const told = this.retries.get(activityId);
      if (told && (told.attempt === attempt || Date.now() - told.at < retryEveryMs)) continue;
      this.retries.set(activityId, { attempt, at: Date.now() });
      this.print(`    trying again: ${sentence}`);
    }
    await this.ask(plan?.questions ?? []);
  }

  private async ask(questions: readonly string[]): Promise<void> {
    const asked = questions.filter((question) => !this.questions.includes(question));
    // The failed step comes first, then what is asked about it.
    if (asked.length > 0) await this.printJournal();
    this.questions = questions;
    for (const question of asked) this.print(`IT WAITS FOR YOU. ${question}`);
  }

  async printJournal(): Promise<void> {
    const journal = await this.handle.query<JournalEntry[]>('journal').catch(() => []);
    // The plan stands above its steps.
    if (journal.length > 0 && this.heading === '') await this.look();
    for (const entry of journal.slice(this.steps)) this.print(journalLine(entry));
    this.steps = Math.max(this.steps, journal.length);
  }
}

/** `23:41:07.312    84 ms  done          Fence A: make its database read-only — A refuses writes.` */
export function journalLine(entry: JournalEntry): string {
  const at = new Date(entry.startedAt).toISOString().slice(11, 23);
  const took = `${String(entry.endedAt - entry.startedAt)} ms`.padStart(9);
  return `${at} ${took}  ${entry.outcome.padEnd(12)} ${entry.title} — ${entry.because}`;
}

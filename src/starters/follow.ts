/** Waits for a running workflow and prints each journal entry as it is written. Ctrl-C detaches; the workflow keeps running. */
import { WorkflowFailedError, WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import { sentenceOf } from '../domain/sentence';
import type { JournalEntry } from '../domain/plan/interpreter';
import { Refusal } from './refusal';

const pollEveryMs = 300;

/**
 * The result of the workflow, or undefined when the person detached with Ctrl-C.
 * @throws Refusal with the workflow's own sentence when it failed.
 */
export async function follow<T>(handle: WorkflowHandle, statusCommand: string): Promise<T | undefined> {
  let done = false;
  const detached = new Promise<undefined>((resolve) => {
    process.once('SIGINT', () => {
      console.log(`\nDetached; ${handle.workflowId} is still running. Check it with: ${statusCommand}`);
      resolve(undefined);
    });
  });
  const result = (handle.result() as Promise<T>).catch((error: unknown) => {
    throw error instanceof WorkflowFailedError ? new Refusal(sentenceOf(error)) : error;
  });
  const printing = printJournal(handle, () => done);
  try {
    return await Promise.race([result, detached]);
  } finally {
    done = true;
    await printing;
  }
}

async function printJournal(handle: WorkflowHandle, ended: () => boolean): Promise<void> {
  let printed = 0;
  for (let last = false; !last;) {
    last = ended();
    const journal = await handle.query<JournalEntry[]>('journal').catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) last = true;
      return [];
    });
    for (const entry of journal.slice(printed)) console.log(journalLine(entry));
    printed = Math.max(printed, journal.length);
    if (!last) await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
  }
}

/** `23:41:07.312    84 ms  done          Fence A: make its database read-only — A refuses writes.` */
export function journalLine(entry: JournalEntry): string {
  const at = new Date(entry.startedAt).toISOString().slice(11, 23);
  const took = `${String(entry.endedAt - entry.startedAt)} ms`.padStart(9);
  return `${at} ${took}  ${entry.outcome.padEnd(12)} ${entry.title} — ${entry.because}`;
}

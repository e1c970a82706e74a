/** What Temporal knows of the runs of one workflow id. */
import { WorkflowNotFoundError, type Client, type WorkflowHandle } from '@temporalio/client';
import { resultIn } from './missed-aim';
import { endingOfFailure, endingOfResult, type RunEnding, type RunType } from './endings';

export interface Run {
  type: RunType;
  site: string;
  workflowId: string;
  runId: string;
  startedAt: Date;
  handle: WorkflowHandle;
  /** Absent while it runs. */
  ended?: RunEnding & { at: Date; result?: unknown };
}

/** How many runs are looked through for one that was not refused. */
const lookBack = 50;

const idOf = (type: RunType, site: string): string => `${type}/${site}`;

/** The run of this id, or the latest; undefined when there is none. */
export async function findRun(client: Client, type: RunType, site: string, runId?: string): Promise<Run | undefined> {
  const workflowId = idOf(type, site);
  try {
    const found = await client.workflow.getHandle(workflowId, runId).describe();
    // A handle of the one run: asking the latest may answer for a run that has begun since.
    const handle = client.workflow.getHandle(workflowId, found.runId, { followRuns: false });
    const run = { type, site, workflowId, runId: found.runId, startedAt: found.startTime, handle };
    if (found.status.name === 'RUNNING' || found.closeTime === undefined) return run;
    const ended = await endingOf(run, found.status.name);
    return { ...run, ended: { ...ended, at: found.closeTime } };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function endingOf({ type, site, handle }: Run, status: string): Promise<RunEnding & { result?: unknown }> {
  try {
    const result: unknown = await handle.result();
    return { ...endingOfResult(type, site, result), result };
  } catch (error) {
    const missed = resultIn(error);
    if (missed) return { ...endingOfResult(type, site, missed), result: missed };
    return endingOfFailure(type, site, status, error);
  }
}

/** The latest run that was not refused before it began, and the refused one that came after it. */
export interface LatestRuns {
  run?: Run;
  refused?: Run;
}

export async function latestRuns(client: Client, type: RunType, site: string): Promise<LatestRuns> {
  const latest = await findRun(client, type, site);
  if (latest?.ended?.refused !== true) return latest ? { run: latest } : {};
  const earlier: { runId: string; startTime: Date }[] = [];
  for await (const each of client.workflow.list({ query: `WorkflowId = "${idOf(type, site)}"` })) {
    if (each.runId !== latest.runId) earlier.push(each);
    if (earlier.length === lookBack) break;
  }
  earlier.sort((a, b) => b.startTime.getTime() - a.startTime.getTime());
  for (const { runId } of earlier) {
    const run = await findRun(client, type, site, runId);
    if (run && run.ended?.refused !== true) return { run, refused: latest };
  }
  return { refused: latest };
}

/** The id of the transfer or the rejoin of the site that runs. */
export async function busyRun(client: Client, site: string): Promise<string | undefined> {
  for (const type of ['transfer', 'rejoin'] as const) {
    const id = idOf(type, site);
    if (await isRunning(client, id)) return id;
  }
  return undefined;
}

export async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Starts a workflow whose id is its lock: a second start is refused with the command that shows the first. */
import { WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client';
import { runbookQueue } from '../contract/ids';
import type { TemporalConnection } from './client';
import { Refusal } from './refusal';

export interface WorkflowStart {
  type: 'monitor' | 'transfer' | 'rejoin' | 'drill';
  workflowId: string;
  input: object;
  summary: string;
}

/** @throws Refusal when a workflow of that id is already running. */
export async function start(
  { client }: TemporalConnection,
  { type, workflowId, input, summary }: WorkflowStart,
): Promise<WorkflowHandle> {
  try {
    return await client.workflow.start(type, {
      workflowId,
      taskQueue: runbookQueue,
      args: [input],
      staticSummary: summary,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const site = workflowId.split('/')[1] ?? '';
    throw new Refusal(`${workflowId} is already running; see it with: npx handover status ${site}`);
  }
}

/** Leaves out what the person did not set, so that the workflow's own defaults apply. */
export function definedFields(fields: Record<string, string | boolean | undefined>): Record<string, string | boolean> {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string | boolean] => field[1] !== undefined),
  );
}

/** Starts a workflow whose id is its lock: a second start is refused with the command that shows the first. */
import { WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client';
import { InvalidRequest, type Wording } from '../domain/plan/input-fields';
import { parseDrill, parseMonitor, parseRejoin, parseTransfer } from '../domain/plan/request';
import { runbookQueue } from '../contract/ids';
import type { Connect } from './command';
import { Misuse, Refusal } from './refusal';
import { requireWorker } from './worker-there';

const parsers = { monitor: parseMonitor, transfer: parseTransfer, rejoin: parseRejoin, drill: parseDrill };

export interface WorkflowStart {
  type: keyof typeof parsers;
  workflowId: string;
  input: object;
  summary: string;
}

const optionName = (field: string): string =>
  field === 'site'
    ? 'SITE'
    : field === 'comeHome'
      ? '--stay-away'
      : `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const optionWording: Wording = {
  name: optionName,
  shown: (field, value) =>
    [optionName(field), ...(value === 'true' || value === 'false' ? [] : [value.replace(/^"(\S+)"$/, '$1')])].join(' '),
};

/** What the workflow would refuse, in the words of the command line and before anything starts. @throws Misuse */
export function refuseInvalid(type: keyof typeof parsers, input: object): void {
  try {
    parsers[type](input, optionWording);
  } catch (error) {
    throw error instanceof InvalidRequest ? new Misuse(error.message) : error;
  }
}

/** @throws Refusal when the input is wrong, no worker runs, or a workflow of that id is already running. */
export async function start(
  connect: Connect,
  { type, workflowId, input, summary }: WorkflowStart,
): Promise<WorkflowHandle> {
  refuseInvalid(type, input);
  const { client } = await connect();
  await requireWorker(client, runbookQueue);
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

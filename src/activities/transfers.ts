/** What Temporal knows of a site's transfers; a terminated transfer signals nothing, so its state is read here. */
import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { TransferResult } from '../domain/plan/result';
import { transferId } from '../contract/ids';
import { attributeNames, attributesOfRuns } from '../contract/search-attributes';
import type { AwaitTransferInput } from '../contract/activities';

const pollEveryMs = 500;

/** Waits until a transfer that started after `sinceMs` has ended, heartbeating. Empty only with `orNothing`. */
export async function awaitTransfer(client: Client, input: AwaitTransferInput): Promise<TransferResult[]> {
  const context = Context.current();
  for (;;) {
    const found = await latestTransfer(client, input);
    if (found === 'none' && input.orNothing) return [];
    if (found !== 'none') return [await resultOf(client, input.site, found.runId)];
    context.heartbeat('Waiting for a transfer to start.');
    await context.sleep(pollEveryMs);
  }
}

/** A transfer may wait for a person; the server must not think meanwhile that this worker is lost. */
async function resultOf(client: Client, site: string, runId: string): Promise<TransferResult> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat('The transfer is running.'), pollEveryMs);
  try {
    return (await client.workflow.getHandle(transferId(site), runId).result()) as TransferResult;
  } finally {
    clearInterval(beat);
  }
}

async function latestTransfer(
  client: Client,
  { site, sinceMs }: AwaitTransferInput,
): Promise<'none' | { runId: string }> {
  try {
    const { runId, startTime, status } = await client.workflow.getHandle(transferId(site)).describe();
    // One that failed was refused before it changed anything; its starter starts it again.
    return startTime.getTime() >= sinceMs && status.name !== 'FAILED' ? { runId } : 'none';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'none';
    throw error;
  }
}

/** True while a transfer of the site is running, also one that a person started. */
export const transferRunning = (client: Client, site: string): Promise<boolean> => isRunning(client, transferId(site));

export async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Those of our search attributes that the namespace knows. Upserting an unknown one would block a workflow for ever, so any doubt is a no. */
export async function knownAttributes(client: Client): Promise<string[]> {
  try {
    const { namespace } = client.options;
    const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace });
    return Object.values(attributeNames).filter((name) => Object.hasOwn(customAttributes, name));
  } catch {
    return [];
  }
}

/** Whether the namespace knows those of a run with a plan. */
export async function searchable(client: Client): Promise<boolean> {
  const known = await knownAttributes(client);
  return attributesOfRuns.every((name) => known.includes(name));
}

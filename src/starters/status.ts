import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { drillId, monitorId, rejoinId, transferId } from '../contract/ids';
import type { Command } from './command';

/** The Markdown that the workflow itself keeps up to date; Temporal Web shows the same text. */
interface Metadata {
  currentDetails?: string;
}

async function describe(client: Client, workflowId: string): Promise<string> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const { status, startTime, closeTime } = await handle.describe();
    const times = closeTime
      ? `from ${startTime.toISOString()} to ${closeTime.toISOString()}`
      : `since ${startTime.toISOString()}`;
    const details =
      status.name === 'RUNNING'
        ? await handle.query<Metadata>('__temporal_workflow_metadata').catch(() => undefined)
        : undefined;
    const shown = details?.currentDetails ? `\n${details.currentDetails.replace(/^/gm, '    ')}` : '';
    return `${workflowId}: ${status.name.toLowerCase()}, ${times}${shown}`;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return `${workflowId}: never started`;
    throw error;
  }
}

export const status: Command = {
  name: 'status',
  summary: 'Show what the monitor reports, and the transfer, rejoin and drill that run or ran last.',
  options: {},
  run: async ({ site }, connect) => {
    const { client } = await connect();
    for (const id of [monitorId(site), transferId(site), rejoinId(site), drillId(site)])
      console.log(await describe(client, id));
    return 0;
  },
};

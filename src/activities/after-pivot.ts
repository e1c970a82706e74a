/** A run that was stopped half way leaves a primary that is read-only on purpose; it looks like one that merely restarted. */
import { ApplicationFailure } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { transferId } from '../contract/ids';
import type { TransferRequest } from '../domain/plan/request';
import type { TransferResult } from '../domain/plan/result';

/** Runs that were refused, or repaired something else, are looked through for the last that settled who is the primary. */
const lookBack = 30;

/**
 * Read from Temporal itself: a monitor that was started anew remembers nothing.
 * @throws ApplicationFailure `Refused` when the monitor would make a primary writable that a stopped or terminated run has fenced
 */
export async function refuseAfterPivot(
  client: Client,
  { site, kind, decidedAt }: Pick<TransferRequest, 'site' | 'kind' | 'decidedAt'>,
): Promise<void> {
  if (kind !== 'restore' || decidedAt === 0) return;
  const because = await unsettled(client, site);
  if (because === undefined) return;
  const choose = `Finish it with: npx handover transfer ${site} --kind failover; or go back with: npx handover restore ${site}`;
  throw ApplicationFailure.nonRetryable(`${because}, so a person decides which region goes on. ${choose}`, 'Refused');
}

async function unsettled(client: Client, site: string): Promise<string | undefined> {
  const found: { runId: string; startTime: Date; status: { name: string } }[] = [];
  for await (const run of client.workflow.list({ query: `WorkflowId = "${transferId(site)}"`, pageSize: lookBack })) {
    found.push(run);
    if (found.length === lookBack) break;
  }
  found.sort((one, other) => other.startTime.getTime() - one.startTime.getTime());
  for (const { runId, status } of found) {
    // The run that asks, and those that were refused before they began.
    if (status.name === 'RUNNING' || status.name === 'FAILED') continue;
    if (status.name !== 'COMPLETED')
      return `The last transfer was ${status.name.toLowerCase()} and told nobody how far it came`;
    const result = (await client.workflow.getHandle(transferId(site), runId).result()) as TransferResult;
    if (result.pivotAttempted && result.ending === 'needs-operator')
      return `The last ${result.cause} has attempted to promote ${result.to} and ended needs-operator`;
    if (result.cause !== 'repair' || result.kind === 'restore') return undefined;
  }
  return undefined;
}

/** Two runs that change the same region undo each other's steps, so one waits for the end of the other. */
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { rejoinId, transferId } from '../contract/ids';
import { kindsApartFromRejoin, type TransferKind } from '../domain/plan/request';
import { isRunning } from './transfers';

/**
 * Each asks for the other after it has started itself: of two that start at the same moment both are refused, and none runs beside the other.
 * @throws ApplicationFailure `Refused` while a rejoin of the site runs that the transfer would disturb
 */
export async function refuseBesideRejoin(client: Client, site: string, kind: TransferKind): Promise<void> {
  const id = rejoinId(site);
  if (!kindsApartFromRejoin.includes(kind)) return;
  const because = `and it changes the standby; wait for its end (npx handover status ${site}), or end it: temporal workflow cancel --workflow-id ${id}`;
  await refuseWhile(client, id, because);
}

/** @throws ApplicationFailure `Refused`, `ID is running, BECAUSE`, while the run goes on */
export async function refuseWhile(client: Client, id: string, because: string): Promise<void> {
  if (await isRunning(client, id)) throw ApplicationFailure.nonRetryable(`${id} is running, ${because}`, 'Refused');
}

/** A fence, with which the monitor greets a region that is back, takes less; the rejoin need not be typed again for it. */
const shortRunMs = 20_000;
const lookEveryMs = 500;

/** Waits for a short run. @throws ApplicationFailure `Refused` while a transfer of the site goes on running */
export async function refuseBesideTransfer(client: Client, site: string): Promise<void> {
  const id = transferId(site);
  const until = Date.now() + shortRunMs;
  while (Date.now() < until && (await isRunning(client, id))) await Context.current().sleep(lookEveryMs);
  await refuseWhile(client, id, `and a rejoin would undo its steps; wait for its end: npx handover status ${site}`);
}

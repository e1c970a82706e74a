/** A drill that moves the shop, and brings it home unless it is told not to. */
import { sleep } from '@temporalio/workflow';
import type { DrillRequest } from '../domain/plan/request';
import type { DrillResult } from '../domain/plan/result';
import { moveThere } from './drill-outage';

export async function switchover({ site, to, comeHome, stay }: DrillRequest, result: DrillResult): Promise<void> {
  const there = await moveThere({ site, kind: 'switchover', to, because: 'Drill: switchover.' });
  result.transfers.push(there);
  if (!comeHome) return;
  await sleep(stay, { summary: 'Wait before the failback' });
  result.transfers.push(await moveThere({ site, kind: 'failback', to: there.from, because: 'Drill: failback.' }));
}

/** An outage drill: fault, the monitor's transfer, rejoin, failback. */
import { executeChild, ParentClosePolicy, proxyActivities, sleep } from '@temporalio/workflow';
import type { RunbookActivities, FaultActivities } from '../contract/activities';
import { expectedPlans, takesPrimary } from '../domain/report/aim';
import type { DrillRequest, TransferRequest } from '../domain/plan/request';
import type { DrillResult, TransferResult } from '../domain/plan/result';
import { labQueue, rejoinId, runbookQueue, transferId } from '../contract/ids';
import { rejoin } from './rejoin';
import { transfer } from './transfer';

const faults = proxyActivities<FaultActivities>({
  taskQueue: labQueue,
  startToCloseTimeout: '60s',
  scheduleToStartTimeout: '15s',
  retry: { maximumAttempts: 1 },
  summary: 'Inject or heal a fault',
});
const { awaitTransfer, beforeOutage } = proxyActivities<RunbookActivities>({
  taskQueue: runbookQueue,
  startToCloseTimeout: '15m',
  heartbeatTimeout: '5s',
  retry: { initialInterval: '1s', maximumAttempts: 10 },
  summary: 'Wait for the transfer that the monitor starts',
});

/** How long a fault that must not move the shop is left in force: longer than any window that could declare. */
const keepStill = '90s';

export async function outage(request: DrillRequest, result: DrillResult): Promise<void> {
  const { site, fault } = request;
  const { primary } = await beforeOutage(site, fault);
  const expected = expectedPlans[fault];
  const onset = await faults.injectFault({ site, fault, region: primary });
  result.onsetAt = onset.at;
  if (expected.length === 0) {
    await sleep(keepStill, { summary: `${onset.because} The shop must not be moved.` });
    result.transfers.push(...(await awaitTransfer({ site, sinceMs: onset.at, orNothing: true })));
  } else {
    result.transfers.push(...(await awaitTransfer({ site, sinceMs: onset.at, orNothing: false })));
    if (takesPrimary(fault)) await sleep(request.stay, { summary: 'Stay before the way home' });
  }
  result.healedAt = (await faults.healFaults({ site })).at;
  if (expected.length === 2)
    result.transfers.push(...(await awaitTransfer({ site, sinceMs: result.healedAt, orNothing: false })));
  if (!takesPrimary(fault) || !request.comeHome) return;
  result.rejoin = await executeChild(rejoin, {
    workflowId: rejoinId(site),
    args: [{ site, region: primary, because: `Drill: rejoin of ${primary}.` }],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `Bring ${primary} back as the standby`,
  });
  if (result.rejoin.ending !== 'completed') return;
  result.transfers.push(await moveThere({ site, kind: 'failback', to: primary, because: 'Drill: failback.' }));
}

type Asked = Pick<TransferRequest, 'site' | 'kind' | 'to' | 'because'>;

/** The real transfer, as a child that outlives the drill: stopping a drill does not stop its transfer. */
export function moveThere(asked: Asked): Promise<TransferResult> {
  return executeChild(transfer, {
    workflowId: transferId(asked.site),
    args: [asked],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: asked.because,
  });
}

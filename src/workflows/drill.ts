import { ApplicationFailure } from '@temporalio/workflow';
import type { PrepareResult } from '../contract/steps';
import { aimOf, failedCheck } from '../domain/report/aim';
import { parseDrill, parseTransfer, type DrillRequest, type TransferRequest } from '../domain/plan/request';
import type { CheckResult, DrillResult } from '../domain/plan/result';
import { comparison } from './drill-compare';
import { dispatched, isScheduled } from './drill-dispatch';
import { endOf, showDrill } from './drill-end';
import { outage } from './drill-outage';
import { switchover } from './drill-switchover';
import { drillId, runbookQueue } from '../contract/ids';
import { orOwnFailure, parseOrFail, refuseLate, refuseTimeouts, requireId } from './input';
import { withRateLimitWait, priorityOf } from './running/rate-limit-wait';

const looking = {
  taskQueue: runbookQueue,
  startToCloseTimeout: '60s',
  retry: { initialInterval: '1s', maximumAttempts: 3 },
  priority: priorityOf('look'),
  summary: 'Run the readiness checks',
} as const;
const readiness = withRateLimitWait<string, CheckResult[]>('readiness', looking);
const prepareTransfer = withRateLimitWait<TransferRequest, PrepareResult>('prepareTransfer', looking);

/**
 * Rehearses a transfer with the very workflow that a real one runs, and judges it.
 * Start it as `drill/SITE` with `{"site":"shop"}` (only checks), or with `"kind"` plan, compare, switchover or outage.
 */
export async function drill(input: unknown = {}): Promise<DrillResult> {
  const request = parseOrFail(parseDrill, input);
  // With the input as it was given: some defaults may not be given to every kind.
  if (request.kind === 'switchover' || request.kind === 'outage') {
    if (isScheduled(request.site)) return dispatched(request.site, input as object);
    requireId(drillId(request.site), input as object);
    refuseLate();
  }
  refuseTimeouts();
  const show = await showDrill(request);
  const result: DrillResult = {
    site: request.site,
    kind: request.kind,
    fault: request.kind === 'outage' ? request.fault : '',
    startedAt: Date.now(),
    endedAt: 0,
    onsetAt: 0,
    healedAt: 0,
    transfers: [],
    checks: [],
    aim: { met: false, because: 'The drill has not ended.' },
  };
  await orOwnFailure(rehearse(request, result));
  result.aim = aimOf(request, result.transfers, result.rejoin);
  const failed = failedCheck(result.checks);
  if (failed) result.aim = { met: false, because: `${failed.name}: ${failed.because}` };
  return endOf({ ...result, endedAt: Date.now() }, show);
}

async function rehearse(request: DrillRequest, result: DrillResult): Promise<void> {
  switch (request.kind) {
    case 'checks':
      result.checks = await readiness(request.site);
      return;
    case 'compare':
      result.checks = await comparison(request.site);
      return;
    case 'plan': {
      const { site, to } = request;
      const prepared = await prepareTransfer(parseTransfer({ site, to, because: 'Drill: plan only.' }));
      if (prepared.outcome === 'refused') throw ApplicationFailure.nonRetryable(prepared.because, 'Refused');
      result.plan = prepared.plan;
      return;
    }
    case 'switchover':
      await switchover(request, result);
      return;
    case 'outage':
      await outage(request, result);
  }
}

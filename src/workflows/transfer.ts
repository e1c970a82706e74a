import { ApplicationFailure, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { PrepareResult } from '../contract/steps';
import { parseTransfer, type TransferRequest } from '../domain/plan/request';
import { primaryAfter, resultOf, type TransferResult } from '../domain/plan/result';
import { preparePlanRunner } from './running/run-plan';
import { runbookQueue, transferId } from '../contract/ids';
import { orOwnFailure, parseOrFail, refuseLate, refuseTimeouts, requireId } from './input';
import { searchAttribute } from './search-attributes';
import { signalMonitor, tellingRefusal } from './transfer-signals';
import { withRateLimitWait, priorityOf } from './running/rate-limit-wait';

const prepareTransfer = (request: TransferRequest) =>
  withRateLimitWait<TransferRequest, PrepareResult>('prepareTransfer', {
    taskQueue: runbookQueue,
    startToCloseTimeout: '20s',
    retry: { initialInterval: '1s', maximumInterval: '5s', maximumAttempts: 5 },
    priority: priorityOf(request.kind === 'failover' ? 'failover' : 'prepare'),
    summary: 'Survey both regions and write the plan',
  })(request);

/**
 * Moves the primary of a site, or repairs something within its epoch. Failover, switchover and failback are this one workflow.
 * Start it as `transfer/SITE` with `{"site":"shop","kind":"switchover"}`; the result is the journal.
 */
export async function transfer(input: unknown = {}): Promise<TransferResult> {
  const runToEnd = preparePlanRunner();
  const request = parseOrFail(parseTransfer, input);
  requireId(transferId(request.site), request);
  const startedAt = Date.now();
  const prepared = await tellingRefusal(request, () => planned(request));
  const { from, to } = prepared.plan;
  await signalMonitor(request.site, 'transferStarted', { kind: prepared.plan.kind, from, to });
  const run = await runToEnd(prepared.plan);
  if (prepared.searchable) upsertSearchAttributes([searchAttribute('ending', run.ending)]);
  const result = resultOf(prepared.plan, prepared.survey, run, {
    asked: request.because,
    onsetAt: request.onsetAt,
    decidedAt: request.decidedAt || workflowInfo().startTime.getTime(),
    startedAt,
    endedAt: Date.now(),
  });
  const { kind, ending, epoch, because } = result;
  const primary = primaryAfter(result);
  await signalMonitor(request.site, 'transferEnded', {
    kind,
    asked: request.kind,
    ending,
    epoch,
    from,
    to,
    primary,
    because,
    run: workflowInfo().runId,
  });
  return result;
}

/** @throws ApplicationFailure `Refused` or `InvalidInput`; nothing was changed */
async function planned(request: TransferRequest): Promise<Extract<PrepareResult, { outcome: 'plan' }>> {
  refuseTimeouts();
  refuseLate();
  const prepared = await orOwnFailure(prepareTransfer(request));
  if (prepared.searchable)
    upsertSearchAttributes([searchAttribute('site', request.site), searchAttribute('kind', request.kind)]);
  if (prepared.outcome === 'refused') throw ApplicationFailure.nonRetryable(prepared.because, 'Refused');
  return prepared;
}

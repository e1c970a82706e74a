import { ApplicationFailure, proxyActivities, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { RunbookActivities } from '../contract/activities';
import { parseRejoin } from '../domain/plan/request';
import { resultOf, type TransferResult } from '../domain/plan/result';
import { preparePlanRunner } from './running/run-plan';
import { rejoinId, runbookQueue } from '../contract/ids';
import { orOwnFailure, parseOrFail, refuseLate, refuseTimeouts, requireId } from './input';
import { searchAttribute } from './search-attributes';

const { prepareRejoin } = proxyActivities<RunbookActivities>({
  taskQueue: runbookQueue,
  // It waits up to 20 s for a transfer that is about to end.
  startToCloseTimeout: '45s',
  retry: { initialInterval: '1s', maximumInterval: '5s', maximumAttempts: 5 },
  summary: 'Survey both regions and write the rejoin plan',
});

/**
 * Brings a deposed region back as the standby: fence it now, read what only it holds, salvage that, re-seed, attach, prove equality.
 * Start it as `rejoin/SITE` with `{"site":"shop"}`. It moves no customers; coming home is a transfer of its own.
 */
export async function rejoin(input: unknown = {}): Promise<TransferResult> {
  const runToEnd = preparePlanRunner();
  const request = parseOrFail(parseRejoin, input);
  requireId(rejoinId(request.site), request);
  refuseTimeouts();
  refuseLate();
  const startedAt = Date.now();
  const prepared = await orOwnFailure(prepareRejoin(request));
  if (prepared.searchable)
    upsertSearchAttributes([searchAttribute('site', request.site), searchAttribute('kind', 'rejoin')]);
  if (prepared.outcome === 'refused') throw ApplicationFailure.nonRetryable(prepared.because, 'Refused');
  const run = await runToEnd(prepared.plan);
  if (prepared.searchable) upsertSearchAttributes([searchAttribute('ending', run.ending)]);
  const times = { onsetAt: 0, decidedAt: workflowInfo().startTime.getTime(), startedAt, endedAt: Date.now() };
  return resultOf(prepared.plan, prepared.survey, run, { asked: request.because, ...times });
}

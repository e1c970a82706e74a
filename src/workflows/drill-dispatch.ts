/** A drill that a Schedule starts: its id is none of ours, so it starts the drill under the id that is its lock, and waits for it. */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { executeChild, ParentClosePolicy, patched, workflowInfo } from '@temporalio/workflow';
import { drillId } from '../contract/ids';
import type { DrillResult } from '../domain/plan/result';
import { orOwnFailure, refuseLate } from './input';

/** The server gives it to each run that a Schedule starts. */
const scheduledBy = defineSearchAttributeKey('TemporalScheduledById', SearchAttributeType.KEYWORD);

/** A Schedule gives each run an id of its own, which is no lock. */
export const isScheduled = (site: string): boolean =>
  workflowInfo().workflowId !== drillId(site) &&
  workflowInfo().typedSearchAttributes.get(scheduledBy) !== undefined &&
  patched('dispatch-drill');

/** The drill under the id that is its lock, as a child that outlives this run. */
export function dispatched(site: string, input: object): Promise<DrillResult> {
  refuseLate();
  return orOwnFailure(
    executeChild<(input: object) => Promise<DrillResult>>('drill', {
      workflowId: drillId(site),
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: 'The drill that a schedule has started',
    }),
  );
}

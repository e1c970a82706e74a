/** Starts the transfer that a decision names: as a child that outlives this run, so that neither a stop nor a continue-as-new touches it. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { Action } from '../../domain/decision/course';
import type { Decision } from '../../domain/decision/situation';
import { emptyBook } from '../../domain/incident/book';
import { advance } from '../../domain/incident/incident';
import { movesPrimary, type TransferKind, type TransferRequest } from '../../domain/plan/request';
import { transferId } from '../../contract/ids';
import { transfer } from '../transfer';
import type { MonitorState } from './monitor-state';

type Act = Extract<Decision, { action: 'act' }>;

/** Waits only until it has started. One that runs already is no error: the lock has done its work. */
export async function startTransfer(
  state: MonitorState,
  site: string,
  decision: Act,
  failingForMs: number,
): Promise<void> {
  const now = Date.now();
  const { kind, from, to } = proposedBy(decision);
  const request: TransferRequest = {
    site,
    kind,
    // The planner finds the primary by itself; only a fence names its region.
    ...(kind === 'fence' ? { to: '', region: from } : { to: kind === 'restore' ? '' : to, region: '' }),
    because: decision.because,
    decidedAt: now,
    onsetAt: failingForMs > 0 ? now - failingForMs : 0,
    evenUnfenced: false,
  };
  const asked = { type: 'asked', at: now, kind, from, to, because: decision.because } as const;
  // Noted first: the end of a short run may be heard in the same moment as its start.
  const before = state.launched;
  if (movesPrimary(kind)) state.launched = { from, to };
  state.incidents = advance(state.incidents ?? emptyBook, asked);
  try {
    const { firstExecutionRunId } = await startChild(transfer, {
      workflowId: transferId(site),
      args: [request],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: decision.because.slice(0, 190),
    });
    state.incidents = advance(state.incidents, { type: 'taken', run: firstExecutionRunId });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    state.incidents = advance(state.incidents, { type: 'taken' });
    if (before) state.launched = before;
    else delete state.launched;
  }
}

/** Histories recorded before 2026-12 hold the action as `order`, by the kind of its plan. */
interface RecordedAct {
  proposed?: never;
  order: { kind: 'planned' | 'unplanned' | 'pointer' | 'restore' | 'fence'; from: string; to: string };
}

const kindOfPlan: Record<RecordedAct['order']['kind'], TransferKind> = {
  planned: 'switchover',
  unplanned: 'failover',
  pointer: 'pointer',
  restore: 'restore',
  fence: 'fence',
};

function proposedBy(decision: Act | RecordedAct): Action {
  if (decision.proposed) return decision.proposed;
  const { kind, from, to } = decision.order;
  return { kind: kindOfPlan[kind], from, to };
}

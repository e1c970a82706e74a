/** Starts the transfer that a decision orders: as a child that outlives this run, so that neither a stop nor a continue-as-new touches it. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { Decision } from '../../domain/decision/situation';
import type { TransferRequest } from '../../domain/plan/request';
import { transferId } from '../../contract/ids';
import { transfer } from '../transfer';
import type { Vigil } from './monitor-state';

type Act = Extract<Decision, { action: 'act' }>;

/** Waits only until it has started. One that runs already is no error: the lock has done its work. */
export async function launch(vigil: Vigil, site: string, decision: Act, failingForMs: number): Promise<void> {
  const now = Date.now();
  const request: TransferRequest = {
    ...asked(decision),
    site,
    because: decision.because,
    decidedAt: now,
    onsetAt: failingForMs > 0 ? now - failingForMs : 0,
    evenUnfenced: false,
  };
  try {
    await startChild(transfer, {
      workflowId: transferId(site),
      args: [request],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: decision.because.slice(0, 190),
    });
    const { from, to } = decision.order;
    if (decision.order.cause !== 'repair') vigil.launched = { from, to };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** The planner finds `from` by itself; only a fence must be told whom. */
function asked({ order }: Act): Pick<TransferRequest, 'kind' | 'to'> {
  switch (order.kind) {
    case 'planned':
    case 'unplanned':
      return { kind: order.kind === 'planned' ? 'switchover' : 'failover', to: order.to };
    case 'fence':
      return { kind: 'fence', to: order.from };
    case 'pointer':
      return { kind: 'pointer', to: order.to };
    case 'restore':
    case 'rejoin':
      return { kind: 'restore', to: '' };
  }
}

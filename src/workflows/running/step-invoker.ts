/** The hands that a workflow lends to the interpreter: every step becomes an activity with the step's own patience and its title as summary. */
import {
  CancellationScope,
  condition,
  workflowInfo,
  ActivityCancellationType,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { StepOrder } from '../../contract/steps';
import type { Facts, Plan, StepCall } from '../../domain/plan/plan';
import type { Hands, StepSuccess } from '../../domain/plan/interpreter';
import type { Urgency } from '../../domain/priority';
import { probeQueue, runbookQueue } from '../../contract/ids';
import { quorumOf } from './vantage-quorum';
import { activityOf, inTurns, priorityOf } from './rate-limit-wait';

/** A lost worker is noticed after this long; the wrapper of every step heartbeats once a second. */
const heartbeatMs = 4_000;
const undoAttempts = 30;

function optionsFor(call: StepCall, summary: string, { urgency = 'move' }: StepOrder): ActivityOptions {
  const { attemptMs, attempts, everyMs } = call.patience;
  return {
    taskQueue: runbookQueue,
    activityId: call.id,
    priority: priorityOf(urgency),
    summary: summary.slice(0, 190),
    startToCloseTimeout: attemptMs + 2_000,
    heartbeatTimeout: call.patience.heartbeatMs ?? heartbeatMs,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { maximumAttempts: attempts, initialInterval: everyMs, backoffCoefficient: 1.5, maximumInterval: 15_000 },
  };
}

export interface Interruption {
  /** A sentence as soon as somebody cancelled. */
  because: () => string | undefined;
  /** Rejects when somebody cancels. */
  requested: Promise<never>;
}

/** `run` and `undo` for `plan`; the rest of the hands (asking, showing) belongs to the workflow. */
export function stepHands(plan: Plan, interruption: Interruption): Pick<Hands, 'run' | 'undo'> {
  const { originalExecutionRunId } = workflowInfo();
  let pivotPassed = false;
  const order = (call: StepCall, facts: Record<string, Facts>): StepOrder => ({
    site: plan.site,
    epoch: plan.epoch,
    key: `${originalExecutionRunId}/${call.id}`,
    call,
    facts,
    urgency: urgencyOf(plan, pivotPassed),
  });
  return {
    run: async (call, facts) => {
      pivotPassed ||= call.pivot === true;
      const scope = new CancellationScope({ cancellable: true });
      if (!pivotPassed) interruption.requested.catch(() => scope.cancel());
      return scope.run(async () => {
        if (call.afterMs) {
          const cancelled = () => !pivotPassed && interruption.because() !== undefined;
          await condition(cancelled, call.afterMs, { summary: `Wait, then: ${call.title}`.slice(0, 190) });
        }
        if (call.vantages) return quorumOf(call, (vantage) => lookFrom(vantage, call, order(call, facts)));
        const asked = order(call, facts);
        return inTurns<StepOrder, StepSuccess>(call.step, optionsFor(call, call.title, asked))(asked);
      });
    },
    undo: (call, facts) => {
      // Writes may be paused until it is done, so it is no preparation.
      const asked = { ...order(call, facts), urgency: urgencyOf(plan, true) };
      const undoing = { ...call, id: `undo-${call.id}`, patience: { ...call.patience, attempts: undoAttempts } };
      const options = optionsFor(undoing, `Undo: ${call.title}`, asked);
      return inTurns<StepOrder, string>(`undo-${call.step}`, options)(asked);
    },
  };
}

const urgencyOf = ({ kind }: Plan, noReturn: boolean): Urgency =>
  kind === 'unplanned' ? 'failover' : noReturn ? 'move' : 'prepare';

/** A vantage that is dead must not hold up the others: it is silent after three seconds without a worker. */
function lookFrom(vantage: string, call: StepCall, order: StepOrder): Promise<StepSuccess> {
  const options = optionsFor({ ...call, id: `${call.id}/${vantage}` }, `${call.title} (${vantage})`, order);
  return activityOf<StepOrder, StepSuccess>(call.step, {
    ...options,
    taskQueue: probeQueue(vantage),
    scheduleToStartTimeout: 3_000,
    cancellationType: ActivityCancellationType.ABANDON,
  })(order);
}

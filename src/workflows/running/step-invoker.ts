/** How a workflow runs the steps of the interpreter: each becomes an activity with the step's own patience and its title as summary. */
import {
  CancellationScope,
  condition,
  workflowInfo,
  ActivityCancellationType,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { StepInput } from '../../contract/steps';
import type { Facts, Plan, StepCall } from '../../domain/plan/plan';
import type { StepInvoker, StepSuccess } from '../../domain/plan/interpreter';
import type { Priority } from '../../domain/priority';
import { probeQueue, runbookQueue } from '../../contract/ids';
import { askQuorum } from './vantage-quorum';
import { activityOf, withRateLimitWait, priorityOf } from './rate-limit-wait';

/** A lost worker is noticed after this long; the wrapper of every step heartbeats once a second. */
const heartbeatMs = 4_000;
const undoAttempts = 30;

function optionsFor(call: StepCall, summary: string, { priority = 'move' }: StepInput): ActivityOptions {
  const { attemptMs, attempts, everyMs } = call.patience;
  return {
    taskQueue: runbookQueue,
    activityId: call.id,
    priority: priorityOf(priority),
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

/** `run` and `undo` for `plan`; the rest of the invoker (asking, showing) belongs to the workflow. */
export function stepInvoker(plan: Plan, interruption: Interruption): Pick<StepInvoker, 'run' | 'undo'> {
  const { originalExecutionRunId } = workflowInfo();
  let pivotPassed = false;
  const inputFor = (call: StepCall, facts: Record<string, Facts>): StepInput => ({
    site: plan.site,
    epoch: plan.epoch,
    key: `${originalExecutionRunId}/${call.id}`,
    call,
    facts,
    priority: stepPriority(plan, pivotPassed),
  });
  return {
    run: async (call, facts) => {
      pivotPassed ||= call.pivot === true;
      const scope = new CancellationScope({ cancellable: true });
      if (!pivotPassed) interruption.requested.catch(() => scope.cancel());
      return scope.run(async () => {
        if (call.afterMs) {
          const cancelled = () => !pivotPassed && interruption.because() !== undefined;
          await condition(cancelled, call.afterMs, { summary: `Wait before: ${call.title}`.slice(0, 190) });
        }
        if (call.vantages) return askQuorum(call, (vantage) => lookFrom(vantage, call, inputFor(call, facts)));
        const input = inputFor(call, facts);
        return withRateLimitWait<StepInput, StepSuccess>(call.step, optionsFor(call, call.title, input))(input);
      });
    },
    undo: (call, facts) => {
      // Writes may be paused until it is done, so it is no preparation.
      const asked = { ...inputFor(call, facts), priority: stepPriority(plan, true) };
      const undoing = { ...call, id: `undo-${call.id}`, patience: { ...call.patience, attempts: undoAttempts } };
      const options = optionsFor(undoing, `Undo: ${call.title}`, asked);
      return withRateLimitWait<StepInput, string>(`undo-${call.step}`, options)(asked);
    },
  };
}

const stepPriority = ({ kind }: Plan, noReturn: boolean): Priority =>
  kind === 'unplanned' ? 'failover' : noReturn ? 'move' : 'prepare';

/** A vantage that is dead must not hold up the others: it is silent after three seconds without a worker. */
function lookFrom(vantage: string, call: StepCall, input: StepInput): Promise<StepSuccess> {
  const options = optionsFor({ ...call, id: `${call.id}/${vantage}` }, `${call.title} (${vantage})`, input);
  return activityOf<StepInput, StepSuccess>(call.step, {
    ...options,
    taskQueue: probeQueue(vantage),
    scheduleToStartTimeout: 3_000,
    cancellationType: ActivityCancellationType.ABANDON,
  })(input);
}

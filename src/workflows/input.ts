/** Checks of a workflow's input, id and timeouts; invalid input ends the run at once with a sentence. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure, patched, workflowInfo } from '@temporalio/workflow';
import { missedAim } from '../contract/ids';
import { lateness } from '../domain/decision/freshness';
import { InvalidRequest } from '../domain/plan/input-fields';

/** @throws ApplicationFailure `InvalidInput`, never retried, naming every field that is wrong. */
export function parseOrFail<T>(parse: (input: unknown) => T, input: unknown): T {
  try {
    return parse(input);
  } catch (error) {
    if (error instanceof InvalidRequest) throw ApplicationFailure.nonRetryable(error.message, 'InvalidInput');
    throw error;
  }
}

const passedOnTypes = ['InvalidInput', 'Refused', missedAim];

/** What an activity or a child found wrong with the input, or refused, is the run's own failure: it must not hide behind "activity task failed". */
export async function orOwnFailure<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      const [, site = ''] = error.workflowId.split('/');
      const because = `${error.workflowId} is already running, so it can't be started. See: npx handover status ${site}`;
      throw ApplicationFailure.nonRetryable(because, 'AlreadyRunning');
    }
    const passedOn = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
    const cause = passedOn ? error.cause : undefined;
    if (cause instanceof ApplicationFailure && passedOnTypes.includes(cause.type ?? ''))
      throw ApplicationFailure.nonRetryable(cause.message, cause.type, ...(cause.details ?? []));
    throw error;
  }
}

/** The id is the lock, so another id would be no lock at all. @throws ApplicationFailure `InvalidInput` with the command that works. */
export function requireId(expected: string, input: object): void {
  const { workflowId, workflowType, taskQueue } = workflowInfo();
  if (workflowId === expected) return;
  throw ApplicationFailure.nonRetryable(
    `The workflow id must be ${expected}, not ${workflowId}; it is the lock that keeps two runs apart. ` +
      `temporal workflow start --type ${workflowType} --task-queue ${taskQueue} --workflow-id ${expected} --fail-existing --input '${JSON.stringify(input)}'`,
    'InvalidInput',
  );
}

/** A workflow timeout would end a transfer half way, with nothing undone. @throws ApplicationFailure `InvalidInput`. */
export function refuseTimeouts(): void {
  const { executionTimeoutMs, runTimeoutMs } = workflowInfo();
  const set = [executionTimeoutMs ? '--execution-timeout' : '', runTimeoutMs ? '--run-timeout' : ''].filter(Boolean);
  if (set.length === 0) return;
  throw ApplicationFailure.nonRetryable(
    `Start it without ${set.join(' and ')}: a workflow timeout would end it without an undo; each step has its own timeout.`,
    'InvalidInput',
  );
}

/**
 * Asked for while no worker ran: the world may be another one since, and the person may have acted by other means.
 * @throws ApplicationFailure `Refused` when a worker took it later than a decision holds
 */
export function refuseLate(): void {
  const { workflowId, startTime } = workflowInfo();
  const because = lateness(workflowId, Date.now() - startTime.getTime());
  if (because !== undefined && patched('refuse-late')) throw ApplicationFailure.nonRetryable(because, 'Refused');
}

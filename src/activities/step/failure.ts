/** What of an error reaches Temporal. */
import { ApplicationFailure } from '@temporalio/activity';
import { nonRetryable, PortError, sentenceOf } from '../../ports/errors';

/**
 * Hopeless failures end the step at once; all others are Temporal's to retry. The sentence is all that reaches the history, and of `limited`
 * the wait in ms, which a workflow can read only from the details.
 */
export function asFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ApplicationFailure) return error;
  const isPort = error instanceof PortError;
  return ApplicationFailure.create({
    message: sentenceOf(error),
    type: isPort ? error.kind : error.name,
    nonRetryable: isPort && nonRetryable.has(error.kind),
    ...(isPort && error.waitMs !== undefined ? { nextRetryDelay: error.waitMs, details: [error.waitMs] } : {}),
  });
}

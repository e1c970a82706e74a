/** A drill that missed its aim has failed, and still tells all that it found. */
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { missedAim } from '../contract/ids';
import type { DrillResult } from '../domain/plan/result';

/** Its result, from the failure; undefined for any other error. */
export function resultIn(error: unknown): DrillResult | undefined {
  const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || cause.type !== missedAim) return undefined;
  const [result] = cause.details ?? [];
  return result as DrillResult | undefined;
}

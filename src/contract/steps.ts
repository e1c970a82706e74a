/** What travels from a workflow to an activity. Plain JSON; secrets never do. */
import type { Survey } from '../domain/plan/survey';
import type { Facts, Plan, StepCall } from '../domain/plan/plan';
import type { Priority } from '../domain/priority';

export interface StepInput {
  site: string;
  epoch: number;
  /** The same for every attempt of this step, also after a reset of the workflow. */
  key: string;
  call: StepCall;
  facts: Record<string, Facts>;
  /** Absent in inputs of workflows that began before priorities existed. */
  priority?: Priority;
}

export type PrepareResult =
  | { outcome: 'plan'; plan: Plan; survey: Survey; searchable: boolean }
  | { outcome: 'refused'; because: string; survey: Survey; searchable: boolean };

/** Steps that vantages answer instead of runbook workers; they are not in `src/activities/steps`. */
export const vantageSteps = ['verify-region', 'verify-shop'] as const;
export type VantageStep = (typeof vantageSteps)[number];

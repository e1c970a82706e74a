/** What travels from a workflow to an activity. Plain JSON; secrets never do. */
import type { Facts, StepCall } from '../domain/plan';
import type { TransferRequest } from '../domain/request';
import type { Survey } from '../domain/survey';
import type { Plan } from '../domain/plan';
import type { Urgency } from '../providers/urgency';

export interface StepOrder {
  site: string;
  epoch: number;
  /** The same for every attempt of this step, also after a reset of the workflow. */
  key: string;
  call: StepCall;
  facts: Record<string, Facts>;
  /** Absent in orders of workflows that began before there were any. */
  urgency?: Urgency;
}

export type Prepared =
  | { outcome: 'plan'; plan: Plan; survey: Survey; searchable: boolean }
  | { outcome: 'refused'; because: string; survey: Survey; searchable: boolean };

export type PrepareTransfer = (request: TransferRequest) => Promise<Prepared>;

/** Activities as workflows know them: names, inputs and results. Workflows import nothing of the activities themselves, not even types. */
import type { TransferRequest, RejoinRequest, Fault } from '../domain/plan/request';
import type { Prepared } from './steps';
import type { Alert } from '../ports/ports';
import type { Briefing, DecideOrder, Consideration, MirrorReport } from './monitor';
import type { CheckResult, TransferResult } from '../domain/plan/result';

export interface AwaitOrder {
  site: string;
  /** Only transfers that started after this, milliseconds since the epoch. */
  sinceMs: number;
  /** Answer with what there is now instead of waiting for one. */
  orNothing: boolean;
}

/** What runbook workers do, beside the steps. */
export interface Duties {
  /** `again`, here and below: it was `limited` before, and the workflow has waited. */
  prepareTransfer: (request: TransferRequest, again?: boolean) => Promise<Prepared>;
  prepareRejoin: (request: RejoinRequest) => Promise<Prepared>;
  notify: (site: string, alert: Alert) => Promise<void>;
  briefing: (site: string) => Promise<Briefing>;
  decide: (order: DecideOrder) => Promise<Consideration>;
  mirrorMedia: (site: string) => Promise<MirrorReport>;
  readiness: (site: string, again?: boolean) => Promise<CheckResult[]>;
  awaitTransfer: (order: AwaitOrder) => Promise<TransferResult[]>;
  beforeOutage: (site: string) => Promise<{ primary: string }>;
}

/** What a fault injector does; only labs have one. */
export interface FaultDuties {
  injectFault: (order: { site: string; fault: Fault; region: string }) => Promise<{ at: number; because: string }>;
  healFaults: (order: { site: string }) => Promise<{ at: number; because: string }>;
}

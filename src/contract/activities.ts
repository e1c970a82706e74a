/** Activities as workflows know them: names, inputs and results. Workflows import nothing of the activities themselves, not even types. */
import type { TransferRequest, RejoinRequest, Fault } from '../domain/plan/request';
import type { MessageFields } from './messages';
import type { SalvageVerb } from './verbs';
import type { PrepareResult } from './steps';
import type { Alert } from '../domain/alert';
import type {
  MonitorConfig,
  DecideInput,
  DecideResult,
  MirrorMediaResult,
  StandbyReport,
  WatchStandbyInput,
} from './monitor';
import type { CheckResult, TransferResult } from '../domain/plan/result';

export interface AwaitTransferInput {
  site: string;
  /** Only transfers that started after this, milliseconds since the epoch. */
  sinceMs: number;
  /** Answer with what there is now instead of waiting for one. */
  orNothing: boolean;
}

interface CompareStandbyInput {
  site: string;
  /** The same for every attempt, so that another worker goes on where one stopped. */
  key: string;
}

export interface SalvagePileInput {
  site: string;
  verb: SalvageVerb;
  /** As `salvageVerbs` has them. */
  fields: MessageFields;
  /** The same for every attempt. */
  key: string;
}

export interface SalvagePileResult {
  /** Names tables, keys and columns, no values. */
  said: string;
  /** Items that nobody has decided about. */
  open: number;
}

/** What runbook workers do, beside the steps. */
export interface RunbookActivities {
  /** `again`, here and below: a retry after `limited`. */
  prepareTransfer: (request: TransferRequest, again?: boolean) => Promise<PrepareResult>;
  prepareRejoin: (request: RejoinRequest) => Promise<PrepareResult>;
  /** Hands the alert to `alerts/SITE`, which tries for a day; it waits for no channel. */
  notify: (site: string, alert: Alert) => Promise<void>;
  briefing: (site: string) => Promise<MonitorConfig>;
  decide: (input: DecideInput) => Promise<DecideResult>;
  watchStandby: (input: WatchStandbyInput) => Promise<StandbyReport>;
  readiness: (site: string, again?: boolean) => Promise<CheckResult[]>;
  salvagePile: (input: SalvagePileInput) => Promise<SalvagePileResult>;
  awaitTransfer: (input: AwaitTransferInput) => Promise<TransferResult[]>;
  /** `fault` is absent in histories recorded before 2026-12. */
  beforeOutage: (site: string, fault?: Fault) => Promise<{ primary: string }>;
}

/** What workers do on `mirrorQueue`. */
export interface MirrorActivities {
  mirrorMedia: (site: string) => Promise<MirrorMediaResult>;
  compareStandby: (input: CompareStandbyInput) => Promise<CheckResult[]>;
}

export interface DeliverAlertInput {
  site: string;
  alert: Alert;
  /** As `Ports.alertChannels` names it. */
  channel: string;
  /** As an earlier receipt of the same incident at this channel told it. */
  thread?: string;
}

export interface AlertReceipt {
  /** Where the channel keeps what belongs to it, if it has threads. */
  thread?: string;
}

/** What workers do on `alertsQueue`. */
export interface AlertActivities {
  /** One attempt. A channel that the site has no more has nothing to be sent. */
  deliverAlert: (input: DeliverAlertInput) => Promise<AlertReceipt | undefined>;
  /** Tells the dead-man switch of the site that all is well. One attempt. */
  tellDeadMan: (site: string) => Promise<void>;
}

/** What a fault injector does; only labs have one. */
export interface FaultActivities {
  injectFault: (input: { site: string; fault: Fault; region: string }) => Promise<{ at: number; because: string }>;
  healFaults: (input: { site: string }) => Promise<{ at: number; because: string }>;
}

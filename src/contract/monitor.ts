/** What a monitor asks of its activities, and what it hears back. */
import type { Mute } from '../domain/command/mute';
import type { Policy } from '../domain/policy';
import type { ProbeTarget } from '../ports/probe';
import type { Brakes } from '../domain/incident/brakes';
import type { Readiness, Telling, Told } from '../domain/readiness/readiness';
import type { TransferKind } from '../domain/plan/request';
import type { Ballot } from '../domain/detection/vote';
import type { Alarm } from '../domain/detection/witness';
import type { Decision, LastTransfer, Opinion, Situation } from '../domain/decision/situation';

export interface MonitorConfig {
  hash: string;
  policy: Policy;
  regions: string[];
  controlTargets: string[];
  /** What each vantage asks. */
  targets: Record<string, ProbeTarget[]>;
  /** Our search attributes that the namespace knows; absent in histories recorded before 2026-12. */
  attributes?: readonly string[];
  /** How often the dead-man switch is told that all is well. */
  deadManEveryMs?: number;
  /** What is wrong with the file as it is now, where an earlier state of it is still in use. */
  problem?: string;
}

/** `mode`, `approved` and `rejected` are absent where no person has said so. */
export interface DecideInput extends Pick<Situation, 'mode' | 'approved' | 'rejected' | 'maintenance'> {
  site: string;
  ballots: Ballot[];
  freeze?: { by: string; because: string; endsInMs?: number };
  lastTransfer?: LastTransfer;
  /** Since the last plan of any kind ended. */
  lastPlanAgoMs?: number;
  /** What holds back an automatic transfer of each kind, after others did not bring it about. */
  brakes?: Brakes;
  /** The plans that were completed lately; absent from monitors older than 2026-12. */
  completed?: { kind: TransferKind; agoMs: number }[];
  /** The lag of the standby, last measured while the primary served. */
  lagBefore?: { lagMs: number; agoMs: number };
  /** A vantage has just fallen silent, which time alone turns into news. */
  silence?: boolean;
  /** Whether the shop is served and could be moved, and what was told of it last; absent from monitors older than 2026-12. */
  readiness?: Readiness;
  readinessTold?: Told;
  /** Milliseconds since the epoch, by the monitor's clock. */
  now?: number;
  /** Vantages whose votes a person has taken out for now. */
  mutes?: readonly Mute[];
  /** Alarms from outside that have not ended, newest last. */
  alarms?: Alarm[];
  /** The highest epoch and its primary that this monitor has seen; zero and empty at first. */
  known: { epoch: number; primary: string };
}

export interface DecideResult {
  decision: Decision;
  opinion: Opinion;
  known: { epoch: number; primary: string };
  /** A transfer of the site runs now; absent in histories recorded before 2026-12. */
  running?: boolean;
  /** The decision may change by the passing of time alone, so it is made again every 15 s. */
  unsettled: boolean;
  /** What there is to say of readiness; absent where it was not given. */
  readiness?: Telling;
  /** The lag of the standby when the primary was last known to serve, where it could be measured. */
  lag?: { lagMs: number; agoMs: number };
}

export interface WatchStandbyInput {
  site: string;
  /** The primary as the monitor knows it; empty at first. */
  primary: string;
  /** What the last look said; empty at first. */
  word: string;
}

export interface StandbyReport {
  /** Changes only when the monitor has to judge again. */
  word: string;
  changed: boolean;
  because: string;
  /** The lag, where the source is heard. */
  lagMs?: number;
}

export interface MirrorMediaResult {
  rounds: number;
  /** How the last round went. */
  because: string;
  /** No round of these minutes has copied anything, and the last one failed: why. */
  failure?: string;
}

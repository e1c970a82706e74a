/** The shapes of a decision: what is known, what would be done, and what comes of it. */
import type { Alert } from '../alert';
import type { Health } from '../detection/hearing';
import type { Action, CourseInput } from './course';
import type { Mode } from '../mode';
import type { Maintenance } from '../command/maintenance';
import type { Need, Proposed } from '../command/proposal';
import type { Brakes } from '../incident/brakes';
import type { TransferKind } from '../plan/request';
import type { Verdict } from './verdicts';

/** What the votes say of the primary, the standby and the tables. */
export interface Opinion {
  verdict: Verdict;
  standby: Health;
  /** By region; empty without a table. */
  tables: Record<string, Health>;
}

/** A transfer, as the monitor remembers it or as its signal reports it. */
export interface LastTransfer {
  /** Since it ended. */
  agoMs: number;
  from: string;
  to: string;
  /** The monitor started it by itself. */
  automatic: boolean;
  /** A person has acknowledged it. A transfer made by hand counts as acknowledged. */
  acknowledged: boolean;
}

/** How the standby's database fares as a replica, read for this decision; absent when it could not be asked. */
export interface ReplicaFitness {
  /** It has a source, fetches by GTID, and its applier runs. */
  configured: boolean;
  usesGtid: boolean;
  applying: boolean;
  /** It fetches from its source right now. */
  receiving: boolean;
  /** Age of the primary's last heartbeat applied here; null when there never was one. */
  heartbeatAgeMs: number | null;
  /** The epoch its copy of the shop belongs to. */
  epoch: number;
  error?: string;
}

/** `people`: different ones whose approval holds now. `because` is a sentence that names them. */
interface Approved extends Proposed {
  people: readonly string[];
  because: string;
}

export interface Situation extends CourseInput {
  site: string;
  home: string;
  epoch: number;
  opinion: Opinion;
  /** Since the votes of the opinion were counted. */
  opinionAgeMs: number;
  replica?: ReplicaFitness;
  /** Since the primary's shop said so. */
  tableSeenAgoMs?: number;
  freeze?: { by: string; because: string; endsInMs?: number };
  /** The maintenance window in which this is decided. */
  maintenance?: Maintenance;
  /** A transfer or repair that is under way: its workflow id. */
  running?: string;
  /** A rejoin that is under way: its workflow id. */
  rejoining?: string;
  /** What holds back a transfer of each kind, after others of the same incident. */
  brakes?: Brakes;
  /** How far the monitor may act; absent where nobody has set it. */
  mode?: Mode;
  /** The move that people have approved, or that one has rejected, whatever is proposed now. */
  approved?: Approved;
  rejected?: Proposed & { by: string; because: string };
  lastTransfer?: LastTransfer;
  /** Since the last plan of any kind ended, also one that moved nothing. */
  lastPlanAgoMs?: number;
  /** A sampler watches the standby too, look by look; what one look says is then no alert. */
  sampled?: boolean;
  /** The plans that were completed within the last hour; absent or empty when none is known. */
  completed?: { kind: TransferKind; agoMs: number }[];
  /** The lag of the standby as it was last measured while the primary served. */
  lagBefore?: { lagMs: number; agoMs: number };
}

interface Reasoned {
  because: string;
  /** Every sentence that weighed in, the deciding one first. */
  reasons: string[];
  alert?: Alert;
}

/** `act`: the proposed action is started. `refuse`: it must not be now. `ask`: a person must confirm it. */
export type Decision = Reasoned &
  (
    | { action: 'hold' }
    | { action: 'act'; proposed: Action }
    | {
        action: 'refuse' | 'ask';
        proposed?: Action;
        /** Nothing but mode observe forbids it. */
        observed?: true;
        /** It is started once so many people approve. */
        needs?: Need;
      }
  );

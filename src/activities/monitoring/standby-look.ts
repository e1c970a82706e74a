/** What is made of a look at the standby's database: a witness, its fitness, its lag. Pure. */
import type { ReplicaFitness, Situation } from '../../domain/decision/situation';
import type { Ballot } from '../../domain/detection/vote';
import { replicaWitness, type Witness } from '../../domain/detection/witness';
import type { Policy } from '../../domain/policy';
import type { DatabaseState } from '../../ports/ports';
import type { DecideResult } from '../../contract/monitor';

/** What was looked at for this decision. */
export interface Looked {
  /** The standby's database; undefined where it did not answer. */
  replica: DatabaseState | undefined;
  /** Age of the primary's last heartbeat applied there; null when unknown. */
  heartbeatAgeMs: number | null;
  /** Workflow ids of what is under way. */
  underWay: Pick<Situation, 'running' | 'rejoining'>;
}

/** A vantage that sees more failures than this does not prove that the primary serves. */
const servedShare = 0.2;

/**
 * How far the standby was behind when the primary was last known to serve. What came later is no lag, since a primary that is lost writes nothing;
 * nor is the age of a heartbeat over a connection that is up: the writes have stalled, or the source has just been lost.
 */
export function measuredLag(
  ballots: readonly Ballot[],
  primary: string,
  { replica, heartbeatAgeMs }: Looked,
  { minEligible }: Policy,
): DecideResult['lag'] {
  if (heartbeatAgeMs === null || witness(replica, heartbeatAgeMs).says === 'connected') return undefined;
  const served = ballots.filter(
    ({ target, vote }) =>
      target.signal === 'app' && target.region === primary && vote.state === 'up' && vote.share < servedShare,
  );
  const servedAgoMs = served.map(({ ageMs }) => ageMs).sort((one, other) => one - other)[minEligible - 1];
  if (servedAgoMs === undefined) return undefined;
  return { lagMs: Math.max(0, heartbeatAgeMs - servedAgoMs), agoMs: servedAgoMs };
}

/** One look at the standby: a word that changes only when the monitor has to judge again, and the lag where its source is heard. */
export function lookOf(
  policy: Policy,
  { replica, heartbeatAgeMs }: Omit<Looked, 'underWay'>,
): { word: string; because: string; lagMs?: number } {
  const { says, because } = witness(replica, heartbeatAgeMs);
  const lags = heartbeatAgeMs !== null && heartbeatAgeMs > policy.maxReplicaLagMs;
  const fit = replica === undefined ? undefined : fitness(replica, heartbeatAgeMs);
  const word = [says, lags, fit?.configured, fit?.usesGtid, fit?.applying, fit?.epoch].join(' ');
  return { word, because, ...(says === 'sees' && heartbeatAgeMs !== null ? { lagMs: heartbeatAgeMs } : {}) };
}

export function witness(replica: DatabaseState | undefined, heartbeatAgeMs: number | null): Witness {
  return replicaWitness(replica?.replica ? { io: replica.replica.io, heartbeatAgeMs } : undefined);
}

export function fitness({ replica, epoch }: DatabaseState, heartbeatAgeMs: number | null): ReplicaFitness {
  return {
    configured: replica !== undefined,
    usesGtid: replica?.usesGtid ?? false,
    applying: replica?.sql ?? false,
    receiving: replica?.io === 'yes',
    heartbeatAgeMs,
    epoch: epoch?.epoch ?? 0,
    ...(replica?.error === undefined ? {} : { error: replica.error }),
  };
}

/** Parties other than vantages that have an opinion on the primary region. They count for the loss of a whole region only. */
import type { Policy } from '../policy';

export interface Witness {
  name: string;
  /** `lost`: it has lost the primary. `sees`: it receives from the primary now. `connected`: its connection is up, but nothing arrived lately. `silent`: unknown. */
  says: 'lost' | 'sees' | 'connected' | 'silent';
  because: string;
  /** Since it was asked. */
  ageMs: number;
}

/** What the standby's database shows of its source, as read at one moment. */
export interface SourceView {
  io: 'yes' | 'connecting' | 'no';
  /** Age of the primary's last heartbeat row applied here; null when there is none. */
  heartbeatAgeMs: number | null;
}

/** A heartbeat is written each second; this much silence is more than a slow commit. */
const heartbeatFreshMs = 10_000;

/**
 * The standby's replica as a witness. A fresh heartbeat is the only proof of hearing the source: the server's own `Yes` outlives a cut
 * link by its net timeout (4 s to 60 s, MariaDB 10.11, seen 2026-11), and a dead scheduler writes no heartbeat over a sound link.
 * `view` is undefined when it could not be read.
 */
export function replicaWitness(view: SourceView | undefined, ageMs = 0): Witness {
  const name = 'the replica';
  if (view === undefined) return { name, says: 'silent', because: 'The replica did not answer.', ageMs };
  const heard = view.heartbeatAgeMs;
  if (heard !== null && heard <= heartbeatFreshMs)
    return {
      name,
      says: 'sees',
      because: `The replica received its source's heartbeat ${Math.round(heard / 1000)} s ago.`,
      ageMs,
    };
  if (view.io !== 'yes')
    return { name, says: 'lost', because: 'The replica lost the connection to its source.', ageMs };
  return {
    name,
    says: 'connected',
    because: 'The replica is connected, but receives no heartbeat of its source.',
    ageMs,
  };
}

/** The witnesses that say `says` and were asked within the last window. */
export function witnessesWho(says: Witness['says'], witnesses: readonly Witness[], policy: Policy): Witness[] {
  return witnesses.filter((witness) => witness.says === says && witness.ageMs <= policy.windowMs);
}

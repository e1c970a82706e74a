/** Parties other than vantages that have an opinion on the primary region. They count for the loss of a whole region only. */
import type { Policy } from '../policy';

export interface Witness {
  name: string;
  /** `lost`: it has lost the primary. `sees`: it receives from the primary now. `connected`: its connection is up, but nothing arrived lately. `silent`: unknown. */
  says: 'lost' | 'sees' | 'connected' | 'silent';
  because: string;
  /** Since it was asked. */
  ageMs: number;
  /** An alarm from outside: it says that the region is lost, and nothing of its database. */
  alarm?: true;
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

/** The witnesses that say `says` and were asked within the last window; alarms are none of them, since they tell of nothing but a whole region. */
export function witnessesWho(says: Witness['says'], witnesses: readonly Witness[], policy: Policy): Witness[] {
  return witnesses.filter(
    ({ alarm, ...witness }) => !alarm && witness.says === says && witness.ageMs <= policy.windowMs,
  );
}

/** What a site takes from outside as a witness, as its file names it. */
interface AlarmSource {
  /** The region that it watches. */
  region: string;
  /** So long after it began, in milliseconds: it tells of one moment, and its end may never come. */
  countsFor: number;
}

/** An alarm as the monitor holds it. */
export interface Alarm {
  name: string;
  because: string;
  /** Since it began. */
  agoMs: number;
}

/**
 * The alarms on `region` that count now. Each is one more witness of a loss, never of health, and none declares anything: the vantages must have lost
 * the shop as well, and a replica that hears its source outweighs all of them.
 */
export function alarmWitnesses(
  alarms: readonly Alarm[] = [],
  sources: Readonly<Record<string, AlarmSource>> = {},
  region: string,
): Witness[] {
  return alarms.flatMap(({ name, because, agoMs }): Witness[] => {
    const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
    if (source?.region !== region || agoMs < 0 || agoMs > source.countsFor) return [];
    // It counts until its time is over, however long ago it began.
    return [
      { name: `the alarm ${name}`, says: 'lost', because: `The alarm ${name} says: ${because}`, ageMs: 0, alarm: true },
    ];
  });
}

/** The answer to one probe, and what it may count for. Ages instead of times: vantages share no clock. */
import type { FailureKind } from '../failure';

/** `app`: the shop at a region's own address. `table`: a region's table endpoint. `edge`: the shop through its public name. */
export type Signal = 'app' | 'table' | 'edge';

/** What a probe is about. The public name belongs to no region. */
export type Target = { signal: 'app' | 'table'; region: string } | { signal: 'edge' };

/** What the shop of one region says of itself, also when it says that it is ill. */
export interface RegionFacts {
  role: string;
  /** Empty where the shop has no table. */
  tableRegion: string;
  serving: boolean;
  database:
    | { reachable: false }
    | { reachable: true; readOnly: boolean; epoch: number; primary: string; verifiedEpoch: number };
}

export interface Reading {
  signal: Signal;
  /** `silent`: the answer says nothing about the target, such as a refused credential, or a vantage whose own network is ill. */
  outcome: 'ok' | 'failed' | 'silent';
  because: string;
  /** Milliseconds since the question was asked. */
  ageMs: number;
  /** Something at the address spoke, if only to refuse: a reset connection, any HTTP status. A connection accepted in silence is no answer. */
  answered: boolean;
  facts?: RegionFacts;
}

/** The health answer of a shop, as far as it is believed. */
export interface HealthAnswer {
  role: string;
  tableRegion: string;
  serving: boolean;
  database: { reachable: boolean; readOnly: boolean; epoch: number; primary: string; verifiedEpoch: number };
}

export function factsOf(health: HealthAnswer): RegionFacts {
  const { role, tableRegion, serving } = health;
  const { reachable, readOnly, epoch, primary, verifiedEpoch } = health.database;
  const database = reachable ? { reachable, readOnly, epoch, primary, verifiedEpoch } : { reachable };
  return { role, tableRegion, serving, database };
}

/** A good answer. `because` says what it proved. */
export function okReading(signal: Signal, because: string, facts?: RegionFacts): Reading {
  return { signal, outcome: 'ok', because, ageMs: 0, answered: true, ...(facts && { facts }) };
}

/**
 * A probe without a good answer. What only shows that we asked wrongly (a credential, a right, our own rate) is silent and never down.
 * `answered` as in `Reading`.
 */
export function failedReading(
  signal: Signal,
  failure: { kind: FailureKind; because: string; answered: boolean; facts?: RegionFacts },
): Reading {
  const { kind, because, answered, facts } = failure;
  const outcome = isOurFault(signal, kind) ? 'silent' : 'failed';
  return { signal, outcome, because, ageMs: 0, answered, ...(facts && { facts }) };
}

/** Turns a failed reading silent when the vantage's own control targets fail too: then the trouble is its own. */
export function doubted(reading: Reading, controlsAnswer: boolean): Reading {
  if (reading.outcome !== 'failed' || controlsAnswer) return reading;
  return {
    ...reading,
    outcome: 'silent',
    because: `Its control targets fail too, so its own network may be down: ${reading.because}`,
  };
}

function isOurFault(signal: Signal, kind: FailureKind): boolean {
  switch (kind) {
    case 'denied':
    case 'limited':
      return true;
    case 'absent':
    case 'conflict':
    case 'refused':
      return signal === 'table';
    case 'unavailable':
    case 'garbage':
      return false;
  }
}

/** `app of A`, `table of B`, `the public name`: for sentences and as a key. */
export function nameOf(target: Target): string {
  return target.signal === 'edge' ? 'the public name' : `${target.signal} of ${target.region}`;
}

/** What a monitor remembers of the samples and of silent vantages, and what both say of readiness. */
import type { VantageReports } from '../../domain/detection/ballots';
import { readinessOf, vantageSilentForMs, type Readiness } from '../../domain/readiness/readiness';
import type { Sight } from '../../domain/readiness/sight';

export interface Sampled {
  heard: VantageReports;
  /** What the sampler has seen, and when it last reported. */
  sight?: Sight;
  sampledAt?: number;
  /** Since when each vantage that has no opinion on anything has had none. */
  silentSince?: Record<string, number>;
}

/** Whether the shop is served and could be moved, by all that this monitor has seen. */
export function readinessAt({ sight, silentSince = {}, sampledAt = 0 }: Sampled, now: number): Readiness {
  const silentForMs = Object.fromEntries(Object.entries(silentSince).map(([name, since]) => [name, now - since]));
  return readinessOf({ ...(sight && { sight }), silentForMs, sampledAgoMs: now - sampledAt });
}

/** Keeps since when each vantage has been silent. @returns whether one has been for so short that time alone turns it into news */
export function noteSilence(state: Sampled, vantages: readonly string[], now: number): boolean {
  const silent = vantages.filter((name) => {
    const votes = Object.values(state.heard[name]?.memories ?? {}).map(({ vote }) => vote.state);
    return votes.every((vote) => vote === 'silent');
  });
  const since = silent.map((name) => [name, state.silentSince?.[name] ?? now] as const);
  state.silentSince = Object.fromEntries(since);
  return since.some(([, at]) => now - at < 2 * vantageSilentForMs);
}

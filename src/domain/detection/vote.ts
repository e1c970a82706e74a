/**
 * One vantage's opinion on one target, made of its own readings over a window.
 * It is down only when the window began with a failure, ended with one, and most probes between failed too: a shorter restart is not an
 * outage, and one lucky probe does not heal one.
 */
import type { Policy } from '../policy';
import type { Reading, RegionFacts, Target } from './reading';

export interface Vote {
  state: 'up' | 'down' | 'silent';
  because: string;
  /** How long the vote has been this state, as of the vote. */
  heldMs: number;
  /** Share of the window's probes that failed, 0 to 1. */
  share: number;
  /** Share of the window's probes that something at the address answered, if only with a refusal. */
  answeredShare: number;
  /** How long the target has been failing, more or less: since half a window was failure, and that half. 0 while it is not. */
  failingMs: number;
  /** Something failed lately: ask again soon. */
  suspect: boolean;
  /** The newest account of the region's shop, and its age as of the vote. */
  facts?: RegionFacts;
  factsAgeMs?: number;
}

/** What a vantage remembers of one target; plain data that travels from batch to batch. */
export interface Memory {
  /** Oldest first. */
  readings: Reading[];
  vote: Vote;
}

/** A vote as the monitor holds it. */
export interface Ballot {
  vantage: string;
  target: Target;
  vote: Vote;
  /** Since the vantage reported it. */
  ageMs: number;
}

/** One turn of a vantage's loop. */
export interface Round {
  /** Since the last turn that was remembered. */
  elapsedMs: number;
  /** How much later than planned the loop itself ran; not how long the probes took. */
  lateMs: number;
  reading?: Reading;
}

/** A loop later than this has been paused or starved, and its window says nothing (after Redis Sentinel's TILT, seen 2026-11). */
const lateLimitMs = 2_000;

const unheard = 'It has not probed yet.';

/** The memory of a vantage that knows nothing: after a start, or after its worker was lost. */
export function blank(because = unheard): Memory {
  const vote: Vote = { state: 'silent', because, heldMs: 0, share: 0, answeredShare: 0, failingMs: 0, suspect: false };
  return { readings: [], vote };
}

/** The memory after one more turn of the loop. A loop that was late, or saw nothing for longer than a round can take, forgets all it saw before. */
export function remember(memory: Memory, round: Round, policy: Policy): Memory {
  const { elapsedMs, lateMs, reading } = round;
  const gapMs = policy.intervalMs + 2 * policy.probeTimeoutMs + lateLimitMs;
  const late = lateMs > lateLimitMs || elapsedMs > gapMs;
  const aged = late ? [] : memory.readings.map((old) => ({ ...old, ageMs: old.ageMs + elapsedMs }));
  const readings = withinWindow(reading ? [...aged, reading] : aged, policy.windowMs);
  const reason = late ? 'Its probe loop was late or paused, so earlier readings do not count.' : unheard;
  const cast = castVote(readings, policy, reason);
  const before = memory.vote;
  const heldMs = cast.state === before.state ? before.heldMs + elapsedMs : 0;
  const failingMs = cast.failingMs > 0 && before.failingMs > 0 ? before.failingMs + elapsedMs : cast.failingMs;
  return { readings, vote: { ...cast, heldMs, failingMs } };
}

/** The vote that `readings` (oldest first) amount to; `heldMs` is 0. `unheardBecause` is said when there are none. */
export function castVote(readings: readonly Reading[], policy: Policy, unheardBecause = unheard): Vote {
  const last = readings.at(-1);
  if (last === undefined) return blank(unheardBecause).vote;
  const { windowMs } = policy;
  const share = shareOf(readings, (reading) => reading.outcome === 'failed');
  const answeredShare = shareOf(readings, (reading) => reading.answered);
  const failingMs = failedTimeMs(readings, windowMs) >= windowMs / 2 ? windowMs / 2 : 0;
  const suspect = readings.some((reading) => reading.outcome === 'failed' && reading.ageMs <= windowMs / 2);
  const teller = readings.findLast((reading) => reading.facts);
  const told = teller?.facts && { facts: teller.facts, factsAgeMs: teller.ageMs };
  return { ...opinion(readings, last, share, policy), heldMs: 0, share, answeredShare, failingMs, suspect, ...told };
}

function opinion(
  readings: readonly Reading[],
  last: Reading,
  share: number,
  { windowMs, downShare }: Policy,
): Pick<Vote, 'state' | 'because'> {
  const outcomes = new Set(readings.map((reading) => reading.outcome));
  const first = readings[0] ?? last;
  const covered = first.ageMs >= windowMs;
  const percent = `${Math.round(share * 100)} % of the last ${seconds(windowMs)} failed`;

  if (last.outcome === 'silent') return { state: 'silent', because: last.because };
  if (covered && first.outcome === 'failed' && last.outcome === 'failed' && share >= downShare)
    return { state: 'down', because: `${percent}, and so did the last probe: ${last.because}` };
  if (!covered && outcomes.has('failed'))
    return {
      state: 'silent',
      because: `It has probed for only ${seconds(first.ageMs)} of the ${seconds(windowMs)} window.`,
    };
  if (!outcomes.has('ok'))
    return { state: 'silent', because: `It had no clear answer in the last ${seconds(windowMs)}: ${last.because}` };
  if (share > 0) return { state: 'up', because: `Only ${percent}; the last probe: ${last.because}` };
  return { state: 'up', because: last.because };
}

/** Whether the monitor must hear of the change at once. */
export function worthTelling(before: Vote, after: Vote): boolean {
  return before.state !== after.state || JSON.stringify(before.facts) !== JSON.stringify(after.facts);
}

/** How long a vantage waits between two rounds: suspicion of one target makes it ask all of them sooner. */
export function pauseBetween(votes: readonly Vote[], policy: Policy): number {
  return votes.some((vote) => vote.suspect) ? policy.suspectIntervalMs : policy.intervalMs;
}

/** The readings of the window, and the one that was in force when it began. */
function withinWindow(readings: readonly Reading[], windowMs: number): Reading[] {
  const inForce = readings.findLastIndex((reading) => reading.ageMs >= windowMs);
  return readings.slice(Math.max(0, inForce));
}

/** By number, not by time: a probe that times out lasts longer than a good one and would weigh more. */
function shareOf(readings: readonly Reading[], counts: (reading: Reading) => boolean): number {
  return readings.filter(counts).length / readings.length;
}

/** How much of the window was failure. A reading holds until the next one. */
function failedTimeMs(readings: readonly Reading[], windowMs: number): number {
  return readings.reduce((sum, reading, index) => {
    const until = readings[index + 1]?.ageMs ?? 0;
    return reading.outcome === 'failed' ? sum + Math.min(reading.ageMs, windowMs) - Math.min(until, windowMs) : sum;
  }, 0);
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

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
  /** The same over one and a half windows; absent in votes of probe workers older than 2026-12. */
  longShare?: number;
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
  /** Readings that have left the window, for half a window more. */
  past?: { ageMs: number; failed: boolean }[];
  vote: Vote;
}

/** A vote as the monitor holds it. */
export interface Ballot {
  vantage: string;
  target: Target;
  vote: Vote;
  /** Since the vantage gave it, or more; since the monitor heard it where `dated` is absent. */
  ageMs: number;
  /** The vantage said how long it watched before it reported, so a vote that was late is known to be old. */
  dated?: true;
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
  const gapMs = Math.max(policy.intervalMs, policy.windowMs / 6) + 2 * policy.probeTimeoutMs + lateLimitMs;
  const late = lateMs > lateLimitMs || elapsedMs > gapMs;
  const outlasted = reading !== undefined && reading.ageMs >= policy.windowMs;
  const readings = late || outlasted ? [] : agedWithin(memory.readings, elapsedMs, policy.windowMs);
  if (reading) readings.push(reading);
  const reason = late ? 'Its probe loop was late or paused, so earlier readings do not count.' : unheard;
  const cast = castVote(readings, policy, reason);
  const before = memory.vote;
  const heldMs = cast.state === before.state ? before.heldMs + elapsedMs : 0;
  const failingMs = cast.failingMs > 0 && before.failingMs > 0 ? before.failingMs + elapsedMs : cast.failingMs;
  const past = late ? [] : leftBehind(memory, readings.length - (reading ? 1 : 0), elapsedMs, policy.windowMs);
  const failures = past.filter(({ failed }) => failed).length + cast.share * readings.length;
  const longShare = failures / Math.max(1, past.length + readings.length);
  return { readings, past, vote: { ...cast, longShare, heldMs, failingMs } };
}

/** The vote that `readings` (oldest first) amount to; `heldMs` is 0. `unheardBecause` is said when there are none. */
export function castVote(readings: readonly Reading[], policy: Policy, unheardBecause = unheard): Vote {
  const last = readings.at(-1);
  if (last === undefined) return blank(unheardBecause).vote;
  const { windowMs } = policy;
  const { failed, answered, ok, suspect, failedMs, teller } = tally(readings, windowMs);
  const share = failed / readings.length;
  const failingMs = failedMs >= windowMs / 2 ? windowMs / 2 : 0;
  const told = teller?.facts && { facts: teller.facts, factsAgeMs: teller.ageMs };
  const of = opinion(readings, last, { share, ok, failed: failed > 0 }, policy);
  return { ...of, heldMs: 0, share, answeredShare: answered / readings.length, failingMs, suspect, ...told };
}

function opinion(
  readings: readonly Reading[],
  last: Reading,
  { share, ok, failed }: { share: number; ok: boolean; failed: boolean },
  { windowMs, downShare }: Policy,
): Pick<Vote, 'state' | 'because'> {
  const first = readings[0] ?? last;
  const covered = first.ageMs >= windowMs;
  const percent = () => `${Math.round(share * 100)} % of the last ${seconds(windowMs)} failed`;

  if (last.outcome === 'silent') return { state: 'silent', because: last.because };
  if (covered && first.outcome === 'failed' && last.outcome === 'failed' && share >= downShare)
    return { state: 'down', because: `${percent()}, and so did the last probe: ${last.because}` };
  if (!covered && failed)
    return {
      state: 'silent',
      because: `It has probed for only ${seconds(first.ageMs)} of the ${seconds(windowMs)} window.`,
    };
  if (!ok)
    return { state: 'silent', because: `It had no clear answer in the last ${seconds(windowMs)}: ${last.because}` };
  if (share > 0) return { state: 'up', because: `Only ${percent()}; the last probe: ${last.because}` };
  return { state: 'up', because: last.because };
}

/** From this share of failed probes on a shop browns out, until less than `calmShare` fail again. */
const [brownOutShare, calmShare] = [0.3, 0.1];

/** Whether the monitor must hear of the change at once. */
export function worthTelling(before: Vote, after: Vote, policy: Policy): boolean {
  if (before.state !== after.state) return true;
  if (before.share < brownOutShare ? after.share >= brownOutShare : after.share < calmShare) return true;
  if (before.failingMs < mostlyAfterMs(policy) && after.failingMs >= mostlyAfterMs(policy)) return true;
  return before.facts !== after.facts && JSON.stringify(before.facts) !== JSON.stringify(after.facts);
}

/** How long a target must have been failing before a share of failures that all vantages see counts as down, though some probes succeed. */
export const mostlyAfterMs = ({ windowMs }: Policy): number => 1.25 * windowMs;

/** While a target fails, the monitor must know that its votes are of now. */
const whileFailingMs = 15_000;

/** A vantage reports after this long, also when nothing has changed. */
export function reportWithinMs(votes: readonly Vote[], { batchMs }: Policy): number {
  return votes.some(({ state, failingMs }) => state === 'down' || failingMs > 0)
    ? Math.min(whileFailingMs, batchMs)
    : batchMs;
}

/** From the start of one round to the start of the next, unless the round takes longer: suspicion of one target makes a vantage ask all of them sooner. */
export function pauseBetween(votes: readonly Vote[], policy: Policy): number {
  return votes.some((vote) => vote.suspect) ? policy.suspectIntervalMs : policy.intervalMs;
}

/** The readings of the window, `elapsedMs` older, and the one that was in force when it began. */
function agedWithin(readings: readonly Reading[], elapsedMs: number, windowMs: number): Reading[] {
  const inForce = readings.findLastIndex((reading) => reading.ageMs + elapsedMs >= windowMs);
  const kept = readings.slice(Math.max(0, inForce));
  return kept.map((old) => ({ ...old, ageMs: old.ageMs + elapsedMs }));
}

/** What the memory held and the last `kept` of its readings do not. */
function leftBehind({ readings, past = [] }: Memory, kept: number, elapsedMs: number, windowMs: number): typeof past {
  const gone = readings.slice(0, readings.length - kept);
  return [...past, ...gone.map(({ ageMs, outcome }) => ({ ageMs, failed: outcome === 'failed' }))]
    .map(({ ageMs, failed }) => ({ ageMs: ageMs + elapsedMs, failed }))
    .filter(({ ageMs }) => ageMs < 1.5 * windowMs);
}

/** Shares count by number, not by time: a probe that times out lasts longer than a good one and would weigh more. */
interface Tally {
  failed: number;
  answered: number;
  /** Some reading was good; some failed within the last half of the window. */
  ok: boolean;
  suspect: boolean;
  /** How much of the window was failure. A reading holds until the next one. */
  failedMs: number;
  /** The newest reading with an account. */
  teller?: Reading;
}

function tally(readings: readonly Reading[], windowMs: number): Tally {
  const sum: Tally = { failed: 0, answered: 0, ok: false, suspect: false, failedMs: 0 };
  readings.forEach((reading, index) => {
    const { outcome, ageMs } = reading;
    if (reading.answered) sum.answered += 1;
    if (reading.facts) sum.teller = reading;
    if (outcome === 'ok') sum.ok = true;
    if (outcome !== 'failed') return;
    sum.failed += 1;
    sum.suspect ||= ageMs <= windowMs / 2;
    sum.failedMs += Math.min(ageMs, windowMs) - Math.min(readings[index + 1]?.ageMs ?? 0, windowMs);
  });
  return sum;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

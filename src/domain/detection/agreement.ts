/** What the vantages together say about one target. */
import { votesNeeded } from './quorum';
import type { Policy } from '../policy';
import { nameOf, type Target } from './reading';
import { blank, mostlyAfterMs, type Ballot, type Vote } from './vote';

export interface Agreement {
  target: Target;
  /** `majority` and `split` are partial: more than half of the eligible say down, or some do. `unknown`: too few have an opinion. */
  state: 'down' | 'majority' | 'split' | 'up' | 'unknown';
  /** How long it has been so at least, without a gap. */
  forMs: number;
  down: string[];
  up: string[];
  silent: string[];
  because: string;
  /** Some vantage with an opinion had an answer from that address most of the time, if only a refusal. */
  answered: boolean;
  /** For how long the target has been failing, as enough vantages saw it; 0 when they did not. */
  failingMs: number;
  /** For how long every vantage with an opinion has seen it fail at least half of the time. */
  browningMs: number;
  /** The least share of failure that any vantage with an opinion sees. */
  leastShare: number;
}

/** Counts the votes on `target`. A vote that is missing or too old is silent. @param muted vantages whose votes a person has taken out */
export function agree(
  target: Target,
  ballots: readonly Ballot[],
  vantages: readonly string[],
  policy: Policy,
  muted: readonly string[] = [],
): Agreement {
  const votes = vantages.map((vantage) => countedVote(vantage, target, ballots, policy));
  const of = (state: Vote['state']) => votes.filter(({ vote }) => vote.state === state);
  const [down, up, silent] = [of('down'), of('up'), of('silent')];
  const eligible = [...down, ...up];
  const mutedHere = vantages.filter((name) => muted.includes(name)).length;
  // Muting a vantage must not make a smaller majority of the others.
  const needed = votesNeeded(eligible.length + mutedHere, policy.minEligible);
  const counted = stateOf(down.length, eligible.length, needed);
  const mostly = counted !== 'down' && eligible.length >= needed && failsMostly(eligible, policy);
  const state = mostly ? 'down' : counted;
  const names = (some: typeof votes) => some.map(({ vantage }) => vantage);
  const heldMs = together(state === 'up' ? up : down, 'heldMs', state === 'majority' ? needed : undefined);
  return {
    target,
    state,
    forMs: mostly ? together(eligible, 'failingMs') - mostlyAfterMs(policy) : heldMs,
    failingMs: mostly ? together(eligible, 'failingMs') : together(down, 'failingMs', policy.minEligible),
    down: names(mostly ? eligible : down),
    up: names(mostly ? [] : up),
    silent: names(silent),
    because: mostly ? grey(target, eligible) : sentence(target, down, up, silent) + quorum(needed, mutedHere),
    answered: eligible.some(({ vote }) => vote.answeredShare >= 0.5),
    browningMs: together(eligible, 'failingMs'),
    leastShare: Math.min(...eligible.map(({ vote }) => vote.share), 1),
  };
}

/** Less than this share of a single vantage's probes is no view of an outage. */
const leastShareOfOne = 0.5;

/** Most probes fail, from everywhere and for long, though some succeed: no vantage needs to have seen a whole window of it. */
function failsMostly(eligible: readonly CountedVote[], policy: Policy): boolean {
  const lasting = eligible.every(
    ({ vote, failingMs, isFresh }) =>
      isFresh && mostShare(vote) >= leastShareOfOne && failingMs >= mostlyAfterMs(policy),
  );
  return lasting && shareOf(eligible) >= policy.downShare;
}

/** Over the longer span as well: a shop that fails and serves by turns fails for most of some windows. */
const mostShare = ({ share, longShare = 0 }: Vote): number => Math.min(share, longShare);

const shareOf = (votes: readonly CountedVote[]): number =>
  votes.reduce((sum, { vote }) => sum + mostShare(vote), 0) / votes.length;

function grey(target: Target, eligible: readonly CountedVote[]): string {
  const percent = Math.round(100 * shareOf(eligible));
  return `${percent} % of the probes of ${nameOf(target)} by ${listed(eligible)} fail, for ${Math.round(together(eligible, 'failingMs') / 1000)} s`;
}

/** Down by everybody, or by a majority that has lasted. */
export function isOut(agreement: Agreement, policy: Policy): boolean {
  return agreement.state === 'down' || (agreement.state === 'majority' && agreement.forMs >= policy.majorityAfterMs);
}

interface CountedVote {
  vantage: string;
  vote: Vote;
  heldMs: number;
  failingMs: number;
  /** Dated by the vantage, and young. */
  isFresh: boolean;
}

/** A vantage that sees a failure reports every 15 s: one that has not for this long may know nothing of a recovery. */
const failureHoldsMs = 45_000;

function countedVote(
  vantage: string,
  target: Target,
  ballots: readonly Ballot[],
  { voteMaxAgeMs }: Policy,
): CountedVote {
  const ballot = ballots.find((one) => one.vantage === vantage && nameOf(one.target) === nameOf(target));
  const none = blank('It has not reported.').vote;
  if (ballot === undefined) return { vantage, vote: none, heldMs: 0, failingMs: 0, isFresh: false };
  const { vote, ageMs, dated = false } = ballot;
  const limitMs = dated && vote.state === 'down' ? Math.min(failureHoldsMs, voteMaxAgeMs) : voteMaxAgeMs;
  const stale = ageMs > limitMs;
  const counted = stale ? blank(`It last reported ${Math.round(ageMs / 1000)} s ago.`).vote : vote;
  const failing = counted.failingMs > 0;
  return {
    vantage,
    vote: counted,
    heldMs: counted.heldMs + ageMs,
    failingMs: failing ? counted.failingMs + ageMs : 0,
    isFresh: dated && ageMs <= failureHoldsMs,
  };
}

function stateOf(down: number, eligible: number, needed: number): Agreement['state'] {
  if (eligible < needed) return 'unknown';
  if (down === 0) return 'up';
  if (down === eligible) return 'down';
  return down >= needed ? 'majority' : 'split';
}

/** How long `count` of `votes` (all of them by default) have stood together. */
function together(votes: readonly CountedVote[], span: 'heldMs' | 'failingMs', count = votes.length): number {
  const longestFirst = votes.map((vote) => vote[span]).sort((a, b) => b - a);
  return longestFirst[count - 1] ?? 0;
}

function sentence(target: Target, down: CountedVote[], up: CountedVote[], silent: CountedVote[]): string {
  const parts = [
    ...(down[0] ? [`${listed(down)} say ${nameOf(target)} is down (${down[0].vote.because})`] : []),
    ...(up[0] ? [`${listed(up)} say ${nameOf(target)} is up`] : []),
    ...(silent[0]
      ? [`${listed(silent)} cannot tell about ${nameOf(target)} (${trimmed(silent[0].vote.because)})`]
      : []),
  ];
  return parts.join('; ');
}

const quorum = (needed: number, muted: number): string =>
  muted === 0 ? '' : `; ${needed} votes are needed, as many as with what is muted`;

function listed(some: readonly CountedVote[]): string {
  return listOf(some.map(({ vantage }) => vantage));
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function trimmed(sentenceText: string): string {
  return sentenceText.replace(/\.$/, '');
}

export function sentenceCase(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * A vantage that a person has muted until a time: its votes are not counted. As many votes are needed as with it, so that muting never makes a smaller
 * majority. Pure: the monitor holds the list and hands it from run to run. Times are milliseconds since the epoch.
 */
import { votesNeeded } from '../detection/quorum';
import { blank, type Ballot } from '../detection/vote';
import { minuteOf } from '../sentence';

export interface Mute {
  vantage: string;
  by: string;
  because: string;
  until: number;
}

/** What a person said. `until` as it was typed. */
interface Said {
  vantage: string;
  who: string;
  because?: string;
  until?: string;
}

/** The vantages that the site has; undefined before the site file was read. */
export type Known = { names: readonly string[]; minEligible: number } | undefined;

type Answer = { refused: string } | { mutes: readonly Mute[]; said: string };

/** More than a site names. */
const mostKept = 20;

export const mutesAt = (mutes: readonly Mute[] = [], now: number): readonly Mute[] =>
  mutes.filter(({ until }) => now < until);

export function mute(before: readonly Mute[] | undefined, said: Said, known: Known, now: number): Answer {
  const { vantage, who: by, because = '', until: typed = '' } = said;
  const until = Date.parse(typed);
  if (!(until > now)) return { refused: `${typed} is past; nothing was changed.` };
  if (known && !known.names.includes(vantage))
    return { refused: `There is no vantage ${vantage}; the site has ${known.names.join(', ')}. Nothing was changed.` };
  const others = mutesAt(before, now).filter((each) => each.vantage !== vantage);
  const next = { vantage, by, because, until };
  const mutes = [...others, next].slice(-mostKept);
  return { mutes, said: `${muteSentence(next)} ${quorumSentence(known, mutes)}` };
}

export function unmute(before: readonly Mute[] | undefined, { vantage, who }: Said, now: number): Answer {
  const muted = mutesAt(before, now);
  const mutes = muted.filter((each) => each.vantage !== vantage);
  return mutes.length === muted.length
    ? { refused: `${vantage} is not muted; nothing was changed.` }
    : { mutes, said: `${who} unmuted ${vantage}; its votes are counted again.` };
}

/** `Muted north until 2026-12-01T06:00Z by ines: its cable is cut.` */
export const muteSentence = ({ vantage, by, because, until }: Mute): string =>
  `Muted ${vantage} until ${minuteOf(until)} by ${by}: ${because}`;

function quorumSentence(known: Known, mutes: readonly Mute[]): string {
  const same = 'As many votes are needed as with it.';
  if (!known) return same;
  const needed = votesNeeded(known.names.length, known.minEligible);
  const left = known.names.filter((name) => !mutes.some(({ vantage }) => vantage === name)).length;
  return left < needed
    ? `${same} Only ${left} of ${known.names.length} are left and ${needed} are needed, so the monitor is blind and moves nothing meanwhile.`
    : `${same} ${needed} of the ${left} that are left must agree.`;
}

/** What a muted vantage says is nothing: neither its votes nor what a shop told it. */
export function silenced(ballots: readonly Ballot[], muted: readonly Mute[] = []): Ballot[] {
  return ballots.map((ballot) => {
    const found = muted.find(({ vantage }) => vantage === ballot.vantage);
    if (!found) return ballot;
    return { ...ballot, vote: blank(`muted until ${minuteOf(found.until)} by ${found.by}`).vote };
  });
}

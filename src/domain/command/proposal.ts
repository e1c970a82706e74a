/**
 * A move that waits for the approval of a person. Pure: the monitor holds it and hands it from run to run. Times are milliseconds since the epoch.
 * A word that comes late, twice, or about another epoch changes nothing, and its answer says why.
 */
import type { TransferKind } from '../plan/request';

export interface Approval {
  who: string;
  because: string;
  at: number;
  /** Behind this it counts for nothing. */
  until: number;
}

/** How many different people must approve, and why so many. */
export interface Need {
  persons: 1 | 2;
  because: string;
}

/** What is proposed, and in which epoch: an approval of one epoch is none in the next. */
export interface Proposed {
  kind: TransferKind;
  from: string;
  to: string;
  epoch: number;
}

export interface Proposal extends Proposed {
  because: string;
  need: Need;
  askedAt: number;
  until: number;
  approvals: readonly Approval[];
  rejected?: { who: string; because: string };
  /** How often somebody was reminded. */
  reminders: number;
}

/** So long a proposal waits for people, and so long a rejection holds. */
const waitMs = 30 * 60_000;
/** The world of an approval that is older is another one. */
const approvalHoldsMs = 10 * 60_000;
/** Somebody is reminded after so long without an answer, and then after as long again. */
const remindEveryMs = 5 * 60_000;

type Word = { refused: string } | { proposal: Proposal; said: string };

const isSame = (one: Proposed, other: Proposed): boolean =>
  one.kind === other.kind && one.from === other.from && one.to === other.to && one.epoch === other.epoch;

/** `failover from A to B` */
export const moveOf = ({ kind, from, to }: Omit<Proposed, 'epoch'>): string => `${kind} from ${from} to ${to}`;

const sameOne = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase();

/** The proposal after a decision that asks for approval; words about the same move stay. One that nobody answered in time is asked anew. */
export function asked(
  before: Proposal | undefined,
  wanted: Proposed,
  need: Need,
  because: string,
  at: number,
): Proposal {
  if (before && isSame(before, wanted) && at < before.until) return { ...before, need, because };
  return { ...wanted, because, need, askedAt: at, until: at + waitMs, approvals: [], reminders: 0 };
}

/** Of those whose approval holds now: each person once. */
export function approvalsAt(proposal: Proposal | undefined, now: number): readonly Approval[] {
  if (!proposal || proposal.rejected || now >= proposal.until) return [];
  return proposal.approvals.filter(({ until }) => now < until);
}

/** Why a word about a proposal counts for nothing now; undefined when it counts. */
function futile(proposal: Proposal | undefined, epoch: string | undefined, now: number): string | undefined {
  if (!proposal) return 'No move waits for an approval; nothing was changed.';
  if (epoch !== undefined && Number(epoch) !== proposal.epoch)
    return `The ${moveOf(proposal)} that waits is of epoch ${String(proposal.epoch)}, not of ${epoch}; nothing was changed.`;
  if (now >= proposal.until)
    return `The ${moveOf(proposal)} waited until ${clock(proposal.until)} and is proposed no more; nothing was changed.`;
  const { rejected } = proposal;
  return (
    rejected &&
    `${rejected.who} rejected the ${moveOf(proposal)}: ${rejected.because} That holds until ${clock(proposal.until)}; nothing was changed.`
  );
}

interface Said {
  who: string;
  because: string;
  epoch?: string | undefined;
  /** Until when it holds. */
  until?: string | undefined;
}

export function approve(proposal: Proposal | undefined, { who, because, epoch, until }: Said, now: number): Word {
  const refused = futile(proposal, epoch, now);
  if (!proposal || refused !== undefined) return { refused: refused ?? '' };
  const holds = until === undefined ? now + approvalHoldsMs : Date.parse(until);
  if (holds <= now) return { refused: `${until ?? ''} is past; nothing was changed.` };
  if (approvalsAt(proposal, now).some((each) => sameOne(each.who, who)))
    return {
      refused: `${who} has approved the ${moveOf(proposal)} already; nothing was changed.${stillNeeded(proposal, now)}`,
    };
  const lasting = proposal.approvals.filter((each) => !sameOne(each.who, who));
  const next = { ...proposal, approvals: [...lasting, { who, because, at: now, until: holds }] };
  const start = `${who} approved the ${moveOf(proposal)} until ${clock(holds)}.`;
  const left = stillNeeded(next, now);
  return { proposal: next, said: left === '' ? `${start} It starts unless a guard forbids it.` : `${start}${left}` };
}

export function reject(proposal: Proposal | undefined, { who, because, epoch }: Said, now: number): Word {
  const refused = futile(proposal, epoch, now);
  if (!proposal || refused !== undefined) return { refused: refused ?? '' };
  const said = `${who} rejected the ${moveOf(proposal)}; it is not proposed again before ${clock(proposal.until)}.`;
  return { proposal: { ...proposal, approvals: [], rejected: { who, because } }, said };
}

export function extend(proposal: Proposal | undefined, { who, epoch, until }: Said, now: number): Word {
  const refused = futile(proposal, epoch, now);
  if (!proposal || refused !== undefined) return { refused: refused ?? '' };
  const longer = until === undefined ? now + waitMs : Date.parse(until);
  if (longer <= proposal.until)
    return { refused: `The ${moveOf(proposal)} waits until ${clock(proposal.until)} anyway; nothing was changed.` };
  return {
    proposal: { ...proposal, until: longer },
    said: `${who} lets the ${moveOf(proposal)} wait until ${clock(longer)}.`,
  };
}

/** ` A second person must approve it too: why.`, or nothing. */
function stillNeeded(proposal: Proposal, now: number): string {
  const missing = proposal.need.persons - approvalsAt(proposal, now).length;
  if (missing <= 0) return '';
  return ` ${missing === 1 ? 'One more person' : 'Two people'} must approve it: ${proposal.need.because}`;
}

/** Whether nobody has answered for so long that somebody is to be reminded now. */
export function isUnanswered(proposal: Proposal, now: number): boolean {
  if (proposal.rejected || stillNeeded(proposal, now) === '') return false;
  return now - proposal.askedAt >= remindEveryMs * (proposal.reminders + 1);
}

/** How it stands, for a person: `The failover from A to B waits until 06:30 UTC for one person: why.` */
export function proposalSentence(proposal: Proposal, now: number): string {
  const { rejected, until, need } = proposal;
  const what = `The ${moveOf(proposal)} in epoch ${String(proposal.epoch)}`;
  if (rejected)
    return `${what} was rejected by ${rejected.who}: ${rejected.because} It may be proposed again at ${clock(until)}.`;
  const given = approvalsAt(proposal, now).map(({ who, because }) => `${who} (${because})`);
  const so = given.length === 0 ? '' : ` Approved by ${given.join(' and ')}.`;
  const whom = need.persons === 1 ? 'the approval of a person' : `the approval of two people. ${need.because}`;
  return `${what} waits until ${clock(until)} for ${whom}${need.persons === 1 ? '.' : ''}${so}`;
}

/** `2026-12-01 06:30:00 UTC` */
const clock = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

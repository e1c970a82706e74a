/** Who commands a monitor: its mode, the move that waits for people, and the score of what it only observes. */
import type { DecideInput, DecideResult } from '../../contract/monitor';
import type { MessageFields } from '../../contract/messages';
import type { MonitorVerb } from '../../contract/verbs';
import type { Alert } from '../../domain/alert';
import { isMode, modeSentence, type ModeSetting } from '../../domain/mode';
import * as proposals from '../../domain/command/proposal';
import { ended, emptyScore, movedBy, scoreLines, sighted, type Score } from '../../domain/command/score';
import { approvalCommand } from '../../domain/decision/wording';

/** Part of the monitor's state; absent until a person has said something. */
export interface Command {
  mode?: ModeSetting;
  proposal?: proposals.Proposal;
  /** Of mode observe, from its beginning. */
  score?: Score;
}

interface Commanded {
  command?: Command;
  untold?: Alert[];
}

const decidedBy = { approve: proposals.approve, reject: proposals.reject, extend: proposals.extend };

/** A word about what waits for an approval. */
export type Word = keyof typeof decidedBy;

export const isWord = (verb: MonitorVerb): verb is Word => Object.hasOwn(decidedBy, verb);

/** Why a word would change nothing now. */
export function refusalOf({ command }: Commanded, verb: Word, fields: MessageFields, now: number): string | undefined {
  const answer = decidedBy[verb](command?.proposal, said(fields), now);
  return 'refused' in answer ? answer.refused : undefined;
}

const said = ({ who = '', because = '', epoch, until }: MessageFields) => ({ who, because, epoch, until });

/** Takes a word and returns the sentence that the person gets back. */
export function takeWord(state: Commanded, verb: Word, fields: MessageFields, now: number): string {
  const answer = decidedBy[verb](state.command?.proposal, said(fields), now);
  if ('refused' in answer) return answer.refused;
  state.command = { ...state.command, proposal: answer.proposal };
  return answer.said;
}

export function setMode(state: Commanded, { to = '', who = '', because = '' }: MessageFields, now: number): string {
  if (!isMode(to)) return `There is no mode ${to}; nothing was changed.`;
  const before = state.command?.mode;
  if (before?.mode === to) return `The mode is ${to} already, set by ${before.by}; nothing was changed.`;
  const mode = { mode: to, by: who, because, since: now };
  state.command = { mode, ...(to === 'observe' && { score: emptyScore }) };
  return modeSentence(mode);
}

/** What the decision needs to know of it. */
export function commandFor({ command }: Commanded, now: number): Pick<DecideInput, 'mode' | 'approved' | 'rejected'> {
  const { mode, proposal } = command ?? {};
  const approvals = proposals.approvalsAt(proposal, now);
  const rejected = proposal?.rejected && now < proposal.until ? proposal.rejected : undefined;
  return {
    ...(mode && { mode: mode.mode }),
    ...(proposal && approvals.length > 0 && { approved: { ...proposedIn(proposal), ...people(approvals) } }),
    ...(proposal && rejected && { rejected: { ...proposedIn(proposal), by: rejected.who, because: rejected.because } }),
  };
}

const proposedIn = ({ kind, from, to, epoch }: proposals.Proposal): proposals.Proposed => ({ kind, from, to, epoch });

const people = (approvals: readonly proposals.Approval[]) => ({
  people: approvals.map(({ who }) => who),
  because: `Approved by ${approvals.map(({ who, because }) => `${who}: ${because}`).join('; and by ')}`,
});

/** After each decision: what waits for people now, who is to be reminded, and what only observing would have done. */
export function noteDecision(state: Commanded, site: string, considered: DecideResult, now: number): void {
  const { command } = state;
  if (!command?.mode) return;
  const { decision, opinion, known } = considered;
  const proposed = decision.action === 'hold' ? undefined : decision.proposed;
  const { proposal, score = emptyScore, ...rest } = command;
  if (rest.mode?.mode === 'observe') {
    const isObserved = 'observed' in decision && proposed !== undefined;
    const { failingForMs } = opinion.verdict;
    const seen = isObserved ? sighted(score, { ...proposed, at: now, failingForMs }) : score;
    state.command = { ...rest, score: decision.action === 'hold' ? ended(seen, 'passed', now) : seen };
    return;
  }
  const needs = 'needs' in decision ? decision.needs : undefined;
  const wanted = proposed && { ...proposed, epoch: known.epoch };
  const next =
    wanted && needs ? proposals.asked(proposal, wanted, needs, decision.because, now) : lasting(proposal, decision);
  state.command = { ...rest, ...(next && { proposal: reminded(state, site, next, now) }) };
}

/** It outlasts a moment at which a guard forbids it, but not the trouble that it was for, nor its own start. */
function lasting(
  proposal: proposals.Proposal | undefined,
  decision: DecideResult['decision'],
): proposals.Proposal | undefined {
  return decision.action === 'hold' || decision.action === 'act' ? undefined : proposal;
}

/** Silence is no answer: it is asked again, louder each time by its key. */
function reminded(state: Commanded, site: string, proposal: proposals.Proposal, now: number): proposals.Proposal {
  if (!proposals.isUnanswered(proposal, now)) return proposal;
  const reminders = proposal.reminders + 1;
  const key = `${site}/approval/${new Date(proposal.askedAt).toISOString()}/${String(reminders)}`;
  const summary = `${site}: nobody has decided yet. ${proposals.proposalSentence(proposal, now)} ${proposal.because}`;
  const command = approvalCommand(site, proposal.epoch);
  state.untold = [...(state.untold ?? []), { severity: 'critical', key, summary, command }];
  return { ...proposal, reminders };
}

/** A person made a move. */
export function noteMove(state: Commanded, kind: string, now: number): void {
  const { command } = state;
  if (command?.score) state.command = { ...command, score: movedBy(command.score, kind, now) };
}

/** What Temporal Web shows of it, in Markdown; nothing where nobody has set a mode. */
export function commandLines({ command }: Commanded, site: string, now: number): string[] {
  if (!command?.mode) return [];
  const { mode, proposal, score } = command;
  const waits = proposal && !proposal.rejected && now < proposal.until;
  return [
    '',
    modeSentence(mode),
    ...(proposal ? ['', `**${proposals.proposalSentence(proposal, now)}**`] : []),
    ...(waits ? [`Approve it with: ${approvalCommand(site, proposal.epoch)}`] : []),
    ...(score ? ['', ...scoreLines(score)] : []),
  ];
}

/** What the mode that a person set means for a decision: who must approve, what an approval lifts, and what is only observed. */
import { moveOf, type Need, type Proposed } from '../command/proposal';
import { isPlanned, movesPrimary } from '../plan/request';
import type { Action } from './course';
import type { Situation } from './situation';
import { span } from './wording';

interface Objection {
  then: 'refuse' | 'ask';
  loss?: true;
  beyond?: true;
}

const isOf = (word: Proposed | undefined, { epoch }: Situation, { kind, from, to }: Action): boolean =>
  word?.kind === kind && word.from === from && word.to === to && word.epoch === epoch;

export function observing({ mode, opinion: { verdict } }: Situation, action: Action): string | undefined {
  if (mode !== 'observe') return undefined;
  const after = verdict.failingForMs > 0 ? `, ${span(verdict.failingForMs)} after the trouble began` : '';
  return `Mode observe: it would start the ${moveOf(action)} now${after}.`;
}

export function awaiting({ mode }: Situation, action: Action): string | undefined {
  return mode === 'approve' ? `Mode approve: the ${moveOf(action)} waits for an approval.` : undefined;
}

export function rejectedBefore(situation: Situation, action: Action): string | undefined {
  const { mode, rejected } = situation;
  if (mode !== 'approve' || !rejected || !isOf(rejected, situation, action)) return undefined;
  return `${rejected.by} rejected the ${moveOf(action)}: ${rejected.because}`;
}

/**
 * Who must approve the action; undefined where nobody is asked, or where no approval would help. Two people where more may be lost than the policy
 * allows, or where the databases of both regions are changed by plan.
 */
export function needOf(
  { mode, policy }: Situation,
  { kind }: Action,
  objections: readonly (Objection & { because: string })[],
): Need | undefined {
  if (mode !== 'approve' || objections.some(({ beyond }) => beyond)) return undefined;
  const loss = movesPrimary(kind) ? objections.find((each) => each.loss) : undefined;
  if (loss)
    return {
      persons: 2,
      because: `More may be lost than policy.maxReplicaLag (${span(policy.maxReplicaLagMs)}) allows: ${loss.because}`,
    };
  if (isPlanned(kind)) return { persons: 2, because: `A ${kind} changes the databases of both regions.` };
  return { persons: 1, because: `A ${kind} changes one region.` };
}

/** The objections that still stand; enough approvals of this very action in this epoch lift those that ask. */
export function liftedByApproval<O extends Objection & { because: string }>(
  situation: Situation,
  action: Action,
  objections: readonly O[],
): readonly O[] {
  const { approved } = situation;
  const need = needOf(situation, action, objections);
  if (!need || !approved || !isOf(approved, situation, action) || approved.people.length < need.persons)
    return objections;
  return objections.filter(({ then }) => then !== 'ask');
}

/** Every reason not to carry out an action, one function each. All are checked, so that a person sees every obstacle at once. */
import { awaiting, observing, rejectedBefore } from './command';
import { staleness } from './freshness';
import type { Action } from './course';
import {
  braked,
  coolingDown,
  frozen,
  maintained,
  rejoinFences,
  rejoinUnderWay,
  secondAutomatic,
  unacknowledged,
} from './held-back';
import { lagTooLong, lagUnknown, notReceiving, replicaUnfit, standbyIll } from './standby-fit';
import { overrideOf, type Passes } from './overrides';
import type { Situation } from './situation';
import { backTooOften } from './repeats';
import { kindsThatChange, transferKinds, type TransferKind } from '../plan/request';

/** The sentence that forbids an action, or undefined. */
type Speech = (situation: Situation, action: Action) => string | undefined;

/** Whether the action must not be carried out now, or is for a person to decide. */
type Then = 'refuse' | 'ask';

interface Guard {
  /** The reason in a few words that never change. */
  topic: string;
  then: Then;
  /** The kinds of transfer it watches over. */
  over: readonly TransferKind[];
  /** Nobody needs to be called for it. */
  quiet?: true;
  /** More may be lost than the policy allows: two people must approve it. */
  loss?: true;
  /** The planner forbids it too, so no approval lifts it. */
  beyond?: true;
  /** What lets the action pass all the same; a person's own command where it is left out. */
  passes?: Passes;
  says: Speech;
}

export interface GuardAnswer {
  topic: string;
  then: Then;
  /** Absent where it has no objection. */
  because?: string;
  /** Who may let the action pass all the same, and by which command; a sentence. */
  override: string;
}

export interface Objection {
  topic: string;
  then: Then;
  quiet: boolean;
  loss?: true;
  beyond?: true;
  because: string;
}

const transfers = kindsThatChange('primary');
const moves = kindsThatChange('primary', 'table');
const repairs = kindsThatChange('repair');
const all = transferKinds;

/** Cheapest and most certain first; the first that speaks is the reason given. */
const guards: readonly Guard[] = [
  {
    topic: 'a run is under way',
    then: 'refuse',
    over: all,
    quiet: true,
    passes: 'nobody',
    says: ({ running }) => running && `${running} is running.`,
  },
  {
    topic: 'a rejoin is under way',
    then: 'ask',
    over: transfers,
    beyond: true,
    passes: 'nobody',
    says: rejoinUnderWay,
  },
  {
    topic: 'a rejoin is under way',
    then: 'refuse',
    over: ['fence'],
    quiet: true,
    passes: 'nobody',
    says: rejoinFences,
  },
  { topic: 'it failed a moment ago', then: 'refuse', over: all, quiet: true, says: (...of) => braked('wait', ...of) },
  {
    topic: 'earlier tries did not help',
    then: 'ask',
    over: all,
    passes: 'acknowledge',
    says: (...of) => braked('person', ...of),
  },
  { topic: 'frozen', then: 'refuse', over: all, passes: 'thaw', says: frozen },
  { topic: 'a maintenance window is open', then: 'refuse', over: all, says: maintained },
  { topic: 'the opinion is old', then: 'refuse', over: all, says: ({ opinionAgeMs }) => staleness(opinionAgeMs) },
  { topic: 'the evidence is old', then: 'refuse', over: [...repairs, 'pointer'], quiet: true, says: staleEvidence },
  { topic: 'too few vantages', then: 'refuse', over: moves, says: tooFew },
  {
    topic: 'there is no standby',
    then: 'refuse',
    over: transfers,
    passes: 'nobody',
    says: ({ standby, site }) => (standby ? undefined : `${site} has no other region to go to.`),
  },
  { topic: 'cooling down', then: 'refuse', over: transfers, says: coolingDown },
  {
    topic: 'the last transfer is not acknowledged',
    then: 'refuse',
    over: transfers,
    passes: 'acknowledge',
    says: unacknowledged,
  },
  { topic: 'the standby is unfit', then: 'refuse', over: transfers, says: standbyIll },
  { topic: 'the standby is unfit', then: 'refuse', over: transfers, says: replicaUnfit },
  { topic: 'the table of the other region is not well', then: 'refuse', over: ['pointer'], says: otherTableIll },
  { topic: 'the lag of the standby is unknown', then: 'ask', over: transfers, loss: true, says: lagUnknown },
  { topic: 'the standby lags too far behind', then: 'ask', over: transfers, loss: true, says: lagTooLong },
  { topic: 'the pointer was moved too often', then: 'ask', over: ['pointer'], says: backTooOften },
  {
    topic: 'the standby hears nothing of the primary',
    then: 'ask',
    over: ['switchover', 'failback'],
    says: notReceiving,
  },
  { topic: 'the shop was moved automatically before', then: 'ask', over: transfers, says: secondAutomatic },
  {
    topic: 'automatic moves are off',
    then: 'ask',
    over: moves,
    // A mode that a person has set takes its place.
    says: ({ policy, mode }) => (policy.automatic || mode ? undefined : 'policy.automatic is false for this site.'),
  },
  { topic: 'it was rejected', then: 'refuse', over: moves, quiet: true, passes: 'approve', says: rejectedBefore },
  { topic: 'it waits for an approval', then: 'ask', over: moves, passes: 'approve', says: awaiting },
  // The last, so that it is the reason only where nothing else forbids it.
  { topic: 'the mode is observe', then: 'refuse', over: all, passes: 'mode', says: observing },
];

/** What each guard over this kind of action says, objections or not. */
export function guardAnswers(situation: Situation, action: Action): GuardAnswer[] {
  return guards
    .filter(({ over }) => over.includes(action.kind))
    .map(({ topic, then, passes, says }) => {
      const because = says(situation, action);
      return { topic, then, ...(because && { because }), override: overrideOf(passes, situation, action) };
    });
}

export function objectionsTo(situation: Situation, action: Action): Objection[] {
  return guards
    .filter(({ over }) => over.includes(action.kind))
    .flatMap(({ topic, then, quiet = false, loss, beyond, says }) => {
      const because = says(situation, action);
      return because ? [{ topic, then, quiet, ...(loss && { loss }), ...(beyond && { beyond }), because }] : [];
    });
}

/** Why the standby could not take over right now, if so; asked while all is well. */
export function standbyConcern(situation: Situation): { topic: string; because: string } | undefined {
  if (situation.running !== undefined) return undefined;
  const action: Action = { kind: 'switchover', from: situation.primary, to: situation.standby ?? '' };
  const concerns: Speech[] = [standbyIll, replicaUnfit, lagUnknown, lagTooLong, notReceiving];
  for (const says of concerns) {
    const because = says(situation, action);
    if (because) return { topic: guards.find((guard) => guard.says === says)?.topic ?? '', because };
  }
  return undefined;
}

/** What was seen before the last plan ended is what that plan changed. */
function staleEvidence(situation: Situation, { kind }: Action): string | undefined {
  const { opinion, lastTransfer, lastPlanAgoMs, tableSeenAgoMs = 0 } = situation;
  const agoMs = Math.min(lastTransfer?.agoMs ?? Infinity, lastPlanAgoMs ?? Infinity);
  const seenAgoMs = kind === 'pointer' ? tableSeenAgoMs : opinion.verdict.evidenceAgeMs;
  return seenAgoMs > agoMs
    ? `${kind === 'pointer' ? 'The shop was' : 'The databases were'} last seen before the last plan had ended.`
    : undefined;
}

function tooFew({ opinion: { verdict }, policy }: Situation): string | undefined {
  const count = verdict.vantages.length;
  return count < policy.minEligible
    ? `Only ${count} vantages report it; policy.minEligible is ${policy.minEligible}.`
    : undefined;
}

function otherTableIll({ opinion }: Situation, { to }: Action): string | undefined {
  const table = opinion.tables[to];
  return table?.state === 'up'
    ? undefined
    : `The table of ${to} is unhealthy too: ${table?.because ?? 'it has not been probed.'}`;
}

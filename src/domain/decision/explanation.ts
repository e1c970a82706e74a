/** Why the monitor does what it does: every guard with its answer, what happens next and by when, and what nobody knows. Pure. */
import { minuteOf } from '../sentence';
import type { Readiness } from '../readiness/readiness';
import type { Action } from './course';
import type { GuardAnswer } from './guards';
import type { Decision, Situation } from './situation';
import { approvalCommand, commandFor, span } from './wording';

export interface Explained {
  situation: Situation;
  decision: Decision;
  /** What the guards were asked about. */
  action: Action;
  guards: readonly GuardAnswer[];
  /** The planner's, on a survey of this moment. */
  planner: readonly { topic: string; because?: string }[];
  readiness?: Readiness;
  /** What could not be read or heard, a sentence each. */
  notKnown: readonly string[];
}

/** Lines for a terminal, and for `temporal workflow query`. */
export function explanation(explained: Explained): string {
  const { situation, decision, action, guards, planner, readiness, notKnown } = explained;
  const { site, opinion } = situation;
  const isWished = decision.action !== 'hold' && decision.proposed !== undefined;
  const about = `${action.kind} ${action.from === action.to ? `of ${action.to}` : `from ${action.from} to ${action.to}`}`;
  const objecting = guards.filter(({ because }) => because !== undefined).length;
  return [
    `${site}: ${opinion.verdict.state}. ${opinion.verdict.because}`,
    `Decision: ${decision.action}. ${decision.because}`,
    ...nextOf(situation, decision).map((line) => `Next: ${line}`),
    '',
    isWished
      ? `Guards of the monitor over the ${about}, ${objecting} of ${guards.length} object:`
      : `Nothing is to be done. Were ${action.from} lost now, the guards of the monitor over a ${about}, ${objecting} of ${guards.length} object:`,
    ...guards.flatMap(guardLines),
    '',
    `Guards of the planner on both regions as they are now, which bind a person's command too:`,
    ...planner.map(({ topic, because }) => (because === undefined ? clear(topic) : `  REFUSES  ${because}`)),
    ...readinessLines(readiness),
    '',
    ...(notKnown.length > 0
      ? ['Not known:', ...notKnown.map((each) => `  ${each}`)]
      : ['Everything that was asked has answered.']),
  ]
    .map((line) => line.slice(0, longestLine))
    .slice(0, mostLines)
    .join('\n');
}

const longestLine = 600;
const mostLines = 120;

const clear = (topic: string): string => `  ok       ${topic}: no`;

function guardLines({ topic, then, because, override }: GuardAnswer): string[] {
  if (because === undefined) return [clear(topic)];
  return [`  ${then === 'ask' ? 'ASKS   ' : 'REFUSES'}  ${because}`, `           Override: ${override}`];
}

function readinessLines(readiness: Readiness | undefined): string[] {
  if (readiness === undefined) return [];
  const { state, bad } = readiness;
  return [
    '',
    `Readiness: ${state === 'red' ? 'NOT READY' : state}.`,
    ...bad.map(({ name, because }) => `  ${name}: ${because}`),
  ];
}

/** What happens by itself, and by when; else what a person has to type. */
function nextOf(situation: Situation, decision: Decision): string[] {
  const { site } = situation;
  switch (decision.action) {
    case 'act':
      return [`the monitor starts it now: ${commandFor(site, decision.proposed)}`];
    case 'hold':
      return [...waits(situation), 'votes are judged again on each change, and every 15 s while anything is wrong.'];
    case 'ask':
    case 'refuse': {
      const { proposed } = decision;
      const typed = proposed ? [`nothing else happens until a person types: ${answerTo(situation, proposed)}`] : [];
      const then = decision.action === 'ask' ? typed : [];
      return [...waits(situation), ...then, 'it is decided again every 15 s, and on each change.'];
    }
  }
}

/** Where the monitor asks for an approval, giving it is what lets the move begin. */
const answerTo = ({ site, epoch, mode }: Situation, proposed: Action): string =>
  mode === 'approve' ? approvalCommand(site, epoch) : commandFor(site, proposed);

/** What ends by time alone. */
function waits({
  opinion: { verdict },
  policy,
  freeze,
  maintenance,
  lastTransfer,
  brakes = {},
  tableOf,
  primary,
  opinion,
}: Situation): string[] {
  const cooling = lastTransfer?.automatic === true ? policy.cooldownMs - lastTransfer.agoMs : 0;
  const own = opinion.tables[primary];
  const back = tableOf !== primary && own?.state === 'up' ? policy.tableBackAfterMs - own.forMs : 0;
  const braked = Object.values(brakes).find(({ until }) => until === 'wait');
  const isMajority = 'backing' in verdict && verdict.backing === 'majority';
  const counts = isMajority && policy.majorityActs ? policy.majorityAfterMs - verdict.forMs : 0;
  return [
    ...(freeze?.endsInMs === undefined ? [] : [`the freeze ends by itself in ${span(freeze.endsInMs)}.`]),
    ...(maintenance ? [`the maintenance window ends by itself at ${minuteOf(maintenance.until)}.`] : []),
    ...(cooling > 0 ? [`the cool-down ends in ${span(cooling)}.`] : []),
    ...(braked ? [braked.because] : []),
    ...(counts > 0 ? [`the majority counts in ${span(counts)}.`] : []),
    ...(back > 0 ? [`the table pointer goes back in ${span(back)}, if the table of ${primary} stays well.`] : []),
  ];
}

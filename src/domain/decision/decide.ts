/** What to do about a verdict. The courses of the verdicts and the list of guards are the whole of it. */
import { liftedByApproval, needOf } from './command';
import { expectedAlert } from './expected';
import { objectionsTo, standbyConcern, type Objection } from './guards';
import { movesPrimary } from '../plan/request';
import { repeated } from './repeats';
import { announcement, approvalCommand, commandFor, headline } from './wording';
import type { Alert } from '../alert';
import type { Action, Course } from './course';
import type { Decision, Situation } from './situation';
import { courseFor } from './verdicts';

/** What to do now. The verdict names the course; the guards may forbid it, or leave it to a person. */
export function decide(situation: Situation): Decision {
  const decision = decided(situation);
  const { maintenance: window, opinion } = situation;
  if (!window || !decision.alert) return decision;
  return { ...decision, alert: expectedAlert(decision.alert, opinion.verdict.state, window) };
}

function decided(situation: Situation): Decision {
  const course = courseFor(situation, situation.opinion.verdict);
  switch (course.wish) {
    case 'nothing':
      return holding(situation, course);
    case 'ask':
      return situation.mode === 'approve' && course.action
        ? acting(situation, course.action, [{ ...course, then: 'ask', quiet: false }])
        : asking(situation, course);
    case 'act':
      return acting(situation, course.action);
  }
}

function asking(situation: Situation, { action, because, topic }: Extract<Course, { wish: 'ask' }>): Decision {
  return {
    action: 'ask',
    because,
    reasons: [because, situation.opinion.verdict.because],
    ...(action && { proposed: action }),
    alert: calling(situation, action, topic),
  };
}

/** Carried out at once, unless a guard objects or the course itself asks. */
function acting(situation: Situation, proposed: Action, asked: readonly Objection[] = []): Decision {
  const all = [...asked, ...objectionsTo(situation, proposed)];
  const objections = liftedByApproval(situation, proposed, all);
  const [first] = objections;
  if (!first) return started(situation, proposed);
  const action = objections.every(({ then }) => then === 'ask') ? 'ask' : 'refuse';
  const reasons = [...objections.map(({ because }) => because), situation.opinion.verdict.because];
  const quiet = objections.some((objection) => objection.quiet);
  const needs = action === 'ask' ? needOf(situation, proposed, objections) : undefined;
  return {
    action,
    proposed,
    because: first.because,
    reasons,
    // The guard of the mode is always among them.
    ...(situation.mode === 'observe' && objections.length === 1 && { observed: true }),
    ...(needs && { needs }),
    ...(quiet ? {} : { alert: calling(situation, proposed, first.topic, needs !== undefined) }),
  };
}

function started(situation: Situation, proposed: Action): Decision {
  const { verdict } = situation.opinion;
  const again = repeated(situation, proposed);
  const approval = situation.mode === 'approve' ? situation.approved?.because : undefined;
  const because = approval === undefined ? verdict.because : `${verdict.because} ${approval}`;
  const alert: Alert = {
    ...base(situation),
    severity: movesPrimary(proposed.kind) || again ? 'critical' : 'warning',
    summary: [headline(situation), announcement(proposed), ...(again ? [again] : [])].join(' '),
  };
  return { action: 'act', proposed, because, reasons: [because], alert };
}

function holding(situation: Situation, { notice: severity, says }: Extract<Course, { wish: 'nothing' }>): Decision {
  const { verdict } = situation.opinion;
  const concern = standbyConcern(situation);
  const reasons = [verdict.because, ...(concern ? [concern.because] : [])];
  const held = { action: 'hold', because: verdict.because, reasons } as const;
  const summary = says === undefined ? headline(situation) : `${headline(situation)} ${says}`;
  if (severity) return { ...held, alert: { ...base(situation), severity, summary } };
  if (!concern || situation.sampled) return held;
  const away = situation.primary !== situation.home;
  const unready = `${situation.site}: ${situation.primary} serves, but could not be replaced now: ${concern.topic}.`;
  const told = away ? 'critical' : 'warning';
  return { ...held, alert: { key: `${situation.site}/standby`, severity: told, summary: unready } };
}

/** Pages the person on call with what they could type. */
function calling(situation: Situation, proposed: Action | undefined, topic: string, approvable = false): Alert {
  const { site, epoch } = situation;
  const command = proposed && { command: approvable ? approvalCommand(site, epoch) : commandFor(site, proposed) };
  return {
    ...base(situation),
    severity: 'critical',
    summary: `${headline(situation)} Not acted: ${topic}.`,
    ...command,
  };
}

/** What it is about; the monitor makes a key of one incident of it. */
function base({ site, opinion }: Situation): Pick<Alert, 'key'> {
  return { key: `${site}/${opinion.verdict.state}/${opinion.verdict.region}` };
}

/** What to do about a verdict. The courses of the verdicts and the list of guards are the whole of it. */
import { objectionsTo, standbyConcern } from './guards';
import { movesPrimary } from '../plan/request';
import { repeated } from './repeats';
import { announcement, commandFor, headline } from './wording';
import type { Alert } from '../alert';
import type { Action, Course } from './course';
import type { Decision, Situation } from './situation';
import { courseFor } from './verdicts';

/** What to do now. The verdict names the course; the guards may forbid it, or leave it to a person. */
export function decide(situation: Situation): Decision {
  const course = courseFor(situation, situation.opinion.verdict);
  switch (course.wish) {
    case 'nothing':
      return holding(situation, course);
    case 'ask':
      return asking(situation, course);
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

/** Carried out at once, unless a guard objects. */
function acting(situation: Situation, proposed: Action): Decision {
  const { verdict } = situation.opinion;
  const objections = objectionsTo(situation, proposed);
  const [first] = objections;
  if (!first) {
    const again = repeated(situation, proposed);
    const alert: Alert = {
      ...base(situation),
      severity: movesPrimary(proposed.kind) || again ? 'critical' : 'warning',
      summary: [headline(situation), announcement(proposed), ...(again ? [again] : [])].join(' '),
    };
    return { action: 'act', proposed, because: verdict.because, reasons: [verdict.because], alert };
  }
  const action = objections.every(({ then }) => then === 'ask') ? 'ask' : 'refuse';
  const reasons = [...objections.map(({ because }) => because), verdict.because];
  const quiet = objections.some((objection) => objection.quiet);
  return {
    action,
    proposed,
    because: first.because,
    reasons,
    ...(quiet ? {} : { alert: calling(situation, proposed, first.topic) }),
  };
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
function calling(situation: Situation, proposed: Action | undefined, topic: string): Alert {
  const command = proposed && { command: commandFor(situation.site, proposed) };
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

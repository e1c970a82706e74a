/** What to do about a verdict. The table of actions and the list of guards are the whole of it. */
import { courseFor } from './course';
import { objectionsTo, standbyConcern } from './guards';
import { commandFor, doing, headline } from './wording';
import type { Situation, Order, Notice, Decision } from './situation';

/** What to do now. The verdict names the course; the guards may forbid it, or leave it to a person. */
export function decide(situation: Situation): Decision {
  const { verdict } = situation.opinion;
  const course = courseFor(situation);
  if (course.wish === 'nothing') return holding(situation, course.notice);
  if (course.wish === 'ask') {
    const order = course.order && { order: course.order };
    return {
      action: 'ask',
      because: course.because,
      reasons: [course.because, verdict.because],
      ...order,
      alert: calling(situation, course.order, course.topic),
    };
  }
  const { order } = course;
  const objections = objectionsTo(situation, order);
  const [first] = objections;
  if (!first) {
    const alert: Notice = {
      ...base(situation),
      severity: order.cause === 'repair' ? 'warning' : 'critical',
      summary: `${headline(situation)} ${doing(order)}`,
    };
    return { action: 'act', order, because: verdict.because, reasons: [verdict.because], alert };
  }
  const action = objections.every(({ then }) => then === 'ask') ? 'ask' : 'refuse';
  const reasons = [...objections.map(({ because }) => because), verdict.because];
  const quiet = objections.some((objection) => objection.quiet);
  return {
    action,
    order,
    because: first.because,
    reasons,
    ...(quiet ? {} : { alert: calling(situation, order, first.topic) }),
  };
}

function holding(situation: Situation, severity: Notice['severity'] | undefined): Decision {
  const { verdict } = situation.opinion;
  const concern = standbyConcern(situation);
  const reasons = [verdict.because, ...(concern ? [concern.because] : [])];
  const held = { action: 'hold', because: verdict.because, reasons } as const;
  if (severity) return { ...held, alert: { ...base(situation), severity, summary: headline(situation) } };
  if (!concern) return held;
  const away = situation.primary !== situation.home;
  const summary = `${situation.site}: ${situation.primary} serves, but could not be replaced now: ${concern.topic}.`;
  return { ...held, alert: { key: `${situation.site}/standby`, severity: away ? 'critical' : 'warning', summary } };
}

/** Pages the person on call with what they could type. */
function calling(situation: Situation, order: Order | undefined, topic: string): Notice {
  const command = order && { command: commandFor(situation.site, order) };
  return {
    ...base(situation),
    severity: 'critical',
    summary: `${headline(situation)} Not acted: ${topic}.`,
    ...command,
  };
}

function base({ site, opinion }: Situation): Pick<Notice, 'key'> {
  return { key: `${site}/${opinion.verdict.state}` };
}

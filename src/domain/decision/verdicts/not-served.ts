import { listOf } from '../../detection/agreement';
import type { Hearing } from '../../detection/hearing';
import { canServe } from '../../readiness/can-serve';
import { about, defineVerdict, type VerdictOf } from './define';

/** The shop answers every vantage, and says itself that it serves nobody. Readiness calls somebody, once that lasts. */
export const notServed = defineVerdict({
  state: 'not-served',
  headline: 'serves no customers, although it answers',
  find,
  course: () => ({ wish: 'nothing' }),
});

function find({ testimony: { primary, ballots }, policy, app }: Hearing): VerdictOf<'not-served'> | undefined {
  if (app.state !== 'up') return undefined;
  const told = ballots.flatMap(({ vantage, target, vote, ageMs }) => {
    const { facts, factsAgeMs = 0 } = vote;
    const about = target.signal === 'app' && target.region === primary && vote.state === 'up';
    return about && facts && ageMs + factsAgeMs <= policy.voteMaxAgeMs
      ? [{ vantage, ageMs: ageMs + factsAgeMs, served: canServe(primary, facts) }]
      : [];
  });
  const refusing = told.flatMap(({ served, ...each }) =>
    served.answer === 'no' ? [{ ...each, obstacles: served.obstacles }] : [],
  );
  if (refusing.length < policy.minEligible || refusing.length < told.length) return undefined;
  const topics = [...new Set(refusing.flatMap(({ obstacles }) => obstacles.map(({ topic }) => topic)))];
  return {
    ...about(
      'not-served',
      primary,
      refusing.map(({ vantage }) => vantage),
    ),
    evidenceAgeMs: Math.max(...refusing.map(({ ageMs }) => ageMs)),
    because: `The shop of ${primary} answers, but serves no customers: ${listOf(topics)}.`,
  };
}

/** One site's sampler: takes each look when it is due, and never two of a kind at once, so that one that hangs holds up no other. */
import type { CheckResult } from '../../domain/plan/result';
import { afterLook, type Finding, type Sight } from '../../domain/readiness/sight';
import { sentenceOf } from '../../domain/sentence';
import { withPriority } from '../../providers/rate-limit/scope';
import { inTime } from '../in-time';
import type { SiteContext } from '../planning/prepare';
import type { ServersSeen } from '../readiness/servers';
import { looks as allLooks, seenBy, type Look } from './looks';

export interface Sampler {
  readonly sight: () => Sight;
  /** Starts what is due; resolves when the quick look is over, whatever the others do. */
  readonly round: () => Promise<void>;
}

/** @param before what was seen so far */
export function newSampler(context: SiteContext, before: Sight, looks: readonly Look[] = allLooks): Sampler {
  let sight = before;
  const underWay = new Set<string>();
  const { now } = context.ports;
  const take = async (look: Look, seen: () => Promise<ServersSeen>): Promise<void> => {
    underWay.add(look.name);
    const findings = await inTime(
      withPriority('look', () => look.ask(context, seen)),
      look.withinMs,
    )
      .then((checks) => [...checks.flatMap(findingOf), taken(look, 'good', 'It was taken.')])
      .catch((error: unknown) => [taken(look, 'unknown', sentenceOf(error))]);
    underWay.delete(look.name);
    sight = findings.length === 1 ? missed(sight, look, findings, now()) : afterLook(sight, look.name, findings, now());
  };
  const isDue = ({ name, everyMs }: Look) =>
    !underWay.has(name) && now() - (sight.looks[name]?.at ?? -Infinity) >= everyMs - dueEarlyMs;
  const [quick, ...slow] = looks;
  return {
    sight: () => sight,
    round: async () => {
      let servers: Promise<ServersSeen> | undefined;
      const seen = () => (servers ??= seenBy(context));
      for (const look of slow) if (isDue(look)) void take(look, seen);
      if (quick && !underWay.has(quick.name)) await take(quick, seen);
    },
  };
}

/** A round begins a little early or late. */
const dueEarlyMs = 2_000;

const taken = ({ name }: Look, answer: Finding['answer'], because: string): Finding => ({
  name: `look at ${name}`,
  answer,
  because,
});

/** What the look asks for stays as it was; that it could not be taken is all that is new. */
function missed(sight: Sight, { name }: Look, findings: Finding[], at: number): Sight {
  const kept = sight.conditions.filter((each) => each.look === name);
  const after = afterLook(sight, name, findings, at);
  const told = new Set(after.conditions.filter((each) => each.look === name).map((each) => each.name));
  return { ...after, conditions: [...after.conditions, ...kept.filter((each) => !told.has(each.name))] };
}

/** What fails no drill is no condition. */
function findingOf({ name, ok, because, unknown, advisory, vital }: CheckResult): Finding[] {
  if (advisory) return [];
  const answer = ok ? 'good' : unknown ? 'unknown' : 'bad';
  return [{ name, answer, because, ...(vital && { vital }) }];
}

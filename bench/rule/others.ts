/** Other rules, in the same world: what they would have moved, and when. None has control targets, a table or a witness; each asks the shop. */
import { held, meet, second, vantages, type Episode, type Random } from './world';

/** When the rule would have moved the shop; undefined when never. */
type Rule = (episode: Episode, random: Random) => number | undefined;

interface Checker {
  /** The vantage whose network it shares. */
  vantage: number;
  nextAt: number;
  failures: number;
  lastOkAt: number;
}

interface Polling {
  checkers: number;
  everyMs: number;
  /** Whether all that the checkers know at `at` is an outage. */
  isOut: (checkers: readonly Checker[], at: number) => boolean;
}

/** How long a checker waits for an answer. */
const timeoutMs = 3 * second;

function polling({ checkers: count, everyMs, isOut }: Polling): Rule {
  return (episode, random) => {
    const checkers = Array.from({ length: count }, (_, index): Checker => {
      const nextAt = episode.from + random() * everyMs;
      return { vantage: index % vantages.length, nextAt, failures: 0, lastOkAt: episode.from };
    });
    for (;;) {
      const checker = checkers.reduce((first, other) => (other.nextAt < first.nextAt ? other : first));
      if (checker.nextAt > episode.to) return undefined;
      const at = ask(checker, episode, random, everyMs);
      if (at !== undefined && isOut(checkers, at)) return at;
    }
  };
}

/** One probe; when it ended, undefined where the checker stood still. */
function ask(checker: Checker, episode: Episode, random: Random, everyMs: number): number | undefined {
  const { vantage, nextAt } = checker;
  const pause = held(episode, 'pause', vantage, nextAt);
  if (pause) {
    checker.nextAt = pause.to;
    return undefined;
  }
  const met = meet(episode, vantage, 'app', nextAt, random);
  const at = nextAt + (met === 'silent' || met === 'own' ? timeoutMs : 50);
  checker.failures = met === 'ok' ? 0 : checker.failures + 1;
  if (met === 'ok') checker.lastOkAt = at;
  checker.nextAt = Math.max(at, nextAt + everyMs);
  return at;
}

const strikes = (checkers: readonly Checker[], count: number) =>
  checkers.filter(({ failures }) => failures >= count).length;

/** Healthy while more than 18 % of the checkers say so; three failures in a row are ill (Route 53's documentation, seen 2026-11). */
const route53 = (everyMs: number): Rule =>
  polling({ checkers: 15, everyMs, isOut: (all) => all.length - strikes(all, 3) <= 0.18 * all.length });

/** By the name that is printed. */
export const others: Record<string, Rule> = {
  'script, 300 s': polling({
    checkers: 1,
    everyMs: 10 * second,
    isOut: ([only], at) => only !== undefined && only.failures > 0 && at - only.lastOkAt >= 300 * second,
  }),
  'three strikes': polling({ checkers: 1, everyMs: 5 * second, isOut: (all) => strikes(all, 3) > 0 }),
  'Route 53, 30 s': route53(30 * second),
  'Route 53, 10 s': route53(10 * second),
  // Down for one after 30 s without an answer; two of three must agree.
  'Sentinel, 30 s': polling({
    checkers: 3,
    everyMs: second,
    isOut: (all, at) =>
      all.filter(({ failures, lastOkAt }) => failures > 0 && at - lastOkAt >= 30 * second).length >= 2,
  }),
};

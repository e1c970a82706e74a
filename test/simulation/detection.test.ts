/** The bounds that the rule of detection must keep, measured on the production functions. The seed is fixed: a change of figures is a change of the rule. */
import type { Policy } from '../../src/domain/policy';
import { policy } from '../domain/lab-policy';
import { run, type Outcome } from './detection-run';
import { minute, noise, outage, second, seeded, seeing, vantages, type Episode } from './detection-world';

const seed = 20261123;

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** Declarations in `years` of noise, with no witness to help. */
function falseAlarms(years: number, rule: Policy): { perYear: number; blind: number } {
  const random = seeded(seed);
  const declared = noise(random, years)
    .map((episode) => run(episode, rule, random, false))
    .filter((outcome) => outcome.declaredAt !== undefined);
  return { perYear: declared.length / years, blind: declared.filter((outcome) => outcome.seeingThen < 2).length };
}

test('every full outage of five minutes and more is declared, half of them within 70 s and 99 % within 95 s', () => {
  const random = seeded(seed);
  const took = Array.from({ length: 150 }, () => {
    const episode = outage(random);
    const { declaredAt = Infinity } = run(episode, policy, random);
    return (declaredAt - (episode.troubles[0]?.from ?? 0)) / second;
  }).sort((a, b) => a - b);
  expect(took.filter((seconds) => seconds === Infinity)).toHaveLength(0);
  expect(percentile(took, 0.5)).toBeLessThanOrEqual(70);
  expect(percentile(took, 0.99)).toBeLessThanOrEqual(95);
});

test('a person is called about every full outage, also when no witness can tell what became of the database', () => {
  const random = seeded(seed + 1);
  const uncalled = Array.from({ length: 40 }, () => run(outage(random), policy, random, false)).filter(
    (outcome) => outcome.calledAt === undefined,
  );
  expect(uncalled).toHaveLength(0);
});

test('noise moves the shop at most once a year, and never while fewer than two vantages can see', () => {
  const { perYear, blind } = falseAlarms(3, policy);
  expect(perYear).toBeLessThanOrEqual(1);
  expect(blind).toBe(0);
});

test('the simulation has teeth: a window of 20 s makes at least five times as many false alarms', () => {
  const hasty = falseAlarms(1, { ...policy, windowMs: 20 * second });
  expect(hasty.perYear).toBeGreaterThanOrEqual(5);
});

describe('blind or paused', () => {
  const everybody = vantages.map(() => true);
  const cases: [string, Episode][] = [
    [
      'all vantages lose their own networks',
      { from: 0, to: 20 * minute, troubles: [{ kind: 'own', on: everybody, from: 2 * minute, to: 15 * minute }] },
    ],
    [
      'all vantages stand still while the region blinks',
      {
        from: 0,
        to: 20 * minute,
        troubles: [
          {
            kind: 'restart',
            on: everybody,
            share: 1,
            how: 'silent',
            table: true,
            from: 2 * minute,
            to: 2 * minute + 30 * second,
          },
          { kind: 'pause', on: everybody, from: 2 * minute + 5 * second, to: 12 * minute },
        ],
      },
    ],
    [
      'two vantages lose their own networks and the third its path',
      {
        from: 0,
        to: 20 * minute,
        troubles: [
          { kind: 'own', on: [true, true, false], from: 2 * minute, to: 15 * minute },
          { kind: 'path', on: everybody, share: 1, how: 'silent', table: true, from: 2 * minute, to: 15 * minute },
        ],
      },
    ],
  ];
  test.each(cases)('nothing is declared when %s', (_, episode) => {
    const outcomes = Array.from({ length: 20 }, (_unused, index): Outcome =>
      run(episode, policy, seeded(seed + index), false),
    );
    expect(outcomes.filter((outcome) => outcome.declaredAt !== undefined)).toEqual([]);
  });

  test('the world knows who sees: nobody while all are paused', () => {
    expect(cases.map(([, episode]) => seeing(episode, 5 * minute))).toEqual([0, 0, 1]);
  });
});

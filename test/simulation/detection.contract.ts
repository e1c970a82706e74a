/**
 * The bounds that the rule of detection must keep, measured on the production functions. The seed is fixed: a change of figures is a change of
 * the rule. `npm test` samples the world that `npm run test:deep` explores.
 */
import type { Policy } from '../../src/domain/policy';
import { policy } from '../domain/lab-policy';
import { run, type Asked, type Outcome } from './detection-run';
import { minute, noise, outage, second, seeded, seeing, vantages, type Episode } from './detection-world';

/** How much of the world is played. */
export interface Share {
  outages: number;
  /** Outages of which no witness can tell. */
  unwitnessed: number;
  yearsOfNoise: number;
  /** Of each case of blindness. */
  blind: number;
}

const seed = 20261123;

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** Declarations in `years` of noise, unless told otherwise with no witness to help; the regions may be cut off from each other all the time. */
function falseAlarms(years: number, rule: Policy, asked: Asked = { witness: false }, linkCut = false): Outcome[] {
  const random = seeded(seed);
  return noise(random, years)
    .map((episode) => run(linkCut ? withTrouble(episode, 'link', episode.from) : episode, rule, random, asked))
    .filter((outcome) => outcome.declaredAt !== undefined);
}

const withTrouble = (episode: Episode, kind: 'link' | 'database', from: number): Episode => ({
  ...episode,
  troubles: [...episode.troubles, { kind, from, to: episode.to }],
});

const everybody = vantages.map(() => true);
const blindness: [string, Episode][] = [
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

export function describeDetection(share: Share): void {
  test(`every full outage of five minutes and more is declared, half of them within 70 s and 99 % within 95 s (a sample of ${share.outages} outages)`, () => {
    const random = seeded(seed);
    const took = Array.from({ length: share.outages }, () => {
      const episode = outage(random);
      const { declaredAt = Infinity } = run(episode, policy, random);
      return (declaredAt - (episode.troubles[0]?.from ?? 0)) / second;
    }).sort((a, b) => a - b);
    expect(took.filter((seconds) => seconds === Infinity)).toHaveLength(0);
    expect(percentile(took, 0.5)).toBeLessThanOrEqual(70);
    expect(percentile(took, 0.99)).toBeLessThanOrEqual(95);
  });

  test(`a person is called about every full outage, also when no witness can tell what became of the database (a sample of ${share.unwitnessed} outages)`, () => {
    const random = seeded(seed + 1);
    const outcomes = Array.from({ length: share.unwitnessed }, () =>
      run(outage(random), policy, random, { witness: false }),
    );
    expect(outcomes.filter((outcome) => outcome.calledAt === undefined)).toHaveLength(0);
  });

  const years = share.yearsOfNoise;
  // Both tests look at the same years.
  let seen: Outcome[] | undefined;
  const declaredInNoise = () => (seen ??= falseAlarms(years, policy));
  test(`noise moves the shop at most once a year, and never while fewer than two vantages can see (a sample, years: ${years})`, () => {
    const declared = declaredInNoise();
    expect(declared.length / years).toBeLessThanOrEqual(1);
    expect(declared.filter((outcome) => outcome.seeingThen < 2)).toEqual([]);
  });

  test(`the simulation has teeth: a window of 20 s makes at least five times as many false alarms (a sample, years: ${years})`, () => {
    const hasty = falseAlarms(years, { ...policy, windowMs: 20 * second });
    expect(hasty.length).toBeGreaterThanOrEqual(5 * Math.max(1, declaredInNoise().length));
  });

  test.each(blindness)(`nothing is declared when %s (a sample of ${share.blind} runs)`, (_, episode) => {
    const outcomes = Array.from({ length: share.blind }, (_unused, index): Outcome =>
      run(episode, policy, seeded(seed + index), { witness: false }),
    );
    expect(outcomes.filter((outcome) => outcome.declaredAt !== undefined)).toEqual([]);
  });

  describe('a shop without a table', () => {
    const plain = { table: false };
    const calm: Episode = { troubles: [], from: 0, to: 20 * minute };

    test(`every full outage of five minutes and more is declared as a failover, half of them within 72 s and 99 % within 97 s (a sample of ${share.outages} outages)`, () => {
      const random = seeded(seed);
      const outcomes = Array.from({ length: share.outages }, () => {
        const episode = outage(random);
        const { declaredAt = Infinity, move } = run(episode, policy, random, plain);
        return { move, seconds: (declaredAt - (episode.troubles[0]?.from ?? 0)) / second };
      });
      const took = outcomes.map(({ seconds }) => seconds).sort((a, b) => a - b);
      expect(outcomes.filter(({ move }) => move !== 'failover')).toEqual([]);
      expect(percentile(took, 0.5)).toBeLessThanOrEqual(72);
      expect(percentile(took, 0.99)).toBeLessThanOrEqual(97);
    });

    test(`a person is called about every full outage, also when no witness can tell (a sample of ${share.unwitnessed} outages)`, () => {
      const random = seeded(seed + 1);
      const outcomes = Array.from({ length: share.unwitnessed }, () =>
        run(outage(random), policy, random, { ...plain, witness: false }),
      );
      expect(outcomes.filter(({ calledAt, declaredAt }) => calledAt === undefined || declaredAt !== undefined)).toEqual(
        [],
      );
    });

    test(`the death of the database alone is declared as a failover within 80 s (a sample of ${share.outages} deaths)`, () => {
      const random = seeded(seed + 2);
      const outcomes = Array.from({ length: share.outages }, () =>
        run(withTrouble(calm, 'database', 2 * minute), policy, random, plain),
      );
      expect(outcomes.filter(({ move }) => move !== 'failover')).toEqual([]);
      expect(Math.max(...outcomes.map(({ declaredAt = Infinity }) => declaredAt - 2 * minute))).toBeLessThan(
        80 * second,
      );
    });

    test(`a link cut alone moves nothing (a sample of ${share.outages} cuts)`, () => {
      const random = seeded(seed + 3);
      const outcomes = Array.from({ length: share.outages }, () =>
        run(withTrouble(calm, 'link', 2 * minute), policy, random, plain),
      );
      expect(outcomes.filter(({ declaredAt }) => declaredAt !== undefined)).toEqual([]);
    });

    test(`noise moves it no oftener than a shop with a table, with the link up, cut, or nobody to tell (a sample, years: ${years})`, () => {
      const worlds: [Asked, boolean][] = [
        [{}, false],
        [{}, true],
        [{ witness: false }, false],
      ];
      for (const [asked, linkCut] of worlds) {
        const [without, withTable] = [plain, {}].map((kind) =>
          falseAlarms(years, policy, { ...asked, ...kind }, linkCut),
        );
        expect(without!.length).toBeLessThanOrEqual(withTable!.length + Math.ceil(years / 4));
        expect(without!.filter(({ seeingThen }) => seeingThen < 2)).toEqual([]);
      }
    });
  });

  test('the world knows who sees: nobody while all are paused', () => {
    expect(blindness.map(([, episode]) => seeing(episode, 5 * minute))).toEqual([0, 0, 1]);
  });
}

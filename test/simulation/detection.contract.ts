/**
 * The bounds that the rule of detection must keep, measured on the production functions. The seed is fixed: a change of figures is a change of
 * the rule. `npm test` samples the world that `npm run test:deep` explores.
 */
import { percentile } from '../../bench/rule/measure';
import { disturbances, isSeenByTwo, noise, outage } from '../../bench/rule/noise';
import { run, type Outcome, type Setting } from '../../bench/rule/run';
import { everybody, minute, second, seeded, seeing, type Episode, type Trouble } from '../../bench/rule/world';

/** How much of the world is played. */
export interface Share {
  outages: number;
  /** Outages that a disturbance of our own comes with, of each kind. */
  disturbed: number;
  yearsOfNoise: number;
  /** How long a link is cut. */
  cutMs: number;
  /** Of each case of blindness. */
  blind: number;
}

const seed = 20261123;
const plain: Setting = { plain: true };

function falseMoves(years: number, setting: Setting = {}, { linkCut = false, flaps = false } = {}): Outcome[] {
  const random = seeded(seed);
  return noise(random, years, { flaps })
    .filter(isSeenByTwo)
    .map((episode) => run(linkCut ? withTrouble(episode, 'link', episode.from) : episode, random, setting))
    .filter(({ declaredAt }) => declaredAt !== undefined);
}

const withTrouble = (episode: Episode, kind: 'link' | 'database', from: number): Episode => ({
  ...episode,
  troubles: [...episode.troubles, { kind, from, to: episode.to }],
});

/** Seconds from the onset to the move, infinity without one. */
function times(outages: number, grey: boolean, setting: Setting = {}): number[] {
  const random = seeded(seed);
  return Array.from({ length: outages }, () => {
    const episode = outage(random, grey);
    const { startedAt = Infinity } = run(episode, random, setting);
    return (startedAt - (episode.troubles[0]?.from ?? 0)) / second;
  });
}

const all = { share: 1, how: 'silent', table: true, on: everybody } as const;
const lasting = { from: 2 * minute, to: 15 * minute };
const blindness: [string, Trouble[]][] = [
  ['all vantages lose their own networks', [{ kind: 'own', on: everybody, ...lasting }]],
  [
    'all vantages stand still while the region blinks',
    [
      { kind: 'restart', ...all, from: 2 * minute, to: 2 * minute + 30 * second },
      { kind: 'pause', on: everybody, from: 2 * minute + 5 * second, to: 12 * minute },
    ],
  ],
  [
    'two vantages lose their own networks and the third its path',
    [
      { kind: 'own', on: [true, true, false], ...lasting },
      { kind: 'path', ...all, ...lasting },
    ],
  ],
];

export function describeDetection(share: Share): void {
  const { outages, yearsOfNoise: years } = share;

  test(`every full outage is moved, half of them within 66 s and 99 % within 80 s (a sample of ${outages} outages)`, () => {
    const took = times(outages, false);
    expect(took.filter((seconds) => seconds === Infinity)).toHaveLength(0);
    expect(percentile(took, 0.5)).toBeLessThanOrEqual(66);
    expect(percentile(took, 0.99)).toBeLessThanOrEqual(80);
  });

  test(`so is every grey one, 99 % within 110 s (a sample of ${outages} outages)`, () => {
    const took = times(outages, true);
    expect(took.filter((seconds) => seconds === Infinity)).toHaveLength(0);
    expect(percentile(took, 0.99)).toBeLessThanOrEqual(110);
  });

  test.each(Object.entries(disturbances))(
    `an outage is moved and not asked about, although it begins with %s (a sample of ${share.disturbed} outages)`,
    (_, disturb) => {
      const random = seeded(seed + 1);
      const outcomes = Array.from({ length: share.disturbed }, () => {
        const onset = { from: 2 * minute + random() * 10 * second, to: 20 * minute };
        const how = random() < 0.4 ? 'refusing' : 'silent';
        const troubles: Trouble[] = [{ kind: 'outage', ...all, how, ...onset }, disturb(onset.from)];
        return run({ from: 0, to: onset.to, troubles }, random);
      });
      expect(outcomes.filter(({ startedAt }) => startedAt === undefined)).toEqual([]);
    },
  );

  test(`a shop that came back while no runbook worker lived is not moved (a sample of ${share.disturbed} shops)`, () => {
    const random = seeded(seed + 2);
    const moved = Array.from({ length: share.disturbed }, () => {
      const from = 2 * minute + random() * 10 * second;
      const away = { from: from + (55 + 25 * random()) * second, to: from + 11 * minute };
      const troubles: Trouble[] = [
        { kind: 'restart', ...all, table: false, how: 'refusing', shopOnly: true, from, to: from + 75 * second },
        { kind: 'workers', ...away },
      ];
      return { ...run({ from: 0, to: 20 * minute, troubles }, random), away };
    }).filter(({ startedAt = 0, away }) => startedAt > away.to);
    expect(moved).toEqual([]);
  });

  test(`a link that is cut moves nothing, and somebody hears of it within a minute (a sample of ${share.cutMs / minute} minutes)`, () => {
    const cut = { from: 5 * minute, to: share.cutMs };
    const outcome = run({ from: 0, to: cut.to, troubles: [{ kind: 'link', ...cut }] }, seeded(seed + 3));
    expect(outcome.declaredAt).toBeUndefined();
    expect((outcome.pagedAt ?? Infinity) - cut.from).toBeLessThanOrEqual(minute);
  });

  // Both tests look at the same years.
  let seen: Outcome[] | undefined;
  const declaredInNoise = () => (seen ??= falseMoves(years, {}, { linkCut: true }));
  test(`noise moves the shop at most once a year, also with the link cut, and never while fewer than two vantages can see (a sample, years: ${years})`, () => {
    const started = declaredInNoise().filter(({ startedAt }) => startedAt !== undefined);
    expect(started.length / years).toBeLessThanOrEqual(1);
    expect(falseMoves(years).filter(({ startedAt }) => startedAt !== undefined).length / years).toBeLessThanOrEqual(1);
    expect(started.filter(({ seeingThen }) => seeingThen < 2)).toEqual([]);
  });

  test(`the simulation has teeth: a window of 20 s declares at least five times as often (a sample, years: ${years})`, () => {
    const hasty = falseMoves(years, { policy: { windowMs: 20 * second } }, { linkCut: true });
    expect(hasty.length).toBeGreaterThanOrEqual(5 * Math.max(1, declaredInNoise().length));
  });

  test.each(blindness)(`nothing is declared when %s (a sample of ${share.blind} runs)`, (_, troubles) => {
    const outcomes = Array.from({ length: share.blind }, (_unused, index) =>
      run(withTrouble({ from: 0, to: 20 * minute, troubles }, 'link', 0), seeded(seed + index)),
    );
    expect(outcomes.filter((outcome) => outcome.declaredAt !== undefined)).toEqual([]);
  });

  describe('a shop without a table', () => {
    const calm: Episode = { troubles: [], from: 0, to: 20 * minute };

    test(`every full outage is moved, half of them within 66 s and 99 % within 97 s (a sample of ${outages} outages)`, () => {
      const took = times(outages, false, plain);
      expect(took.filter((seconds) => seconds === Infinity)).toHaveLength(0);
      expect(percentile(took, 0.5)).toBeLessThanOrEqual(66);
      expect(percentile(took, 0.99)).toBeLessThanOrEqual(97);
    });

    test(`the death of the database alone is declared as a failover within 80 s (a sample of ${outages} deaths)`, () => {
      const random = seeded(seed + 4);
      const outcomes = Array.from({ length: outages }, () =>
        run(withTrouble(calm, 'database', 2 * minute), random, plain),
      );
      expect(outcomes.filter(({ move }) => move !== 'failover')).toEqual([]);
      expect(Math.max(...outcomes.map(({ startedAt = Infinity }) => startedAt - 2 * minute))).toBeLessThan(80 * second);
    });

    test(`noise moves it at most once a year, with the link up and cut (a sample, years: ${years})`, () => {
      for (const linkCut of [false, true])
        expect(falseMoves(years, plain, { linkCut }).length / years).toBeLessThanOrEqual(1);
    });
  });

  test('episodes in which no two vantages see a failure at once, which the others leave out, declare nothing', () => {
    const random = seeded(seed + 5);
    const alone = noise(random, years).filter((episode) => !isSeenByTwo(episode));
    expect(alone.length).toBeGreaterThan(20 * years);
    const declared = alone.slice(0, 40).map((episode) => run(episode, random).declaredAt);
    expect(declared.filter((at) => at !== undefined)).toEqual([]);
  });

  test('the world knows who sees: nobody while all are paused', () => {
    const at = (troubles: Trouble[]) => seeing({ from: 0, to: 20 * minute, troubles }, 5 * minute);
    expect(blindness.map(([, troubles]) => at(troubles))).toEqual([0, 0, 1]);
  });
}

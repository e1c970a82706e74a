/**
 * Every single fault at every call of a whole transfer, and a sample of pairs. HANDOVER_EXPLORE=all takes every upheaval at every
 * point and forty times the pairs.
 */
import { denied, pairs, play, pointsOf, scenarios, survivable, upheavals, type Outcome, type Placed } from './explore';

const all = process.env['HANDOVER_EXPLORE'] === 'all';
const pairsEach = all ? 10_000 : 250;
const upheavalsEach = all ? undefined : 3;
const limitMs = all ? 3_600_000 : 120_000;

interface Trouble {
  faults: string;
  ending: string;
  because: string;
  wrong: string[];
}

/** Plays each set of faults and keeps those that `judge` finds fault with. */
async function troubles(
  scenario: (typeof scenarios)[string],
  sets: readonly (readonly Placed[])[],
  judge: (outcome: Outcome) => string[],
): Promise<Trouble[]> {
  const found: Trouble[] = [];
  for (const placed of sets) {
    const outcome = await play(scenario, placed);
    const wrong = [...outcome.wrong, ...judge(outcome)];
    const faults = placed.map((each) => each.called).join(', then ');
    if (wrong.length > 0) found.push({ faults, ending: outcome.run.ending, because: outcome.run.because, wrong });
  }
  return found;
}

const completes = ({ run, repaired }: Outcome) => [
  ...(run.ending === 'completed' ? [] : ['one fault that passes kept the transfer from completing']),
  ...repaired,
];
const endsSafe = ({ run, repaired }: Outcome) => [
  ...(run.pivotAttempted && run.ending === 'rolled-back' ? ['rolled back behind the point of no return'] : []),
  ...repaired,
];
const asks = ({ run }: Outcome) => (run.because === '' ? ['it does not say why it ended'] : []);

describe.each(Object.entries(scenarios))('%s', (_, scenario) => {
  test(
    'completes in spite of any one fault that passes, wherever it strikes',
    async () => {
      const points = await pointsOf(scenario);
      const single = survivable(points).map((each) => [each]);
      expect(single.length).toBeGreaterThan(150);
      expect(await troubles(scenario, single, completes)).toEqual([]);
    },
    limitMs,
  );

  test(
    'ends whole or stops safe when something is denied, wherever it strikes',
    async () => {
      const single = denied(await pointsOf(scenario)).map((each) => [each]);
      expect(await troubles(scenario, single, endsSafe)).toEqual([]);
    },
    limitMs,
  );

  test(
    'keeps every invariant when a region or a link goes under, wherever it strikes',
    async () => {
      const single = upheavals(await pointsOf(scenario), upheavalsEach).map((each) => [each]);
      expect(await troubles(scenario, single, endsSafe)).toEqual([]);
    },
    limitMs,
  );

  test(
    'keeps every invariant under two faults',
    async () => {
      const double = pairs(await pointsOf(scenario), pairsEach, 20_261_123);
      expect(await troubles(scenario, double, asks)).toEqual([]);
    },
    limitMs,
  );
});

test(
  'an act that arrives after its undo is found by what the region says of itself, and taken back',
  async () => {
    const scenario = scenarios['a planned transfer']!;
    const points = await pointsOf(scenario);
    const late = survivable(points).filter((each) => each.called.startsWith('late 4000'));
    const refusals = denied(points.filter((each) => each.step === 'drain-database' && each.call === 0));
    const repaired = new Set<string>();
    for (const one of late.filter((each) => /gate-checkouts|pause-scheduler|fence-database/.test(each.step))) {
      for (const other of refusals) {
        const outcome = await play(scenario, [one, other]);
        expect(outcome).toMatchObject({ run: { ending: 'rolled-back' }, wrong: [] });
        for (const each of outcome.repaired) repaired.add(each);
      }
    }
    expect([...repaired].sort()).toEqual(['database', 'gate', 'scheduler']);
  },
  limitMs,
);

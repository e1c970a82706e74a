/** Whole transfers under faults, as many as a suite has time for: what `npm test` samples, `npm run test:deep` plays in full. */
import { denied, pairs, play, pointsOf, scenarios, survivable, upheavals, type Outcome, type Placed } from './explore';

/** How much of the field is played. Each size begins with the same pairs. */
export interface Share {
  /** Stands in the names of the tests. */
  passing: string;
  upheavals: string;
  /** Of what may strike a call, so many; all of it when it is not given. */
  passingEach?: number;
  upheavalsEach?: number;
  pairs: number;
}

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
  ...(run.pivotAttempted && run.ending === 'rolled-back' ? ['rolled back after the point of no return'] : []),
  ...repaired,
];
const asks = ({ run }: Outcome) => (run.because === '' ? ['it does not say why it ended'] : []);

const alone = (faults: readonly Placed[]) => faults.map((each) => [each]);
const struck = (faults: readonly Placed[]) => new Set(faults.map(({ step, call }) => `${step} ${call}`)).size;

export function describeTransferFaults(share: Share): void {
  describe.each(Object.entries(scenarios))('%s', (name, scenario) => {
    test(`${name} completes in spite of any one fault that passes, at every call (${share.passing})`, async () => {
      const points = await pointsOf(scenario);
      const faults = survivable(points, share.passingEach);
      expect(points.length).toBeGreaterThan(40);
      expect(struck(faults)).toBe(points.length);
      expect(await troubles(scenario, alone(faults), completes)).toEqual([]);
    });

    test(`${name} ends whole or stops safe when something is denied, at every call (all)`, async () => {
      const faults = denied(await pointsOf(scenario));
      expect(await troubles(scenario, alone(faults), endsSafe)).toEqual([]);
    });

    test(`${name} keeps every invariant when a region or a link goes under, at every call (${share.upheavals})`, async () => {
      const faults = upheavals(await pointsOf(scenario), share.upheavalsEach);
      expect(await troubles(scenario, alone(faults), endsSafe)).toEqual([]);
    });

    test(`${name} keeps every invariant under two faults (a sample of ${share.pairs} pairs)`, async () => {
      const double = pairs(await pointsOf(scenario), share.pairs, 20_261_123);
      expect(await troubles(scenario, double, asks)).toEqual([]);
    });
  });
}

/** Faults of these steps' calls, so that a roll-back must undo what arrives late. */
const undone = /gate-checkouts|pause-scheduler|fence-database/;

export function describeLateActs(): void {
  test('an act that arrives after its undo is found by what the region says of itself, and taken back (all)', async () => {
    const scenario = scenarios['a planned transfer']!;
    const points = await pointsOf(scenario);
    const late = survivable(points).filter((each) => each.called.startsWith('late 4000') && undone.test(each.step));
    const refusals = denied(points.filter((each) => each.step === 'drain-database' && each.call === 0));
    const repaired = new Set<string>();
    for (const one of late) {
      for (const other of refusals) {
        const outcome = await play(scenario, [one, other]);
        expect(outcome).toMatchObject({ run: { ending: 'rolled-back' }, wrong: [] });
        for (const each of outcome.repaired) repaired.add(each);
      }
    }
    expect([...repaired].sort()).toEqual(['database', 'gate', 'scheduler']);
  });
}

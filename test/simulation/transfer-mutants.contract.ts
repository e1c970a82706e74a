/** Seeded bugs. The explorer is worth its time only as long as it finds each of them. */
import type { Step } from '../../src/activities/step/step';
import { steps } from '../../src/activities/steps';
import type { Plan, StepCall } from '../../src/domain/plan/plan';
import { denied, play, pointsOf, scenarios, survivable, upheavals, type Scenario } from './explore';

/** The steps, with one of them replaced by what `spoil` makes of it. */
const spoiled = (name: string, spoil: (step: Step) => Partial<Step>): readonly Step[] =>
  steps.map((step) => (step.name === name ? { ...step, ...spoil(step) } : step));

/** A check that believes the act. */
const believing = (step: Step): Partial<Step> => ({
  check: (p, ports, ctx) =>
    ctx.actedAt !== undefined
      ? Promise.resolve({ state: 'done', because: 'The call returned.' })
      : step.check(p, ports, ctx),
});

const reordered = (order: (call: StepCall) => number) => (plan: Plan) => ({
  ...plan,
  stages: plan.stages
    .flat()
    .map((call) => [call])
    .sort(([one], [other]) => order(one!) - order(other!)),
});

const planned = scenarios['a planned transfer']!;
const behind = scenarios['an unplanned transfer from a region whose database died, to a replica that is behind']!;

interface Mutant {
  scenario: Scenario;
  steps?: readonly Step[];
  /** The invariant, or the words, by which it is found. */
  found: RegExp;
  /** Faults of this step are enough to find it; without one none is needed. */
  near?: string;
}

const mutants: Record<string, Mutant> = {
  'a fence that believes its own call': {
    scenario: planned,
    steps: spoiled('fence-database', believing),
    found: /A's database is writable/,
    near: 'fence-database',
  },
  'a promotion that believes its own call': {
    scenario: planned,
    steps: spoiled('promote-database', believing),
    found: /canary order in B failed/,
    near: 'promote-database',
  },
  'a change of DNS that believes the 204': {
    scenario: planned,
    steps: spoiled('switch-dns', believing),
    found: /Verify that www.shop.test is served by B failed/,
    near: 'switch-dns',
  },
  'settings that count as soon as they are written': {
    scenario: planned,
    steps: spoiled('stage-settings', believing),
    found: /canary order in B failed/,
    near: 'stage-settings',
  },
  'a planned transfer that does not wait for the replica': {
    scenario: planned,
    steps: spoiled('drain-database', () => ({
      check: () => Promise.resolve({ state: 'done', because: 'It is surely there.', facts: { fencedPosition: '' } }),
    })),
    found: /I3: .* threw away|acknowledged orders are not in B/,
    near: 'stage-settings',
  },
  'an unplanned transfer that promotes before the backlog is applied': {
    scenario: behind,
    steps: spoiled('drain-database', () => ({
      check: () => Promise.resolve({ state: 'done', because: 'It is surely there.' }),
    })),
    found: /I3: B threw away/,
  },
  'a drain that starts replication anew to hurry it': {
    scenario: behind,
    steps: spoiled('drain-database', (step) => ({
      act: async (p, ports, ctx) => {
        const server = ports.database('B');
        await server.detach();
        await step.act(p, ports, ctx);
      },
    })),
    found: /I3: B threw away/,
  },
  'a gate that is never opened again': {
    scenario: planned,
    steps: spoiled('gate-checkouts', () => ({ undo: () => Promise.resolve('Somebody will.') })),
    found: /I6: A holds checkouts|gate/,
    near: 'drain-database',
  },
  'a promotion that is no point of no return, and an undo that does not look at the peer': {
    scenario: {
      ...planned,
      spoil: (plan) => ({
        ...plan,
        stages: plan.stages.map((stage) => stage.map(({ pivot: _, ...call }) => call)),
      }),
    },
    steps: spoiled('fence-database', () => ({
      undo: async (_p, ports) => {
        await ports.database('A').unfence(1);
        return 'It takes writes again.';
      },
    })),
    found: /I1|I7/,
    near: 'promote-sessions',
  },
  'DNS before the promotion': {
    scenario: { ...planned, spoil: reordered(({ step }) => (step === 'switch-dns' ? 0 : 1)) },
    found: /I2: DNS names B, which is not verified/,
  },
  'customers let in before the verification': {
    scenario: {
      ...planned,
      spoil: reordered(({ step }) => ['switch-dns', 'verify-shop', 'open-region'].indexOf(step)),
    },
    found: /I2: DNS names B, which is not verified/,
  },
  'no fence': {
    scenario: {
      ...planned,
      spoil: (plan) => ({
        ...plan,
        stages: plan.stages.map((stage) => stage.filter(({ step }) => !/^(fence|drain)-/.test(step))),
      }),
    },
    found: /I1: A and B both take writes/,
  },
};

/** The first trouble that the explorer meets, one fault at a time; undefined when it meets none. */
async function firstTrouble({ scenario, steps: known = steps }: Mutant, near: RegExp): Promise<string | undefined> {
  const points = await pointsOf(scenario);
  const passing = survivable(points);
  const faults = [...passing, ...denied(points), ...upheavals(points)].filter(({ step }) => near.test(step));
  // Every 17th first: most bugs show soon, and the whole field is the last resort.
  const order = [...faults.keys()].sort((one, other) => (one % 17) - (other % 17) || one - other);
  for (const placed of [[], ...order.map((index) => faults.slice(index, index + 1))]) {
    const { wrong, repaired, run } = await play(scenario, placed, { steps: known });
    const mustComplete = placed.every((each) => passing.includes(each));
    const trouble = [...wrong, ...repaired, ...(mustComplete && run.ending !== 'completed' ? [run.because] : [])];
    if (trouble.length > 0) return trouble.join('\n');
  }
  return undefined;
}

/** Looks for each mutant among all faults, or only where it shows. */
export function describeMutants(field: 'all' | 'sample'): void {
  const cases = Object.entries(mutants).map(([name, mutant]) => {
    const { near } = mutant;
    const sample = near === undefined ? 'without a fault' : `in a sample, the faults of ${near}`;
    return { name, mutant, where: field === 'all' ? 'among all faults' : sample };
  });
  test.each(cases)('the explorer finds $name, $where', async ({ mutant }) => {
    // Without a step it is found before the first fault.
    const near = field === 'all' ? /./ : new RegExp(`^${mutant.near ?? '$'}`);
    expect((await firstTrouble(mutant, near)) ?? 'nothing').toMatch(mutant.found);
  });

  test('the explorer has nothing to say against the steps as they are, when nothing goes wrong', async () => {
    for (const scenario of [planned, behind]) {
      const { wrong, repaired } = await play(scenario);
      expect([...wrong, ...repaired]).toEqual([]);
    }
  });
}

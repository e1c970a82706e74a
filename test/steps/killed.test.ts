import { steps } from '../../src/activities/steps';
import type { Plan } from '../../src/domain/plan/plan';
import type { TransferKind } from '../../src/domain/plan/request';
import { conduct } from '../world/conductor';
import type { Effect, Fault, FaultPlan } from '../world/faults';
import { planFor } from '../world/planning';
import { newWorld, type World } from '../world/world';
import { situations, type Situation } from './situations';
import { changes, undoStep } from './trying';

const cases = situations.map((situation) => [situation.step, situation] as const);

function planOf({ call, earlier = [], epoch = 2 }: Situation): Plan {
  const stages = [...earlier, call].map((each) => [each]);
  return { site: 'shop', kind: 'planned', cause: 'switchover', from: 'A', to: 'B', epoch, because: 'A test.', stages };
}

async function played(situation: Situation, faults: FaultPlan = []) {
  const world = newWorld({ faults });
  await world.pass(1_000);
  situation.before(world);
  const run = await conduct(world, planOf(situation));
  return { world, run };
}

const effectsOf = (effects: readonly Effect[], step: string) => effects.filter((each) => each.step === step);

test('every step that a transfer or a repair is made of has a situation', async () => {
  const needed = new Set<string>();
  const plans = async (prepare: (world: World) => void, ...kinds: TransferKind[]) => {
    const world = newWorld();
    prepare(world);
    for (const kind of kinds) {
      const plan = await planFor(world, { kind });
      for (const call of plan.stages.flat()) if (!call.vantages) needed.add(call.step);
    }
  };
  await plans(() => undefined, 'switchover', 'pointer');
  await plans((world) => world.crash('A'), 'failover');
  await plans((world) => world.restart('A'), 'restore');
  expect([...needed].filter((name) => !situations.some(({ step }) => step === name))).toEqual([]);
});

test.each(cases)('%s does its work and says so', async (name, situation) => {
  const { world, run } = await played(situation);
  expect(run).toMatchObject({ ending: 'completed' });
  expect(situation.holds(world)).toBe(true);
  expect(run.journal.at(-1)).toMatchObject({ step: name, title: situation.call.title });
  expect(run.journal.at(-1)?.because).toMatch(/\.$/);
});

const kinds: Fault['kind'][] = ['kill-before', 'kill-after', 'lost-reply'];
const killings = cases.flatMap(([name, situation]) => kinds.map((kind) => [name, kind, situation] as const));

test.each(killings)(
  '%s with a worker that suffers %s ends the same, and takes effect once',
  async (_, kind, situation) => {
    const calm = await played(situation);
    for (const { op, call, step } of effectsOf(calm.world.gate.effects, situation.call.id)) {
      const { world, run } = await played(situation, [{ step, call, attempt: 1, fault: { kind } as Fault }]);
      expect({ op, ending: run.ending }).toEqual({ op, ending: 'completed' });
      expect(situation.holds(world)).toBe(true);
      const made = effectsOf(world.gate.effects, step).filter((each) => each.changed);
      const names = made.map(({ op: each, region }) => (region ? `${each} of ${region}` : each));
      for (const effect of situation.effects) expect(names.filter((each) => each === effect)).toEqual([effect]);
    }
  },
);

const undoable = situations.filter(({ step }) => steps.find(({ name }) => name === step)?.undo);
const undos = undoable.map((situation) => [situation.step, situation] as const);

test('the steps before the point of no return that change the old primary can be undone', () => {
  expect(undos.map(([name]) => name)).toEqual(
    expect.arrayContaining(['stage-settings', 'gate-checkouts', 'pause-scheduler', 'fence-database', 'drain-database']),
  );
});

test.each(undos)('undoing %s where its act never took hold changes nothing', async (name, { call }) => {
  const world = newWorld();
  await world.pass(1_000);
  await expect(undoStep(world, name, call.params as never)).resolves.toMatch(/\.$/);
  expect(changes(world)).toEqual([]);
});

// What a planned drain changes is nothing, so there is nothing to see of its undo; fence-and-drain.test.ts has the unplanned one.
const visible = undos.filter(([name]) => name !== 'drain-database');

test.each(visible)('undoing %s twice is as good as once', async (name, situation) => {
  const { world } = await played(situation);
  await expect(undoStep(world, name, situation.call.params as never)).resolves.toMatch(/\.$/);
  expect(situation.holds(world)).toBe(false);
  const once = changes(world).length;
  await undoStep(world, name, situation.call.params as never);
  expect(changes(world)).toHaveLength(once);
});

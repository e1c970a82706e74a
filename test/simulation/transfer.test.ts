/** Whole transfers by name: how they go when nothing fails, what they cost, and the mistakes that must not come back. */
import { flawsOf, type Plan, type StepCall } from '../../src/domain/plan/plan';
import type { Run } from '../../src/domain/plan/interpreter';
import { conduct, type Conducting } from '../world/conductor';
import type { FaultPlan } from '../world/faults';
import { issuedTwice, missingIn } from '../world/invariants';
import { planFor } from '../world/planning';
import { addresses, notServing } from '../world/region';
import { newWorld, type World } from '../world/world';
import { shopName } from '../world/zone';

async function transfer(
  world: World,
  kind: 'switchover' | 'failover' | 'failback',
  conducting: Conducting = {},
): Promise<{ run: Run; plan: Plan }> {
  await world.pass(2_000);
  const plan = await planFor(world, { kind });
  const run = await conduct(world, plan, conducting);
  await world.pass(2_000);
  return { run, plan };
}

const effects = (world: World, ...ops: string[]) =>
  world.gate.effects.filter((each) => each.changed && ops.includes(each.op));
const isolate = (world: World) => {
  world.hidden.add('A');
  world.linkCut = true;
};
const named = (world: World) => world.zone.sets.get(`${shopName} A`)?.values;

describe('a planned transfer', () => {
  test('moves the shop, loses no acknowledged order, and leaves the old primary a replica', async () => {
    const world = newWorld();
    const { run } = await transfer(world, 'switchover');
    expect(run).toMatchObject({ ending: 'completed', followUps: [] });
    expect(world.violations).toEqual([]);
    expect(missingIn(world, 'B')).toEqual([]);
    expect(issuedTwice(world)).toEqual([]);
    expect(notServing(world.region('B'))).toBeUndefined();
    expect(named(world)).toEqual([addresses['B']]);
    expect(world.region('A').server).toMatchObject({
      readOnly: true,
      row: { epoch: 2, region: 'B', verifiedEpoch: 2 },
      replication: { connected: true },
    });
  });

  test('pauses orders for less than fifteen round trips at the database', async () => {
    const world = newWorld();
    const { run } = await transfer(world, 'switchover');
    const [fence] = effects(world, 'database.fence');
    const [open] = effects(world, 'database.openTo');
    const roundTripMs = 10;
    expect(run.ending).toBe('completed');
    expect((open?.at ?? Infinity) - (fence?.at ?? 0)).toBeLessThan(15 * roundTripMs);
  });

  test('lets the old session store follow with the move of the customers, before its held writes go on and get lost', async () => {
    const world = newWorld();
    const { run, plan } = await transfer(world, 'switchover');
    const [held] = effects(world, 'sessions.pauseWrites');
    const [follows] = effects(world, 'sessions.follow');
    const stageOf = (step: string) => plan.stages.findIndex((stage) => stage.some((call) => call.step === step));
    expect(run.ending).toBe('completed');
    expect(follows).toMatchObject({ region: 'A' });
    expect(stageOf('follow-sessions')).toBe(stageOf('switch-dns'));
    expect((follows?.at ?? Infinity) - (held?.at ?? 0)).toBeLessThan(10_000);
  });

  test('goes there and back: two transfers, two epochs, nothing lost, every id given once', async () => {
    const world = newWorld();
    await transfer(world, 'switchover');
    const { run, plan } = await transfer(world, 'failback');
    expect(plan).toMatchObject({ from: 'B', to: 'A', epoch: 3 });
    expect(run).toMatchObject({ ending: 'completed', followUps: [] });
    expect(world.violations).toEqual([]);
    expect([missingIn(world, 'A'), issuedTwice(world)]).toEqual([[], []]);
    expect(new Set(world.acknowledged.map((each) => each.region.name))).toEqual(new Set(['A', 'B']));
    expect(notServing(world.region('A'))).toBeUndefined();
  });

  test.each([
    ['stage-settings/B', 'rolled-back'],
    ['drain-database', 'rolled-back'],
    ['promote-database', 'completed'],
    ['switch-dns/www.shop.test. A', 'completed'],
  ])('is cancelled after %s: %s', async (last, ending) => {
    const world = newWorld();
    const begun = () => world.gate.calls.some((call) => call.step === last);
    const { run } = await transfer(world, 'switchover', {
      cancelled: () => (begun() ? 'Ana cancelled it.' : undefined),
    });
    expect(run.ending).toBe(ending);
    expect(notServing(world.region(ending === 'completed' ? 'B' : 'A'))).toBeUndefined();
    expect(world.violations).toEqual([]);
  });
});

describe('an unplanned transfer', () => {
  test('from an isolated region goes on unfenced, says so, and every order that is missing is still there', async () => {
    const world = newWorld();
    await world.pass(2_000);
    isolate(world);
    const { run } = await transfer(world, 'failover');
    expect(run).toMatchObject({ ending: 'completed', facts: { 'fence-database': { fenced: false, means: 'none' } } });
    const missing = missingIn(world, 'B');
    const kept = new Set(world.region('A').server.log.map((each) => each.order?.key));
    expect(missing.length).toBeGreaterThan(0);
    expect(missing.filter((order) => !kept.has(order))).toEqual([]);
    expect(issuedTwice(world)).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  test('whose old primary comes back writable: it is fenced, and the new one is left alone', async () => {
    const world = newWorld();
    await world.pass(2_000);
    isolate(world);
    await transfer(world, 'failover');
    world.hidden.clear();
    world.linkCut = false;
    const run = await conduct(world, await planFor(world, { kind: 'fence' }));
    expect(run).toMatchObject({ ending: 'completed' });
    expect(world.region('A').server.up && !world.region('A').server.readOnly).toBe(false);
    expect(notServing(world.region('B'))).toBeUndefined();
  });

  test('to a replica that is behind applies everything it had fetched first', async () => {
    const world = newWorld();
    world.region('B').server.applyRate = 0;
    await world.pass(5_040);
    world.crash('A');
    const { relay } = world.region('B').server.replication!;
    expect(relay.length).toBeGreaterThan(50);
    world.region('B').server.applyRate = 1;
    const { run } = await transfer(world, 'failover');
    expect(run.ending).toBe('completed');
    expect(missingIn(world, 'B')).toEqual([]);
    expect(run.facts['drain-database']).toMatchObject({ lastHeartbeatAtMs: expect.any(Number) as number });
  });
});

test('a primary whose standby dies before the point of no return is not left read-only beside it', async () => {
  const dies = { kind: 'event', name: 'B dies', happen: () => void world.hidden.add('B') } as const;
  const world: World = newWorld({ faults: [{ step: 'drain-database', attempt: 1, call: 0, fault: dies }] });
  const { run } = await transfer(world, 'switchover');
  expect(run.pivotAttempted).toBe(false);
  expect(notServing(world.region('A'))).toBeUndefined();
  expect(world.region('A')).toMatchObject({ gate: undefined, schedulerPaused: false });
  expect(world.violations).toEqual([]);
});

test('a primary whose host restarted gets its database and its session store back in place', async () => {
  const world = newWorld();
  await world.pass(1_000);
  world.restart('A');
  // Its Redis starts with the configuration of the time when it was the standby.
  Object.assign(world.region('A').sessions, { role: 'replica', sourceHost: addresses['B'] });
  const plan = await planFor(world, { kind: 'restore' });
  const run = await conduct(world, plan);
  await world.pass(1_000);
  expect(run).toMatchObject({ ending: 'completed', followUps: [] });
  expect(notServing(world.region('A'))).toBeUndefined();
  expect(world.region('A').sessions.role).toBe('primary');
  const order = plan.stages.map((stage) => stage.map(({ step }) => step)).flat();
  expect(order.indexOf('promote-sessions')).toBeLessThan(order.indexOf('verify-region'));
});

test('a primary that merely restarted is made writable again, in the same epoch', async () => {
  const world = newWorld();
  await world.pass(1_000);
  world.restart('A');
  world.restart('B');
  const run = await conduct(world, await planFor(world, { kind: 'restore' }));
  await world.pass(1_000);
  expect(run).toMatchObject({ ending: 'completed', followUps: [] });
  expect(notServing(world.region('A'))).toBeUndefined();
  expect(world.region('B').server.replication).toMatchObject({ connected: true });
});

describe('mistakes that must not come back', () => {
  const without = (plan: Plan, pattern: RegExp): Plan => ({
    ...plan,
    stages: plan.stages
      .map((stage) => stage.filter((call) => !pattern.test(call.step)))
      .filter((stage) => stage.length > 0),
  });

  test.each(['switchover', 'failover'] as const)(
    '5: DNS first, promotion second. In a %s DNS moves last, to a region that is promoted and open',
    async (kind) => {
      const world = newWorld();
      await world.pass(2_000);
      if (kind === 'failover') world.crash('A');
      const { plan } = await transfer(world, kind);
      const order = effects(world, 'database.promote', 'database.openTo', 'dns.replace').map((each) => each.op);
      expect(order).toEqual(['database.promote', 'database.openTo', 'dns.replace']);
      const dns = plan.stages.flat().filter((call) => call.step === 'switch-dns');
      const backward = { ...plan, stages: [dns, ...without(plan, /^switch-dns$/).stages] };
      expect(flawsOf(backward)).toEqual(['The plan moves DNS to a region that it does not verify first.']);
    },
  );

  test('6: no fence. From the promotion on the old primary takes no order, though it is up and its customers go on', async () => {
    const world = newWorld();
    const { plan } = await transfer(world, 'switchover');
    const [promotion] = effects(world, 'database.promote');
    const late = world.acknowledged.filter(({ region, at }) => region.name === 'A' && at > (promotion?.at ?? 0));
    expect(late).toEqual([]);
    expect(world.acknowledged.filter(({ region }) => region.name === 'A').length).toBeGreaterThan(20);
    expect(flawsOf(without(plan, /^fence-/))).toEqual(['The plan promotes without fencing the old primary first.']);
  });

  test('7: failback as "DNS back". The orders of the time away come home', async () => {
    const world = newWorld();
    await transfer(world, 'switchover');
    const away = world.acknowledged.filter(({ region }) => region.name === 'B').map(({ order }) => order);
    const { plan } = await transfer(world, 'failback');
    const home = new Set(world.region('A').server.log.map((each) => each.order?.key));
    expect(away.length).toBeGreaterThan(20);
    expect(away.filter((order) => !home.has(order))).toEqual([]);
    expect(plan.stages.flat().map((call) => call.step)).toEqual(
      expect.arrayContaining(['fence-database', 'drain-database', 'promote-database', 'prove-replication']),
    );
  });

  test('7: a failback to a region that does not replicate is refused', async () => {
    const world = newWorld();
    await world.pass(2_000);
    isolate(world);
    await transfer(world, 'failover');
    world.hidden.clear();
    world.region('A').server.readOnly = true;
    await expect(planFor(world, { kind: 'failback' })).rejects.toThrow(/promoting it would lose orders/);
  });

  describe('8: "done" because the calls returned. When one of them does nothing, though it says yes, the transfer does not complete', () => {
    const everyAttempt = (call: StepCall, index: number): FaultPlan =>
      Array.from({ length: call.patience.attempts }, (_, n) => ({
        step: call.id,
        attempt: n + 1,
        call: index,
        fault: { kind: 'ignored' },
      }));

    test.each([
      ['stage-settings/B', 'rolled-back'],
      ['gate-checkouts/A', 'rolled-back'],
      ['pause-scheduler/A', 'rolled-back'],
      ['fence-database', 'rolled-back'],
      ['promote-database', 'needs-operator'],
      ['promote-sessions', 'needs-operator'],
      ['open-region', 'needs-operator'],
      ['switch-dns/www.shop.test. A', 'needs-operator'],
    ])('%s: %s', async (id, ending) => {
      const calm = newWorld();
      const { plan } = await transfer(calm, 'switchover');
      const call = plan.stages.flat().find((each) => each.id === id)!;
      const acts = calm.gate.effects.filter((each) => each.step === id && each.changed);
      const faults = acts.flatMap((each) => everyAttempt(call, each.call));
      expect(faults.length).toBeGreaterThan(0);
      const world = newWorld({ faults });
      const { run } = await transfer(world, 'switchover');
      expect(run.ending).toBe(ending);
      expect(run.because).toContain(call.title);
      expect(world.violations).toEqual([]);
    });
  });
});

test('a failover that is rolled back gives its region back: the service that its fence stopped runs and takes orders', async () => {
  const world = newWorld({ faults: [{ step: 'drain-database', attempt: 1, call: 0, fault: { kind: 'denied' } }] });
  await world.pass(1_000);
  const a = world.region('A');
  world.hidden.add('A');
  const plan = await planFor(world, { kind: 'failover' });
  // It comes back in the moment in which it is fenced.
  world.hidden.delete('A');
  const run = await conduct(world, plan);
  expect(run.journal.find(({ step, outcome }) => step === 'fence-database' && outcome === 'done')?.because).toMatch(
    /service is stopped/,
  );
  expect(run).toMatchObject({ ending: 'rolled-back', pivotAttempted: false });
  expect(a.server).toMatchObject({ up: true, readOnly: false });
  expect(world.violations).toEqual([]);
});

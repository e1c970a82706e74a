/** Whole transfers of a shop whose name stays, and whose customers are moved by what stands before the regions. */
import { planTransfer } from '../../src/activities/planning';
import type { Planning } from '../../src/activities/planning/move';
import { takeSurvey } from '../../src/activities/planning/survey';
import type { Site } from '../../src/config';
import type { TransferKind } from '../../src/domain/plan/request';
import { conduct, type Conducting } from '../world/conductor';
import { missingIn } from '../world/invariants';
import { labSite, planFor, pooledSite } from '../world/planning';
import { sentTo } from '../world/traffic';
import { putSet } from '../world/zone';
import { newWorld, type World } from '../world/world';

const behind = () => newWorld({ traffic: true });
const at = (world: World) => sentTo(world.traffic!, world.gate.clock.now());
const made = (world: World, op: string) => world.gate.effects.filter((each) => each.changed && each.op === op);

test('a switchover there and back moves customers by the switch, and no name', async () => {
  const world = behind();
  await world.pass(2_000);
  for (const [kind, region] of [
    ['switchover', 'B'],
    ['failback', 'A'],
  ] as const) {
    const run = await conduct(world, await planFor(world, { kind }, pooledSite));
    expect(run).toMatchObject({ ending: 'completed', followUps: [] });
    expect(at(world)).toBe(region);
    expect(missingIn(world, region)).toEqual([]);
    await world.pass(2_000);
  }
  expect(made(world, 'traffic.point')).toHaveLength(2);
  expect(made(world, 'dns.replace')).toEqual([]);
  expect(world.violations).toEqual([]);
  expect(world.traffic!.order).toEqual(['A', 'B']);
});

test('an outage moves customers by the switch, after the region is open to them', async () => {
  const world = behind();
  await world.pass(2_000);
  world.crash('A');
  const run = await conduct(world, await planFor(world, { kind: 'failover' }, pooledSite));
  expect(run.ending).toBe('completed');
  const steps = run.journal.map(({ step }) => step);
  expect(steps.indexOf('open-region')).toBeLessThan(steps.indexOf('switch-traffic'));
  expect(run.facts['switch-traffic']).toEqual({ previousState: ['A', 'B'], provider: 'world' });
  expect([at(world), world.violations]).toEqual(['B', []]);
});

test('a vendor that does not show when its health check has come round is given its time by the proof', async () => {
  const world = behind();
  await world.pass(2_000);
  // Five good answers in a row, one every ten seconds.
  Object.assign(world.traffic!, { silent: true, pendingMs: 50_000 });
  world.crash('A');
  const run = await conduct(world, await planFor(world, { kind: 'failover' }, pooledSite));
  expect(run).toMatchObject({ ending: 'completed', followUps: [] });
  expect(run.journal.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
});

test('one that never sends customers there is told to a person within six minutes', async () => {
  const world = behind();
  await world.pass(2_000);
  Object.assign(world.traffic!, { silent: true, pendingMs: Infinity });
  world.crash('A');
  const plan = await planFor(world, { kind: 'failover' }, pooledSite);
  const run = await conduct(world, plan, { answer: () => ({ answer: 'stop', because: 'A test.' }) });
  const failed = run.journal.find(({ outcome }) => outcome === 'failed');
  expect([run.ending, failed?.step]).toEqual(['needs-operator', 'verify-shop']);
  expect((failed?.endedAt ?? 0) - (failed?.startedAt ?? 0)).toBeLessThan(360_000);
});

test('a switch that somebody else changes meanwhile stops the transfer for a person', async () => {
  const world = behind();
  await world.pass(2_000);
  const plan = await planFor(world, { kind: 'switchover' }, pooledSite);
  world.traffic!.order = ['C'];
  const run = await conduct(world, plan, { answer: () => ({ answer: 'stop', because: 'A test.' }) });
  expect(run.ending).toBe('needs-operator');
  expect(run.journal.find(({ step }) => step === 'switch-traffic')?.because).toMatch(/points neither to A nor to B/);
  expect(made(world, 'traffic.point')).toEqual([]);
});

test('one that led to neither region in an outage moves when a person has put it right', async () => {
  const world = behind();
  await world.pass(2_000);
  world.traffic!.order = ['A', 'C'];
  world.crash('A');
  const plan = await planFor(world, { kind: 'failover' }, pooledSite);
  const questions: string[] = [];
  const answer: Conducting['answer'] = ({ id }, asked) => {
    questions.push(id);
    world.traffic!.order = ['A', 'B'];
    return asked === 1 ? { answer: 'retry' } : { answer: 'stop', because: 'It was put right in vain.' };
  };
  expect(await conduct(world, plan, { answer })).toMatchObject({ ending: 'completed', followUps: [] });
  expect([questions, at(world), world.violations]).toEqual([['switch-traffic'], 'B', []]);
});

test.each([
  [undefined, labSite.dns.ttlSeconds],
  [1, labSite.dns.ttlSeconds],
  [300, 300],
])('where customers remember it for %p s, the old region sends requests on for %p s', async (remembered, seconds) => {
  const world = behind();
  if (remembered !== undefined) world.traffic!.rememberedSeconds = remembered;
  const plan = await planFor(world, { kind: 'switchover' }, pooledSite);
  const { afterMs } = plan.stages.flat().find(({ id }) => id === 'unproxy-region/A')!;
  expect(afterMs).toBe((seconds + 1) * 1_000);
});

test('records that differ move beside it, and those that are equal stay', async () => {
  const records = [...pooledSite.dns.records, { ...labSite.dns.records[0]!, name: 'api.shop.test.' }];
  const world = behind();
  putSet(world.zone, { name: 'api.shop.test.', type: 'A', ttlSeconds: 5, values: records[1]!.values['A']! });
  const plan = await planFor(world, { kind: 'switchover' }, { ...pooledSite, dns: { ...pooledSite.dns, records } });
  const moves = plan.stages.find((stage) => stage.some(({ step }) => step === 'switch-traffic'));
  expect(moves?.map(({ id }) => id)).toEqual([
    'proxy-region/A',
    'follow-sessions/A',
    'switch-dns/api.shop.test. A',
    'switch-traffic',
  ]);
  expect(plan.stages.flat().filter(({ id }) => id.includes('www.shop.test.'))).toEqual([]);
});

/** An address that can't leave the place of the first droplet. */
const reserved = (places: Record<string, string>): Site => {
  const traffic = { ip: '45.55.96.47', droplets: { A: 1, B: 2 }, places, token: 'file:t', url: 'https://do.test' };
  return { ...pooledSite, traffic: { kind: 'reserved-ip', ...traffic } as unknown as NonNullable<Site['traffic']> };
};

describe.each(['switchover', 'failover'] as const)('a %s', (kind) => {
  const prepare = (world: World) => (kind === 'failover' ? world.crash('A') : undefined);

  test("by a switch that can't leave its place is refused before anything runs", async () => {
    const because = expect.stringMatching(
      /^DigitalOcean reserved IP can't move customers between vendor regions \(A is in fra1, B in nyc3\)/,
    ) as string;
    expect(await planning(kind, prepare, reserved({ A: 'fra1', B: 'nyc3' }))).toEqual({ outcome: 'refused', because });
  });

  test('within that place is not', async () => {
    expect(await planning(kind, prepare, reserved({ A: 'fra1', B: 'fra1' }))).toMatchObject({ outcome: 'plan' });
  });
});

async function planning(kind: TransferKind, prepare: (world: World) => void, site: Site): Promise<Planning> {
  const world = behind();
  prepare(world);
  const survey = await world.run(takeSurvey(site, world.ports()));
  const asked = {
    site: 'lab',
    kind,
    to: '',
    region: '',
    because: 'A test.',
    decidedAt: 0,
    onsetAt: 0,
    evenUnfenced: false,
  };
  return planTransfer({ site, caPem: '' }, survey, asked);
}

test('a switch that leads to neither region refuses a planned transfer before anything runs', async () => {
  const mixed = (world: World) => void (world.traffic!.order = ['C']);
  const because = expect.stringMatching(/^The traffic switch points neither to A nor to B: .*C\.$/) as string;
  expect(await planning('switchover', mixed, pooledSite)).toEqual({ outcome: 'refused', because });
});

test("but not the one of an outage, which can't wait for a tidy switch", async () => {
  const lost = (world: World) => {
    world.traffic!.order = ['C'];
    world.crash('A');
  };
  expect(await planning('failover', lost, pooledSite)).toMatchObject({ outcome: 'plan' });
});

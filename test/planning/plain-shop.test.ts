/** A shop without a table and without session stores: nothing of them is planned, asked or checked. */
import type { Client } from '@temporalio/client';
import { beforeOutage } from '../../src/activities/drill-guard';
import { monitorConfig } from '../../src/activities/monitoring/monitor-config';
import { planRejoin, planTransfer } from '../../src/activities/planning';
import { takeSurvey } from '../../src/activities/planning/survey';
import { readiness } from '../../src/activities/readiness';
import type { Site } from '../../src/config';
import { connect } from '../../src/connect/connect';
import type { Plan } from '../../src/domain/plan/plan';
import { parseRejoin, parseTransfer } from '../../src/domain/plan/request';
import type { Ports } from '../../src/ports/ports';
import { conduct } from '../world/conductor';
import { missingIn } from '../world/invariants';
import { labSite, plainShop, planFor } from '../world/planning';
import { notServing } from '../world/region';
import { newWorld, type World } from '../world/world';

/** It is refused before Temporal is asked. */
const nobody = undefined as unknown as Client;
const ofParts = (world: World) => world.gate.calls.filter(({ op }) => /^(sessions|table)\./.test(op));
const stepsOf = ({ stages }: Plan) => stages.flat();
const sessionSteps = ['promote-sessions', 'follow-sessions', 'flush-cache', 'fence-sessions'];

async function planned(site: Site, request: object) {
  const world = newWorld();
  const survey = await world.run(takeSurvey(site, world.ports()));
  return planTransfer({ site, caPem: '' }, survey, parseTransfer({ site: 'lab', ...request }));
}

test.each(['switchover', 'failover'] as const)(
  'a %s moves it whole, and asks for no table and no session store',
  async (kind) => {
    const world = newWorld();
    await world.pass(2_000);
    if (kind === 'failover') world.crash('A');
    const plan = await planFor(world, { kind }, plainShop);
    const run = await conduct(world, plan);
    await world.pass(2_000);
    expect(run).toMatchObject({ ending: 'completed' });
    expect(notServing(world.region('B'))).toBeUndefined();
    expect(kind === 'switchover' ? missingIn(world, 'B') : []).toEqual([]);
    expect(ofParts(world)).toEqual([]);
  },
);

test.each(['switchover', 'failover'] as const)(
  'the plan of its %s is that of a full shop without the steps of sessions',
  async (kind) => {
    const plans = await Promise.all(
      [plainShop, labSite].map(async (site) => {
        const world = newWorld();
        if (kind === 'failover') world.crash('A');
        return stepsOf(await planFor(world, { kind }, site)).map(({ id }) => id);
      }),
    );
    const left = plans[1]!.filter((id) => !sessionSteps.includes(id.split('/')[0]!));
    expect(plans[0]).toEqual(left);
    expect(plans[1]!.length).toBeGreaterThan(left.length);
  },
);

test('its settings name no table, in the plan and in its sentences', async () => {
  const plan = await planFor(newWorld(), { kind: 'switchover' }, plainShop);
  const staged = stepsOf(plan).filter(({ step }) => step === 'stage-settings');
  expect(staged.map(({ title }) => title)).toEqual([
    "Set B's shop to primary of epoch 2, scheduler on",
    "Set A's shop to standby of epoch 2, scheduler off",
  ]);
  expect(staged.map(({ params }) => (params.next as { tableRegion?: string }).tableRegion)).toEqual([
    undefined,
    undefined,
  ]);
});

test('its rejoin has no step of sessions', async () => {
  const world = newWorld();
  const survey = await world.run(takeSurvey(plainShop, world.ports()));
  const detached = { ...survey.regions.B!, replicaOf: undefined, replicating: false };
  const planning = planRejoin(
    { site: plainShop, caPem: '' },
    { ...survey, regions: { ...survey.regions, B: detached } } as typeof survey,
    parseRejoin({ site: 'lab', region: 'B' }),
  );
  if (planning.outcome === 'refused') throw new Error(planning.because);
  expect(stepsOf(planning.plan).filter(({ step }) => sessionSteps.includes(step))).toEqual([]);
});

test('a pointer is refused: there is none to move', async () => {
  expect(await planned(plainShop, { kind: 'pointer', to: 'B' })).toEqual({
    outcome: 'refused',
    because: 'lab has no table, so there is no pointer to move; kind pointer needs the block table in its site file.',
  });
  expect(await planned(labSite, { kind: 'pointer', to: 'B' })).toMatchObject({ outcome: 'plan' });
});

test('a drill of the fault table-errors is refused before anything is broken', async () => {
  await expect(beforeOutage(plainShop, {}, nobody, 'table-errors')).rejects.toThrow(
    'lab has no table, so a drill of the fault table-errors is refused; use --fault isolate.',
  );
});

test('a vantage asks the shops and the public name alone, with no key', () => {
  const { targets } = monitorConfig({ site: plainShop, ports: newWorld().ports(), caPem: '' });
  expect(targets.north?.map(({ target, key }) => [target, key])).toEqual([
    [{ signal: 'app', region: 'A' }, ''],
    [{ signal: 'app', region: 'B' }, ''],
    [{ signal: 'edge' }, ''],
  ]);
});

test('readiness checks no table and no session store, and passes', async () => {
  const look = async (site: Site) => {
    const world = newWorld();
    await world.pass(2_000);
    return world.run(readiness({ site, ports: world.ports(), caPem: '' }));
  };
  const [plain, full] = [await look(plainShop), await look(labSite)];
  const missing = full.map(({ name }) => name).filter((name) => !plain.some((check) => check.name === name));
  expect(missing).toEqual(['sessions of A', 'sessions of B', 'table of A', 'table of B']);
  expect(plain.filter(({ ok }) => !ok)).toEqual([]);
});

test('whoever asks for its table or its sessions is told which field its site file lacks', () => {
  const ports: Ports = connect(plainShop);
  expect(() => ports.table('lab-a')).toThrow('lab has no table; its site file has no table.');
  expect(() => ports.sessions('A')).toThrow('lab has no session store in A; its site file has no regions.A.sessions.');
});

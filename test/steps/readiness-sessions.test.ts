import { takeSurvey } from '../../src/activities/planning/survey';
import { sessionsReadiness } from '../../src/activities/readiness/sessions';
import type { SessionWrites } from '../../src/ports/ports';
import { labSite } from '../world/planning';
import { newWorld } from '../world/world';

/** The check of the sessions of `region` while A is the primary and its sessions have these roles. */
async function check(region: 'A' | 'B', roles: Record<'A' | 'B', 'primary' | 'replica'>, writes?: SessionWrites) {
  const world = newWorld({ quiet: true });
  if (writes) world.region(region).sessions.writes = writes;
  for (const name of ['A', 'B'] as const) world.region(name).sessions.role = roles[name];
  const ports = world.ports();
  const survey = await world.run(takeSurvey(labSite, ports));
  const [result] = await world.run(Promise.all(sessionsReadiness(labSite, survey, ports, region)));
  return result!;
}

test.each(['A', 'B'] as const)('sessions of %s in the role of their region are fine', async (region) => {
  expect(await check(region, { A: 'primary', B: 'replica' })).toMatchObject({ ok: true });
});

test('sessions of the primary that are a replica again are found', async () => {
  const { ok, because } = await check('A', { A: 'replica', B: 'replica' });
  expect([ok, because]).toEqual([
    false,
    expect.stringMatching(/A is the primary, so customers can't log in; type REPLICAOF NO ONE/),
  ]);
});

test('sessions of the standby that are a primary are found', async () => {
  const { ok, because } = await check('B', { A: 'primary', B: 'primary' });
  expect([ok, because]).toEqual([
    false,
    expect.stringMatching(/B is the standby, so a transfer would lose all sessions/),
  ]);
});

const because = 'Type CONFIG SET in redis-cli there.';
const asExpected = { A: 'primary', B: 'replica' } as const;

test.each([
  ['of the primary that refuse writes', 'A', { taken: 'no', because }],
  ['of the standby that take writes of their own', 'B', { taken: 'yes', because }],
  ['that would refuse writes after a promotion', 'B', { taken: 'no', because: '-', oncePromoted: because }],
] as const)('sessions %s are found', async (_what, region, writes) => {
  expect(await check(region, asExpected, writes)).toMatchObject({ ok: false, because });
});

test('sessions of which nobody knows whether they take writes are said to be so', async () => {
  const result = await check('A', asExpected, { taken: 'unknown', because });
  expect(result).toMatchObject({ ok: true, because: `Redis answers as primary. ${because}` });
});

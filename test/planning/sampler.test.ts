/** What the sampler finds in a world in which the shop answers and the vantages are content. */
import { newSampler } from '../../src/activities/sampling/sampler';
import { looks, type Look } from '../../src/activities/sampling/looks';
import { believedIn, nothingSeen, wordOf, type Sight } from '../../src/domain/readiness/sight';
import type { Ports } from '../../src/ports/ports';
import { labSite } from '../world/planning';
import { newWorld, type World } from '../world/world';
import { append } from '../world/server';
import { putSet, shopName } from '../world/zone';

const roundMs = 15_000;

/** The sight after `minutes` of rounds. */
async function sightOf(
  prepare: (world: World) => void,
  { minutes = 5, change = (ports: Ports): Ports => ports, within = looks }: Partial<Watching> = {},
): Promise<{ sight: Sight; rounds: number; took: number }> {
  const world = newWorld();
  await world.pass(2_000);
  prepare(world);
  const sampler = newSampler({ site: labSite, ports: change(world.ports()), caPem: '' }, nothingSeen, within);
  const from = world.gate.clock.now();
  let rounds = 0;
  for (; rounds < minutes * 4; rounds += 1) {
    await world.run(sampler.round());
    await world.pass(roundMs);
  }
  return { sight: sampler.sight(), rounds, took: world.gate.clock.now() - from };
}

interface Watching {
  minutes: number;
  change: (ports: Ports) => Ports;
  within: readonly Look[];
}

test('a site that is well is well in every look', async () => {
  const { sight } = await sightOf(() => undefined);
  expect(sight.conditions).toEqual([]);
  expect(Object.keys(sight.looks).sort()).toEqual(looks.map(({ name }) => name).sort());
});

/** In each of them every vantage sees 200 from the shop of A. */
const wrong: [string, (world: World) => void, string, RegExp][] = [
  [
    'settings that say standby',
    (world) => Object.assign(world.region('A').running, { role: 'standby' }),
    'customers of A',
    /has the role standby/,
  ],
  [
    'an epoch that is not verified',
    (world) => (world.region('A').server.row.verifiedEpoch = 0),
    'customers of A',
    /not verified in epoch 1/,
  ],
  [
    'a name that leads to the standby',
    (world) => putSet(world.zone, { name: shopName, type: 'A', ttlSeconds: 5, values: ['203.0.113.10'] }),
    'answers for www.shop.test. A',
    /answers 203\.0\.113\.10, which is not where the primary A is/,
  ],
  ['a gate that somebody forgot', (world) => (world.region('A').gate = 'shut'), 'customers of A', /by its gate/],
  [
    'writes that stall',
    (world) => (world.region('A').server.log = world.region('A').server.log.map(aged)),
    'writes of A',
    /no heartbeat for 60 s/,
  ],
  [
    'a standby whose replication is broken',
    (world) => Object.assign(world.region('B').server.replication ?? {}, { applying: false }),
    'standby B',
    /stopped replicating from A.*npx handover transfer lab --kind restore/,
  ],
  [
    'a standby that follows nobody',
    (world) => (world.region('B').server.replication = undefined),
    'standby B',
    /no replica of A.*npx handover rejoin lab/,
  ],
  [
    'a standby that somebody wrote to',
    (world) => {
      world.linkCut = true;
      append(world.region('B').server, [{ ...last(world), server: 2, sequence: last(world).sequence + 1 }]);
    },
    'history of B',
    /transactions that A lacks/,
  ],
  [
    'a scheduler that is paused',
    (world) => (world.region('A').schedulerPaused = true),
    'scheduler of A',
    /is paused: delete on its host/,
  ],
  [
    'sessions that became a replica',
    (world) => (world.region('A').sessions.role = 'replica'),
    'sessions of A',
    /REPLICAOF NO ONE/,
  ],
];
const aged = <T extends { heartbeat?: { atMs: number } }>(each: T): T =>
  each.heartbeat ? { ...each, heartbeat: { ...each.heartbeat, atMs: each.heartbeat.atMs - 3_600_000 } } : each;
const last = (world: World) => world.region('B').server.log.at(-1)!;

test.each(wrong)('%s', async (_, prepare, name, sentence) => {
  const { sight } = await sightOf((world) => {
    prepare(world);
    if (name === 'writes of A') world.region('A').running.scheduler = 'off';
  });
  expect(believedIn(sight, 'bad').map((each) => `${each.name}: ${each.because}`)).toContainEqual(
    expect.stringMatching(new RegExp(`^${name.replaceAll('.', '\\.')}: .*${sentence.source}`)),
  );
});

test('a database that does not answer is unread, not wrong, and told as such after five minutes', async () => {
  const silent = (world: World) => void world.hidden.add('B');
  const names = ({ sight }: { sight: Sight }) => believedIn(sight, 'unknown').map(({ name }) => name);
  const soon = await sightOf(silent, { minutes: 2 });
  expect([names(soon), wordOf(soon.sight)]).toEqual([[], '']);
  expect(names(await sightOf(silent, { minutes: 9 }))).toEqual(
    expect.arrayContaining(['database of B', 'shop of B', 'settings of B', 'standby B']),
  );
});

test('a look that hangs holds up no other, and is told of as one that could not be taken', async () => {
  const hangs: Look = { name: 'vendors', everyMs: 60_000, withinMs: 30, ask: () => new Promise(() => undefined) };
  const { sight, rounds } = await sightOf(() => undefined, { minutes: 1, within: [looks[0]!, hangs] });
  expect(sight.looks['servers']?.things).toBeGreaterThan(5);
  expect(rounds).toBe(4);
});

test('it changes nothing', async () => {
  const effects: string[] = [];
  await sightOf((world) => void (world.gate.happened = ({ op }) => void effects.push(op)), { minutes: 6 });
  expect(effects).toEqual([]);
});

import { raiseFence } from '../../src/activities/step/fencing';
import { newActor } from '../world/faults';
import { conduct } from '../world/conductor';
import { fence, promote, restart } from '../world/server';
import { newWorld, type World } from '../world/world';
import { callOf, changes, tryStep, undoStep } from './trying';

const serviceCommand = '/srv/bin/service mariadb';
const planned = { region: 'A', peer: 'B', planned: true, unfenced: 'refuse' } as const;
const unplanned = { region: 'A', peer: 'B', planned: false, unfenced: 'proceed', serviceCommand } as const;

const isolate = (world: World) => void world.hidden.add('A');
const hang = (world: World) => {
  const { server } = world.region('A');
  Object.defineProperty(server, 'readOnly', { get: () => false, set: () => undefined });
};

describe('an unplanned fence uses every means and says which one holds', () => {
  test.each([
    [
      'the database answers and there is no way to its host',
      { ...unplanned, serviceCommand: '' },
      () => undefined,
      'read-only',
    ],
    ['the database and its host answer', unplanned, () => undefined, 'service-stopped'],
    ['the database hangs and its host answers', unplanned, hang, 'service-stopped'],
    ['the database died and its host answers', unplanned, (world: World) => world.crash('A'), 'service-stopped'],
  ])('%s', async (_, params, before, means) => {
    const world = newWorld();
    before(world);
    const { facts, because } = await tryStep(world, 'fence-database', params);
    expect(facts).toMatchObject({ fenced: true, means, because });
  });

  test.each([
    ['the region is isolated', unplanned, isolate],
    ['the database hangs and there is no way to its host', { ...unplanned, serviceCommand: '' }, hang],
    [
      'the database died and nobody can say that it stays dead',
      { ...unplanned, serviceCommand: '' },
      (world: World) => world.crash('A'),
    ],
  ])('%s, and the site says to go on: it goes on, unfenced, and says so', async (_, params, before) => {
    const world = newWorld();
    before(world);
    const { facts, because } = await tryStep(world, 'fence-database', params);
    expect(facts).toMatchObject({ fenced: false, means: 'none', because });
    expect(because).toMatch(
      /^A could not be fenced: .* policy\.unfenced is proceed, so the failover continues\. When A returns, recover its orders: npx handover rejoin shop$/,
    );
  });

  test.each([1, 2, 4, 127])('a service command that only says %i proves nothing stopped', async (code) => {
    const world = newWorld();
    hang(world);
    world.region('A').serviceBroken = code;
    const { facts } = await tryStep(world, 'fence-database', unplanned);
    expect(facts).toMatchObject({ fenced: false, means: 'none' });
  });

  test.each([
    ['ask', 'Switch A off.'],
    ['refuse', 'Switch A off, or restore access to its database or host, then start the run again.'],
  ] as const)(
    'nothing holds and the site says %s: it does not go on, names the next move, and is worth another try',
    async (unfenced, move) => {
      const world = newWorld();
      isolate(world);
      const attempt = tryStep(world, 'fence-database', { ...unplanned, unfenced });
      await expect(attempt).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining(move) as string,
      });
    },
  );

  test('a region that is silent costs five seconds, not more', async () => {
    const world = newWorld();
    isolate(world);
    const startedAt = world.gate.clock.now();
    await tryStep(world, 'fence-database', unplanned);
    expect(world.gate.clock.now() - startedAt).toBeLessThanOrEqual(5_000);
  });

  test('going on unfenced is decided only after an act of the same attempt, never by a look alone', async () => {
    const world = newWorld();
    isolate(world);
    const plan = {
      site: 'shop',
      kind: 'unplanned',
      cause: 'failover',
      from: 'A',
      to: 'B',
      epoch: 2,
      because: '',
    } as const;
    const run = await conduct(world, { ...plan, stages: [[callOf('fence-database', unplanned)]] });
    expect(run.journal).toMatchObject([{ outcome: 'done', facts: { fenced: false } }]);
    expect(world.gate.calls.map((each) => each.op)).toEqual(expect.arrayContaining(['database.fence', 'host.stop']));
  });
});

describe('a service that takes long to stop', () => {
  const stopsAfter = (stopTakesMs: number) => {
    const world = newWorld();
    hang(world);
    world.region('A').stopTakesMs = stopTakesMs;
    return world;
  };

  test.each(['ask', 'refuse'] as const)('is waited for where the site says %s', async (unfenced) => {
    const world = stopsAfter(10_000);
    const { facts } = await tryStep(world, 'fence-database', { ...unplanned, unfenced });
    expect(facts).toMatchObject({ fenced: true, means: 'service-stopped' });
    expect(world.gate.calls.filter(({ op }) => op === 'host.stop')).toHaveLength(1);
  });

  test('and does not stop is named, with the next move', async () => {
    const attempt = tryStep(stopsAfter(600_000), 'fence-database', { ...unplanned, unfenced: 'refuse' });
    await expect(attempt).rejects.toThrow(
      /only 3 means stopped\. It was told to stop\. If it does not: Switch A off, or restore access/,
    );
  });

  test('holds up no failover that may go on unfenced', async () => {
    const world = stopsAfter(10_000);
    const startedAt = world.gate.clock.now();
    const { facts } = await tryStep(world, 'fence-database', unplanned);
    expect(facts).toMatchObject({ fenced: false });
    expect(world.gate.clock.now() - startedAt).toBeLessThanOrEqual(5_000);
  });
});

describe('a fence that somebody can write through is none', () => {
  const writer = "the account 'shop'@'%'";
  const exempt = (world: World) => void world.region('A').server.exemptWriters.push(writer);

  test('a planned transfer does not go on, and names who can write', async () => {
    const world = newWorld();
    exempt(world);
    await expect(tryStep(world, 'fence-database', planned)).rejects.toThrow(
      `A's database is read-only, but can still be written to by ${writer}.`,
    );
  });

  test('in an outage the service is stopped, or the region is recorded as unfenced', async () => {
    const [stoppable, unreachable] = [newWorld(), newWorld()];
    exempt(stoppable);
    exempt(unreachable);
    await expect(tryStep(stoppable, 'fence-database', unplanned)).resolves.toMatchObject({
      facts: { fenced: true, means: 'service-stopped' },
    });
    const { facts, because } = await tryStep(unreachable, 'fence-database', { ...unplanned, serviceCommand: '' });
    expect(facts).toMatchObject({ fenced: false, means: 'none' });
    expect(because).toContain(writer);
  });

  test('in an outage a database that moves between two looks is not fenced', async () => {
    const world = newWorld({ quiet: true });
    const { server } = world.region('A');
    fence(server);
    const { gate } = world;
    const look = gate.calls.push.bind(gate.calls);
    gate.calls.push = (...calls) => {
      server.log.push({ server: 1, sequence: server.log.length + 1 });
      return look(...calls);
    };
    const { because } = await tryStep(world, 'fence-database', { ...unplanned, serviceCommand: '' });
    expect(because).toMatch(/read-only, but moved from 1:\d+ to 1:\d+ between two looks/);
  });
});

describe('a fence is not raised against the wrong primary', () => {
  test('a leftover of an older transfer does not fence the primary of a newer one', async () => {
    const world = newWorld();
    const { server } = world.region('A');
    server.row = { epoch: 3, region: 'A', verifiedEpoch: 3 };
    for (const params of [planned, unplanned]) {
      await expect(tryStep(world, 'fence-database', params)).rejects.toMatchObject({ kind: 'refused' });
    }
    expect(changes(world)).toEqual([]);
  });
});

describe('an undo makes the old primary writable only when that is safe', () => {
  const raised = async () => {
    const world = newWorld();
    await world.pass(500);
    await tryStep(world, 'fence-database', planned);
    return world;
  };

  test('the peer is read-only and in the old epoch: writable again', async () => {
    const world = await raised();
    const sentence = await undoStep(world, 'fence-database', planned);
    expect(sentence).toBe("A's database accepts writes again in epoch 1; B's database is read-only.");
    expect(world.region('A').server.readOnly).toBe(false);
  });

  const standsBy = { ...planned, peerStandsBy: true } as const;

  test.each<[string, (world: World) => void]>([
    ['does not answer', (world) => world.hidden.add('B')],
    ['died', (world) => world.crash('B')],
  ])('the peer %s, and this run knows that nobody promoted it: writable again', async (_, before) => {
    const world = await raised();
    before(world);
    expect(await undoStep(world, 'fence-database', standsBy)).toBe(
      "A's database accepts writes again in epoch 1; B's database does not answer, and this run has not promoted it.",
    );
    expect(world.region('A').server.readOnly).toBe(false);
  });

  test.each<[string, (world: World) => void]>([
    ['was promoted', (world) => promote(world.region('B').server, { epoch: 2, region: 'B', idGap: 1 })],
    ['is half promoted', (world) => promote(world.region('B').server, { epoch: 2, region: 'B', idGap: 1 }, true)],
  ])('a peer that %s speaks for itself, whatever this run knows: it stays fenced', async (_, before) => {
    const world = await raised();
    before(world);
    await expect(undoStep(world, 'fence-database', standsBy)).rejects.toThrow(/\.$/);
    expect(world.region('A').server.readOnly).toBe(true);
  });

  test.each([
    ['the peer was promoted', (world: World) => promote(world.region('B').server, { epoch: 2, region: 'B', idGap: 1 })],
    [
      'half of the promotion happened',
      (world: World) => promote(world.region('B').server, { epoch: 2, region: 'B', idGap: 1 }, true),
    ],
    [
      'the peer was promoted and restarted',
      (world: World) => {
        promote(world.region('B').server, { epoch: 2, region: 'B', idGap: 1 });
        restart(world.region('B').server, 0);
      },
    ],
    ['the peer does not answer', (world: World) => world.hidden.add('B')],
    ['the peer died', (world: World) => world.crash('B')],
    [
      'the old primary follows another server already',
      (world: World) => {
        world.region('A').server.replication = { ...world.region('B').server.replication!, relay: [] };
      },
    ],
    ['the old primary holds the row of another region', (world: World) => (world.region('A').server.row.region = 'B')],
  ])('%s: it stays fenced, and a person is told', async (_, before) => {
    const world = await raised();
    before(world);
    await expect(undoStep(world, 'fence-database', planned)).rejects.toThrow(/\.$/);
    expect(world.region('A').server.readOnly).toBe(true);
  });

  test('the undo reads again whether it took hold', async () => {
    const world = await raised();
    const { server } = world.region('A');
    Object.defineProperty(server, 'readOnly', { get: () => true, set: () => undefined });
    await expect(undoStep(world, 'fence-database', planned)).rejects.toThrow("A's database is still read-only.");
  });
});

describe('the fence of a failover that is rolled back', () => {
  const fencedBy = async (before: (world: World) => void) => {
    const world = newWorld();
    await world.pass(500);
    before(world);
    const { facts } = await tryStep(world, 'fence-database', unplanned);
    return { world, facts: { 'fence-database': facts } };
  };

  test('that stopped the service starts it again and makes it writable', async () => {
    const { world, facts } = await fencedBy(() => undefined);
    expect(world.region('A').server.up).toBe(false);
    const sentence = await undoStep(world, 'fence-database', unplanned, { facts });
    expect(sentence).toMatch(/^A's database accepts writes again in epoch 1; B's database is read-only\./);
    expect(world.region('A').server).toMatchObject({ up: true, readOnly: false });
  });

  test('that stopped the service leaves it stopped where the peer was promoted', async () => {
    const { world, facts } = await fencedBy(() => undefined);
    promote(world.region('B').server, { epoch: 2, region: 'B', idGap: 1 });
    await expect(undoStep(world, 'fence-database', unplanned, { facts })).rejects.toThrow(
      /stays fenced: only one database/,
    );
    expect(world.region('A').server.up && !world.region('A').server.readOnly).toBe(false);
  });

  test('that nothing proves leaves nothing to undo, and says what to type when the region comes back', async () => {
    const { world, facts } = await fencedBy(isolate);
    expect(await undoStep(world, 'fence-database', unplanned, { facts })).toBe(
      'A does not answer, and nothing proves that it was fenced. Should it come back read-only, type: npx handover transfer shop --kind restore',
    );
  });
});

test('an existing fence is already-done', async () => {
  const world = newWorld();
  fence(world.region('A').server);
  await expect(tryStep(world, 'fence-database', planned)).resolves.toMatchObject({ outcome: 'already-done' });
});

test('a worker that wakes up in a later epoch neither fences the primary of that one nor stops its service', async () => {
  const world = newWorld();
  world.region('A').server.row.epoch = 3;
  await world.run(raiseFence(unplanned, 2, world.ports(newActor('fence-database', 1, 2))));
  expect(changes(world)).toEqual([]);
  expect(world.region('A').server.readOnly).toBe(false);
});

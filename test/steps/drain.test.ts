import { fence, promote, restart } from '../world/server';
import { idOf } from '../world/positions';
import { newWorld, type World } from '../world/world';
import { tryStep, undoStep } from './trying';

const planned = { from: 'A', to: 'B', planned: true, timeoutMs: 3_000 } as const;
const unplanned = { ...planned, planned: false } as const;

const replication = (world: World) => world.region('B').server.replication!;
const last = (world: World, region: string) => world.region(region).server.log.at(-1)!;
const position = (world: World, region: string) => last(world, region).sequence;

/** A died with the last second fetched and not applied. */
async function backlog(): Promise<World> {
  const world = newWorld();
  world.region('B').server.applyRate = 0;
  await world.pass(1_000);
  world.crash('A');
  await world.pass(40);
  world.region('B').server.applyRate = 1;
  expect(replication(world).relay.length).toBeGreaterThan(5);
  return world;
}

describe('a planned drain', () => {
  test('ends when the source stands still and the target has applied all of it', async () => {
    const world = newWorld();
    await world.pass(1_000);
    world.region('B').server.applyRate = 1;
    fence(world.region('A').server);
    const { facts } = await tryStep(world, 'drain-database', planned);
    const end = idOf(last(world, 'A'));
    expect(facts).toEqual({ promotionPoint: end, fencedPosition: end });
    expect(position(world, 'B')).toBe(position(world, 'A'));
  });

  test('is refused while the source takes writes', async () => {
    const world = newWorld();
    await expect(tryStep(world, 'drain-database', planned)).rejects.toMatchObject({
      kind: 'refused',
      message: "A's database is writable, in epoch 1 of A, so its position is not final; fence it first.",
    });
  });

  test('does not believe a source that moves although it is read-only', async () => {
    const world = newWorld({ quiet: true });
    const { server } = world.region('A');
    fence(server);
    const { clock } = world.gate;
    const writing = (async () => {
      for (let n = 0; n < 500; n++) {
        await clock.sleep(15);
        server.log.push({ server: 1, sequence: server.log.length + 1 });
      }
    })();
    await expect(tryStep(world, 'drain-database', planned)).rejects.toThrow(/although its database is read-only\.$/);
    await world.run(writing);
  });

  test('gives up for good when its time is over, so that the fence is undone at once', async () => {
    const world = newWorld();
    await world.pass(500);
    world.region('B').server.applyRate = 0;
    await world.pass(500);
    fence(world.region('A').server);
    const startedAt = world.gate.clock.now();
    await expect(tryStep(world, 'drain-database', planned)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('within 3000 ms (policy.drainTimeout); nothing was lost') as string,
    });
    expect(world.gate.clock.now() - startedAt).toBeLessThan(7_000);
  });

  test('is refused for a target that is no replica', async () => {
    const world = newWorld();
    await world.pass(500);
    fence(world.region('A').server);
    world.region('A').server.log.push({ server: 1, sequence: position(world, 'A') + 1 });
    world.region('B').server.replication = undefined;
    await expect(tryStep(world, 'drain-database', planned)).rejects.toThrow(/promoting it would lose orders\.$/);
  });
});

describe('an unplanned drain applies what was fetched and discards nothing', () => {
  test('everything fetched is applied, and fetching is over', async () => {
    const world = await backlog();
    const fetched = replication(world).relay.at(-1)!;
    const { facts } = await tryStep(world, 'drain-database', unplanned);
    expect(last(world, 'B')).toEqual(fetched);
    expect(facts).toMatchObject({ promotionPoint: idOf(fetched) });
    expect(replication(world)).toMatchObject({ fetching: false, applying: true, relay: [] });
  });

  test('the last heartbeat that arrived is a fact, for the account of what was lost', async () => {
    const world = newWorld();
    await world.pass(2_500);
    world.crash('A');
    const { facts } = await tryStep(world, 'drain-database', unplanned);
    expect(facts['lastHeartbeatAtMs']).toBe(Date.UTC(2026, 10, 23, 0, 0, 2));
  });

  test('no heartbeat is null, not zero', async () => {
    const world = newWorld({ quiet: true });
    world.crash('A');
    const { facts } = await tryStep(world, 'drain-database', unplanned);
    expect(facts['lastHeartbeatAtMs']).toBeNull();
  });

  test('the same facts are told to a retry that finds it done', async () => {
    const world = await backlog();
    const first = await tryStep(world, 'drain-database', unplanned);
    await world.pass(1_000);
    const again = await tryStep(world, 'drain-database', unplanned);
    expect(again).toMatchObject({ outcome: 'already-done', facts: first.facts });
  });

  test('a replica that restarted, and was started again, has fetched nothing that counts', async () => {
    const world = newWorld();
    await world.pass(1_000);
    world.crash('A');
    Object.assign(replication(world), { fetchedKnown: false, connected: false });
    const { facts } = await tryStep(world, 'drain-database', unplanned);
    expect(facts).toMatchObject({ promotionPoint: idOf(last(world, 'B')) });
  });

  test.each([
    [
      'the applier is stopped while fetching goes on',
      { applying: false },
      /start only its SQL thread and leave the IO thread as it is/,
    ],
    ['both are stopped', { applying: false, fetching: false }, /copy its relay logs aside/],
    ['the applier broke', { applying: false, error: '1062: duplicate key' }, /\(1062: duplicate key\)/],
  ])('%s: it is refused with the way out, and nothing is discarded', async (_, thread, words) => {
    const world = await backlog();
    Object.assign(replication(world), thread);
    const relay = replication(world).relay.length;
    await expect(tryStep(world, 'drain-database', unplanned)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(words) as string,
    });
    expect(replication(world).relay).toHaveLength(relay);
    expect(world.region('B').server.discarded).toEqual([]);
  });

  test('a replica that restarted and was not started again may hold more than it says: it is refused', async () => {
    const world = await backlog();
    restart(world.region('B').server, 0);
    await expect(tryStep(world, 'drain-database', unplanned)).rejects.toMatchObject({ kind: 'refused' });
    expect(world.region('B').server.discarded).toEqual([]);
  });

  test('both are stopped, and all that was fetched is applied: nothing can be lost', async () => {
    const world = newWorld();
    await world.pass(1_000);
    world.crash('A');
    Object.assign(replication(world), { applying: false, fetching: false });
    await expect(tryStep(world, 'drain-database', unplanned)).resolves.toMatchObject({ outcome: 'already-done' });
  });

  test('a leftover of an older transfer is refused', async () => {
    const world = newWorld();
    world.region('B').server.row = { epoch: 3, region: 'B', verifiedEpoch: 3 };
    await expect(tryStep(world, 'drain-database', unplanned)).rejects.toMatchObject({
      kind: 'refused',
      message:
        "This plan is for epoch 2, but B's database is already in epoch 3; a newer transfer has run, so this one stops.",
    });
  });
});

describe('the undo of an unplanned drain', () => {
  test('fetches again where the source answers', async () => {
    const world = newWorld();
    await world.pass(500);
    await tryStep(world, 'drain-database', unplanned);
    await expect(undoStep(world, 'drain-database', unplanned)).resolves.toBe('B fetches from A again.');
    await world.pass(100);
    expect(replication(world)).toMatchObject({ fetching: true, connected: true });
  });

  test('leaves a silent source alone', async () => {
    const world = await backlog();
    await tryStep(world, 'drain-database', unplanned);
    await expect(undoStep(world, 'drain-database', unplanned)).resolves.toMatch(/because A does not answer/);
    expect(replication(world).fetching).toBe(false);
  });
});

describe('a target that was cut off in the middle of its promotion', () => {
  const cutOff = async () => {
    const world = newWorld();
    await world.pass(1_000);
    fence(world.region('A').server);
    await world.pass(40);
    promote(world.region('B').server, { epoch: 2, region: 'B', idGap: 1 }, true);
    return world;
  };

  test('counts as drained up to the position that it recorded', async () => {
    const world = await cutOff();
    const { facts, because } = await tryStep(world, 'drain-database', unplanned);
    expect(facts).toMatchObject({ promotionPoint: idOf(last(world, 'B')) });
    expect(because).toMatch(/; A wrote nothing since\.$/);
  });

  test('counts as drained when the old primary is dead, and the sentence says what is not known', async () => {
    const world = await cutOff();
    world.crash('A');
    const { because } = await tryStep(world, 'drain-database', unplanned);
    expect(because).toMatch(/; A does not answer, so what it wrote since is not known\.$/);
  });

  test.each([
    ['the old primary wrote on', (world: World) => world.region('A').server.log.push({ server: 1, sequence: 9_999 })],
    ['it was for another epoch', (world: World) => (world.region('B').server.promoting!.epoch = 1)],
    ['it has replicated since', (world: World) => (world.region('B').server.promoting!.applied = '1:1')],
  ])('does not when %s', async (_, before) => {
    const world = await cutOff();
    before(world);
    await expect(tryStep(world, 'drain-database', unplanned)).rejects.toMatchObject({ kind: 'refused' });
  });
});

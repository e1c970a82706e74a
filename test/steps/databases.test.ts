import { idOf } from '../world/positions';
import { addresses } from '../world/region';
import { fence, openTo, promote, restart, type Transaction } from '../world/server';
import { newWorld, type World } from '../world/world';
import { changes, tryStep } from './trying';

const sourceHost = addresses['B']!;

/** A is fenced and B promoted, as before the last steps of a planned transfer. */
async function handedOver() {
  const world = newWorld();
  await world.pass(1_000);
  const [a, b] = [world.region('A').server, world.region('B').server];
  fence(a);
  await world.pass(40);
  const fencedPosition = idOf(a.log.at(-1)!);
  promote(b, { epoch: 2, region: 'B', idGap: 1000 });
  return { world, a, b, facts: { 'drain-database': { fencedPosition } } };
}

describe('a fenced old primary is attached', () => {
  const params = { region: 'A', source: 'B', sourceHost };

  test('when it stands where it was fenced', async () => {
    const { world, facts, b } = await handedOver();
    const done = await tryStep(world, 'attach-replica', params, { facts });
    expect(done.facts['position']).toBe(idOf(b.log.at(-1)!));
  });

  const errant: Transaction = { server: 1, sequence: 999, order: { key: 'late', id: 999 } };
  test.each([
    [
      'somebody wrote to it since the fence',
      ({ a }: Awaited<ReturnType<typeof handedOver>>) => a.log.push(errant),
      /it was written to after the fence\. Recover that with: npx handover rejoin shop --region A$/,
    ],
    [
      'it is writable',
      ({ a }: Awaited<ReturnType<typeof handedOver>>) => (a.readOnly = false),
      /fence it before attaching it to B\.$/,
    ],
    [
      'the source is not the primary of this epoch',
      ({ b }: Awaited<ReturnType<typeof handedOver>>) => (b.row.epoch = 1),
      /no replica is attached to it in epoch 2\.$/,
    ],
    [
      'the source is read-only',
      ({ b }: Awaited<ReturnType<typeof handedOver>>) => fence(b),
      /no replica is attached to it in epoch 2\.$/,
    ],
  ])('but not when %s: it is refused before an attempt could change its position', async (_, before, words) => {
    const handed = await handedOver();
    before(handed);
    await expect(tryStep(handed.world, 'attach-replica', params, { facts: handed.facts })).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(words) as string,
    });
    expect(changes(handed.world)).toEqual([]);
  });

  test('an old primary with an unknown fence position is not attached', async () => {
    const { world } = await handedOver();
    await expect(tryStep(world, 'attach-replica', params)).rejects.toThrow(
      /^The position at which A was fenced is unknown; rejoin it instead: npx handover rejoin shop --region A$/,
    );
  });

  test('a stopped replica is started, not attached again', async () => {
    const { world, facts, a } = await handedOver();
    await tryStep(world, 'attach-replica', params, { facts });
    restart(a, 0);
    await tryStep(world, 'attach-replica', params, { facts });
    expect(changes(world)).toEqual(['database.attach of A', 'database.startReplication of A']);
  });

  test('threads that say yes are not enough: a fresh position of the source must arrive', async () => {
    const { world, facts, a } = await handedOver();
    a.applyRate = 0;
    openTo(world.region('B').server, 2);
    await expect(tryStep(world, 'attach-replica', params, { facts })).rejects.toThrow(/A has not applied B's 2:/);
  });
});

describe('a primary that restarted', () => {
  test('is made writable in its own epoch', async () => {
    const world = newWorld();
    world.restart('A');
    const done = await tryStep(world, 'make-writable', { region: 'A' }, { epoch: 1 });
    expect(done.because).toBe("A's database is writable, in epoch 1 of A.");
  });

  test('gives up the promotion of the other region that was cut off: what is written from now on is not in it', async () => {
    const world = newWorld();
    const { server } = world.region('B');
    promote(server, { epoch: 2, region: 'B', idGap: 1 }, true);
    world.restart('A');
    await tryStep(world, 'make-writable', { region: 'A' }, { epoch: 1 });
    expect(server.promoting).toBeUndefined();
  });

  test.each([
    [
      'another region takes writes',
      1,
      (world: World) => (world.region('B').server.readOnly = false),
      'so the primary stays read-only',
    ],
    [
      'another region is of a newer epoch',
      1,
      (world: World) => (world.region('B').server.row = { epoch: 2, region: 'B', verifiedEpoch: 2 }),
      'already in epoch 2',
    ],
    ['another region does not answer', 1, (world: World) => world.crash('B'), 'refused to connect'],
    [
      'its row names another region',
      1,
      (world: World) => (world.region('A').server.row = { epoch: 1, region: 'B', verifiedEpoch: 1 }),
      'stays as it is',
    ],
    ['its epoch is over', 2, () => undefined, 'is not the primary of epoch 2'],
  ])('stays read-only when %s', async (_, epoch, before, words) => {
    const world = newWorld();
    world.restart('A');
    before(world);
    await expect(tryStep(world, 'make-writable', { region: 'A' }, { epoch })).rejects.toThrow(words);
    expect(world.region('A').server.readOnly).toBe(true);
  });
});

describe('a replica that restarted', () => {
  const params = { region: 'B', source: 'A' };

  test('replicates again while its source answers', async () => {
    const world = newWorld();
    world.restart('B');
    await expect(tryStep(world, 'restart-replication', params, { epoch: 1 })).resolves.toMatchObject({
      outcome: 'done',
    });
  });

  test.each([
    ['its source is silent', (world: World) => world.crash('A'), 'refused to connect'],
    ['its source is fenced', (world: World) => fence(world.region('A').server), 'is not started as its replica'],
    [
      'it is no replica',
      (world: World) => (world.region('B').server.replication = undefined),
      'so there is no replication to restart; rejoin it: npx handover rejoin shop --region B',
    ],
  ])('is left alone, and throws nothing away, when %s', async (_, before, words) => {
    const world = newWorld();
    world.region('B').server.applyRate = 0;
    await world.pass(500);
    world.restart('B');
    before(world);
    await expect(tryStep(world, 'restart-replication', params, { epoch: 1 })).rejects.toThrow(words);
    expect(world.region('B').server.discarded).toEqual([]);
    expect(changes(world)).toEqual([]);
  });
});

describe('replication is proved', () => {
  const params = { from: 'A', to: 'B', timeoutMs: 2_000 };

  test('replication is proved by a transaction written during the check', async () => {
    const done = await tryStep(newWorld(), 'prove-replication', params);
    expect(done.because).toMatch(/^A wrote 1:\d+ during the check, and B applied it\.$/);
  });

  test.each([
    ['the source writes nothing', true, () => undefined, 'A wrote nothing for 1500 ms, so replication is not proved.'],
    [
      'both threads say yes and nothing moves',
      false,
      (world: World) => (world.region('B').server.applyRate = 0),
      'within 2000 ms.',
    ],
    [
      'it is no replica',
      false,
      (world: World) => (world.region('B').server.replication = undefined),
      'B is not a replica.',
    ],
  ])('not when %s', async (_, quiet, before, words) => {
    const world = newWorld({ quiet });
    before(world);
    await expect(tryStep(world, 'prove-replication', params)).rejects.toThrow(words);
  });
});

describe('a promotion', () => {
  const params = { region: 'B', idGap: 1000 };

  test.each([
    ['a newer epoch is on', { epoch: 3, region: 'A', verifiedEpoch: 3 }],
    ['the epoch belongs to another region', { epoch: 2, region: 'A', verifiedEpoch: 2 }],
  ])('is refused when %s', async (_, row) => {
    const world = newWorld();
    world.region('B').server.row = row;
    await expect(tryStep(world, 'promote-database', params)).rejects.toMatchObject({ kind: 'refused' });
    expect(changes(world)).toEqual([]);
  });

  test('that left events disabled is acted on once more, and then ends with a follow-up about them', async () => {
    const world = newWorld();
    const { server } = world.region('B');
    promote(server, { epoch: 2, region: 'B', idGap: 1 });
    const enabling = "ALTER DEFINER='shop'@'%' EVENT `shop`.`tidy` ENABLE";
    server.disabledEvents = [enabling];
    const { because, facts } = await tryStep(world, 'promote-database', params);
    expect(because).toContain(`; 1 of its events is still disabled (${enabling}).`);
    expect(facts).toMatchObject({
      followUp: `Enable 1 event of B by hand, or drop what is over. In its database, as root, type: ${enabling}`,
    });
    expect(world.gate.calls.map(({ op }) => op)).toContain('database.promote');
  });

  test('an open region is the primary of this very epoch', async () => {
    const world = newWorld();
    await expect(tryStep(world, 'open-region', { region: 'B' })).rejects.toThrow(
      /so it is not opened to customers in epoch 2\.$/,
    );
  });
});

import { newTraffic } from '../world/traffic';
import { newWorld, type World } from '../world/world';
import { changes, tryStep } from './trying';

const move = { kind: 'world', from: 'A', to: 'B', expected: ['A', 'B'] };
const behind = (over: Parameters<typeof newTraffic>[0] = {}): World => {
  const world = newWorld();
  world.traffic = newTraffic(over);
  // What the invariants want of a region to which customers are sent.
  Object.assign(world.region('B').server.row, { epoch: 2, region: 'B', verifiedEpoch: 2 });
  return world;
};

test('customers are sent elsewhere by one change, whose inverse is kept', async () => {
  const world = behind();
  await expect(tryStep(world, 'switch-traffic', move)).resolves.toEqual({
    outcome: 'done',
    because: 'It sends customers to B, then A.',
    facts: { previousState: ['A', 'B'], provider: 'world' },
  });
  expect(changes(world)).toEqual(['traffic.point']);
  expect(world.violations).toEqual([]);
});

test('a switch that is set, but whose vendor still sends customers the old way, is waited for', async () => {
  const world = behind({ pendingMs: 30_000 });
  const startedAt = world.gate.clock.now();
  await tryStep(world, 'switch-traffic', move);
  expect(world.gate.clock.now() - startedAt).toBeGreaterThan(30_000);
  expect(changes(world)).toEqual(['traffic.point']);
});

test('a switch that stays pending fails with the reason of its vendor', async () => {
  const world = behind({ pendingMs: Infinity });
  await expect(tryStep(world, 'switch-traffic', move)).rejects.toThrow('It still sends customers to A.');
});

test('a switch that its vendor has already moved is left alone', async () => {
  const world = behind({ order: ['B', 'A'] });
  await expect(tryStep(world, 'switch-traffic', move)).resolves.toMatchObject({ outcome: 'already-done' });
  expect(changes(world)).toEqual([]);
});

test('a switch that leads to nobody is pointed, whatever was expected', async () => {
  const world = behind({ order: [] });
  await expect(tryStep(world, 'switch-traffic', move)).resolves.toMatchObject({ outcome: 'done' });
  expect([changes(world), world.traffic?.order]).toEqual([['traffic.point'], ['B', 'A']]);
});

test.each([
  [
    'a mixture',
    { order: ['A', 'C'] },
    /points neither to A nor to B: .*A, then C\. Somebody else changed it; point it to one of the two, then retry\.$/,
  ],
  ['another order that leads to the old region', { order: ['A'] }, /^It is A, and somebody else's\.$/],
])("%s is somebody else's and stays", async (_what, over, because) => {
  const world = behind(over);
  await expect(tryStep(world, 'switch-traffic', move)).rejects.toMatchObject({
    kind: 'conflict',
    message: expect.stringMatching(because) as string,
  });
  expect(changes(world)).toEqual([]);
});

test('a switch that the survey could not read is moved from its present state', async () => {
  const world = behind({ order: ['A', 'B'] });
  const { facts } = await tryStep(world, 'switch-traffic', { ...move, expected: null });
  expect(facts).toEqual({ previousState: null, provider: 'world' });
  expect(changes(world)).toEqual(['traffic.point']);
});

test('a site that names no switch any more says so', async () => {
  await expect(tryStep(newWorld(), 'switch-traffic', move)).rejects.toThrow(
    /^The site file no longer has the block traffic; restore it and retry, or skip the step\.$/,
  );
});

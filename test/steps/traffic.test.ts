import { stepCalled } from '../../src/activities/steps';
import { addresses, tableRegions } from '../world/region';
import { promote } from '../world/server';
import { newWorld, type World } from '../world/world';
import { answered, putSet, shopName } from '../world/zone';
import { changes, tryStep, undoStep } from './trying';

const [A, B] = [addresses['A']!, addresses['B']!];

describe('DNS is switched', () => {
  const params = { name: shopName, type: 'A', from: [A], to: [B], ttlSeconds: 5 } as const;
  const move = (world: World, over = {}) => tryStep(world, 'switch-dns', { ...params, from: [A], to: [B], ...over });

  test('DNS is switched when every server returns the new value several times in a row', async () => {
    const world = newWorld();
    world.zone.staleMs = 5_100;
    const startedAt = world.gate.clock.now();
    const { because, facts } = await move(world);
    expect(world.gate.clock.now() - startedAt).toBeGreaterThan(5_000);
    expect(because).toBe('198.18.0.53, 198.18.0.54 answered 203.0.113.10 3 times in a row.');
    expect(facts).toEqual({ previousValues: [A], ttlSeconds: 5, provider: 'world' });
  });

  test.each([
    ['soon, and the provider is not asked about its change', 4_500, false],
    ['late, and the provider is asked whether its change took hold', 5_500, true],
  ])('and shown by the servers %s', async (_, staleMs, asked) => {
    const world = newWorld();
    world.zone.staleMs = staleMs;
    await move(world);
    const ops = world.gate.calls.map(({ op }) => op);
    expect(ops.slice(ops.indexOf('dns.replace')).includes('dns.read')).toBe(asked);
  });

  test.each([
    ['a third value', [{ values: ['192.0.2.99'] }]],
    ['a second value beside the old one', [{ values: [A, '192.0.2.99'] }]],
  ])("but %s is somebody else's and stays", async (_, [over]) => {
    const world = newWorld();
    putSet(world.zone, { name: shopName, type: 'A', ttlSeconds: 5, values: [A], ...over });
    await expect(move(world)).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('Somebody else changed it') as string,
    });
    expect(changes(world)).toEqual([]);
  });

  test('a switch to no values is refused', async () => {
    const world = newWorld();
    await expect(move(world, { to: [] })).rejects.toMatchObject({ kind: 'refused' });
    expect(changes(world)).toEqual([]);
  });

  test('a silent name server leaves the check unknown', async () => {
    const world = newWorld();
    world.zone.serversUp = false;
    await expect(move(world)).rejects.toThrow(
      'The zone has 203.0.113.10, but not every name server was read: 198.18.0.53 is silent.',
    );
  });

  test('also where the provider spells an alias in its own way', async () => {
    const world = newWorld();
    putSet(world.zone, { name: shopName, type: 'CNAME', ttlSeconds: 5, values: ['a.origin.test'] });
    const alias = { type: 'CNAME', from: ['A.origin.test'], to: ['b.origin.test'] } as const;
    await expect(move(world, alias)).resolves.toMatchObject({ outcome: 'done' });
    expect(answered(world.zone, shopName, 'CNAME', world.gate.clock.now())).toEqual(['b.origin.test.']);
  });

  test('a TTL is lowered, never raised', async () => {
    const world = newWorld({ ttlSeconds: 2 });
    await expect(tryStep(world, 'lower-dns-ttl', { name: shopName, type: 'A', ttlSeconds: 5 })).resolves.toMatchObject({
      outcome: 'already-done',
      facts: { ttlSeconds: 2 },
    });
  });

  test('a record that is not there is created by a person', async () => {
    const missing = { name: 'other.shop.test.', type: 'A', ttlSeconds: 5 } as const;
    await expect(tryStep(newWorld(), 'lower-dns-ttl', missing)).rejects.toThrow(/create it before a transfer\.$/);
  });
});

describe('settings', () => {
  const previous = { role: 'standby', epoch: 1, tableRegion: tableRegions['B']!, scheduler: 'off' } as const;
  const next = { role: 'primary', epoch: 2, tableRegion: tableRegions['B']!, scheduler: 'on' } as const;
  const params = { region: 'B', next, previous };

  test('count only when the shop itself shows them', async () => {
    const world = newWorld();
    world.region('B').reloadAt = Number.POSITIVE_INFINITY;
    const apply = tryStep(world, 'stage-settings', params);
    const { clock } = world.gate;
    const never = clock.sleep(20).then(() => (world.region('B').reloadAt = Number.POSITIVE_INFINITY));
    await expect(apply).rejects.toThrow(/^B's shop still runs with role standby, epoch 1, scheduler off\.$/);
    await world.run(never);
  });

  test('written settings that the shop does not show yet are polled, not written again', async () => {
    const world = newWorld();
    Object.assign(world.region('B'), { file: next, reloadAt: world.gate.clock.now() + 400 });
    await tryStep(world, 'stage-settings', params);
    expect(changes(world)).toEqual([]);
  });

  test('a paused scheduler hides whether it is on; the file decides', async () => {
    const world = newWorld();
    world.region('B').schedulerPaused = true;
    await expect(tryStep(world, 'stage-settings', params)).resolves.toMatchObject({ outcome: 'done' });
  });

  test('are put back as they were, and the shop shows it', async () => {
    const world = newWorld();
    await tryStep(world, 'stage-settings', params);
    await undoStep(world, 'stage-settings', params);
    expect(world.region('B').running).toEqual(previous);
  });

  test('of a newer transfer are not put back', async () => {
    const world = newWorld();
    world.region('B').file = { ...next, epoch: 3 };
    await expect(undoStep(world, 'stage-settings', params)).rejects.toThrow(
      /newer than this plan, and are not changed\.$/,
    );
  });
});

describe('checkouts are held', () => {
  const params = { region: 'A', because: 'The shop is moving to B.', graceMs: 1_000 };

  test('until those in flight have ended', async () => {
    const world = newWorld();
    const { server } = world.region('A');
    const startedAt = world.gate.clock.now();
    server.busyUntil = startedAt + 400;
    await tryStep(world, 'gate-checkouts', params);
    expect(world.gate.clock.now()).toBeGreaterThanOrEqual(server.busyUntil);
    expect(world.gate.clock.now() - startedAt).toBeLessThan(600);
  });

  test('checkouts that never end are waited for no longer than graceMs', async () => {
    const world = newWorld();
    world.region('A').server.busyUntil = Number.POSITIVE_INFINITY;
    const startedAt = world.gate.clock.now();
    await tryStep(world, 'gate-checkouts', params);
    expect(world.gate.clock.now() - startedAt).toBeLessThan(1_300);
  });
});

describe('sessions', () => {
  const params = { from: 'A', to: 'B', planned: true };

  test('a planned move takes all sessions along', async () => {
    const world = newWorld();
    world.region('B').sessions.offset = 0;
    world.region('A').sessions.offset = 70;
    await tryStep(world, 'promote-sessions', params);
    expect(world.region('B').sessions).toMatchObject({ role: 'primary', offset: 70 });
    expect(world.region('A').sessions.pausedUntil).toBeGreaterThan(world.gate.clock.now());
  });

  test('the old side holds its writes for longer than all attempts to verify and open the new region take', async () => {
    const world = newWorld();
    await tryStep(world, 'promote-sessions', params);
    const { pausedUntil } = world.region('A').sessions;
    const verifyMs = 4 * 6_000;
    const { attempts, attemptMs, everyMs } = stepCalled('open-region').patience;
    expect(pausedUntil - world.gate.clock.now()).toBeGreaterThan(verifyMs + attempts * (attemptMs + everyMs));
  });

  test.each([
    ['the old side does not answer', (world: World) => world.hidden.add('A')],
    ['the link between the regions is cut', (world: World) => (world.linkCut = true)],
  ])('are promoted as they are when %s: a shop without carts serves nobody', async (_, before) => {
    const world = newWorld();
    before(world);
    await tryStep(world, 'promote-sessions', params);
    expect(world.region('B').sessions.role).toBe('primary');
  });

  test('an unplanned move does not contact the old session store', async () => {
    const world = newWorld();
    await tryStep(world, 'promote-sessions', { ...params, planned: false });
    expect(world.gate.calls.map((each) => each.region)).not.toContain('A');
  });
});

describe('uploads', () => {
  const params = { from: 'A', to: 'B' };

  test('that keep coming are named after five seconds, so that the next attempt copies them', async () => {
    const world = newWorld();
    await world.pass(1_000);
    world.region('A').uploads.add('late.jpg');
    const ports = world.region('B').uploads;
    const keepAway = ports.add.bind(ports);
    ports.add = (path) => (path === 'late.jpg' ? ports : keepAway(path));
    const startedAt = world.gate.clock.now();
    await expect(tryStep(world, 'sync-media', params)).rejects.toThrow(
      /^\d+ of A's uploads are missing on B; their paths are on B's host in \S+missing-from-A/,
    );
    expect(world.gate.clock.now() - startedAt).toBeLessThan(6_000);
  });

  test('that still come while customers are served may be tolerated', async () => {
    const world = newWorld();
    world.linkCut = false;
    world.region('A').uploads.add('late.jpg');
    await expect(tryStep(world, 'sync-media', { ...params, tolerated: 1 })).resolves.toMatchObject({
      outcome: 'already-done',
      facts: { missing: 1 },
    });
  });
});

test('a canary order that another region answers is no proof', async () => {
  const world = newWorld();
  const b = world.region('B');
  promote(b.server, { epoch: 3, region: 'B', idGap: 1 });
  b.running = { ...b.running, role: 'primary', epoch: 3 };
  await expect(tryStep(world, 'canary-order', { region: 'B' })).rejects.toThrow(
    'The canary order was sent to B for epoch 2, but B accepted it in epoch 3.',
  );
});

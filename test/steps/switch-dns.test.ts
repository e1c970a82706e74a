/** Moving a set of several values at a vendor that keeps a record for each: what broke half-way is gone on with, by the steps too. */
import { attemptStep, type StepContext } from '../../src/activities/step/step';
import type { StepSuccess } from '../../src/domain/plan/interpreter';
import { authoritative } from '../../src/providers/dns/authoritative';
import { withFallback, cachedZone, type ProviderZone } from '../../src/providers/dns/zone';
import { PortError } from '../../src/ports/errors';
import type { Ports, RecordSet } from '../../src/ports/ports';
import type { DnsFake } from '../../lab/vendors/kit/dns';
import { startFake, zoneAt } from '../providers/digitalocean-world';
import { failure } from '../providers/servers/failure';
import { newWorld } from '../world/world';
import { putSet, shopName } from '../world/zone';
import { stepCalled, tryStep } from './trying';

const [A, B, C, D] = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'];
const old: RecordSet = { name: shopName, type: 'A', ttlSeconds: 300, values: [A, B] };
const move = { name: shopName, type: 'A', from: [A, B], to: [C, D], ttlSeconds: 30 } as const;
const moved: RecordSet = { ...old, ttlSeconds: 30, values: [C, D] };

describe('at DigitalOcean', () => {
  let fake: DnsFake;
  let ports: Ports;
  let close: () => unknown;
  beforeEach(async () => {
    fake = await startFake();
    const { read, replace, flaws, close: leave } = await zoneAt(fake);
    const way = { kind: 'digitalocean', ...cachedZone({ read, replace, flaws: flaws! }, 30_000) };
    const answers = authoritative({ servers: fake.nameServers });
    const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
    const dns = { kind: 'digitalocean', ...withFallback([way]), answers, resolved: answers };
    ports = { ...newWorld().ports(), dns, now: Date.now, sleep };
    close = leave;
  });
  afterEach(async () => {
    close();
    await fake.close();
  });

  const attempt = (name: string, params: object, attemptMs = 5_000, by = ports): Promise<StepSuccess> => {
    const { signal } = new AbortController();
    const ctx: StepContext = { site: 'lab', epoch: 2, key: 'k', facts: {}, progress: () => undefined, signal };
    const step = stepCalled(name);
    return attemptStep({ ...step, patience: { ...step.patience, attemptMs } }, { ...params }, by, ctx);
  };
  /** The second change of a record fails, before its effect. */
  const breakSecond = () =>
    fake.faults.play({ on: { method: 'PATCH' }, skip: 1, effect: { kind: 'error', status: 502, when: 'before' } });

  test('a move that broke half-way is gone on with by the next attempt', async () => {
    fake.put(old);
    breakSecond();
    expect(await failure(attempt('switch-dns', move))).toMatchObject({ kind: 'unavailable' });
    expect(fake.sets()[0]?.values).toEqual([B, C]);
    expect(await attempt('switch-dns', move)).toMatchObject({ outcome: 'done' });
    expect(fake.sets()).toEqual([moved]);
  });

  test('a mixture that no move of ours would have made is a conflict that is shown', async () => {
    const mixed = { ...old, values: [A, D] };
    fake.put(mixed);
    const error = await failure(attempt('switch-dns', move));
    expect([error.kind, error.message]).toEqual(['conflict', expect.stringContaining(`holds ${A}, ${D}`)]);
    expect(fake.sets()).toEqual([mixed]);
  });

  test('a value of neither side beside one of ours is a conflict before a move is asked for', async () => {
    fake.put({ ...old, values: [A, '192.0.2.9'] });
    const error = await failure(attempt('switch-dns', move));
    expect(error).toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('192.0.2.9; expected') as string,
    });
    expect(fake.calls.map(({ method }) => method)).toEqual(['GET']);
  });

  test('a TTL that was lowered for one value of two is not lowered yet', async () => {
    fake.put(old);
    breakSecond();
    const lowering = { name: shopName, type: 'A', ttlSeconds: 30 };
    expect(await failure(attempt('lower-dns-ttl', lowering))).toMatchObject({ kind: 'unavailable' });
    expect(await ports.dns.read(shopName, 'A')).toEqual(old);
    expect(await attempt('lower-dns-ttl', lowering)).toMatchObject({ outcome: 'done', facts: { ttlSeconds: 30 } });
    const changed = fake.calls.filter(({ method, status }) => method === 'PATCH' && status === 200);
    expect(changed).toHaveLength(2);
  });

  test('a set whose TTL was lowered half-way can be moved', async () => {
    fake.put(old);
    breakSecond();
    await failure(attempt('lower-dns-ttl', { name: shopName, type: 'A', ttlSeconds: 30 }));
    expect(await attempt('switch-dns', move)).toMatchObject({ outcome: 'done' });
    expect(fake.sets()).toEqual([moved]);
  });

  describe('by two ways', () => {
    const ways = (...each: Pick<ProviderZone, 'read' | 'replace'>[]): Ports => {
      const named = each.map((way) => ({ kind: 'digitalocean', flaws: () => Promise.resolve([]), ...way }));
      return {
        ...ports,
        dns: { ...ports.dns, ...withFallback(named.map((way) => ({ ...way, ...cachedZone(way, 30_000) }))) },
      };
    };
    /** Changes, and loses the reply; goes on reading what was there before. */
    const deaf = (way: Pick<ProviderZone, 'read' | 'replace'>): Pick<ProviderZone, 'read' | 'replace'> => ({
      read: () => Promise.resolve(old),
      replace: (expected, next) =>
        way.replace(expected, next).then(() => Promise.reject(new PortError('unavailable', 'The reply was lost.'))),
    });

    test('a change whose reply the first lost is found by the second, and made once', async () => {
      fake.put(old);
      const [one, other] = [await zoneAt(fake), await zoneAt(fake)];
      const both = ways(deaf(one), other);
      expect(await attempt('switch-dns', move, 5_000, both)).toMatchObject({ outcome: 'done' });
      expect(fake.sets()).toEqual([moved]);
      expect(fake.calls.filter(({ method }) => method !== 'GET').map(({ method }) => method)).toEqual([
        'PATCH',
        'PATCH',
      ]);
      [one, other].forEach((way) => way.close());
    });

    test('a change whose replies both lost is no conflict for the next attempt', async () => {
      fake.publishAfter(0, Infinity);
      fake.put(old);
      const [one, other] = [await zoneAt(fake), await zoneAt(fake)];
      const both = ways(deaf(one), deaf(other));
      expect(await failure(attempt('switch-dns', move, 5_000, both))).toMatchObject({ kind: 'unavailable' });
      expect(await failure(attempt('switch-dns', move, 5_000, both))).toMatchObject({ kind: 'unavailable' });
      expect(fake.sets()).toEqual([moved]);
      fake.publishAfter(0);
      fake.put(moved);
      expect(await attempt('switch-dns', move, 5_000, ways(one, other))).toMatchObject({
        outcome: 'already-done',
      });
      [one, other].forEach((way) => way.close());
    });

    test('the alternative provider continues a move that the first one interrupted', async () => {
      fake.put(old);
      breakSecond();
      const [one, other] = [await zoneAt(fake), await zoneAt(fake)];
      const both = ways(one, other);
      expect(await attempt('switch-dns', move, 5_000, both)).toMatchObject({ outcome: 'done' });
      expect(fake.sets()).toEqual([moved]);
      [one, other].forEach((way) => way.close());
    });
  });

  test('a move is not proved without an authoritative server', async () => {
    fake.put(moved);
    const unasked = { ...ports, dns: { ...ports.dns, answers: () => Promise.resolve([]) } };
    await expect(attempt('switch-dns', move, 500, unasked)).rejects.toThrow(
      `No authoritative server was queried for ${shopName}.`,
    );
  });

  test('a name is never emptied, also where that is what its servers show', async () => {
    fake.faults.play({ times: Infinity, effect: { kind: 'error', status: 503, when: 'before' } });
    const error = await failure(attempt('switch-dns', { ...move, to: [] }));
    expect(error.message).toBe(`The plan has no value for ${shopName} (A); a record set is never emptied.`);
  });

  test.each([
    ['is down', { kind: 'error', status: 503, when: 'before' }],
    ['takes the token no more', { kind: 'error', status: 401, when: 'before' }],
  ] as const)('what all name servers answer is believed while the API %s', async (_what, effect) => {
    fake.put(moved);
    fake.faults.play({ times: Infinity, effect });
    expect(await attempt('switch-dns', move)).toMatchObject({ outcome: 'already-done' });
    fake.faults.clear();
    fake.publishAfter(0, Infinity);
    fake.put(old);
    fake.faults.play({ times: Infinity, effect });
    expect(await failure(attempt('switch-dns', move))).toBeInstanceOf(PortError);
  });
});

test('a vendor that changes a set as a whole makes no mixture, so one is a conflict', async () => {
  const world = newWorld();
  putSet(world.zone, { ...old, values: [B, C] });
  const error = await failure(tryStep(world, 'switch-dns', { ...move, from: [A, B], to: [C, D] }));
  expect([error.kind, error.message]).toEqual(['conflict', expect.stringContaining(`holds ${B}, ${C}`)]);
});

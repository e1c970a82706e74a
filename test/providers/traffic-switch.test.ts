import { PortError } from '../../src/ports/errors';
import { trafficSwitches } from '../../src/providers/traffic';
import { connectTraffic } from '../../src/connect/traffic';
import type { TrafficReading } from '../../src/ports/traffic';
import { cachedTraffic, sameState, crossRegionFlaw, type TrafficSwitch } from '../../src/providers/traffic/switch';
import { failure } from './servers/failure';

/** A switch that records its reads. */
function counting(point: () => Promise<void> = () => Promise.resolve()) {
  const asked: string[] = [];
  const reading: TrafficReading = { leadsTo: 'A', state: 'A', because: 'It leads to A.' };
  const made: Omit<TrafficSwitch, 'close'> = {
    read: () => {
      asked.push('read');
      return Promise.resolve(reading);
    },
    point,
    flaws: () => Promise.resolve([]),
  };
  return { asked, made };
}

describe('cachedTraffic', () => {
  let now = 0;
  beforeEach(() => void (now = 0));

  it('a cached traffic switch reads its vendor once per interval', async () => {
    const { asked, made } = counting();
    const cached = cachedTraffic(made, 10_000, () => now);
    for (now = 0; now < 10_000; now += 100) await cached.read();
    expect(asked).toHaveLength(1);
    await cached.read();
    expect(asked).toHaveLength(2);
  });

  it.each<[string, () => Promise<void>]>([
    ['a change', () => Promise.resolve()],
    ['a change without a reply', () => Promise.reject(new PortError('unavailable', 'The reply was lost.'))],
  ])('a cached traffic switch reads again after %s', async (_what, point) => {
    const { asked, made } = counting(point);
    const cached = cachedTraffic(made, 10_000, () => now);
    await cached.read();
    await cached.point('B', 'A').catch(() => undefined);
    await cached.read();
    expect(asked).toHaveLength(2);
  });
});

it('a read that overlaps a change is not cached', async () => {
  const asked: ((leadsTo: string) => void)[] = [];
  const read = () =>
    new Promise<TrafficReading>((resolve) => {
      asked.push((leadsTo) => resolve({ leadsTo, state: leadsTo, because: `It leads to ${leadsTo}.` }));
    });
  const made = { read, point: () => Promise.resolve(), flaws: () => Promise.resolve([]) };
  const cached = cachedTraffic(made, 10_000, () => 0);
  const early = cached.read();
  await cached.point('B', 'A');
  asked[0]?.('A');
  expect((await early).leadsTo).toBe('A');
  const next = cached.read();
  asked[1]?.('B');
  expect((await next).leadsTo).toBe('B');
});

it('a traffic switch connects and reads its secret on first use', async () => {
  const secrets: string[] = [];
  const options = {
    kind: 'digitalocean-global-lb',
    balancer: 'shop',
    targets: { A: 'nyc3', B: 'fra1' },
    token: 'env:T',
  };
  const secret = (reference: string) => {
    secrets.push(reference);
    return Promise.reject(new PortError('denied', 'There is no such secret.'));
  };
  const traffic = connectTraffic(options, { secret }, (made) => made);
  expect([traffic.kind, secrets]).toEqual(['digitalocean-global-lb', []]);
  expect(await failure(traffic.read())).toMatchObject({ kind: 'denied' });
  expect(secrets).toEqual(['env:T']);
});

it('an unknown traffic.kind is refused with the known kinds', () => {
  const unknown = () => connectTraffic({ kind: 'other' }, { secret: () => Promise.resolve('') }, (made) => made);
  expect(unknown).toThrow(
    `traffic.kind is "other"; it must be one of ${trafficSwitches.map(({ kind }) => kind).join(', ')}.`,
  );
});

it.each(trafficSwitches.map((kind) => [kind.kind, kind] as const))(
  '%s has a title, places if it is bound to one vendor region, and a minimum read interval',
  (_, kind) => {
    expect(kind.title).not.toBe('');
    expect('places' in kind.options.shape).toBe(!kind.acrossRegions);
    if (kind.limit !== undefined) expect(kind.readEveryMs).toBeGreaterThanOrEqual(3_000);
  },
);

it('only a switch that is bound to one vendor region is refused for different places', () => {
  const switches = (acrossRegions: boolean) =>
    crossRegionFlaw({ title: 'It', acrossRegions }, { kind: 'it', places: { A: 'fra1', B: 'nyc3' } });
  expect([switches(true), switches(false)]).toEqual([undefined, expect.stringContaining('A is in fra1, B in nyc3')]);
});

it('sameState ignores the order of fields but not of lists', () => {
  expect(sameState({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  expect(sameState({ b: [1, 2] }, { b: [2, 1] })).toBe(false);
});

import { PortError } from '../../src/ports/errors';
import { trafficSwitches } from '../../src/providers/traffic';
import { connectTraffic } from '../../src/connect/traffic';
import type { TrafficReading } from '../../src/ports/traffic';
import { pacedTraffic, sameState, whyNotAcross, type TrafficSwitch } from '../../src/providers/traffic/switch';
import { failure } from './servers/failure';

/** A switch that counts what it is asked. */
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

describe('a switch that is asked with a pace', () => {
  let now = 0;
  beforeEach(() => void (now = 0));

  it('asks its vendor once, however often a step looks', async () => {
    const { asked, made } = counting();
    const paced = pacedTraffic(made, 10_000, () => now);
    for (now = 0; now < 10_000; now += 100) await paced.read();
    expect(asked).toHaveLength(1);
    await paced.read();
    expect(asked).toHaveLength(2);
  });

  it.each<[string, () => Promise<void>]>([
    ['a change', () => Promise.resolve()],
    ['one whose reply was lost', () => Promise.reject(new PortError('unavailable', 'The reply was lost.'))],
  ])('looks anew after %s', async (_what, point) => {
    const { asked, made } = counting(point);
    const paced = pacedTraffic(made, 10_000, () => now);
    await paced.read();
    await paced.point('B', 'A').catch(() => undefined);
    await paced.read();
    expect(asked).toHaveLength(2);
  });
});

it('a reading that was under way during a change is not kept', async () => {
  const asked: ((leadsTo: string) => void)[] = [];
  const read = () =>
    new Promise<TrafficReading>((resolve) => {
      asked.push((leadsTo) => resolve({ leadsTo, state: leadsTo, because: `It leads to ${leadsTo}.` }));
    });
  const made = { read, point: () => Promise.resolve(), flaws: () => Promise.resolve([]) };
  const paced = pacedTraffic(made, 10_000, () => 0);
  const early = paced.read();
  await paced.point('B', 'A');
  asked[0]?.('A');
  expect((await early).leadsTo).toBe('A');
  const next = paced.read();
  asked[1]?.('B');
  expect((await next).leadsTo).toBe('B');
});

it('is opened, and its secret read, when it is first asked', async () => {
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

it('of an unknown kind is refused with the known ones', () => {
  const unknown = () => connectTraffic({ kind: 'other' }, { secret: () => Promise.resolve('') }, (made) => made);
  expect(unknown).toThrow(
    `traffic.kind is "other", but must be one of ${trafficSwitches.map(({ kind }) => kind).join(', ')}.`,
  );
});

it.each(trafficSwitches.map((kind) => [kind.kind, kind] as const))(
  '%s tells what it can, and how often it may be asked',
  (_, kind) => {
    expect(kind.title).not.toBe('');
    expect('places' in kind.options.shape).toBe(!kind.acrossRegions);
    if (kind.limit !== undefined) expect(kind.readEveryMs).toBeGreaterThanOrEqual(3_000);
  },
);

it('one that can leave a place is not held there, whatever places it is told', () => {
  const switches = (acrossRegions: boolean) =>
    whyNotAcross({ title: 'It', acrossRegions }, { kind: 'it', places: { A: 'fra1', B: 'nyc3' } });
  expect([switches(true), switches(false)]).toEqual([undefined, expect.stringContaining("can't leave fra1")]);
});

it('two states are the same whatever the order of their fields, and differ by the order of a list', () => {
  expect(sameState({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  expect(sameState({ b: [1, 2] }, { b: [2, 1] })).toBe(false);
});

import { setTimeout as pause } from 'node:timers/promises';
import { withPriority } from '../../src/providers/rate-limit/scope';
import { withFallback, cachedZone, type ProviderZone } from '../../src/providers/dns/zone';
import { PortError } from '../../src/ports/errors';
import type { RecordSet } from '../../src/ports/ports';
import { failure } from './servers/failure';

const set: RecordSet = { name: 'www.shop.test.', type: 'A', ttlSeconds: 60, values: ['198.51.100.10'] };
const next = { ...set, values: ['203.0.113.10'] };

/** A zone that records its calls, and fails with `fails` if given. */
function zoneThrough(kind: string, fails?: PortError): ProviderZone & { calls: string[] } {
  const calls: string[] = [];
  let stored = set;
  const answer = <T>(what: string, value: () => T) => {
    calls.push(what);
    return fails ? Promise.reject(fails) : Promise.resolve(value());
  };
  return {
    kind,
    calls,
    read: () => answer('read', () => stored),
    replace: (_expected, wanted) => answer('replace', () => void (stored = wanted)),
    flaws: () => answer('flaws', () => [`${kind} has a flaw.`]),
  };
}

describe('cachedZone', () => {
  let now = 0;
  const clock = () => now;
  beforeEach(() => void (now = 0));

  it('a cached zone reads the API once per interval', async () => {
    const api = zoneThrough('api');
    const zone = cachedZone(api, 10_000, clock);
    for (now = 0; now < 10_000; now += 100) expect(await zone.read('WWW.shop.test', 'A')).toEqual(set);
    expect(api.calls).toEqual(['read']);
    await zone.read(set.name, 'A');
    expect(api.calls).toEqual(['read', 'read']);
  });

  it('a cached zone reads each type separately', async () => {
    const api = zoneThrough('api');
    const zone = cachedZone(api, 10_000, clock);
    await zone.read(set.name, 'A');
    await zone.read(set.name, 'AAAA');
    expect(api.calls).toHaveLength(2);
  });

  it('a cached zone reads again after a change, even one without a reply', async () => {
    const api = zoneThrough('api');
    const zone = cachedZone(api, 10_000, clock);
    await zone.read(set.name, 'A');
    await zone.replace(set, next);
    expect(await zone.read(set.name, 'A')).toEqual(next);
    const broken = { ...api, replace: () => Promise.reject(new PortError('unavailable', 'The reply was lost.')) };
    const other = cachedZone(broken, 10_000, clock);
    await other.read(set.name, 'A');
    await other.replace(set, next).catch(() => undefined);
    await other.read(set.name, 'A');
    expect(api.calls.filter((each) => each === 'read')).toHaveLength(4);
  });

  it('a cached zone reads again for each piece of work, because another worker may have changed the set', async () => {
    const api = zoneThrough('api');
    const zone = cachedZone(api, 10_000, clock);
    const work = () =>
      withPriority('move', async () => {
        await zone.read(set.name, 'A');
        await zone.read(set.name, 'A');
      });
    await work();
    await work();
    expect(api.calls).toEqual(['read', 'read']);
  });

  it('a cached zone reads again after the interval even if the clock is set back', async () => {
    const api = zoneThrough('api');
    const today = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(today);
    const zone = cachedZone(api, 20);
    await zone.read(set.name, 'A');
    clock.mockReturnValue(today - 3_600_000);
    await pause(30);
    await zone.read(set.name, 'A').finally(() => clock.mockRestore());
    expect(api.calls).toHaveLength(2);
  });

  it('a cached zone does not cache failures', async () => {
    const api = zoneThrough('api', new PortError('unavailable', 'It is down.'));
    const zone = cachedZone(api, 10_000, clock);
    for (let times = 0; times < 2; times += 1) await failure(zone.read(set.name, 'A'));
    expect(api.calls).toHaveLength(2);
  });
});

describe('withFallback', () => {
  it.each(['unavailable', 'garbage'] as const)('the second provider is used while the first is %s', async (kind) => {
    const second = zoneThrough('second');
    const zone = withFallback([zoneThrough('first', new PortError(kind, 'It is down.')), second]);
    await zone.replace(set, next);
    expect(await zone.read(set.name, 'A')).toEqual(next);
    expect(await zone.flaws(set.name, 'A')).toEqual(['second has a flaw.']);
    expect(second.calls).toEqual(['replace', 'read', 'flaws']);
  });

  it.each(['denied', 'conflict', 'refused', 'absent', 'limited'] as const)(
    'the second provider is not used when the first one returns %s',
    async (kind) => {
      const second = zoneThrough('second');
      const zone = withFallback([zoneThrough('first', new PortError(kind, 'No.')), second]);
      expect(await failure(zone.replace(set, next))).toMatchObject({ kind, message: 'No.' });
      expect(second.calls).toEqual([]);
    },
  );

  it('a failover uses the second provider when the first one is rate-limited', async () => {
    const first = () => zoneThrough('first', new PortError('limited', 'Come back later.', { waitMs: 30_000 }));
    const second = zoneThrough('second');
    await withPriority('failover', () => withFallback([first(), second]).replace(set, next));
    expect(second.calls).toEqual(['replace']);
    const down = zoneThrough('second', new PortError('unavailable', 'It is down.'));
    const error = await failure(withPriority('failover', () => withFallback([first(), down]).replace(set, next)));
    expect(error).toMatchObject({ kind: 'limited', waitMs: 30_000 });
    expect(error.message).toBe('Via first: Come back later. Via second: It is down.');
  });

  it('the error has the reason of each provider when all fail', async () => {
    const down = (kind: string) => zoneThrough(kind, new PortError('unavailable', `${kind} is down.`));
    const error = await failure(withFallback([down('first'), down('second')]).read(set.name, 'A'));
    expect(error).toMatchObject({
      kind: 'unavailable',
      message: 'Via first: first is down. Via second: second is down.',
    });
  });

  it('the error of a single provider is passed on unchanged', async () => {
    const error = new PortError('unavailable', 'It is down.');
    expect(await failure(withFallback([zoneThrough('only', error)]).read(set.name, 'A'))).toBe(error);
  });
});

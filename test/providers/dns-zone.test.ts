import { setTimeout as pause } from 'node:timers/promises';
import { withPriority } from '../../src/providers/rate-limit/scope';
import { firstOpen, paced, type Way } from '../../src/providers/dns/zone';
import { PortError } from '../../src/ports/errors';
import type { RecordSet } from '../../src/ports/ports';
import { failure } from './servers/failure';

const set: RecordSet = { name: 'www.shop.test.', type: 'A', ttlSeconds: 60, values: ['198.51.100.10'] };
const next = { ...set, values: ['203.0.113.10'] };

/** A zone that counts what it is asked, and fails as long as `fails` says so. */
function way(kind: string, fails?: PortError): Way & { asked: string[] } {
  const asked: string[] = [];
  let held = set;
  const answer = <T>(what: string, value: () => T) => {
    asked.push(what);
    return fails ? Promise.reject(fails) : Promise.resolve(value());
  };
  return {
    kind,
    asked,
    read: () => answer('read', () => held),
    replace: (_expected, wanted) => answer('replace', () => void (held = wanted)),
    flaws: () => answer('flaws', () => [`${kind} has a flaw.`]),
  };
}

describe('a zone that is asked with a pace', () => {
  let now = 0;
  const clock = () => now;
  beforeEach(() => void (now = 0));

  it('asks the API once, however often its steps look', async () => {
    const api = way('api');
    const zone = paced(api, 10_000, clock);
    for (now = 0; now < 10_000; now += 100) expect(await zone.read('WWW.shop.test', 'A')).toEqual(set);
    expect(api.asked).toEqual(['read']);
    await zone.read(set.name, 'A');
    expect(api.asked).toEqual(['read', 'read']);
  });

  it('takes another type for another question', async () => {
    const api = way('api');
    const zone = paced(api, 10_000, clock);
    await zone.read(set.name, 'A');
    await zone.read(set.name, 'AAAA');
    expect(api.asked).toHaveLength(2);
  });

  it('reads anew after a change, also after one whose reply was lost', async () => {
    const api = way('api');
    const zone = paced(api, 10_000, clock);
    await zone.read(set.name, 'A');
    await zone.replace(set, next);
    expect(await zone.read(set.name, 'A')).toEqual(next);
    const broken = { ...api, replace: () => Promise.reject(new PortError('unavailable', 'The reply was lost.')) };
    const other = paced(broken, 10_000, clock);
    await other.read(set.name, 'A');
    await other.replace(set, next).catch(() => undefined);
    await other.read(set.name, 'A');
    expect(api.asked.filter((each) => each === 'read')).toHaveLength(4);
  });

  it('reads anew for each piece of work, for another worker may have changed the set meanwhile', async () => {
    const api = way('api');
    const zone = paced(api, 10_000, clock);
    const work = () =>
      withPriority('move', async () => {
        await zone.read(set.name, 'A');
        await zone.read(set.name, 'A');
      });
    await work();
    await work();
    expect(api.asked).toEqual(['read', 'read']);
  });

  it('reads anew in time though the clock is set back', async () => {
    const api = way('api');
    const today = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(today);
    const zone = paced(api, 20);
    await zone.read(set.name, 'A');
    clock.mockReturnValue(today - 3_600_000);
    await pause(30);
    await zone.read(set.name, 'A').finally(() => clock.mockRestore());
    expect(api.asked).toHaveLength(2);
  });

  it('remembers no failure', async () => {
    const api = way('api', new PortError('unavailable', 'It is down.'));
    const zone = paced(api, 10_000, clock);
    for (let times = 0; times < 2; times += 1) await failure(zone.read(set.name, 'A'));
    expect(api.asked).toHaveLength(2);
  });
});

describe('two ways to one zone', () => {
  it.each(['unavailable', 'garbage'] as const)('the second is taken while the first is %s', async (kind) => {
    const second = way('second');
    const zone = firstOpen([way('first', new PortError(kind, 'It is down.')), second]);
    await zone.replace(set, next);
    expect(await zone.read(set.name, 'A')).toEqual(next);
    expect(await zone.flaws(set.name, 'A')).toEqual(['second has a flaw.']);
    expect(second.asked).toEqual(['replace', 'read', 'flaws']);
  });

  it.each(['denied', 'conflict', 'refused', 'absent', 'limited'] as const)(
    '%s by the first counts for both',
    async (kind) => {
      const second = way('second');
      const zone = firstOpen([way('first', new PortError(kind, 'No.')), second]);
      expect(await failure(zone.replace(set, next))).toMatchObject({ kind, message: 'No.' });
      expect(second.asked).toEqual([]);
    },
  );

  it('a failover that the first limits goes by the second', async () => {
    const first = () => way('first', new PortError('limited', 'Come back later.', { waitMs: 30_000 }));
    const second = way('second');
    await withPriority('failover', () => firstOpen([first(), second]).replace(set, next));
    expect(second.asked).toEqual(['replace']);
    const down = way('second', new PortError('unavailable', 'It is down.'));
    const error = await failure(withPriority('failover', () => firstOpen([first(), down]).replace(set, next)));
    expect(error).toMatchObject({ kind: 'limited', waitMs: 30_000 });
    expect(error.message).toBe('By first: Come back later. By second: It is down.');
  });

  it('says of each why it is closed when none is open', async () => {
    const down = (kind: string) => way(kind, new PortError('unavailable', `${kind} is down.`));
    const error = await failure(firstOpen([down('first'), down('second')]).read(set.name, 'A'));
    expect(error).toMatchObject({
      kind: 'unavailable',
      message: 'By first: first is down. By second: second is down.',
    });
  });

  it('has one way where the site names one, and its failure is told as it is', async () => {
    const error = new PortError('unavailable', 'It is down.');
    expect(await failure(firstOpen([way('only', error)]).read(set.name, 'A'))).toBe(error);
  });
});

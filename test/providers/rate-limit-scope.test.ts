import { virtualClock } from '../../lab/loopback/virtual-clock';
import {
  waitForPermit,
  openRateLimiters,
  rateLimited,
  withCredentialHash,
  noteTooManyRequests,
  withPriority,
  withPriorityUnlessHeldBack,
} from '../../src/providers/rate-limit/scope';
import { once } from '../../src/providers/dns/cloudflare/api';
import { PortError } from '../../src/ports/errors';
import { HeldBack, RateLimiter } from '../../src/providers/rate-limit/limiter';
import type { Limit } from '../../src/providers/rate-limit/sliding-window';
import { failure } from './servers/failure';

/** Of 30 requests moves may use 24, preparations and looks 19 of those, and failovers 28; work starts when there are permits for three. */
const long = { requests: 30, perMs: 60_000 };

describe('sites with one credential', () => {
  const secret = (value: string) => ({ secret: () => Promise.resolve(value) });
  const credentialOf = async (url: string, value: string) => {
    const { context, credential } = withCredentialHash(secret(value), url);
    await context.secret('file:token');
    return credential();
  };

  it('share a limiter; another credential, or another address, has one of its own', async () => {
    const limiters = openRateLimiters('2');
    const of = async (url: string, value: string) => limiters(await credentialOf(url, value), 'Vendor', long);
    const one = await of('https://api.test', 'dop_v1_one');
    expect(await of('https://api.test', 'dop_v1_one')).toBe(one);
    expect(await of('https://api.test', 'dop_v1_two')).not.toBe(one);
    expect(await of('https://other.test', 'dop_v1_one')).not.toBe(one);
    expect(await credentialOf('https://api.test', 'dop_v1_one')).toMatch(/^[\da-f]{64}$/);
  });

  it('need none where no limit is known', () => {
    expect(openRateLimiters('2')('credential', 'Vendor', undefined)).toBeUndefined();
  });

  it.each(['0', '-1', 'two', '1.5', ''])('a number of workers that is "%s" is refused with an example', (workers) => {
    expect(() => openRateLimiters(workers)).toThrow(
      `HANDOVER_RUNBOOK_WORKERS is "${workers}", but must be a whole number from 1 to 999, such as 2.`,
    );
  });
});

/** A port behind a limiter of its own, in virtual time from 0 on. */
function limited(limit: Limit = long) {
  const clock = virtualClock();
  const tooMany = () => Promise.reject(new PortError('limited', 'Too many requests.', { waitMs: 30_000 }));
  const port = rateLimited(new RateLimiter('Vendor', limit, 1, clock), {
    ask: () => waitForPermit(),
    refused: () => {
      noteTooManyRequests();
      return tooMany();
    },
    busy: tooMany,
  });
  const use = async (count: number) => {
    for (let sent = 0; sent < count; sent += 1) await port.ask();
  };
  return { ...port, use, clock, inTime: (scenario: () => Promise<void>) => clock.run(scenario()) };
}

describe('a port behind a limiter', () => {
  it('asks at the priority of its work, and at the lowest outside of any work', async () => {
    const { ask, use, inTime } = limited();
    await inTime(async () => {
      await use(17);
      expect(await failure(ask())).toBeInstanceOf(HeldBack);
      await withPriority('failover', () => ask());
      expect(await failure(ask())).toBeInstanceOf(HeldBack);
    });
  });

  it('lets all others wait when its vendor says that they send too many requests', async () => {
    const { refused, ask, inTime } = limited();
    await inTime(async () => {
      expect(await failure(refused())).toMatchObject({ message: 'Too many requests.' });
      expect(await failure(ask())).toMatchObject({ waitMs: 30_000 });
    });
  });

  it('lets a failover ask after a second when a look was refused, and all wait when a failover was', async () => {
    const { refused, ask, clock, inTime } = limited();
    await inTime(async () => {
      await failure(refused());
      await withPriority('failover', ask);
      expect(clock.now()).toBe(1_000);
      await failure(withPriority('failover', refused));
      expect(await failure(withPriority('failover', ask))).toMatchObject({ waitMs: 30_000 });
    });
  });

  it('lets no failover wait with the question that a look asked first', async () => {
    const { ask, use, inTime } = limited();
    await inTime(async () => {
      const zoneId = once(() => ask().then(() => 'zone'));
      await use(17);
      const look = failure(withPriority('look', zoneId));
      expect(await withPriority('failover', zoneId)).toBe('zone');
      expect(await look).toBeInstanceOf(HeldBack);
      expect(await zoneId()).toBe('zone');
    });
  });

  it('sends nothing more for work that gave up waiting', async () => {
    const { ask, inTime } = limited({ requests: 2, perMs: 500 });
    await inTime(async () => {
      await ask();
      let left: Promise<PortError> | undefined;
      await withPriority('move', () => {
        left = failure(ask());
        return Promise.resolve();
      });
      expect(await left).toBeInstanceOf(HeldBack);
    });
  });

  it('lets nobody wait when one resource alone is busy', async () => {
    const { busy, ask, clock, inTime } = limited();
    await inTime(async () => {
      expect(await failure(busy())).toMatchObject({ waitMs: 30_000 });
      await ask();
      expect(clock.now()).toBe(0);
    });
  });

  it('gives back the permits that work did not use when it is done, or failed', async () => {
    const { ask, clock, inTime } = limited();
    const failing = () => ask().then(() => Promise.reject(new PortError('garbage', 'A test.')));
    await inTime(async () => {
      for (let works = 0; works < 10; works += 1) {
        await withPriority('move', ask);
        expect(await failure(withPriority('move', failing))).toMatchObject({ kind: 'garbage' });
      }
      expect(clock.now()).toBe(0);
    });
  });

  it('fails work as a whole that took "held back" for an answer, and no other', async () => {
    const { ask, busy, use, inTime } = limited();
    const survey = (look: () => Promise<void>) =>
      withPriorityUnlessHeldBack('look', () =>
        look().then(
          () => 'read',
          () => 'unread',
        ),
      );
    await inTime(async () => {
      expect(await survey(busy)).toBe('unread');
      expect(await survey(ask)).toBe('read');
      await use(16);
      expect(await failure(survey(ask))).toBeInstanceOf(HeldBack);
    });
  });

  it('gives work that is retried the reservation that was made for it', async () => {
    const { ask, clock, inTime } = limited({ requests: 4, perMs: 60_000 });
    await inTime(async () => {
      await withPriority('move', ask);
      expect(await failure(withPriority('move', ask))).toMatchObject({ waitMs: 60_000 });
      await failure(withPriority('move', ask));
      await clock.sleep(60_000);
      expect(await failure(withPriority('move', ask))).toBeInstanceOf(HeldBack);
      await withPriority('move', ask, true);
      expect(clock.now()).toBe(60_000);
    });
  });

  it('is the port itself where no limit is known', async () => {
    const port = { ask: () => waitForPermit() };
    expect(rateLimited(undefined, port)).toBe(port);
    await port.ask();
  });
});

import { setTimeout as pause } from 'node:timers/promises';
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
import { RateLimiter } from '../../src/providers/rate-limit/limiter';
import { failure } from './servers/failure';

/** Of 30 requests moves have 24, whoever can wait has 19 of those, and failovers have 28; work begins when there is room for three. */
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

describe('a port behind a limiter', () => {
  const enough = () => Promise.reject(new PortError('limited', 'Too many requests.', { waitMs: 30_000 }));
  const asking = () => {
    const limiter = new RateLimiter('Vendor', long, 1);
    return rateLimited(limiter, {
      ask: () => waitForPermit(),
      refused: () => {
        noteTooManyRequests();
        return enough();
      },
      busy: enough,
    });
  };
  const asked = async (ask: () => Promise<void>, count: number) => {
    for (let sent = 0; sent < count; sent += 1) await ask();
  };

  it('asks as urgently as it is told, and merely looks when it is told nothing', async () => {
    const { ask } = asking();
    await asked(ask, 17);
    expect(await failure(ask())).toMatchObject({ kind: 'limited' });
    await withPriority('failover', () => ask());
    expect(await failure(ask())).toMatchObject({ kind: 'limited' });
  });

  it('makes all others wait when its vendor says that their requests are too many', async () => {
    const { refused, ask } = asking();
    expect(await failure(refused())).toMatchObject({ message: 'Too many requests.' });
    const error = await failure(ask());
    expect(error.waitMs).toBeGreaterThan(29_000);
    expect(error.waitMs).toBeLessThanOrEqual(30_000);
  });

  it('lets a failover try after a moment when a look was refused, and all wait when a failover was', async () => {
    const { refused, ask } = asking();
    await failure(refused());
    await withPriority('failover', ask);
    await failure(withPriority('failover', refused));
    expect((await failure(withPriority('failover', ask))).waitMs).toBeGreaterThan(29_000);
  });

  it('lets no failover wait with the question that a look asked first', async () => {
    const { ask } = asking();
    const zoneId = once(() => ask().then(() => 'zone'));
    await asked(ask, 17);
    const look = failure(withPriority('look', zoneId));
    expect(await withPriority('failover', zoneId)).toBe('zone');
    expect(await look).toMatchObject({ kind: 'limited' });
    expect(await zoneId()).toBe('zone');
  });

  it('sends nothing more for work that gave up waiting, and keeps nothing of it', async () => {
    const limiter = new RateLimiter('Vendor', { requests: 2, perMs: 500 }, 1);
    const { ask } = rateLimited(limiter, { ask: () => waitForPermit() });
    await ask();
    let left = Promise.resolve(new PortError('garbage', 'It was not asked.'));
    await withPriority('move', () => {
      left = failure(ask());
      return Promise.resolve();
    });
    expect(await left).toMatchObject({ kind: 'limited' });
  });

  it('makes nobody wait when one thing alone is busy', async () => {
    const { busy, ask } = asking();
    expect(await failure(busy())).toMatchObject({ waitMs: 30_000 });
    await ask();
  });

  it('gives back what a piece of work did not send when it is done, or failed', async () => {
    const { ask } = asking();
    for (let works = 0; works < 10; works += 1) {
      await withPriority('move', () => ask());
      await failure(withPriority('move', () => ask().then(() => Promise.reject(new PortError('garbage', 'A test.')))));
    }
  });

  it('fails work as a whole that took “not your turn” for an answer, and no other', async () => {
    const { ask, busy } = asking();
    const survey = (look: () => Promise<void>) =>
      withPriorityUnlessHeldBack('look', () =>
        look().then(
          () => 'read',
          () => 'unread',
        ),
      );
    expect(await survey(busy)).toBe('unread');
    expect(await survey(ask)).toBe('read');
    await asked(ask, 16);
    const error = await failure(survey(ask));
    expect(error).toMatchObject({ kind: 'limited', message: expect.stringContaining('wait for their turn') as string });
  });

  it('gives work that comes back the place that it left with', async () => {
    const { ask } = rateLimited(new RateLimiter('Vendor', { requests: 4, perMs: 60_000 }, 1, 60), {
      ask: () => waitForPermit(),
    });
    await withPriority('move', ask);
    const { waitMs } = await failure(withPriority('move', ask));
    await failure(withPriority('move', ask));
    await pause(waitMs);
    await failure(withPriority('move', ask));
    await withPriority('move', ask, true);
  });

  it('is the port itself where no limit is known', async () => {
    const port = { ask: () => waitForPermit() };
    expect(rateLimited(undefined, port)).toBe(port);
    await port.ask();
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import {
  admitted,
  openTurnstiles,
  passing,
  remembering,
  tooMany,
  urgently,
  wholly,
} from '../../src/providers/rate-limit/scope';
import { once } from '../../src/providers/dns/cloudflare/api';
import { PortError } from '../../src/ports/errors';
import { Turnstile } from '../../src/providers/rate-limit/limiter';
import { failure } from './servers/failure';

/** Of 30 requests moves have 24, whoever can wait has 19 of those, and failovers have 28; work begins when there is room for three. */
const long = { requests: 30, perMs: 60_000 };

describe('sites with one credential', () => {
  const secret = (value: string) => ({ secret: () => Promise.resolve(value) });
  const credentialOf = async (url: string, value: string) => {
    const { context, credential } = remembering(secret(value), url);
    await context.secret('file:token');
    return credential();
  };

  it('share a turnstile; another credential, or another address, has one of its own', async () => {
    const turnstiles = openTurnstiles('2');
    const of = async (url: string, value: string) => turnstiles(await credentialOf(url, value), 'Vendor', long);
    const one = await of('https://api.test', 'dop_v1_one');
    expect(await of('https://api.test', 'dop_v1_one')).toBe(one);
    expect(await of('https://api.test', 'dop_v1_two')).not.toBe(one);
    expect(await of('https://other.test', 'dop_v1_one')).not.toBe(one);
    expect(await credentialOf('https://api.test', 'dop_v1_one')).toMatch(/^[\da-f]{64}$/);
  });

  it('need none where no limit is known', () => {
    expect(openTurnstiles('2')('credential', 'Vendor', undefined)).toBeUndefined();
  });

  it.each(['0', '-1', 'two', '1.5', ''])('a number of workers that is "%s" is refused with an example', (workers) => {
    expect(() => openTurnstiles(workers)).toThrow(
      `HANDOVER_RUNBOOK_WORKERS is "${workers}", but must be a whole number from 1 to 999, such as 2.`,
    );
  });
});

describe('a port behind a turnstile', () => {
  const enough = () => Promise.reject(new PortError('limited', 'Too many requests.', { waitMs: 30_000 }));
  const asking = () => {
    const turnstile = new Turnstile('Vendor', long, 1);
    return passing(turnstile, {
      ask: () => admitted(),
      refused: () => {
        tooMany();
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
    await urgently('failover', () => ask());
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
    await urgently('failover', ask);
    await failure(urgently('failover', refused));
    expect((await failure(urgently('failover', ask))).waitMs).toBeGreaterThan(29_000);
  });

  it('lets no failover wait with the question that a look asked first', async () => {
    const { ask } = asking();
    const zoneId = once(() => ask().then(() => 'zone'));
    await asked(ask, 17);
    const look = failure(urgently('look', zoneId));
    expect(await urgently('failover', zoneId)).toBe('zone');
    expect(await look).toMatchObject({ kind: 'limited' });
    expect(await zoneId()).toBe('zone');
  });

  it('sends nothing more for work that gave up waiting, and keeps nothing of it', async () => {
    const turnstile = new Turnstile('Vendor', { requests: 2, perMs: 500 }, 1);
    const { ask } = passing(turnstile, { ask: () => admitted() });
    await ask();
    let left = Promise.resolve(new PortError('garbage', 'It was not asked.'));
    await urgently('move', () => {
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
      await urgently('move', () => ask());
      await failure(urgently('move', () => ask().then(() => Promise.reject(new PortError('garbage', 'A test.')))));
    }
  });

  it('fails work as a whole that took “not your turn” for an answer, and no other', async () => {
    const { ask, busy } = asking();
    const survey = (look: () => Promise<void>) =>
      wholly('look', () =>
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
    const { ask } = passing(new Turnstile('Vendor', { requests: 4, perMs: 60_000 }, 1, 60), { ask: () => admitted() });
    await urgently('move', ask);
    const { waitMs } = await failure(urgently('move', ask));
    await failure(urgently('move', ask));
    await pause(waitMs);
    await failure(urgently('move', ask));
    await urgently('move', ask, true);
  });

  it('is the port itself where no limit is known', async () => {
    const port = { ask: () => admitted() };
    expect(passing(undefined, port)).toBe(port);
    await port.ask();
  });
});

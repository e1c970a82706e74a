import { setTimeout as pause } from 'node:timers/promises';
import { admitted, openTurnstiles, passing, remembering, urgently } from '../../src/providers/admission';
import { PortError } from '../../src/providers/errors';
import { Turnstile, type Urgency } from '../../src/providers/turnstile';
import { failure } from './servers/failure';

/** Of 10 requests, 8 are ours, and 6 of those for whoever can wait. */
const limit = { requests: 10, perMs: 400 };
const long = { requests: 10, perMs: 60_000 };

/** Asks so often at once; the order in which they passed, and those that were sent away. */
async function crowd(turnstile: Turnstile, ...asked: Urgency[]) {
  const passed: Urgency[] = [];
  const away: Urgency[] = [];
  const all = asked.map((urgency) =>
    turnstile.pass(urgency).then(
      () => passed.push(urgency),
      () => away.push(urgency),
    ),
  );
  await pause(0);
  const atOnce = passed.length;
  await Promise.all(all);
  return { passed, away, atOnce };
}
const times = (count: number, urgency: Urgency) => Array<Urgency>(count).fill(urgency);

describe('a turnstile', () => {
  it('lets through four fifths of the limit at once, and the others when the window moves on', async () => {
    const startedAt = performance.now();
    const { passed, atOnce } = await crowd(new Turnstile('Vendor', limit, 1), ...times(10, 'move'));
    expect([atOnce, passed.length]).toEqual([8, 10]);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(390);
  });

  it('shares the limit with the other workers', async () => {
    expect((await crowd(new Turnstile('Vendor', limit, 4), ...times(3, 'failover'))).atOnce).toBe(2);
  });

  it('lets the more urgent ones go first, and the older ones among equals', async () => {
    const turnstile = new Turnstile('Vendor', limit, 1);
    await crowd(turnstile, ...times(8, 'move'));
    const order: string[] = [];
    const asked = (['look', 'prepare', 'move', 'failover'] as const).flatMap((urgency) =>
      ['first', 'second'].map((which) =>
        turnstile.pass(urgency).then(
          () => order.push(`${which} ${urgency}`),
          () => undefined,
        ),
      ),
    );
    await Promise.all(asked);
    expect(order.slice(0, 4)).toEqual(['first failover', 'second failover', 'first move', 'second move']);
  });

  it('keeps a part for moves, which looks and preparations can’t use up', async () => {
    const turnstile = new Turnstile('Vendor', long, 1);
    expect(await crowd(turnstile, ...times(7, 'look'))).toMatchObject({ atOnce: 6, away: ['look'] });
    expect(await crowd(turnstile, ...times(3, 'failover'))).toMatchObject({ atOnce: 2, away: ['failover'] });
  });

  it('holds nobody for long, but says when to come back', async () => {
    const turnstile = new Turnstile('Vendor', long, 1);
    await crowd(turnstile, ...times(8, 'move'));
    const error = await failure(turnstile.pass('move'));
    expect(error).toMatchObject({
      kind: 'limited',
      message: expect.stringMatching(/^Requests to Vendor wait for their turn.*come back in (60|59) s\.$/) as string,
    });
    expect(error.waitMs).toBeGreaterThan(59_000);
  });

  it('keeps the place of whoever was sent away before those that come later', async () => {
    const turnstile = new Turnstile('Vendor', { requests: 10, perMs: 2_000 }, 1);
    await crowd(turnstile, ...times(8, 'failover'));
    const error = await failure(turnstile.pass('failover'));
    await pause((error.waitMs ?? 0) - 100);
    const order: string[] = [];
    const later = crowd(turnstile, ...times(8, 'move')).then(({ away }) =>
      order.push(`moves, ${away.length} sent away`),
    );
    await turnstile.pass('failover').then(() => order.push('failover'));
    await later;
    expect(order).toEqual(['failover', 'moves, 1 sent away']);
  });

  it('is shut for all when the vendor itself says that it is enough', async () => {
    const turnstile = new Turnstile('Vendor', limit, 1);
    turnstile.shutFor(300);
    const startedAt = performance.now();
    expect(await crowd(turnstile, 'failover', 'look')).toMatchObject({ atOnce: 0, passed: ['failover', 'look'] });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(290);
    turnstile.shutFor(3_600_000);
    expect((await failure(turnstile.pass('failover'))).waitMs).toBe(60_000);
  });
});

describe('sites with one credential', () => {
  const secret = (value: string) => ({ secret: () => Promise.resolve(value) });
  const credentialOf = async (url: string, value: string) => {
    const { context, credential } = remembering(secret(value), url);
    await context.secret('file:token');
    return credential();
  };

  it('share a turnstile; another credential, or another address, has one of its own', async () => {
    const turnstiles = openTurnstiles('2');
    const of = async (url: string, value: string) => turnstiles(await credentialOf(url, value), 'Vendor', limit);
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
  const asking = () => passing(new Turnstile('Vendor', long, 1), { ask: () => admitted() });

  it('asks as urgently as it is told, and merely looks when it is told nothing', async () => {
    const { ask } = asking();
    for (let sent = 0; sent < 6; sent += 1) await ask();
    expect(await failure(ask())).toMatchObject({ kind: 'limited' });
    await urgently('failover', () => ask());
    expect(await failure(ask())).toMatchObject({ kind: 'limited' });
  });

  it('makes all others wait when its vendor refuses one', async () => {
    const turnstile = new Turnstile('Vendor', long, 1);
    const refusing = () => Promise.reject(new PortError('limited', 'Too many requests.', { waitMs: 30_000 }));
    const { refused, ask } = passing(turnstile, { refused: refusing, ask: () => admitted() });
    expect(await failure(refused())).toMatchObject({ message: 'Too many requests.' });
    const error = await failure(ask());
    expect(error.waitMs).toBeGreaterThan(29_000);
    expect(error.waitMs).toBeLessThanOrEqual(30_000);
  });

  it('is the port itself where no limit is known', async () => {
    const port = { ask: () => admitted() };
    expect(passing(undefined, port)).toBe(port);
    await port.ask();
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import { HeldBack, RateLimiter } from '../../src/providers/rate-limit/limiter';
import type { Priority, RateLimitedWork } from '../../src/domain/priority';
import { failure } from './servers/failure';

/** Of 10 requests moves have 8, whoever can wait has 6 of those, and failovers have 9. A window so short is waited for on the spot. */
const limit = { requests: 10, perMs: 400 };
/** Of 30 requests moves have 24, whoever can wait has 19 of those, and failovers have 28; work begins when there is room for three. */
const long = { requests: 30, perMs: 60_000 };

/** One request, after which its work has come to its end. */
async function pass(limiter: RateLimiter, priority: Priority, again = false): Promise<void> {
  const work = { priority, again };
  await limiter.acquire(work);
  limiter.release(work);
}

/** Asks so often at once; the order in which they passed, and those that were sent away. */
async function crowd(limiter: RateLimiter, ...asked: Priority[]) {
  const passed: Priority[] = [];
  const away: Priority[] = [];
  const all = asked.map((priority) =>
    pass(limiter, priority).then(
      () => passed.push(priority),
      () => away.push(priority),
    ),
  );
  await pause(20);
  const atOnce = passed.length;
  await Promise.all(all);
  return { passed, away, atOnce };
}
/** One after the other, and never more than there is room for. */
async function use(limiter: RateLimiter, count: number, priority: Priority): Promise<void> {
  for (let used = 0; used < count; used += 1) await pass(limiter, priority);
}
const times = (count: number, priority: Priority) => Array<Priority>(count).fill(priority);

describe('a limiter', () => {
  it('lets through four fifths of the limit at once, and the others when the window moves on', async () => {
    const startedAt = performance.now();
    const { passed, atOnce } = await crowd(new RateLimiter('Vendor', limit, 1), ...times(10, 'move'));
    expect([atOnce, passed.length]).toEqual([8, 10]);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(390);
  });

  it('shares the limit with the other workers', async () => {
    expect((await crowd(new RateLimiter('Vendor', limit, 4), ...times(3, 'failover'))).atOnce).toBe(2);
  });

  it('lets the more urgent ones go first, and the older ones among equals', async () => {
    const limiter = new RateLimiter('Vendor', limit, 1);
    await crowd(limiter, ...times(8, 'move'));
    const order: string[] = [];
    const asked = (['look', 'prepare', 'move', 'failover'] as const).flatMap((priority) =>
      ['first', 'second'].map((which) =>
        pass(limiter, priority).then(
          () => order.push(`${which} ${priority}`),
          () => undefined,
        ),
      ),
    );
    await Promise.all(asked);
    expect(order.slice(0, 4)).toEqual(['first failover', 'second failover', 'first move', 'second move']);
  });

  it('keeps a part for moves, which looks and preparations can’t use up', async () => {
    const limiter = new RateLimiter('Vendor', limit, 1);
    expect(await crowd(limiter, ...times(7, 'look'))).toMatchObject({ atOnce: 6 });
    const looks = crowd(limiter, ...times(6, 'look'), ...times(2, 'failover'));
    expect((await looks).passed.slice(0, 2)).toEqual(['failover', 'failover']);
  });

  it('lets the most urgent go first also of those that come at the same moment', async () => {
    const { passed } = await crowd(new RateLimiter('Vendor', limit, 1), 'look', 'prepare', 'move', 'failover');
    expect(passed).toEqual(['failover', 'move', 'prepare', 'look']);
  });

  it('lets work begin only when there is room for all that it will send, and go on to its end then', async () => {
    const limiter = new RateLimiter('Vendor', long, 1);
    const works = Array.from({ length: 9 }, () => ({ priority: 'move' as const, again: false }));
    const begun = await Promise.allSettled(works.map((work) => limiter.acquire(work)));
    expect(begun.map(({ status }) => status)).toEqual([...Array<string>(8).fill('fulfilled'), 'rejected']);
    for (const work of works.slice(0, 8)) {
      await limiter.acquire(work);
      await limiter.acquire(work);
    }
    expect(await failure(pass(limiter, 'move'))).toMatchObject({ kind: 'limited' });
  });

  it('brings a crowd to its end whose works need more requests than they begin with', async () => {
    const limiter = new RateLimiter('Vendor', { requests: 60, perMs: 60_000 }, 1, 20);
    const [works, each] = [5, 12];
    let sent = 0;
    const one = async (work: RateLimitedWork) => {
      for (let asked = 0; asked < each; asked += 1, sent += 1) {
        await limiter.acquire(work);
        await pause(1);
      }
    };
    const toItsEnd = async (again: boolean): Promise<void> => {
      const work = { priority: 'look' as const, again };
      const error = await one(work).catch((caught: unknown) => caught);
      limiter.release(work);
      if (!(error instanceof HeldBack) || sent > 4 * works * each) return;
      await pause(error.waitMs);
      await toItsEnd(true);
    };
    await Promise.all(Array.from({ length: works }, () => toItsEnd(false)));
    expect(sent).toBeLessThan(4 * works * each);
  }, 60_000);

  it('keeps a part for failovers, which moves can’t use up', async () => {
    const limiter = new RateLimiter('Vendor', long, 1);
    await use(limiter, 22, 'move');
    expect(await failure(pass(limiter, 'move'))).toMatchObject({ kind: 'limited' });
    await use(limiter, 4, 'failover');
    expect(await failure(pass(limiter, 'failover'))).toMatchObject({ kind: 'limited' });
  });

  it('sends nothing for work that has ended', async () => {
    const limiter = new RateLimiter('Vendor', limit, 1);
    await crowd(limiter, ...times(8, 'move'));
    const work = { priority: 'move' as const };
    const left = failure(limiter.acquire(work));
    limiter.release(work);
    expect(await left).toMatchObject({ kind: 'limited' });
  });

  it('makes nobody wait when the clock is set back', async () => {
    const limiter = new RateLimiter('Vendor', long, 1, 60);
    await use(limiter, 22, 'move');
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
    await pause(1_050);
    await pass(limiter, 'move').finally(() => clock.mockRestore());
  });

  it('tells a crowd of 1,200 in a moment, or the worker could not send its heartbeats', async () => {
    const limiter = new RateLimiter('Vendor', { requests: 1_200, perMs: 300_000 }, 2);
    const before = process.cpuUsage();
    const all = Array.from({ length: 1_200 }, () => pass(limiter, 'look').catch(() => undefined));
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
    await Promise.all(all);
    expect(process.cpuUsage(before).user).toBeLessThan(1_500_000);
  });

  it('gives to others what ended work did not send', async () => {
    const limiter = new RateLimiter('Vendor', long, 1);
    const works = Array.from({ length: 8 }, () => ({ priority: 'move' as const, again: false }));
    await Promise.all(works.map((work) => limiter.acquire(work)));
    const next = pass(limiter, 'move');
    expect(await failure(next)).toMatchObject({ kind: 'limited' });
    for (const work of works) limiter.release(work);
    await pass(limiter, 'move');
  });

  it('gives to others what silent work did not send', async () => {
    const limiter = new RateLimiter('Vendor', long, 1, 10);
    await Promise.all(Array.from({ length: 8 }, () => limiter.acquire({ priority: 'move' })));
    await failure(pass(limiter, 'move'));
    await pause(220);
    await pass(limiter, 'move');
  });

  it('holds nobody for long, but says when to come back', async () => {
    const limiter = new RateLimiter('Vendor', long, 1);
    await use(limiter, 22, 'move');
    const error = await failure(pass(limiter, 'move'));
    expect(error).toMatchObject({
      kind: 'limited',
      message: expect.stringMatching(/^Requests to Vendor wait for their turn.*come back in (60|59) s\.$/) as string,
    });
    expect(error.waitMs).toBeGreaterThan(59_000);
  });

  it('keeps the place of whoever was sent away before those that come later', async () => {
    const limiter = new RateLimiter('Vendor', { requests: 10, perMs: 2_000 }, 1);
    await use(limiter, 7, 'failover');
    const error = await failure(pass(limiter, 'failover'));
    await pause((error.waitMs ?? 0) - 100);
    const order: string[] = [];
    const later = crowd(limiter, ...times(8, 'move')).then(({ away }) => order.push(`moves, ${away.length} sent away`));
    await pass(limiter, 'failover', true).then(() => order.push('failover'));
    await later;
    expect(order).toEqual(['failover', 'moves, 7 sent away']);
  });

  describe('that has sent two away, of which each needs the whole window,', () => {
    const sentAway = async (again?: boolean) => {
      const limiter = new RateLimiter('Vendor', { requests: 4, perMs: 20_000 }, 1, 20);
      await pass(limiter, 'move');
      const away = () => failure(limiter.acquire({ priority: 'move', ...(again !== undefined && { again }) }));
      const waits = [(await away()).waitMs ?? NaN, (await away()).waitMs ?? NaN] as const;
      return { limiter, waits };
    };

    it('told the second to come one window later', async () => {
      const { waits } = await sentAway(false);
      expect(waits[0]).toBeGreaterThan(980);
      expect(waits[1]).toBeGreaterThan(1_980);
    });

    it('lets the first that comes back go at once, and whoever is new wait for both', async () => {
      const { limiter, waits } = await sentAway(false);
      await pause(waits[0]);
      expect((await failure(pass(limiter, 'move'))).waitMs).toBeGreaterThan(1_900);
      await pass(limiter, 'move', true);
    });

    it('keeps no place for those who would not come back', async () => {
      const { limiter, waits } = await sentAway();
      expect(waits[1]).toBeLessThanOrEqual(1_000);
      await pause(waits[0]);
      await pass(limiter, 'move');
    });
  });

  it('is shut for all when the vendor itself says that it is enough', async () => {
    const limiter = new RateLimiter('Vendor', limit, 1);
    limiter.blockFor(300, 'failover');
    const startedAt = performance.now();
    expect(await crowd(limiter, 'failover', 'look')).toMatchObject({ atOnce: 0, passed: ['failover', 'look'] });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(290);
    limiter.blockFor(3_600_000, 'failover');
    expect((await failure(pass(limiter, 'failover'))).waitMs).toBe(60_000);
  });

  it('is shut for a failover only for a moment when the vendor told somebody else', async () => {
    const limiter = new RateLimiter('Vendor', limit, 1);
    limiter.blockFor(60_000, 'look');
    const startedAt = performance.now();
    await pass(limiter, 'failover');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
    expect((await failure(pass(limiter, 'move'))).waitMs).toBeGreaterThan(50_000);
  });
});

import { virtualClock, type VirtualClock } from '../../lab/loopback/virtual-clock';
import { processClock } from '../../src/providers/kit/clock';
import { HeldBack, RateLimiter } from '../../src/providers/rate-limit/limiter';
import type { Limit } from '../../src/providers/rate-limit/sliding-window';
import type { Priority, RateLimitedWork } from '../../src/domain/priority';
import { failure } from './servers/failure';

/** Of 10 requests moves may use 8, preparations and looks 6 of those, and failovers 9. So short a window is waited for in the queue. */
const short = { requests: 10, perMs: 400 };
/** Of 30 requests moves may use 24, preparations and looks 19 of those, and failovers 28; work starts when there are permits for three. */
const long = { requests: 30, perMs: 60_000 };

/** A limiter of its own, in virtual time from 0 on. */
function limited(limit: Limit, workers = 1) {
  const clock = virtualClock();
  const limiter = new RateLimiter('Vendor', limit, workers, clock);
  return { clock, limiter, inTime: <T>(scenario: () => Promise<T>) => clock.run(scenario()) };
}

/** One request, after which its work has ended. */
async function pass(limiter: RateLimiter, priority: Priority, again = false): Promise<void> {
  const work = { priority, again };
  await limiter.acquire(work);
  limiter.release(work);
}

/** Asks for all at once. @returns those that were sent, in their order and with their time, and how many were held back */
async function send(clock: VirtualClock, limiter: RateLimiter, ...asked: Priority[]) {
  const sent: [Priority, number][] = [];
  let heldBack = 0;
  const all = asked.map((priority) =>
    pass(limiter, priority).then(
      () => void sent.push([priority, clock.now()]),
      () => void (heldBack += 1),
    ),
  );
  await Promise.all(all);
  return { sent, heldBack };
}
/** One after the other, and never more than there are permits for. */
async function use(limiter: RateLimiter, count: number, priority: Priority): Promise<void> {
  for (let used = 0; used < count; used += 1) await pass(limiter, priority);
}
const times = <T>(count: number, one: T) => Array<T>(count).fill(one);
const works = (count: number) => Array.from({ length: count }, () => ({ priority: 'move' as const, again: false }));

describe('a limiter', () => {
  it('permits four fifths of the limit at once, and the rest when the window has moved on', async () => {
    const { clock, limiter, inTime } = limited(short);
    const { sent } = await inTime(() => send(clock, limiter, ...times(10, 'move' as const)));
    expect(sent).toEqual([...times(8, ['move', 0]), ...times(2, ['move', 400])]);
  });

  it('permits its share of a limit that four workers have together', async () => {
    const { clock, limiter, inTime } = limited(short, 4);
    const { sent } = await inTime(() => send(clock, limiter, ...times(3, 'failover' as const)));
    expect(sent).toEqual([...times(2, ['failover', 0]), ['failover', 400]]);
  });

  it('serves the more urgent first, and the older among equals', async () => {
    const { limiter, inTime } = limited(short);
    const order: string[] = [];
    await inTime(async () => {
      await use(limiter, 6, 'move');
      const asked = (['look', 'prepare', 'move', 'failover'] as const).flatMap((priority) =>
        ['first', 'second'].map((which) => pass(limiter, priority).then(() => order.push(`${which} ${priority}`))),
      );
      await Promise.all(asked);
    });
    expect(order).toEqual(
      ['failover', 'move', 'prepare', 'look'].flatMap((priority) => [`first ${priority}`, `second ${priority}`]),
    );
  });

  it("keeps a part for moves that looks and preparations can't use up", async () => {
    const { clock, limiter, inTime } = limited(short);
    await inTime(async () => {
      expect((await send(clock, limiter, ...times(3, 'look' as const), ...times(3, 'prepare' as const))).sent).toEqual([
        ...times(3, ['prepare', 0]),
        ...times(3, ['look', 0]),
      ]);
      const { sent } = await send(clock, limiter, 'look', 'prepare', 'move');
      expect(sent).toEqual([
        ['move', 0],
        ['prepare', 400],
        ['look', 400],
      ]);
    });
  });

  it("keeps a part for failovers that moves can't use up", async () => {
    const { limiter, inTime } = limited(long);
    await inTime(async () => {
      await use(limiter, 22, 'move');
      expect(await failure(pass(limiter, 'move'))).toBeInstanceOf(HeldBack);
      await use(limiter, 4, 'failover');
      expect(await failure(pass(limiter, 'failover'))).toBeInstanceOf(HeldBack);
    });
  });

  it('serves the most urgent first also of requests that come at the same moment', async () => {
    const { clock, limiter, inTime } = limited(short);
    const { sent } = await inTime(() => send(clock, limiter, 'look', 'prepare', 'move', 'failover'));
    expect(sent.map(([priority]) => priority)).toEqual(['failover', 'move', 'prepare', 'look']);
  });

  it('starts work only when there are permits for all that it will send, and then lets it end', async () => {
    const { limiter, inTime } = limited(long);
    await inTime(async () => {
      const asked = works(9);
      const started = await Promise.allSettled(asked.map((work) => limiter.acquire(work)));
      expect(started.map(({ status }) => status)).toEqual([...times(8, 'fulfilled'), 'rejected']);
      for (const work of asked.slice(0, 8)) {
        await limiter.acquire(work);
        await limiter.acquire(work);
      }
      expect(await failure(pass(limiter, 'move'))).toBeInstanceOf(HeldBack);
    });
  });

  it('lets much work end that needs more requests than it starts with', async () => {
    const { clock, limiter, inTime } = limited({ requests: 60, perMs: 60_000 });
    const [count, each] = [10, 12];
    let sent = 0;
    const attempt = async (work: RateLimitedWork) => {
      for (let asked = 0; asked < each; asked += 1) {
        await limiter.acquire(work);
        sent += 1;
        await clock.sleep(20);
      }
    };
    const retried = async (again: boolean): Promise<void> => {
      const work = { priority: 'look' as const, again };
      const error = await attempt(work).catch((caught: unknown) => caught);
      limiter.release(work);
      if (!(error instanceof HeldBack) || sent > 4 * count * each) return;
      await clock.sleep(error.waitMs ?? NaN);
      await retried(true);
    };
    await inTime(() => Promise.all(Array.from({ length: count }, () => retried(false))));
    expect(sent).toBeLessThan(4 * count * each);
  });

  it('sends nothing for work that has ended', async () => {
    const { limiter, inTime } = limited(short);
    await inTime(async () => {
      await use(limiter, 8, 'move');
      const work = { priority: 'move' as const };
      const left = failure(limiter.acquire(work));
      limiter.release(work);
      expect(await left).toBeInstanceOf(HeldBack);
    });
  });

  it('serves 1,200 requests in a moment, or the worker could not send its heartbeats', async () => {
    const { limiter, inTime } = limited({ requests: 1_200, perMs: 300_000 }, 2);
    // The processor's time, which no other process takes.
    const before = process.cpuUsage();
    await inTime(() => Promise.all(Array.from({ length: 1_200 }, () => pass(limiter, 'look').catch(() => undefined))));
    expect(process.cpuUsage(before).user).toBeLessThan(1_500_000);
  });

  it('gives to others the permits that ended work did not use', async () => {
    const { clock, limiter, inTime } = limited(long);
    await inTime(async () => {
      const asked = works(8);
      await Promise.all(asked.map((work) => limiter.acquire(work)));
      expect(await failure(pass(limiter, 'move'))).toBeInstanceOf(HeldBack);
      for (const work of asked) limiter.release(work);
      await pass(limiter, 'move');
      expect(clock.now()).toBe(0);
    });
  });

  it('gives to others the permits that work did not use for two seconds', async () => {
    const { clock, limiter, inTime } = limited(long);
    await inTime(async () => {
      await Promise.all(Array.from({ length: 8 }, () => limiter.acquire({ priority: 'move' })));
      await clock.sleep(1_999);
      expect(await failure(pass(limiter, 'move'))).toBeInstanceOf(HeldBack);
      await clock.sleep(1);
      await pass(limiter, 'move');
      expect(clock.now()).toBe(2_000);
    });
  });

  it.each([
    [0, 60_000, 60],
    [500, 59_500, 60],
    [20_000, 40_000, 40],
  ])('holds back what would wait for long, %s ms into the window, and says when to retry', async (at, waitMs, s) => {
    const { clock, limiter, inTime } = limited(long);
    await inTime(async () => {
      await use(limiter, 22, 'move');
      await clock.sleep(at);
      const message = `Held back to stay under Vendor's rate limit; retrying in ${s} s.`;
      expect(await failure(pass(limiter, 'move'))).toMatchObject({ kind: 'limited', message, waitMs });
      expect(clock.now()).toBe(at);
    });
  });

  it('serves what it held back before what comes later', async () => {
    const { clock, limiter, inTime } = limited({ requests: 10, perMs: 2_000 });
    await inTime(async () => {
      await use(limiter, 6, 'move');
      expect(await failure(pass(limiter, 'move'))).toMatchObject({ waitMs: 2_000 });
      await clock.sleep(1_900);
      const later = send(clock, limiter, ...times(8, 'move' as const));
      const retried = pass(limiter, 'move', true).then(() => clock.now());
      expect(await Promise.all([retried, later])).toEqual([2_000, { sent: [['move', 2_000]], heldBack: 7 }]);
    });
  });

  describe('that has held back two works, each of which needs the whole window,', () => {
    const heldBack = async (limiter: RateLimiter, again?: boolean) => {
      await pass(limiter, 'move');
      const one = () => failure(limiter.acquire({ priority: 'move', ...(again !== undefined && { again }) }));
      return [(await one()).waitMs, (await one()).waitMs];
    };
    const whole = { requests: 4, perMs: 20_000 };

    it('told the second to retry one window later than the first', async () => {
      const { limiter, inTime } = limited(whole);
      expect(await inTime(() => heldBack(limiter, false))).toEqual([20_000, 40_000]);
    });

    it('serves the first that is retried at once, and lets what is new wait for both', async () => {
      const { clock, limiter, inTime } = limited(whole);
      await inTime(async () => {
        await heldBack(limiter, false);
        await clock.sleep(20_000);
        expect(await failure(pass(limiter, 'move'))).toMatchObject({ waitMs: 40_000 });
        await pass(limiter, 'move', true);
        expect(clock.now()).toBe(20_000);
      });
    });

    it('drops the reservation of what is not retried within five seconds', async () => {
      const { clock, limiter, inTime } = limited(whole);
      await inTime(async () => {
        await heldBack(limiter, false);
        await clock.sleep(44_999);
        expect(await failure(limiter.acquire({ priority: 'move' }))).toMatchObject({ waitMs: 20_000 });
        await clock.sleep(1);
        await pass(limiter, 'move');
        expect(clock.now()).toBe(45_000);
      });
    });

    it('makes no reservation for what would not be retried', async () => {
      const { clock, limiter, inTime } = limited(whole);
      await inTime(async () => {
        expect(await heldBack(limiter)).toEqual([20_000, 20_000]);
        await clock.sleep(20_000);
        await pass(limiter, 'move');
        expect(clock.now()).toBe(20_000);
      });
    });
  });

  it('lets all wait, a minute at most, when the vendor refused a failover', async () => {
    const { clock, limiter, inTime } = limited(short);
    await inTime(async () => {
      limiter.blockFor(300, 'failover');
      expect((await send(clock, limiter, 'failover', 'look')).sent).toEqual([
        ['failover', 300],
        ['look', 300],
      ]);
      limiter.blockFor(3_600_000, 'failover');
      expect(await failure(pass(limiter, 'failover'))).toMatchObject({ waitMs: 60_000 });
    });
  });

  it('lets a failover wait only for a second when the vendor refused other work', async () => {
    const { clock, limiter, inTime } = limited(short);
    await inTime(async () => {
      limiter.blockFor(60_000, 'look');
      await pass(limiter, 'failover');
      expect(clock.now()).toBe(1_000);
      expect(await failure(pass(limiter, 'move'))).toMatchObject({ waitMs: 59_000 });
    });
  });
});

describe('the clock of a worker', () => {
  it('goes on when the time of the system is set back', () => {
    const before = processClock.now();
    const system = jest.spyOn(Date, 'now').mockReturnValue(0);
    expect(processClock.now()).toBeGreaterThanOrEqual(before);
    system.mockRestore();
  });

  it('wakes nobody who cancelled', async () => {
    const woken: string[] = [];
    const cancel = processClock.after(0, () => woken.push('cancelled'));
    cancel();
    await new Promise<void>((wake) => processClock.after(0, wake));
    expect(woken).toEqual([]);
  });
});

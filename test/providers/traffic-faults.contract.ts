/**
 * Runs every fault of the script (lab/vendors/kit/faults.ts) against a traffic switch and its fake. A vendor's test file calls
 *
 *     describeTrafficFaults('A reserved IP', openWorld, ['stale', 'ids']);
 *
 * with the hints that the fake supports; traffic-slow.live.test.ts calls `describeSlowTraffic(...)`, which waits for the whole timeout.
 */
import { durationOf } from '../duration';
import type { Json } from '../../src/domain/plan/plan';
import { PortError } from '../../src/ports/errors';
import type { FailureKind } from '../../src/domain/failure';
import { sameState } from '../../src/providers/traffic/switch';
import type { Effect, Hints, Match } from '../../lab/vendors/kit/faults';
import type { Server } from '../../lab/vendors/kit/server';
import {
  askedFor,
  expectLimited,
  expectNoSecret,
  expectTold,
  failedReads,
  failures,
  limitedFor,
  lostReplies,
  orFailure,
  redirects,
  slowestMs,
  slowness,
  somebodyElse,
  waits,
  type Played,
  type Told,
} from './faults';
import { failure } from './servers/failure';
import type { OpenTraffic, TrafficWorld } from './traffic.contract';

/** Runs the whole script except for what takes the adapter's whole timeout. */
export function describeTrafficFaults(name: string, open: OpenTraffic, plays: readonly Played[]): void {
  describe(`${name} under faults`, () => {
    let world: TrafficWorld;
    let trap: Server;
    beforeAll(async () => {
      trap = await somebodyElse();
    });
    afterAll(() => trap.close());
    beforeEach(async () => {
      trap.calls.length = 0;
      world = await open();
    });
    afterEach(() => world.close());
    const play = (on: Match, effect: Effect, times = 1) => world.faults.play({ on, effect, times });
    const asked = (on: Match) => askedFor(on, world.calls);

    it.each(failedReads)(
      `a read of ${name} that gets %s fails, and the next read succeeds`,
      async (_what, effect, kinds) => {
        play(world.reads, effect);
        expectTold(await failure(world.traffic.read()), kinds, world.secrets);
        expect(asked(world.reads)).toBe(1);
        expect((await world.traffic.read()).leadsTo).toBe('A');
      },
    );

    it.each(failures)(
      `a move of ${name} that gets %s fails after one attempt, and a repeat succeeds`,
      async (_what, effect, kinds) => {
        const { state } = await world.traffic.read();
        play(world.writes, effect);
        expectTold(await failure(world.traffic.point('B', state)), kinds, world.secrets);
        expect([asked(world.writes), world.sentTo()]).toEqual([1, 'A']);
        await world.traffic.point('B', state);
        world.settle();
        expect(world.sentTo()).toBe('B');
      },
    );

    it.each(lostReplies)(
      `a move of ${name} that took effect but returned %s is not retried`,
      async (_w, effect, kinds) => {
        const { state } = await world.traffic.read();
        play(world.writes, effect);
        expectTold(await failure(world.traffic.point('B', state)), kinds, world.secrets);
        expect(asked(world.writes)).toBe(1);
        world.settle();
        const changes = world.changes();
        const there = await world.traffic.read();
        await world.traffic.point('B', state);
        expect([there.leadsTo, asked(world.writes), world.changes(), world.sentTo()]).toEqual(['B', 1, changes, 'B']);
        await expectInverse(world, state, there.state);
      },
    );

    describe.each(waits)('Retry-After: %s', (what, after, wait) => {
      it.each(['reads', 'writes'] as const)(
        `a rate limit of ${name} on %s with Retry-After ${what} has a wait of at most a minute`,
        async (side) => {
          const { state } = await world.traffic.read();
          play(world[side], limitedFor(after()));
          expectLimited(await failure(world.traffic.point('B', state)), wait, world.secrets);
          expect(world.sentTo()).toBe('A');
        },
      );
    });

    describe.each(redirects)('redirect: %i', (status) => {
      it.each(['reads', 'writes'] as const)(`a redirect (${status}) of ${name} on %s is not followed`, async (side) => {
        const { state } = await world.traffic.read();
        play(world[side], { kind: 'redirect', status, to: trap.url });
        expectTold(await failure(world.traffic.point('B', state)), ['garbage'], world.secrets);
        expect([trap.calls, world.sentTo()]).toEqual([[], 'A']);
      });
    });

    const whenPlayed = (hint: Played, promise: string, check: () => Promise<void>) => {
      if (plays.includes(hint)) it(promise, check);
    };
    const always = (hints: Hints) => play({}, { kind: 'hint', hints }, Infinity);

    whenPlayed('stale', `a stale reading of ${name} after a move does not cause another change`, async () => {
      const { state } = await world.traffic.read();
      await world.traffic.point('B', state);
      world.settle();
      always({ stale: true });
      expect((await world.traffic.read()).leadsTo).toBe('A');
      const refused = await orFailure(world.traffic.point('B', state));
      if (refused !== undefined) expectTold(refused, ['conflict'], world.secrets);
      world.faults.clear();
      world.settle();
      const there = await world.traffic.read();
      expect([there.leadsTo, world.sentTo()]).toEqual(['B', 'B']);
      await expectInverse(world, state, there.state);
    });

    whenPlayed('pages', `all pages of ${name} are read`, async () => {
      always({ pageSize: 1 });
      const { leadsTo, state } = await world.traffic.read();
      expect(leadsTo).toBe('A');
      await world.traffic.point('B', state);
      expect(world.sentTo()).toBe('B');
    });

    whenPlayed('links', `a next-page link of ${name} to another host gets no request`, async () => {
      always({ pageSize: 1, linkBase: trap.url });
      const found = await orFailure(world.traffic.read());
      if (found instanceof PortError) expectTold(found, ['garbage'], world.secrets);
      else expect(found.leadsTo).toBe('A');
      expect(trap.calls).toEqual([]);
    });

    whenPlayed('ids', `unknown ids at ${name} change nothing and are not cached`, async () => {
      const changes = world.changes();
      always({ wrongIds: true });
      const found = await orFailure(world.traffic.read());
      const state = found instanceof PortError || found.leadsTo === undefined ? null : found.state;
      const kinds: FailureKind[] = ['absent', 'conflict', 'refused', 'garbage'];
      expectTold(await failure(world.traffic.point('B', state)), kinds, world.secrets);
      expect(world.changes()).toBe(changes);
      world.faults.clear();
      await orFailure(world.traffic.read());
      const { leadsTo, state: right } = await world.traffic.read();
      expect(leadsTo).toBe('A');
      await world.traffic.point('B', right);
      world.settle();
      expect(world.sentTo()).toBe('B');
    });
  });
  describeEveryRequest(name, open);
}

/** After moving back, the vendor has exactly the state from before. */
async function expectInverse({ traffic, settle, sentTo }: TrafficWorld, before: Json, there: Json): Promise<void> {
  await traffic.point('A', there);
  settle();
  expect(sameState((await traffic.read()).state, before)).toBe(true);
  expect(sentTo()).toBe('A');
}

/** Fails each request of a whole move, and of the checks, in turn, including lookups of ids. */
function describeEveryRequest(name: string, open: OpenTraffic): void {
  describe(`${name} with one failing request`, () => {
    const elsewhere: Told = ['a redirect', { kind: 'redirect', status: 307, to: 'http://127.0.0.1:9' }, ['garbage']];
    const all = oneOfAKind([...failures, ...lostReplies, elsewhere]);
    /** Runs `work` once per request, each time in a new world with `effect` on the next request. */
    const onEach = async (effect: Effect, work: (world: TrafficWorld) => Promise<void>) => {
      for (let skip = 0, played = true; played; skip += 1) {
        const world = await open();
        try {
          world.faults.play({ skip, effect });
          await work(world);
          played = world.calls.some(({ fault }) => fault !== undefined);
        } finally {
          await world.close();
        }
        if (!played) expect(skip).toBeGreaterThanOrEqual(2);
      }
    };

    it.each(all)(
      `a move of ${name} succeeds once when any of its requests gets %s and is repeated`,
      async (_what, effect, kinds) => {
        await onEach(effect, async (world) => {
          const { traffic, settle, secrets } = world;
          const changes = world.changes();
          const twice = async <T>(attempt: () => Promise<T>): Promise<T> => {
            const first = await orFailure(attempt());
            if (!(first instanceof PortError)) return first;
            expectTold(first, kinds, secrets);
            settle();
            return attempt();
          };
          const { state } = await twice(() => traffic.read());
          await twice(() => traffic.point('B', state));
          settle();
          const there = await twice(() => traffic.read());
          expect([there.leadsTo, world.sentTo(), world.changes() - changes]).toEqual(['B', 'B', 1]);
          await twice(() => expectInverse(world, state, there.state));
        });
      },
    );

    it.each(all)(
      `the checks of ${name} report a request that gets %s, and change nothing`,
      async (_what, effect, kinds) => {
        await onEach(effect, async (world) => {
          const changes = world.changes();
          const found = await orFailure(world.traffic.flaws());
          const hit = world.calls.some(({ fault }) => fault !== undefined);
          if (found instanceof PortError) expectTold(found, kinds, world.secrets);
          else {
            expect([hit, found.length > 0]).toEqual([hit, hit]);
            for (const flaw of found) {
              expect(flaw).toMatch(/^\S.*[.!?]$/s);
              expectNoSecret(flaw, world.secrets);
            }
          }
          expect(world.changes()).toBe(changes);
        });
      },
    );
  });
}

/** The first of several faults with the same outcome, such as 500 and 502. */
function oneOfAKind(faults: readonly Told[]): Told[] {
  const outcomeOf = ([, effect, kinds]: Told) => [effect.kind, 'when' in effect ? effect.when : '', ...kinds].join(' ');
  return [...new Map([...faults].reverse().map((fault) => [outcomeOf(fault), fault])).values()].reverse();
}

/** Faults that take the adapter's whole timeout, in parallel and each in its own world. */
export function describeSlowTraffic(name: string, start: OpenTraffic): void {
  describe(`${name} when answers are slow`, () => {
    const open: TrafficWorld[] = [];
    afterAll(() => Promise.all(open.map(({ close }) => close())));
    it.concurrent.each(slowness)(
      `%s at ${name} fails within its timeout, after one attempt`,
      async (_what, side, effect) => {
        const world = await start();
        open.push(world);
        const { traffic, faults, secrets } = world;
        const { state } = await traffic.read();
        const from = world.calls.length;
        faults.play({ on: world[side], effect });
        const took = await durationOf(async () =>
          expectTold(await failure(traffic.point('B', state)), ['unavailable'], secrets),
        );
        expect(took).toBeLessThan(slowestMs);
        expect(askedFor(world[side], world.calls.slice(from))).toBe(1);
        world.settle();
        const changes = world.changes();
        await traffic.point('B', state);
        world.settle();
        const there = await traffic.read();
        expect([there.leadsTo, world.sentTo()]).toEqual(['B', 'B']);
        if (side === 'writes') expect(world.changes()).toBe(changes);
        await expectInverse(world, state, there.state);
      },
    );
  });
}

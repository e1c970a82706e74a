/**
 * Runs every fault of the script (lab/vendors/kit/faults.ts) against a provider and its fake. A vendor's test file calls
 *
 *     describeDnsFaults('DigitalOcean DNS', openFaultWorld, ['stale', 'pages']);   // in dns-NAME.test.ts
 *     describeSlowDns('DigitalOcean DNS', openFaultWorld);     // in dns-NAME.live.test.ts: it waits for the adapter's whole timeout
 *
 * where the list has the hints that the fake supports (a vendor without pages, links or ids leaves them out), and `openFaultWorld` starts the fake,
 * connects the adapter to it and says which requests read a set and which one changes it.
 */
import { durationOf } from '../duration';
import { authoritative } from '../../src/providers/dns/authoritative';
import type { DnsZone } from '../../src/providers/dns/provider';
import { PortError } from '../../src/ports/errors';
import type { RecordSet } from '../../src/ports/ports';
import type { DnsFake } from '../../lab/vendors/kit/dns';
import type { Effect, Hints, Match } from '../../lab/vendors/kit/faults';
import type { Server } from '../../lab/vendors/kit/server';
import {
  askedFor,
  expectLimited,
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
} from './faults';
import { failure } from './servers/failure';

export interface DnsFaultWorld {
  /** Connected to the fake, with the timeouts of production. */
  zone: DnsZone;
  fake: DnsFake;
  /** All requests that read a set. */
  reads: Match;
  /** The single request that changes a set with one value. */
  writes: Match;
  /** The single request that removes a value from a set of two, if it is not `writes`. */
  removes?: Match;
  /** What no message may contain, in any encoding. */
  secrets: readonly string[];
  /** A TTL that the vendor accepts. */
  ttlSeconds: number;
}

type Open = () => Promise<DnsFaultWorld>;

const [inA, inB, elsewhere] = ['198.51.100.10', '203.0.113.10', '192.0.2.99'];

/** Runs the whole script except for what takes the adapter's whole timeout. */
export function describeDnsFaults(name: string, open: Open, plays: readonly Played[]): void {
  describe(`${name} under faults`, () => {
    let world: DnsFaultWorld;
    let trap: Server;
    let names = 0;
    let a: RecordSet;
    let b: RecordSet;
    let neighbours: RecordSet[];
    beforeAll(async () => {
      world = await open();
      trap = await somebodyElse();
    });
    afterAll(async () => {
      world.zone.close();
      await Promise.all([world.fake.close(), trap.close()]);
    });
    beforeEach(() => {
      trap.calls.length = 0;
      world.fake.faults.clear();
      world.fake.publishAfter(0);
      a = { name: `f${(names += 1)}.${world.fake.origin}`, type: 'A', ttlSeconds: world.ttlSeconds, values: [inA] };
      b = { ...a, values: [inB] };
      world.fake.put({ ...a, type: 'AAAA', values: ['2001:db8::1'] });
      world.fake.put({ ...a, name: `beside.${a.name}`, values: [elsewhere] });
      world.fake.put(a);
      neighbours = world.fake.sets().filter((set) => !isA(set));
    });
    const isA = (set: RecordSet) => set.name === a.name && set.type === 'A';
    const play = (on: Match, effect: Effect, times = 1) => world.fake.faults.play({ on, effect, times });
    const asked = (on: Match, from: number) => askedFor(on, world.fake.calls.slice(from));
    /** Only this set is stored under the name, and all other sets are unchanged. */
    const expectStored = (set: RecordSet) => {
      expect(world.fake.sets().filter(isA)).toEqual([set]);
      expect(world.fake.sets().filter((one) => !isA(one))).toEqual(neighbours);
    };

    describe.each(failedReads)('read: %s', (what, effect, kinds) => {
      it(`a read at ${name} that gets ${what} fails after one attempt, and the next read succeeds`, async () => {
        play(world.reads, effect);
        const from = world.fake.calls.length;
        expectTold(await failure(world.zone.read(a.name, 'A')), kinds, world.secrets);
        expect(asked(world.reads, from)).toBe(1);
        expect(await world.zone.read(a.name, 'A')).toEqual(a);
      });
    });

    describe.each(failures)('write: %s', (what, effect, kinds) => {
      it(`a write at ${name} that gets ${what} fails after one attempt without a change, and a repeat succeeds`, async () => {
        play(world.writes, effect);
        const from = world.fake.calls.length;
        expectTold(await failure(world.zone.replace(a, b)), kinds, world.secrets);
        expect(asked(world.writes, from)).toBe(1);
        expectStored(a);
        await world.zone.replace(a, b);
        expectStored(b);
      });
    });

    describe.each(lostReplies)('reply: %s', (what, effect, kinds) => {
      it(`a write at ${name} that took effect but returned ${what} is not retried, and a repeat changes nothing`, async () => {
        play(world.writes, effect);
        const from = world.fake.calls.length;
        expectTold(await failure(world.zone.replace(a, b)), kinds, world.secrets);
        expect(asked(world.writes, from)).toBe(1);
        expect(await world.zone.read(a.name, 'A')).toEqual(b);
        const changes = world.fake.changes();
        await world.zone.replace(a, b);
        expect(world.fake.changes()).toBe(changes);
        expectStored(b);
      });
    });

    describe.each(waits)('Retry-After: %s', (what, after, wait) => {
      it.each(['reads', 'writes'] as const)(
        `a rate limit of ${name} on %s with Retry-After ${what} has a wait of at most a minute`,
        async (side) => {
          play(world[side], limitedFor(after()));
          expectLimited(await failure(world.zone.replace(a, b)), wait, world.secrets);
          expectStored(a);
        },
      );
    });

    describe.each(redirects)('redirect: %i', (status) => {
      it.each(['reads', 'writes'] as const)(`a redirect (${status}) of ${name} on %s is not followed`, async (side) => {
        play(world[side], { kind: 'redirect', status, to: trap.url });
        expectTold(await failure(world.zone.replace(a, b)), ['garbage'], world.secrets);
        expect(trap.calls).toEqual([]);
        expectStored(a);
      });
    });

    it(`a web page from ${name} does not count as a removed value`, async () => {
      const two = { ...a, values: [elsewhere, inA] };
      world.fake.put(two);
      play(world.removes ?? world.writes, { kind: 'html', when: 'before' });
      expectTold(await failure(world.zone.replace(two, a)), ['garbage'], world.secrets);
      expectStored(two);
      await world.zone.replace(two, a);
      expectStored(a);
    });

    it(`a web page from ${name} does not count as a write permission`, async () => {
      play(world.writes, { kind: 'html', when: 'before' });
      const found = await orFailure(
        world.zone.flaws?.(a.name, 'A') ?? Promise.reject(new Error('It has no flaws method.')),
      );
      if (found instanceof PortError) expectTold(found, ['garbage'], world.secrets);
      else expect(found).not.toEqual([]);
      expectStored(a);
    });

    it(`the answers of the name servers of ${name} are reported even if its API shows another set`, async () => {
      world.fake.publishAfter(0, Infinity);
      await world.zone.replace(a, b);
      expect(await world.zone.read(a.name, 'A')).toEqual(b);
      const answers = await authoritative({ servers: world.fake.nameServers })(a.name, 'A', 2);
      expect(answers.map(({ values }) => values)).toEqual([[inB], [inA]]);
    });

    const whenPlayed = (hint: Played, promise: string, check: () => Promise<void>) => {
      if (plays.includes(hint)) it(promise, check);
    };
    const always = (hints: Hints) => play(world.reads, { kind: 'hint', hints }, Infinity);
    const wide = () => {
      const set = { ...a, values: [elsewhere, inA, inB] };
      world.fake.put(set);
      return set;
    };

    whenPlayed('stale', `a stale read at ${name} after a change does not create a second set`, async () => {
      await world.zone.replace(a, b);
      always({ stale: true });
      const refused = await orFailure(world.zone.replace(a, b));
      if (refused !== undefined) expectTold(refused, ['conflict'], world.secrets);
      expectStored(b);
    });

    whenPlayed('pages', `all pages of ${name} are read`, async () => {
      const set = wide();
      always({ pageSize: 1 });
      expect(await world.zone.read(a.name, 'A')).toEqual(set);
      await world.zone.replace(set, b);
      expectStored(b);
    });

    whenPlayed('links', `a next-page link of ${name} to another host gets no request`, async () => {
      const set = wide();
      always({ pageSize: 1, linkBase: trap.url });
      const found = await orFailure(world.zone.read(a.name, 'A'));
      if (found instanceof PortError) expectTold(found, ['garbage'], world.secrets);
      else expect(found).toEqual(set);
      expect(trap.calls).toEqual([]);
    });

    whenPlayed('ids', `an unknown record id at ${name} changes nothing`, async () => {
      always({ wrongIds: true });
      expectTold(await failure(world.zone.replace(a, b)), ['absent', 'conflict', 'garbage'], world.secrets);
      expectStored(a);
    });
  });
}

/** Faults that take the adapter's whole timeout, in parallel and each in its own world. */
export function describeSlowDns(name: string, start: Open): void {
  describe(`${name} when answers are slow`, () => {
    const open: DnsFaultWorld[] = [];
    afterAll(async () => {
      open.forEach(({ zone }) => zone.close());
      await Promise.all(open.map(({ fake }) => fake.close()));
    });
    it.concurrent.each(slowness)(
      `%s at ${name} fails within its timeout, after one attempt`,
      async (_what, side, effect) => {
        const world = await start();
        open.push(world);
        const { zone, fake, secrets, ttlSeconds } = world;
        const a: RecordSet = { name: `slow.${fake.origin}`, type: 'A', ttlSeconds, values: [inA] };
        const b = { ...a, values: [inB] };
        fake.put(a);
        fake.faults.play({ on: world[side], effect });
        const took = await durationOf(async () =>
          expectTold(await failure(zone.replace(a, b)), ['unavailable'], secrets),
        );
        expect(took).toBeLessThan(slowestMs);
        expect(askedFor(world[side], fake.calls)).toBe(1);
        await zone.replace(a, b);
        expect(fake.sets()).toContainEqual(b);
      },
    );
  });
}

/**
 * Every fault of the script (lab/vendors/kit/faults.ts), played against a provider and its fake. A vendor's test file says
 *
 *     describeDnsFaults('DigitalOcean DNS', openFaultWorld, ['stale', 'pages']);   // in dns-NAME.test.ts
 *     describeSlowDns('DigitalOcean DNS', openFaultWorld);     // in dns-NAME.live.test.ts: it waits for the adapter's whole timeout
 *
 * where the list holds the hints that the fake's routes play (a vendor without pages, links or ids leaves them out), and `openFaultWorld` starts the fake, connects the adapter to it and says which requests read a set and which one changes it.
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
  /** Connected to the fake, with its pace of retries and timeouts as in production. */
  zone: DnsZone;
  fake: DnsFake;
  /** Requests by which a set is read; all of them. */
  reads: Match;
  /** The one request that changes a set of one value. */
  writes: Match;
  /** The one request that takes a value from a set of two, where that is another one. */
  removes?: Match;
  /** What no message may hold, in any encoding. */
  secrets: readonly string[];
  /** A TTL that the vendor stores as asked. */
  ttlSeconds: number;
}

type Open = () => Promise<DnsFaultWorld>;

const [inA, inB, elsewhere] = ['198.51.100.10', '203.0.113.10', '192.0.2.99'];

/** Plays the whole script but for what takes as long as the adapter's timeout. */
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
    /** Exactly this one set is stored under the name, and everything else is as it was. */
    const expectStored = (set: RecordSet) => {
      expect(world.fake.sets().filter(isA)).toEqual([set]);
      expect(world.fake.sets().filter((one) => !isA(one))).toEqual(neighbours);
    };

    describe.each(failedReads)('a read that meets %s', (_what, effect, kinds) => {
      it('says so after one attempt, and the next one is told the set', async () => {
        play(world.reads, effect);
        const from = world.fake.calls.length;
        expectTold(await failure(world.zone.read(a.name, 'A')), kinds, world.secrets);
        expect(asked(world.reads, from)).toBe(1);
        expect(await world.zone.read(a.name, 'A')).toEqual(a);
      });
    });

    describe.each(failures)('a write that meets %s', (_what, effect, kinds) => {
      it('says so after one attempt and has changed nothing; a repeat does it', async () => {
        play(world.writes, effect);
        const from = world.fake.calls.length;
        expectTold(await failure(world.zone.replace(a, b)), kinds, world.secrets);
        expect(asked(world.writes, from)).toBe(1);
        expectStored(a);
        await world.zone.replace(a, b);
        expectStored(b);
      });
    });

    describe.each(lostReplies)('a write that happened and whose reply is %s', (_what, effect, kinds) => {
      it('is not repeated by itself, is seen by a read, and a repeat by the caller changes nothing', async () => {
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

    describe.each(waits)('a limit whose Retry-After is %s', (_what, after, wait) => {
      it.each(['reads', 'writes'] as const)('gives one that %s a wait of a minute at most', async (side) => {
        play(world[side], limitedFor(after()));
        expectLimited(await failure(world.zone.replace(a, b)), wait, world.secrets);
        expectStored(a);
      });
    });

    describe.each(redirects)('a redirect (%i) to somebody else', (status) => {
      it.each(['reads', 'writes'] as const)('is not followed by one that %s', async (side) => {
        play(world[side], { kind: 'redirect', status, to: trap.url });
        expectTold(await failure(world.zone.replace(a, b)), ['garbage'], world.secrets);
        expect(trap.calls).toEqual([]);
        expectStored(a);
      });
    });

    it('a web page in place of the answer is no proof that a value was taken away', async () => {
      const two = { ...a, values: [elsewhere, inA] };
      world.fake.put(two);
      play(world.removes ?? world.writes, { kind: 'html', when: 'before' });
      expectTold(await failure(world.zone.replace(two, a)), ['garbage'], world.secrets);
      expectStored(two);
      await world.zone.replace(two, a);
      expectStored(a);
    });

    it('a web page in place of the answer is no proof that the zone may be changed', async () => {
      play(world.writes, { kind: 'html', when: 'before' });
      const told = await orFailure(world.zone.flaws?.(a.name, 'A') ?? Promise.reject(new Error('It has no flaws.')));
      if (told instanceof PortError) expectTold(told, ['garbage'], world.secrets);
      else expect(told).not.toEqual([]);
      expectStored(a);
    });

    it('a set that the API shows and the name servers do not answer is not told as if they did', async () => {
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

    whenPlayed('stale', 'a read of before a change that happened leads to no second set', async () => {
      await world.zone.replace(a, b);
      always({ stale: true });
      const refused = await orFailure(world.zone.replace(a, b));
      if (refused !== undefined) expectTold(refused, ['conflict'], world.secrets);
      expectStored(b);
    });

    whenPlayed('pages', 'pages of one record are read to their end', async () => {
      const set = wide();
      always({ pageSize: 1 });
      expect(await world.zone.read(a.name, 'A')).toEqual(set);
      await world.zone.replace(set, b);
      expectStored(b);
    });

    whenPlayed('links', 'a link to the next page at somebody else’s carries nothing there', async () => {
      const set = wide();
      always({ pageSize: 1, linkBase: trap.url });
      const found = await orFailure(world.zone.read(a.name, 'A'));
      if (found instanceof PortError) expectTold(found, ['garbage'], world.secrets);
      else expect(found).toEqual(set);
      expect(trap.calls).toEqual([]);
    });

    whenPlayed('ids', 'an id that stands for nothing changes nothing', async () => {
      always({ wrongIds: true });
      expectTold(await failure(world.zone.replace(a, b)), ['absent', 'conflict', 'garbage'], world.secrets);
      expectStored(a);
    });
  });
}

/** What takes the adapter's whole timeout, all at once and each in a world of its own. */
export function describeSlowDns(name: string, start: Open): void {
  describe(`${name} when answers are slow`, () => {
    const open: DnsFaultWorld[] = [];
    afterAll(async () => {
      open.forEach(({ zone }) => zone.close());
      await Promise.all(open.map(({ fake }) => fake.close()));
    });
    it.concurrent.each(slowness)('%s ends in time, after one attempt', async (_what, side, effect) => {
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
    });
  });
}

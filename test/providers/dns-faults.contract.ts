/**
 * Every fault of the script (test/fakes/faults.ts), played against a provider and its fake. A vendor's test file says
 *
 *     describeDnsFaults('DigitalOcean DNS', openFaultWorld, ['stale', 'pages']);   // in dns-NAME.test.ts
 *     describeSlowDns('DigitalOcean DNS', openFaultWorld);     // in dns-NAME.live.test.ts: it waits for the adapter's whole timeout
 *
 * where the list holds the hints that the fake's routes play (a vendor without pages, links or ids leaves them out), and `openFaultWorld` starts the fake, connects the adapter to it and says which requests read a set and which one changes it.
 */
import { authoritative } from '../../src/providers/dns/authoritative';
import type { DnsZone } from '../../src/providers/dns/provider';
import { PortError, type FailureKind } from '../../src/providers/errors';
import type { RecordSet } from '../../src/providers/ports';
import type { DnsFake } from '../fakes/dns';
import { matches, type Effect, type Hints, type Match } from '../fakes/faults';
import { startServer, type Server } from '../fakes/server';
import { failure } from './servers/failure';

export interface DnsFaultWorld {
  /** Connected to the fake, with its pace of retries and timeouts as in production. */
  zone: DnsZone;
  fake: DnsFake;
  /** Requests by which a set is read; all of them. */
  reads: Match;
  /** The one request that changes a set of one value. */
  writes: Match;
  /** What no message may hold, in any encoding. */
  secrets: readonly string[];
  /** A TTL that the vendor stores as asked. */
  ttlSeconds: number;
}

export type Played = 'stale' | 'pages' | 'links' | 'ids';
type Open = () => Promise<DnsFaultWorld>;

const [inA, inB, elsewhere] = ['198.51.100.10', '203.0.113.10', '192.0.2.99'];

/** How the failure of one request must be told; the write of it has happened when `effect.when` is `after`. */
export const failures: [string, Effect, FailureKind[]][] = [
  ['an error 500', { kind: 'error', status: 500, when: 'before' }, ['unavailable']],
  ['an error 502', { kind: 'error', status: 502, when: 'before' }, ['unavailable']],
  ['an error 503', { kind: 'error', status: 503, when: 'before' }, ['unavailable']],
  ['an unknown token', { kind: 'error', status: 401, when: 'before' }, ['denied']],
  ['a forbidden action', { kind: 'error', status: 403, when: 'before' }, ['denied']],
  ['a connection that breaks', { kind: 'cut', when: 'before' }, ['unavailable']],
  ['a web page in place of an answer', { kind: 'html', when: 'before' }, ['garbage']],
  ['too many requests', { kind: 'limited' }, ['limited']],
];

export const lostReplies: [string, Effect, FailureKind[]][] = [
  ['an error 500', { kind: 'error', status: 500, when: 'after' }, ['unavailable']],
  ['an error 504', { kind: 'error', status: 504, when: 'after' }, ['unavailable']],
  ['a connection that breaks', { kind: 'cut', when: 'after' }, ['unavailable']],
  ['a web page in place of the answer', { kind: 'html', when: 'after' }, ['garbage']],
  ['half of the answer', { kind: 'truncated' }, ['unavailable', 'garbage']],
];

const soon = () => new Date(Date.now() + 30_000).toUTCString();
const past = () => new Date(Date.now() - 30_000).toUTCString();

/** Retry-After, and the shortest and longest wait that may be made of it; `undefined` when any sane one may. */
export const waits: [string, () => string | undefined, [number, number] | undefined][] = [
  ['absent', () => undefined, undefined],
  ['0', () => '0', [0, 0]],
  ['7', () => '7', [7_000, 7_000]],
  ['a day', () => '86400', [60_000, 60_000]],
  ['a date in half a minute', soon, [25_000, 30_000]],
  ['a date of the past', past, [0, 0]],
  ['not understandable', () => 'soon', undefined],
  ['negative', () => '-5', undefined],
];

export function expectNoSecret({ message }: PortError, secrets: readonly string[]): void {
  for (const secret of secrets) {
    const bytes = Buffer.from(secret);
    for (const form of [secret, bytes.toString('base64'), bytes.toString('hex'), encodeURIComponent(secret)])
      expect(message).not.toContain(form);
  }
}

export function expectSane({ waitMs }: PortError, [least, most]: readonly [number, number] = [0, 60_000]): void {
  if (waitMs === undefined) return;
  expect(waitMs).toBeGreaterThanOrEqual(least);
  expect(waitMs).toBeLessThanOrEqual(most);
}

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
    const asked = (on: Match, from: number) => world.fake.calls.slice(from).filter((call) => matches(on, call)).length;
    /** Exactly this one set is stored under the name, and everything else is as it was. */
    const expectStored = (set: RecordSet) => {
      expect(world.fake.sets().filter(isA)).toEqual([set]);
      expect(world.fake.sets().filter((one) => !isA(one))).toEqual(neighbours);
    };
    const expectFailure = (error: PortError, kinds: readonly FailureKind[]) => {
      expect(kinds).toContain(error.kind);
      expectSane(error);
      expectNoSecret(error, world.secrets);
      expect(error.message).toMatch(/^\S.*[.!?]$/s);
    };

    describe.each([...failures, lostReplies.at(-1)!])('a read that meets %s', (_what, effect, kinds) => {
      it('says so after one attempt, and the next one is told the set', async () => {
        play(world.reads, effect);
        const from = world.fake.calls.length;
        expectFailure(await failure(world.zone.read(a.name, 'A')), kinds);
        expect(asked(world.reads, from)).toBe(1);
        expect(await world.zone.read(a.name, 'A')).toEqual(a);
      });
    });

    describe.each(failures)('a write that meets %s', (_what, effect, kinds) => {
      it('says so after one attempt and has changed nothing; a repeat does it', async () => {
        play(world.writes, effect);
        const from = world.fake.calls.length;
        expectFailure(await failure(world.zone.replace(a, b)), kinds);
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
        expectFailure(await failure(world.zone.replace(a, b)), kinds);
        expect(asked(world.writes, from)).toBe(1);
        expect(await world.zone.read(a.name, 'A')).toEqual(b);
        const changes = world.fake.changes();
        await world.zone.replace(a, b);
        expect(world.fake.changes()).toBe(changes);
        expectStored(b);
      });
    });

    it.each(waits)(
      'a limit whose Retry-After is %s gives a wait between nothing and a minute',
      async (_what, after, wait) => {
        const retryAfter = after();
        play(world.reads, retryAfter === undefined ? { kind: 'limited' } : { kind: 'limited', retryAfter });
        const error = await failure(world.zone.read(a.name, 'A'));
        expectFailure(error, ['limited']);
        if (wait !== undefined) expect(error.waitMs).toBeDefined();
        expectSane(error, wait);
      },
    );

    describe.each([301, 302, 303, 307, 308])('a redirect (%i) to somebody else', (status) => {
      it.each(['reads', 'writes'] as const)('is not followed by one that %s', async (side) => {
        play(world[side], { kind: 'redirect', status, to: trap.url });
        expectFailure(await failure(world.zone.replace(a, b)), ['garbage']);
        expect(trap.calls).toEqual([]);
        expectStored(a);
      });
    });

    it('a set that the API shows and the name servers do not answer is not told as if they did', async () => {
      world.fake.publishAfter(0, Infinity);
      await world.zone.replace(a, b);
      expect(await world.zone.read(a.name, 'A')).toEqual(b);
      const answers = await authoritative({ servers: world.fake.nameServers })(a.name, 'A', 2);
      expect(answers.map(({ values }) => values)).toEqual([[inB], [inA]]);
    });

    const whenPlayed = (hint: Played) => (plays.includes(hint) ? it : it.skip);
    const always = (hints: Hints) => play(world.reads, { kind: 'hint', hints }, Infinity);
    const wide = () => {
      const set = { ...a, values: [elsewhere, inA, inB] };
      world.fake.put(set);
      return set;
    };

    whenPlayed('stale')('a read of before a change that happened leads to no second set', async () => {
      await world.zone.replace(a, b);
      always({ stale: true });
      const refused = await orFailure(world.zone.replace(a, b));
      if (refused !== undefined) expectFailure(refused, ['conflict']);
      expectStored(b);
    });

    whenPlayed('pages')('pages of one record are read to their end', async () => {
      const set = wide();
      always({ pageSize: 1 });
      expect(await world.zone.read(a.name, 'A')).toEqual(set);
      await world.zone.replace(set, b);
      expectStored(b);
    });

    whenPlayed('links')('a link to the next page at somebody else’s carries nothing there', async () => {
      const set = wide();
      always({ pageSize: 1, linkBase: trap.url });
      const found = await orFailure(world.zone.read(a.name, 'A'));
      if (found instanceof PortError) expectFailure(found, ['garbage']);
      else expect(found).toEqual(set);
      expect(trap.calls).toEqual([]);
    });

    whenPlayed('ids')('an id that stands for nothing changes nothing', async () => {
      always({ wrongIds: true });
      expectFailure(await failure(world.zone.replace(a, b)), ['absent', 'conflict', 'garbage']);
      expectStored(a);
    });
  });
}

/** What `attempt` gives, or the PortError that it ends with. */
async function orFailure<T>(attempt: Promise<T>): Promise<T | PortError> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof PortError) return error;
    throw error;
  }
}

/** A server that nobody should ever ask. */
export function somebodyElse(): Promise<Server> {
  const failed = () => ({ status: 200, body: {} });
  return startServer({ host: '127.0.0.1', port: 0, secrets: [], routes: [], failed, limited: failed });
}

/** What takes the adapter's whole timeout, all at once and each in a world of its own. */
export function describeSlowDns(name: string, start: Open): void {
  describe(`${name} when answers are slow`, () => {
    const open: DnsFaultWorld[] = [];
    afterAll(async () => {
      open.forEach(({ zone }) => zone.close());
      await Promise.all(open.map(({ fake }) => fake.close()));
    });
    it.concurrent.each<[string, 'reads' | 'writes', Effect]>([
      ['a read that is never answered', 'reads', { kind: 'slow', ms: Infinity }],
      ['a read whose answer stops half-way', 'reads', { kind: 'drip' }],
      ['a write that happened and is never answered', 'writes', { kind: 'slow', ms: Infinity }],
      ['a write that happened and whose answer stops half-way', 'writes', { kind: 'drip' }],
    ])('%s ends in time, after one attempt', async (_what, side, effect) => {
      const world = await start();
      open.push(world);
      const { zone, fake, secrets, ttlSeconds } = world;
      const a: RecordSet = { name: `slow.${fake.origin}`, type: 'A', ttlSeconds, values: [inA] };
      const b = { ...a, values: [inB] };
      fake.put(a);
      fake.faults.play({ on: world[side], effect });
      const started = performance.now();
      const error = await failure(zone.replace(a, b));
      expect(error.kind).toBe('unavailable');
      expectNoSecret(error, secrets);
      expect(performance.now() - started).toBeLessThan(7_000);
      expect(fake.calls.filter((call) => matches(world[side], call))).toHaveLength(1);
      await zone.replace(a, b);
      expect(fake.sets()).toContainEqual(b);
    });
  });
}

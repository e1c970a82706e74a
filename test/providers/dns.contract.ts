import { until } from '../../lab/loopback/until';
import type { DnsZone } from '../../src/providers/dns/provider';
import type { Dns, RecordSet } from '../../src/ports/ports';
import { failure } from './servers/failure';

/** A zone that the suite may write to, and its name servers. */
export interface DnsWorld {
  zone: DnsZone;
  answers: (name: string, type: RecordSet['type'], times: number) => ReturnType<Dns['answers']>;
  /** A full name in the zone without records, a new one each time. */
  freshName: () => string;
  /** A full name outside this zone. */
  foreignName: string;
  /** Writes a set without the adapter. */
  put: (set: RecordSet) => Promise<void>;
  /** A count or number that grows with each change of the zone. */
  changes: () => Promise<number>;
  /** A TTL that the provider accepts, and a longer one. */
  ttls: [number, number];
  close: () => Promise<void>;
}

const [inA, inB, elsewhere] = ['198.51.100.10', '203.0.113.10', '192.0.2.99'];

/** The contract of a DNS zone, for every provider. */
export function describeDns(name: string, open: () => Promise<DnsWorld>): void {
  describe(`${name}: contract of a DNS zone`, () => {
    let world: DnsWorld;
    let a: RecordSet;
    let b: RecordSet;
    beforeAll(async () => {
      world = await open();
    });
    afterAll(() => world.close());
    beforeEach(() => {
      const [ttlSeconds] = world.ttls;
      a = { name: world.freshName(), type: 'A', ttlSeconds, values: [inA] };
      b = { ...a, values: [inB] };
    });
    const served = async (set: RecordSet) => {
      const answers = await world.answers(set.name, set.type, 1);
      return [...new Set(answers.map(({ values }) => values?.join() ?? 'unknown'))].join(' or ');
    };
    const expectServed = async (set: RecordSet, values: string[]) => {
      // The contract does not say how soon.
      await until(`every server returns "${values.join()}"`, async () => (await served(set)) === values.join());
    };

    it(`${name} reads a missing set as undefined, and no name server returns one`, async () => {
      expect(await world.zone.read(a.name, 'A')).toBeUndefined();
      expect(await served(a)).toBe('');
    });

    it(`${name} reads a whole set in canonical form`, async () => {
      await world.put({ ...a, values: [inB, inA] });
      expect(await world.zone.read(a.name.toUpperCase(), 'A')).toEqual({ ...a, values: [inA, inB] });
      expect(await world.zone.read(a.name, 'AAAA')).toBeUndefined();
    });

    it(`${name} replaces the expected set, and every name server returns the new one`, async () => {
      await world.put(a);
      await expectServed(a, [inA]);
      await world.zone.replace(a, b);
      expect(await world.zone.read(a.name, 'A')).toEqual(b);
      await expectServed(b, [inB]);
    });

    it(`${name} changes nothing when a replacement is repeated, whatever was expected`, async () => {
      await world.put(a);
      await world.zone.replace(a, b);
      const changes = await world.changes();
      await world.zone.replace(a, b);
      await world.zone.replace(b, b);
      await world.zone.replace(a, { ...b, name: b.name.toUpperCase(), values: [inB, inB] });
      expect(await world.changes()).toBe(changes);
    });

    it(`${name} ignores the order of values`, async () => {
      await world.put({ ...a, values: [inA, inB] });
      await world.zone.replace({ ...a, values: [inB, inA] }, { ...a, values: [elsewhere] });
      expect((await world.zone.read(a.name, 'A'))?.values).toEqual([elsewhere]);
    });

    it(`${name} leaves an unexpected value alone and reports it`, async () => {
      const theirs = { ...a, values: [elsewhere] };
      await world.put(theirs);
      const error = await failure(world.zone.replace(a, b));
      expect(error.kind).toBe('conflict');
      expect(error.message).toContain(`holds ${elsewhere} (TTL ${theirs.ttlSeconds} s); expected ${inA}`);
      expect(await world.zone.read(a.name, 'A')).toEqual(theirs);
    });

    it(`${name} reports a change by hand after the read and does not overwrite it`, async () => {
      await world.put(a);
      expect(await world.zone.read(a.name, 'A')).toEqual(a);
      const theirs = { ...a, values: [elsewhere] };
      await world.put(theirs);
      const error = await failure(world.zone.replace(a, b));
      expect(error).toMatchObject({
        kind: 'conflict',
        message: expect.stringContaining(`holds ${elsewhere}`) as string,
      });
      expect(await world.zone.read(a.name, 'A')).toEqual(theirs);
    });

    it(`${name} changes nothing when somebody else made the same change first`, async () => {
      await world.put(a);
      expect(await world.zone.read(a.name, 'A')).toEqual(a);
      await world.put(b);
      const changes = await world.changes();
      await world.zone.replace(a, b);
      expect(await world.changes()).toBe(changes);
    });

    it(`${name} leaves a set with an additional value alone`, async () => {
      await world.put({ ...a, values: [inA, elsewhere] });
      expect(await failure(world.zone.replace(a, b))).toMatchObject({ kind: 'conflict' });
    });

    it(`${name} does not create a set that it expected to find`, async () => {
      const error = await failure(world.zone.replace(a, b));
      expect(error.kind).toBe('conflict');
      expect(error.message).toContain('holds no records');
      expect(await world.zone.read(a.name, 'A')).toBeUndefined();
    });

    it(`${name} changes only the TTL`, async () => {
      const [low, high] = world.ttls;
      await world.put({ ...a, ttlSeconds: high });
      await world.zone.replace({ ...a, ttlSeconds: high }, { ...a, ttlSeconds: low });
      expect(await world.zone.read(a.name, 'A')).toEqual({ ...a, ttlSeconds: low });
    });

    it(`${name} moves a CNAME, with or without a trailing dot`, async () => {
      const alias: RecordSet = { name: a.name, type: 'CNAME', ttlSeconds: a.ttlSeconds, values: ['a.origin.test.'] };
      await world.put(alias);
      await world.zone.replace({ ...alias, values: ['A.Origin.test'] }, { ...alias, values: ['b.origin.test'] });
      expect(await world.zone.read(a.name, 'CNAME')).toEqual({ ...alias, values: ['b.origin.test.'] });
      await expectServed(alias, ['b.origin.test.']);
    });

    it.each([
      ['no value', { values: [] }],
      ['another name', { name: 'other.shop.test.' }],
      ['another type', { type: 'AAAA' as const, values: ['2001:db8::1'] }],
    ])(`${name} never replaces a set with one that has %s`, async (_what, over) => {
      await world.put(a);
      expect(await failure(world.zone.replace(a, { ...b, ...over }))).toMatchObject({ kind: 'refused' });
      expect(await world.zone.read(a.name, 'A')).toEqual(a);
    });

    it(`${name} finds no flaws in a set that can be moved, and changes nothing`, async () => {
      await world.put(a);
      const changes = await world.changes();
      expect((await world.zone.flaws?.(a.name, 'A')) ?? []).toEqual([]);
      expect(await world.changes()).toBe(changes);
      expect(await world.zone.read(a.name, 'A')).toEqual(a);
    });

    it(`${name} refuses a name outside its zone`, async () => {
      expect(await failure(world.zone.read(world.foreignName, 'A'))).toMatchObject({ kind: 'refused' });
    });
  });
}

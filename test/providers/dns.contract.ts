import { until } from '../../lab/loopback/until';
import type { DnsZone } from '../../src/providers/dns/provider';
import type { Dns, RecordSet } from '../../src/ports/ports';
import { failure } from './servers/failure';

/** A zone that the suite may write to, and its own name servers. */
export interface DnsWorld {
  zone: DnsZone;
  answers: (name: string, type: RecordSet['type'], times: number) => ReturnType<Dns['answers']>;
  /** A full name in the zone that has no record, another one each time. */
  freshName: () => string;
  /** A full name that this zone does not hold. */
  foreignName: string;
  /** Writes a set by other means than the adapter. */
  put: (set: RecordSet) => Promise<void>;
  /** Changes of the zone so far, counted or numbered. */
  changes: () => Promise<number>;
  /** A TTL that the provider stores as asked, and a longer one. */
  ttls: [number, number];
  close: () => Promise<void>;
}

const [inA, inB, elsewhere] = ['198.51.100.10', '203.0.113.10', '192.0.2.99'];

/** The promises of a DNS zone, to which every provider is held. */
export function describeDns(name: string, open: () => Promise<DnsWorld>): void {
  describe(`${name} keeps the promises of a zone`, () => {
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
    const told = async (set: RecordSet) => {
      const answers = await world.answers(set.name, set.type, 1);
      return [...new Set(answers.map(({ values }) => values?.join() ?? 'unknown'))].join(' or ');
    };
    const isTold = async (set: RecordSet, values: string[]) => {
      // How soon they do is not promised.
      await until(`every server answers "${values.join()}"`, async () => (await told(set)) === values.join());
    };

    it('reads nothing where there is nothing, and every server says so', async () => {
      expect(await world.zone.read(a.name, 'A')).toBeUndefined();
      expect(await told(a)).toBe('');
    });

    it('reads a whole set, in one spelling', async () => {
      await world.put({ ...a, values: [inB, inA] });
      expect(await world.zone.read(a.name.toUpperCase(), 'A')).toEqual({ ...a, values: [inA, inB] });
      expect(await world.zone.read(a.name, 'AAAA')).toBeUndefined();
    });

    it('replaces the expected set, and every server answers the new one', async () => {
      await world.put(a);
      await isTold(a, [inA]);
      await world.zone.replace(a, b);
      expect(await world.zone.read(a.name, 'A')).toEqual(b);
      await isTold(b, [inB]);
    });

    it('changes nothing when asked again, whatever was expected', async () => {
      await world.put(a);
      await world.zone.replace(a, b);
      const changes = await world.changes();
      await world.zone.replace(a, b);
      await world.zone.replace(b, b);
      await world.zone.replace(a, { ...b, name: b.name.toUpperCase(), values: [inB, inB] });
      expect(await world.changes()).toBe(changes);
    });

    it('takes the order of values for what it is: no difference', async () => {
      await world.put({ ...a, values: [inA, inB] });
      await world.zone.replace({ ...a, values: [inB, inA] }, { ...a, values: [elsewhere] });
      expect((await world.zone.read(a.name, 'A'))?.values).toEqual([elsewhere]);
    });

    it('leaves a third value alone and names it', async () => {
      const theirs = { ...a, values: [elsewhere] };
      await world.put(theirs);
      const error = await failure(world.zone.replace(a, b));
      expect(error.kind).toBe('conflict');
      expect(error.message).toContain(`holds ${elsewhere} (TTL ${theirs.ttlSeconds} s), which is neither ${inA}`);
      expect(await world.zone.read(a.name, 'A')).toEqual(theirs);
    });

    it('shows a change made by hand after it was read, and does not overwrite it', async () => {
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

    it('leaves a change alone that somebody else was faster with', async () => {
      await world.put(a);
      expect(await world.zone.read(a.name, 'A')).toEqual(a);
      await world.put(b);
      const changes = await world.changes();
      await world.zone.replace(a, b);
      expect(await world.changes()).toBe(changes);
    });

    it('leaves a second value beside the expected one alone', async () => {
      await world.put({ ...a, values: [inA, elsewhere] });
      expect(await failure(world.zone.replace(a, b))).toMatchObject({ kind: 'conflict' });
    });

    it('does not create what it expected to find', async () => {
      const error = await failure(world.zone.replace(a, b));
      expect(error.kind).toBe('conflict');
      expect(error.message).toContain('holds nothing');
      expect(await world.zone.read(a.name, 'A')).toBeUndefined();
    });

    it('changes a TTL alone', async () => {
      const [low, high] = world.ttls;
      await world.put({ ...a, ttlSeconds: high });
      await world.zone.replace({ ...a, ttlSeconds: high }, { ...a, ttlSeconds: low });
      expect(await world.zone.read(a.name, 'A')).toEqual({ ...a, ttlSeconds: low });
    });

    it('moves an alias, with or without the dot at its end', async () => {
      const alias: RecordSet = { name: a.name, type: 'CNAME', ttlSeconds: a.ttlSeconds, values: ['a.origin.test.'] };
      await world.put(alias);
      await world.zone.replace({ ...alias, values: ['A.Origin.test'] }, { ...alias, values: ['b.origin.test'] });
      expect(await world.zone.read(a.name, 'CNAME')).toEqual({ ...alias, values: ['b.origin.test.'] });
      await isTold(alias, ['b.origin.test.']);
    });

    it.each([
      ['no value', { values: [] }],
      ['another name', { name: 'other.shop.test.' }],
      ['another type', { type: 'AAAA' as const, values: ['2001:db8::1'] }],
    ])('never replaces a set by one with %s', async (_what, over) => {
      await world.put(a);
      expect(await failure(world.zone.replace(a, { ...b, ...over }))).toMatchObject({ kind: 'refused' });
      expect(await world.zone.read(a.name, 'A')).toEqual(a);
    });

    it('finds no flaw in a set that can be moved, and changes nothing in looking', async () => {
      await world.put(a);
      const changes = await world.changes();
      expect((await world.zone.flaws?.(a.name, 'A')) ?? []).toEqual([]);
      expect(await world.changes()).toBe(changes);
      expect(await world.zone.read(a.name, 'A')).toEqual(a);
    });

    it('refuses a name that is not its own', async () => {
      expect(await failure(world.zone.read(world.foreignName, 'A'))).toMatchObject({ kind: 'refused' });
    });
  });
}

/** Zones that keep a record for each value and know no condition: a set is read, compared, and changed record by record. */
import { PortError } from '../../ports/errors';
import type { RecordSet } from '../../ports/ports';
import { canonicalSet, duplicate, nameWithin, neither, refuseUnsound, type DnsZone, unevenness } from './provider';
import { stepsLeft, type Step, type Value } from './record-steps';

/** A record in our spelling: full name, value as in a canonical set. `Id` is what its vendor tells it by. */
export interface Stored<Id extends string | number> extends Value {
  id: Id;
  type: string;
  name: string;
}

type Type = RecordSet['type'];

/** What a vendor's own file tells of its records. `asked` is the name as somebody wrote it; `name` is canonical and inside of the zone. */
export interface Records<Id extends string | number> {
  /** As the sentences call the vendor. */
  who: string;
  /** Canonical. */
  zone: string;
  /** All records of a name and type, of all pages. */
  listed: (name: string, type: Type) => Promise<Stored<Id>[]>;
  /** Gives record `id` this value and TTL, or adds a record when there is no id. @returns what is stored then, by the answer */
  written: (id: Id | undefined, to: Omit<Stored<Id>, 'id' | 'type'> & { type: Type }) => Promise<Stored<Id>>;
  removed: (id: Id) => Promise<void>;
  /** Asks for a change that can't happen. @throws PortError denied where changes are not allowed. */
  provokeDenial: (type: Type) => Promise<void>;
}

/** All that a zone promises, for records that are changed one by one; a move that broke half-way is gone on with. */
export function byRecord<Id extends string | number>(records: Records<Id>): Required<Omit<DnsZone, 'close'>> {
  const listed = async (asked: string, type: Type) => records.listed(nameWithin(records.zone, asked), type);
  return {
    read: async (asked, type) => setOf(asked, type, await listed(asked, type)),
    replace: async (expected, next) => {
      refuseUnsound(expected, next);
      await replace(records, expected, canonicalSet(next), await listed(next.name, next.type));
    },
    flaws: async (asked, type) => {
      const title = `${type} ${nameWithin(records.zone, asked)}`;
      try {
        const uneven = unevenness(title, await listed(asked, type));
        await records.provokeDenial(type);
        return uneven === undefined ? [] : [uneven];
      } catch (error) {
        if (error instanceof PortError && (error.kind === 'denied' || error.kind === 'absent')) return [error.message];
        throw error;
      }
    },
  };
}

/** Records may have TTLs of their own. The highest tells how long an answer may be remembered, and whether it still has to be lowered. */
function setOf(name: string, type: Type, found: readonly Value[]): RecordSet | undefined {
  if (found.length === 0) return undefined;
  const ttlSeconds = Math.max(...found.map((one) => one.ttlSeconds));
  return canonicalSet({ name, type, ttlSeconds, values: found.map(({ value }) => value) });
}

async function replace<Id extends string | number>(
  records: Records<Id>,
  expected: RecordSet,
  wanted: RecordSet,
  found: readonly Stored<Id>[],
): Promise<void> {
  const left = stepsLeft(found, expected, wanted);
  if (left === undefined) {
    const twice = duplicate(`${wanted.type} ${wanted.name}`, found);
    if (twice !== undefined) throw new PortError('conflict', twice);
    throw neither(expected, wanted, setOf(wanted.name, wanted.type, found));
  }
  for (const step of left) await take(records, step, found, wanted);
}

async function take<Id extends string | number>(
  { who, written, removed }: Records<Id>,
  { from, to }: Step,
  found: readonly Stored<Id>[],
  { name, type, ttlSeconds }: RecordSet,
): Promise<void> {
  const id = found.find(({ value }) => value === from)?.id;
  if (to === undefined) {
    if (id !== undefined) await removed(id);
    return;
  }
  const stored = await written(id, { name, type, ttlSeconds, value: to });
  refuseOther(who, { id: id ?? stored.id, name, type, ttlSeconds, value: to }, stored);
}

/** @throws PortError garbage when another record or value is told of; refused when the TTL is not the one asked for. */
function refuseOther<Id extends string | number>(who: string, asked: Stored<Id>, stored: Stored<Id>): void {
  const title = `${asked.type} ${asked.name}`;
  const same = (['id', 'name', 'type', 'value'] as const).every((field) => stored[field] === asked[field]);
  if (!same) {
    const other = `${stored.type} ${stored.name} with ${stored.value} (record ${stored.id})`;
    throw new PortError(
      'garbage',
      `${who} was told to set ${title} to ${asked.value}, and says that it changed ${other}.`,
    );
  }
  if (stored.ttlSeconds === asked.ttlSeconds) return;
  const because = `${who} stored ${title} with a TTL of ${stored.ttlSeconds} s instead of ${asked.ttlSeconds} s`;
  throw new PortError('refused', `${because}; ask for a TTL that it stores as asked.`);
}

/** Zones at vendors that keep one record per value and have no conditional change: a set is read, compared and changed record by record. */
import { PortError } from '../../ports/errors';
import type { RecordSet } from '../../ports/ports';
import {
  canonicalSet,
  duplicateValueFlaw,
  nameWithin,
  unexpectedSet,
  refuseInvalidReplacement,
  type DnsZone,
  recordSetFlaw,
} from './provider';
import { remainingSteps, type RecordStep, type RecordValue } from './record-steps';

/** A record in canonical form: full name, value as in a canonical set. `Id` is the vendor's record id. */
export interface StoredRecord<Id extends string | number> extends RecordValue {
  id: Id;
  type: string;
  name: string;
}

type Type = RecordSet['type'];

/** A vendor's calls on records. `name` is canonical and inside the zone. */
export interface RecordApi<Id extends string | number> {
  /** The vendor as error messages name it. */
  vendor: string;
  /** Canonical. */
  zone: string;
  /** All records of a name and type, from all pages. */
  list: (name: string, type: Type) => Promise<StoredRecord<Id>[]>;
  /** Sets value and TTL of record `id`, or adds a record without an id. @returns the record that the response reports */
  write: (id: Id | undefined, to: Omit<StoredRecord<Id>, 'id' | 'type'> & { type: Type }) => Promise<StoredRecord<Id>>;
  remove: (id: Id) => Promise<void>;
  /** Requests a change that can't succeed. @throws PortError denied when the credential may not change records. */
  probeWritePermission: (type: Type) => Promise<void>;
}

/** A zone over these calls. A replacement that broke off half-way is continued by the next one. */
export function recordZone<Id extends string | number>(api: RecordApi<Id>): Required<Omit<DnsZone, 'close'>> {
  const list = async (name: string, type: Type) => api.list(nameWithin(api.zone, name), type);
  return {
    read: async (name, type) => setOf(name, type, await list(name, type)),
    replace: async (expected, next) => {
      refuseInvalidReplacement(expected, next);
      await replace(api, expected, canonicalSet(next), await list(next.name, next.type));
    },
    flaws: async (name, type) => {
      const title = `${type} ${nameWithin(api.zone, name)}`;
      try {
        const flaw = recordSetFlaw(title, await list(name, type));
        await api.probeWritePermission(type);
        return flaw === undefined ? [] : [flaw];
      } catch (error) {
        if (error instanceof PortError && (error.kind === 'denied' || error.kind === 'absent')) return [error.message];
        throw error;
      }
    },
  };
}

/** Each record may have its own TTL. The highest counts: resolvers may cache an answer for that long, and it decides whether to lower TTLs. */
function setOf(name: string, type: Type, found: readonly RecordValue[]): RecordSet | undefined {
  if (found.length === 0) return undefined;
  const ttlSeconds = Math.max(...found.map((one) => one.ttlSeconds));
  return canonicalSet({ name, type, ttlSeconds, values: found.map(({ value }) => value) });
}

async function replace<Id extends string | number>(
  api: RecordApi<Id>,
  expected: RecordSet,
  wanted: RecordSet,
  found: readonly StoredRecord<Id>[],
): Promise<void> {
  const left = remainingSteps(found, expected, wanted);
  if (left === undefined) {
    const duplicate = duplicateValueFlaw(`${wanted.type} ${wanted.name}`, found);
    if (duplicate !== undefined) throw new PortError('conflict', duplicate);
    throw unexpectedSet(expected, wanted, setOf(wanted.name, wanted.type, found));
  }
  for (const step of left) await applyStep(api, step, found, wanted);
}

async function applyStep<Id extends string | number>(
  { vendor, write, remove }: RecordApi<Id>,
  { from, to }: RecordStep,
  found: readonly StoredRecord<Id>[],
  { name, type, ttlSeconds }: RecordSet,
): Promise<void> {
  const id = found.find(({ value }) => value === from)?.id;
  if (to === undefined) {
    if (id !== undefined) await remove(id);
    return;
  }
  const stored = await write(id, { name, type, ttlSeconds, value: to });
  verifyStored(vendor, { id: id ?? stored.id, name, type, ttlSeconds, value: to }, stored);
}

/** @throws PortError garbage when the vendor reports another record or value; refused when it stored another TTL. */
function verifyStored<Id extends string | number>(
  vendor: string,
  requested: StoredRecord<Id>,
  stored: StoredRecord<Id>,
): void {
  const title = `${requested.type} ${requested.name}`;
  const same = (['id', 'name', 'type', 'value'] as const).every((field) => stored[field] === requested[field]);
  if (!same) {
    const other = `${stored.type} ${stored.name} with ${stored.value} (record ${stored.id})`;
    throw new PortError(
      'garbage',
      `${vendor} reported a different change: requested ${title} with ${requested.value}, reported ${other}.`,
    );
  }
  if (stored.ttlSeconds === requested.ttlSeconds) return;
  const because = `${vendor} stored ${title} with a TTL of ${stored.ttlSeconds} s instead of ${requested.ttlSeconds} s`;
  throw new PortError('refused', `${because}; set dns.ttlSeconds to a TTL that it accepts.`);
}

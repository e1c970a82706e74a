/** Zones at vendors with a conditional change: one atomic request removes exactly one set and creates another. */
import { PortError } from '../../ports/errors';
import type { FailureKind } from '../../domain/failure';
import type { RecordSet } from '../../ports/ports';
import {
  canonicalName,
  canonicalSet,
  describeSet,
  nameWithin,
  unexpectedSet,
  refuseInvalidReplacement,
  sameSet,
  type DnsZone,
} from './provider';

/** The vendor rejected the change: it does not match the stored set or violates a rule of the zone. Nothing has changed. */
export class ChangeRejected extends PortError {
  /** True when the set to remove is missing or different, or the set to create exists. */
  readonly outdated: boolean;

  constructor(kind: FailureKind, because: string, outdated: boolean) {
    super(kind, because);
    this.outdated = outdated;
  }
}

export interface StoredSet<L> {
  set: RecordSet;
  /** As the vendor listed it: a removal must repeat it exactly. */
  listed: L;
}

export interface ConditionalApi<L> {
  /** Canonical name of the zone. */
  zone: string;
  /** @throws PortError refused for anything but one simple set. */
  find: (name: string, type: RecordSet['type']) => Promise<StoredSet<L> | undefined>;
  /** A set in the vendor's format; other attributes of `listed` are kept. */
  encode: (set: RecordSet, listed?: L) => L;
  /** Removes and creates atomically. @throws ChangeRejected. */
  change: (remove: L, create: L | undefined) => Promise<void>;
}

/** A zone over these calls. */
export function conditionalZone<L>(api: ConditionalApi<L>): Required<Omit<DnsZone, 'close'>> {
  const lastRead = new Map<string, StoredSet<L>>();
  const keyOf = ({ name, type }: Pick<RecordSet, 'name' | 'type'>) => `${type} ${canonicalName(name)}`;
  return {
    read: async (name, type) => {
      const found = await api.find(name, type);
      if (found === undefined) lastRead.delete(keyOf({ name, type }));
      else lastRead.set(keyOf({ name, type }), found);
      return found?.set;
    },
    replace: async (expected, next) => {
      const known = lastRead.get(keyOf(next));
      lastRead.delete(keyOf(next));
      await replace(api, expected, next, known);
    },
    flaws: (name, type) => flaws(api, name, type),
  };
}

/**
 * Uses the set of the last read, however old: the vendor rejects a change that no longer matches, so reading again would only cost a
 * request.
 */
async function replace<L>(
  api: ConditionalApi<L>,
  expected: RecordSet,
  next: RecordSet,
  known: StoredSet<L> | undefined,
): Promise<void> {
  refuseInvalidReplacement(expected, next);
  const wanted = canonicalSet(next);
  const usable = known !== undefined && sameSet(known.set, expected) && !sameSet(known.set, wanted);
  const found = usable ? known : await api.find(wanted.name, wanted.type);
  if (found !== undefined && sameSet(found.set, wanted)) return;
  if (found === undefined || !sameSet(found.set, expected)) throw unexpectedSet(expected, next, found?.set);
  try {
    await api.change(found.listed, api.encode(wanted, found.listed));
  } catch (error) {
    if (!(error instanceof ChangeRejected)) throw error;
    await resolveRejected(api, expected, wanted, error);
  }
}

/** Reads the set again after a rejected change: another client may have made the same change, or another one. */
async function resolveRejected<L>(
  api: ConditionalApi<L>,
  expected: RecordSet,
  wanted: RecordSet,
  rejected: ChangeRejected,
): Promise<void> {
  const found = (await api.find(wanted.name, wanted.type))?.set;
  if (found !== undefined && sameSet(found, wanted)) return;
  if (found === undefined || !sameSet(found, expected)) throw unexpectedSet(expected, wanted, found);
  if (!rejected.outdated) throw rejected;
  const because = `${wanted.type} ${wanted.name} still holds ${describeSet(found)}, but the change from it was rejected`;
  throw new PortError('conflict', `${because}; somebody else is changing it. ${rejected.message}`);
}

/** What would stop a move of this set, including a missing write permission. Changes nothing. */
async function flaws<L>(api: ConditionalApi<L>, given: string, type: RecordSet['type']): Promise<string[]> {
  const name = nameWithin(api.zone, given);
  try {
    await probeWritePermission(api, name, type);
    return [];
  } catch (error) {
    if (error instanceof PortError && /^(denied|absent|refused)$/.test(error.kind)) return [error.message];
    throw error;
  }
}

/**
 * Sends a change that can't match: it removes a set that does not exist and creates the existing one. Vendors check permissions first, so
 * the rejection as outdated shows that the credential may change the set.
 */
async function probeWritePermission<L>(api: ConditionalApi<L>, name: string, type: RecordSet['type']): Promise<void> {
  const found = await api.find(name, type);
  const value = { A: '192.0.2.1', AAAA: '2001:db8::1', CNAME: 'handover.invalid.' }[type];
  const missing = { name, type, ttlSeconds: (found?.set.ttlSeconds ?? 0) + 1, values: [value] };
  try {
    await api.change(api.encode(missing), found?.listed);
  } catch (error) {
    if (!(error instanceof ChangeRejected) || !error.outdated) throw error;
  }
}

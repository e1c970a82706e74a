/** Moves for vendors that remove one exact set and make another in one request, as a whole or not at all: condition and change in one. */
import { PortError } from '../../ports/errors';
import type { FailureKind } from '../../domain/failure';
import type { RecordSet } from '../../ports/ports';
import {
  canonicalName,
  canonicalSet,
  describeSet,
  nameWithin,
  neither,
  refuseUnsound,
  sameSet,
  type DnsZone,
} from './provider';

/** The change does not fit what is stored, or breaks a rule of the zone. Nothing has changed. */
export class Unfit extends PortError {
  /** What was to be removed is not there, or not so; or what was to be made is there. */
  readonly outdated: boolean;

  constructor(kind: FailureKind, because: string, outdated: boolean) {
    super(kind, because);
    this.outdated = outdated;
  }
}

export interface Stored<L> {
  set: RecordSet;
  /** As the vendor listed it: a removal must repeat it to the letter. */
  listed: L;
}

export interface ConditionalZone<L> {
  /** Name of the zone, canonical. */
  zone: string;
  /** @throws PortError refused for what is not one set of values. */
  find: (name: string, type: RecordSet['type']) => Promise<Stored<L> | undefined>;
  /** The vendor's spelling of a set; what else was `listed` stays. */
  spelled: (set: RecordSet, listed?: L) => L;
  /** Both or none. @throws Unfit. */
  change: (remove: L, make: L | undefined) => Promise<void>;
}

/** The methods of a zone made of these parts. */
export function byCondition<L>(zone: ConditionalZone<L>): Required<Omit<DnsZone, 'close'>> {
  const read = new Map<string, Stored<L>>();
  const keyOf = ({ name, type }: Pick<RecordSet, 'name' | 'type'>) => `${type} ${canonicalName(name)}`;
  return {
    read: async (name, type) => {
      const found = await zone.find(name, type);
      if (found === undefined) read.delete(keyOf({ name, type }));
      else read.set(keyOf({ name, type }), found);
      return found?.set;
    },
    replace: async (expected, next) => {
      const known = read.get(keyOf(next));
      read.delete(keyOf(next));
      await replace(zone, expected, next, known);
    },
    flaws: (name, type) => flaws(zone, name, type),
  };
}

/**
 * What was read before is taken for what is there, however long ago that was: the vendor refuses a change that does not fit, so looking
 * once more would only cost a request.
 */
async function replace<L>(
  zone: ConditionalZone<L>,
  expected: RecordSet,
  next: RecordSet,
  known: Stored<L> | undefined,
): Promise<void> {
  refuseUnsound(expected, next);
  const wanted = canonicalSet(next);
  const fits = known !== undefined && sameSet(known.set, expected) && !sameSet(known.set, wanted);
  const found = fits ? known : await zone.find(wanted.name, wanted.type);
  if (found !== undefined && sameSet(found.set, wanted)) return;
  if (found === undefined || !sameSet(found.set, expected)) throw neither(expected, next, found?.set);
  try {
    await zone.change(found.listed, zone.spelled(wanted, found.listed));
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    await settle(zone, expected, wanted, error);
  }
}

/** After a change that did not fit: somebody may have been faster, with our change or with another. */
async function settle<L>(
  zone: ConditionalZone<L>,
  expected: RecordSet,
  wanted: RecordSet,
  unfit: Unfit,
): Promise<void> {
  const found = (await zone.find(wanted.name, wanted.type))?.set;
  if (found !== undefined && sameSet(found, wanted)) return;
  if (found === undefined || !sameSet(found, expected)) throw neither(expected, wanted, found);
  if (!unfit.outdated) throw unfit;
  const because = `${wanted.type} ${wanted.name} is listed as ${describeSet(found)}, and yet can't be changed from it`;
  throw new PortError('conflict', `${because}; somebody else is changing it. ${unfit.message}`);
}

/** What would stop a move of this set, a missing permission to change it among it. Changes nothing. */
async function flaws<L>(zone: ConditionalZone<L>, asked: string, type: RecordSet['type']): Promise<string[]> {
  const name = nameWithin(zone.zone, asked);
  try {
    await provokeRefusal(zone, name, type);
    return [];
  } catch (error) {
    if (error instanceof PortError && /^(denied|absent|refused)$/.test(error.kind)) return [error.message];
    throw error;
  }
}

/**
 * Whoever may change the set is told that this change does not fit: it makes what is there, and removes what is not. Permissions are
 * looked at first.
 */
async function provokeRefusal<L>(zone: ConditionalZone<L>, name: string, type: RecordSet['type']): Promise<void> {
  const found = await zone.find(name, type);
  const value = { A: '192.0.2.1', AAAA: '2001:db8::1', CNAME: 'handover.invalid.' }[type];
  const notThere = { name, type, ttlSeconds: (found?.set.ttlSeconds ?? 0) + 1, values: [value] };
  try {
    await zone.change(zone.spelled(notThere), found?.listed);
  } catch (error) {
    if (!(error instanceof Unfit) || !error.outdated) throw error;
  }
}

/** The zone and its authoritative servers, which may go on answering the old values for a while after a change. */
import {
  aliasOf,
  canonicalName,
  canonicalSet,
  unexpectedSet,
  refuseInvalidReplacement,
  sameSet,
} from '../../src/providers/dns/provider';
import { PortError } from '../../src/ports/errors';
import type { RecordSet } from '../../src/ports/ports';

export interface Zone {
  sets: Map<string, RecordSet>;
  /** What the servers answer until `staleUntil`. */
  stale: Map<string, string[]>;
  staleUntil: number;
  /** The set that was changed last by the API. */
  changed: RecordSet | undefined;
  staleMs: number;
  serversUp: boolean;
  /** Names of its servers, as they tell them. */
  names: string[];
  /** What its provider has against a move. */
  flaws: string[];
}

export const shopName = 'www.shop.test.';
export const servers = ['198.18.0.53', '198.18.0.54'];
export const resolver = '198.18.0.99';
const origin = 'shop.test.';

function keyOf(name: string, type: string): string {
  const canonical = canonicalName(name);
  if (`.${canonical}`.endsWith(`.${origin}`)) return `${canonical} ${type}`;
  throw new PortError('refused', `${canonical} does not belong to ${origin}`);
}

export function newZone(address: string, ttlSeconds: number): Zone {
  const set: RecordSet = { name: shopName, type: 'A', ttlSeconds, values: [address] };
  return {
    sets: new Map([[keyOf(shopName, 'A'), set]]),
    stale: new Map(),
    staleUntil: 0,
    changed: undefined,
    staleMs: 250,
    serversUp: true,
    names: ['ns1.shop.test.'],
    flaws: [],
  };
}

export const readSet = (zone: Zone, name: string, type: string) => zone.sets.get(keyOf(name, type));

export function answered(zone: Zone, name: string, type: string, now: number): string[] | undefined {
  if (!zone.serversUp) return undefined;
  if (type === 'NS') return zone.names;
  const key = keyOf(name, type);
  const values = (now < zone.staleUntil ? zone.stale.get(key) : undefined) ?? zone.sets.get(key)?.values ?? [];
  const target = aliasOf(values[0]);
  return target === undefined ? values : answered(zone, target, type, now);
}

export function putSet(zone: Zone, set: RecordSet): void {
  zone.sets.set(keyOf(set.name, set.type), canonicalSet(set));
}

export function replaceSet(zone: Zone, expected: RecordSet, next: RecordSet, now: number): boolean {
  refuseInvalidReplacement(expected, next);
  const key = keyOf(next.name, next.type);
  const present = zone.sets.get(key);
  if (present && sameSet(present, next)) return false;
  if (!present || !sameSet(present, expected)) throw unexpectedSet(expected, next, present);
  const target = aliasOf(next.values[0]);
  if (target !== undefined && !zone.sets.has(keyOf(target, next.type)))
    throw new PortError('refused', `The zone has no ${next.type} record ${target}.`);
  zone.stale = new Map([[key, present.values]]);
  zone.staleUntil = now + zone.staleMs;
  putSet(zone, next);
  zone.changed = next;
  return true;
}

/** The zone and its authoritative servers, which may go on answering the old values for a while after a change. */
import { PortError } from '../../src/providers/errors';
import type { RecordSet } from '../../src/providers/ports';

export interface Zone {
  sets: Map<string, RecordSet>;
  /** What the servers answer until `staleUntil`. */
  stale: Map<string, string[]>;
  staleUntil: number;
  staleMs: number;
  serversUp: boolean;
}

export const shopName = 'www.shop.test.';
export const servers = ['198.18.0.53', '198.18.0.54'];
const keyOf = (name: string, type: string) => `${name} ${type}`;

export function newZone(address: string, ttlSeconds: number): Zone {
  const set: RecordSet = { name: shopName, type: 'A', ttlSeconds, values: [address] };
  return {
    sets: new Map([[keyOf(shopName, 'A'), set]]),
    stale: new Map(),
    staleUntil: 0,
    staleMs: 250,
    serversUp: true,
  };
}

export const readSet = (zone: Zone, name: string, type: string) => zone.sets.get(keyOf(name, type));

export function answered(zone: Zone, name: string, type: string, now: number): string[] | undefined {
  if (!zone.serversUp) return undefined;
  const key = keyOf(name, type);
  return (now < zone.staleUntil ? zone.stale.get(key) : undefined) ?? zone.sets.get(key)?.values;
}

export function replaceSet(zone: Zone, expected: RecordSet, next: RecordSet, now: number): boolean {
  const key = keyOf(next.name, next.type);
  const present = zone.sets.get(key);
  if (next.values.length === 0) throw new PortError('refused', 'A name is never emptied.');
  if (same(present, next)) return false;
  if (!same(present, expected))
    throw new PortError('conflict', `${next.name} is neither what was expected nor what is wanted.`);
  zone.stale = new Map([[key, present?.values ?? []]]);
  zone.staleUntil = now + zone.staleMs;
  zone.sets.set(key, next);
  return true;
}

const same = (a: RecordSet | undefined, b: RecordSet) =>
  a?.ttlSeconds === b.ttlSeconds && a.values.join() === b.values.join();

/** Defines a DNS provider: one file that calls `defineDns({...})`, and one line in `index.ts`. */
import type { z } from 'zod';
import { canonicalAddress, canonicalHost } from '../../fields/addresses';
import { defineKind, type Definition, type Kind } from '../kit/kind';
import { PortError } from '../../ports/errors';
import type { Dns, RecordSet } from '../../ports/ports';

/** The part of the port that differs by vendor; the authoritative servers are queried in the same way for all. */
export type DnsZone = Pick<Dns, 'read' | 'replace'> & Partial<Pick<Dns, 'flaws'>> & { close: () => void };

/** Every provider has the field `zone`, so that the site file's rules can find records outside it. */
export type DnsOptions = z.ZodObject<{ kind: z.ZodLiteral<string>; zone: z.ZodString }>;

/** Facts about a vendor. A test compares them with the table in docs/providers.md. */
export interface Vendor {
  /** Product name: `DigitalOcean DNS`. */
  title: string;
  /** Lowest TTL, in seconds, that the provider accepts. */
  ttlFloorSeconds: number;
  /** While a move waits, the API is read at most this often; the name servers are queried without this limit. */
  readEveryMs: number;
  /** Published rate limit per credential; undefined where there is none. */
  limit: { requests: number; perMs: number } | undefined;
  /** Whether a record can be an alias of another name in its zone: `alias b.shop.test.` in place of addresses. */
  aliases?: true;
}

export interface DnsProvider<S extends DnsOptions = DnsOptions> extends Kind<DnsZone, S>, Vendor {}

export function defineDns<S extends DnsOptions>(definition: Definition<S, DnsZone> & Vendor): DnsProvider<S> {
  const { title, ttlFloorSeconds, readEveryMs, limit, aliases } = definition;
  const vendor = { title, ttlFloorSeconds, readEveryMs, limit, ...(aliases && { aliases }) };
  return { ...defineKind('dns.provider', definition), ...vendor };
}

/** Lower case, in xn-- form, with a trailing dot. */
export function canonicalName(name: string): string {
  const host = canonicalHost(name);
  return host.endsWith('.') ? host : `${host}.`;
}

/** The canonical form of `set`: canonical names, each value once, sorted. */
export function canonicalSet(set: RecordSet): RecordSet {
  const values = set.values.map((value) => canonicalValue(set.type, value));
  return { ...set, name: canonicalName(set.name), values: [...new Set(values)].sort() };
}

export function canonicalValue(type: RecordSet['type'] | 'NS', value: string): string {
  if (type === 'CNAME' || type === 'NS') return canonicalName(value);
  const target = aliasOf(value);
  if (target !== undefined) return aliasTo(target);
  return type === 'A' ? value : canonicalAddress(value);
}

/** The value of an alias record for `name`. */
export const aliasTo = (name: string): string => `alias ${canonicalName(name)}`;

/** The canonical target of an alias value; undefined for an address. */
export function aliasOf(value: string | undefined): string | undefined {
  const [, target] = /^alias\s+(\S+)$/i.exec(value ?? '') ?? [];
  return target === undefined ? undefined : canonicalName(target);
}

export function sameSet(one: RecordSet, other: RecordSet): boolean {
  return JSON.stringify(comparable(one)) === JSON.stringify(comparable(other));
}

function comparable(set: RecordSet): unknown[] {
  const { name, type, ttlSeconds, values } = canonicalSet(set);
  // An alias has the TTL of its target.
  return [name, type, aliasOf(values[0]) === undefined && ttlSeconds, values];
}

/** `name` in canonical form. `zone` is canonical. @throws PortError refused when the name is outside the zone. */
export function nameWithin(zone: string, name: string): string {
  const canonical = canonicalName(name);
  if (canonical === zone || canonical.endsWith(`.${zone}`)) return canonical;
  throw new PortError('refused', `${canonical} is not in the zone ${zone}; correct dns.records or dns.provider.zone.`);
}

export function describeSet(set: RecordSet | undefined): string {
  return set === undefined ? 'no records' : `${set.values.join(', ')} (TTL ${set.ttlSeconds} s)`;
}

/** Why these records, one per value, do not form a record set with distinct values and one TTL; undefined when they do. */
export function recordSetFlaw(
  title: string,
  records: readonly { value: string; ttlSeconds: number }[],
): string | undefined {
  const ttls = [...new Set(records.map(({ ttlSeconds }) => ttlSeconds))].sort((one, other) => one - other);
  const different = `The records of ${title} have different TTLs (${ttls.join(', ')} s); set the same TTL on all of them.`;
  return duplicateValueFlaw(title, records) ?? (ttls.length > 1 ? different : undefined);
}

export function duplicateValueFlaw(title: string, records: readonly { value: string }[]): string | undefined {
  const values = records.map(({ value }) => value);
  const twice = values.find((value, at) => values.indexOf(value) !== at);
  return twice === undefined ? undefined : `${title} has two records with the value ${twice}; remove one of them.`;
}

/**
 * Implements `replace` as read, compare and write, for vendors without a conditional change.
 * @throws PortError refused when `next` would empty or rename the set; conflict, with what was found, when that is neither of the two sets.
 */
export async function replaceByReading(
  zone: Pick<DnsZone, 'read'> & { write: (next: RecordSet) => Promise<void> },
  expected: RecordSet,
  next: RecordSet,
): Promise<void> {
  refuseInvalidReplacement(expected, next);
  const found = await zone.read(next.name, next.type);
  if (found !== undefined && sameSet(found, next)) return;
  if (found === undefined || !sameSet(found, expected)) throw unexpectedSet(expected, next, found);
  await zone.write(canonicalSet(next));
}

/** The conflict error for a set that is neither the expected nor the new one. */
export function unexpectedSet(expected: RecordSet, next: RecordSet, found: RecordSet | undefined): PortError {
  const title = `${next.type} ${canonicalName(next.name)}`;
  const because = `${title} holds ${describeSet(found)}; expected ${describeSet(expected)} or ${describeSet(next)}`;
  return new PortError('conflict', `${because}. Somebody else changed it; set it to one of the two, then retry.`);
}

/** Called by every zone before it writes. @throws PortError refused when `next` would empty, rename or retype the set. */
export function refuseInvalidReplacement(expected: RecordSet, next: RecordSet): void {
  const title = `${next.type} ${canonicalName(next.name)}`;
  if (next.values.length === 0)
    throw new PortError('refused', `The new set for ${title} has no value; a name is never emptied.`);
  if (next.values.length > 1 && (next.type === 'CNAME' || next.values.some((value) => aliasOf(value) !== undefined)))
    throw new PortError('refused', `${title} can have only one value; the new set has ${next.values.length}.`);
  if (canonicalName(expected.name) !== canonicalName(next.name) || expected.type !== next.type) {
    throw new PortError(
      'refused',
      `${title} can't replace ${expected.type} ${canonicalName(expected.name)}: name and type must stay the same.`,
    );
  }
}

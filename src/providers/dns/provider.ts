/** What a DNS provider is: one file that ends in `defineDns({...})`, and one line in `index.ts`. */
import type { z } from 'zod';
import { defineKind, type Definition, type Kind } from '../kit/kind';
import { PortError } from '../../ports/errors';
import type { Dns, RecordSet } from '../../ports/ports';

/** The part of the port that differs from vendor to vendor; answers are asked of the authoritative servers for all alike. */
export type DnsZone = Pick<Dns, 'read' | 'replace'> & Partial<Pick<Dns, 'flaws'>> & { close: () => void };

/** Every provider names its zone, so that a record outside of it is found in the site file. */
export type DnsOptions = z.ZodObject<{ kind: z.ZodLiteral<string>; zone: z.ZodString }>;

/** What is known of a vendor beside its API; the table in docs/providers.md says the same, and a test compares the two. */
export interface Vendor {
  /** As people call it: `DigitalOcean DNS`. */
  title: string;
  /** Lowest TTL, in seconds, that the provider stores as asked. */
  ttlFloorSeconds: number;
  /** While a move waits, the API is asked for the set at most this often; the name servers are asked freely. */
  readEveryMs: number;
  /** Published limit of one credential; undefined where there is none. */
  limit: { requests: number; perMs: number } | undefined;
  /** A record may have the addresses of another name of its zone: `alias b.shop.test.` in place of addresses. */
  aliases?: true;
}

export interface DnsProvider<S extends DnsOptions = DnsOptions> extends Kind<DnsZone, S>, Vendor {}

export function defineDns<S extends DnsOptions>(definition: Definition<S, DnsZone> & Vendor): DnsProvider<S> {
  const { title, ttlFloorSeconds, readEveryMs, limit, aliases } = definition;
  const vendor = { title, ttlFloorSeconds, readEveryMs, limit, ...(aliases && { aliases }) };
  return { ...defineKind('dns.provider', definition), ...vendor };
}

/** Lower case, with the final dot. */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  return lower.endsWith('.') ? lower : `${lower}.`;
}

/** The one spelling of `set`: canonical names, each value once, sorted. Two sets are the same when these are. */
export function canonicalSet(set: RecordSet): RecordSet {
  const values = set.values.map((value) => canonicalValue(set.type, value));
  return { ...set, name: canonicalName(set.name), values: [...new Set(values)].sort() };
}

export function canonicalValue(type: RecordSet['type'] | 'NS', value: string): string {
  if (type === 'CNAME' || type === 'NS') return canonicalName(value);
  const target = aliasOf(value);
  if (target !== undefined) return aliasTo(target);
  if (type === 'A' || !URL.canParse(`http://[${value}]`)) return value;
  return new URL(`http://[${value}]`).hostname.slice(1, -1);
}

/** The value of a record that has the addresses of another name. */
export const aliasTo = (name: string): string => `alias ${canonicalName(name)}`;

/** The name, canonical, whose addresses a record has that holds this value; undefined for an address. */
export function aliasOf(value: string | undefined): string | undefined {
  const [, target] = /^alias\s+(\S+)$/i.exec(value ?? '') ?? [];
  return target === undefined ? undefined : canonicalName(target);
}

export function sameSet(one: RecordSet, other: RecordSet): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

function inOrder(set: RecordSet): unknown[] {
  const { name, type, ttlSeconds, values } = canonicalSet(set);
  // The TTL of an alias is that of the name it leads to.
  return [name, type, aliasOf(values[0]) === undefined && ttlSeconds, values];
}

/** The canonical name, inside of `zone`, itself canonical. @throws PortError refused when it lies outside of the zone. */
export function nameWithin(zone: string, name: string): string {
  const canonical = canonicalName(name);
  if (canonical === zone || canonical.endsWith(`.${zone}`)) return canonical;
  throw new PortError('refused', `${canonical} does not belong to the zone ${zone}.`);
}

export function describeSet(set: RecordSet | undefined): string {
  return set === undefined ? 'nothing' : `${set.values.join(', ')} (TTL ${set.ttlSeconds} s)`;
}

/** Why records that a vendor keeps one by one are no set that can be told by its values and one TTL; undefined when they are. */
export function unevenness(
  title: string,
  records: readonly { value: string; ttlSeconds: number }[],
): string | undefined {
  const ttls = [...new Set(records.map(({ ttlSeconds }) => ttlSeconds))].sort((one, other) => one - other);
  const uneven = `The records of ${title} have different TTLs (${ttls.join(', ')} s); give all of them the same.`;
  return duplicate(title, records) ?? (ttls.length > 1 ? uneven : undefined);
}

export function duplicate(title: string, records: readonly { value: string }[]): string | undefined {
  const values = records.map(({ value }) => value);
  const twice = values.find((value, at) => values.indexOf(value) !== at);
  return twice === undefined ? undefined : `${title} holds ${twice} in two records; remove one of them.`;
}

/**
 * Read, compare, and only then write: what `replace` promises, for zones that know no condition of their own.
 * @throws PortError refused when `next` would empty or rename the set; conflict, naming what was found, when that is neither.
 */
export async function replaceByReading(
  zone: Pick<DnsZone, 'read'> & { write: (next: RecordSet) => Promise<void> },
  expected: RecordSet,
  next: RecordSet,
): Promise<void> {
  refuseUnsound(expected, next);
  const found = await zone.read(next.name, next.type);
  if (found !== undefined && sameSet(found, next)) return;
  if (found === undefined || !sameSet(found, expected)) throw neither(expected, next, found);
  await zone.write(canonicalSet(next));
}

export function neither(expected: RecordSet, next: RecordSet, found: RecordSet | undefined): PortError {
  const title = `${next.type} ${canonicalName(next.name)}`;
  const sides = `neither ${describeSet(expected)} nor ${describeSet(next)}`;
  return new PortError(
    'conflict',
    `${title} holds ${describeSet(found)}, which is ${sides}: somebody else changed it.`,
  );
}

/** @throws PortError refused; every zone asks this before it writes. */
export function refuseUnsound(expected: RecordSet, next: RecordSet): void {
  const title = `${next.type} ${canonicalName(next.name)}`;
  if (next.values.length === 0)
    throw new PortError('refused', `${title} would be left without a value, and customers without a shop.`);
  if (next.values.length > 1 && (next.type === 'CNAME' || next.values.some((value) => aliasOf(value) !== undefined)))
    throw new PortError('refused', `${title} can't have more than one value.`);
  if (canonicalName(expected.name) !== canonicalName(next.name) || expected.type !== next.type) {
    throw new PortError(
      'refused',
      `${title} can't replace ${expected.type} ${canonicalName(expected.name)}: that is another set.`,
    );
  }
}

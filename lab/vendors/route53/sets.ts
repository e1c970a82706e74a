import type { RecordSet } from '../../../src/ports/ports';

/** A set as Route 53 stores, sorts and spells it. */
export interface R53Set {
  name: string;
  type: string;
  /** Not of an alias. */
  ttl?: number;
  /** As they were written. */
  values?: readonly string[];
  /** DNSName of its target. */
  alias?: string;
  /** The hosted zone of that; CloudFront's by default. */
  aliasZone?: string;
  /** SetIdentifier, and the weight of a weighted set. */
  label?: string;
  weight?: number;
}

/** The zone of every CloudFront distribution. */
export const elsewhere = 'Z2FDTNDATAQYW2';

/** By the labels of their names from the right, then by type and label. */
export function sorted<T extends { name: string; type?: string; label?: string }>(sets: readonly T[]): T[] {
  const key = ({ name, type = '', label = '' }: T) => [name.split('.').reverse().join(' '), type, label].join('\u0001');
  return [...sets].sort((one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
}

/** To the letter, but for the order of values. */
export function isSame(one: R53Set, other: R53Set): boolean {
  const key = ({ ttl, values, alias, aliasZone = elsewhere }: R53Set) =>
    JSON.stringify([ttl, [...(values ?? [])].sort(), ...(alias === undefined ? [] : [alias, aliasZone])]);
  return key(one) === key(other);
}

/** A set of a routing policy is answered with the others of its name, an alias with what its target holds as far as this zone knows. */
export function setsOf(sets: readonly R53Set[]): RecordSet[] {
  return sets.flatMap(({ name, type, alias, ...own }) => {
    const target = sets.find((one) => one.name === alias && one.type === type);
    const { ttl: ttlSeconds, values } = target ?? own;
    if ((type !== 'A' && type !== 'AAAA' && type !== 'CNAME') || ttlSeconds === undefined || values === undefined)
      return [];
    return [{ name, type, ttlSeconds, values: [...values] }];
  });
}

import { isIPv4, isIPv6 } from 'node:net';
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

export interface ChangeElement {
  action: string;
  set: R53Set;
}

const escapes: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

/** The zone of every CloudFront distribution. */
const elsewhere = 'Z2FDTNDATAQYW2';

export function element(name: string, text: string): string {
  return `<${name}>${text.replace(/[<>&"]/g, (one) => escapes[one] ?? one)}</${name}>`;
}

/** By the labels of their names from the right, then by type and label. */
export function sorted<T extends { name: string; type?: string; label?: string }>(sets: readonly T[]): T[] {
  const key = ({ name, type = '', label = '' }: T) => [name.split('.').reverse().join(' '), type, label].join('\u0001');
  return [...sets].sort((one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
}

export function setElement({ name, type, ttl, values, alias, aliasZone, label, weight }: R53Set): string {
  const records = values?.map((value) => `<ResourceRecord>${element('Value', value)}</ResourceRecord>`).join('');
  const target = `${element('HostedZoneId', aliasZone ?? elsewhere)}${element('DNSName', alias ?? '')}`;
  const parts = [
    element('Name', name.replace('*', '\\052')),
    element('Type', type),
    label === undefined ? '' : element('SetIdentifier', label),
    weight === undefined ? '' : element('Weight', String(weight)),
    ttl === undefined ? '' : element('TTL', String(ttl)),
    records === undefined ? '' : `<ResourceRecords>${records}</ResourceRecords>`,
    alias === undefined ? '' : `<AliasTarget>${target}<EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget>`,
  ];
  return `<ResourceRecordSet>${parts.join('')}</ResourceRecordSet>`;
}

const dotted = (name: string) => (name.endsWith('.') ? name : `${name}.`).toLowerCase();

/** The changes of a batch as AWS's clients write them: elements without attributes, values without markup. */
export function changesIn(body: string): ChangeElement[] {
  const all = (name: string, text: string) =>
    [...text.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, inside = '']) => inside);
  return all('Change', body).map((change) => {
    const [name = ''] = all('Name', change);
    const [label] = all('SetIdentifier', change);
    const [ttl] = all('TTL', change);
    const [alias] = all('DNSName', change);
    const [aliasZone] = all('HostedZoneId', change);
    return {
      action: all('Action', change)[0] ?? '',
      set: {
        name: dotted(name),
        type: all('Type', change)[0] ?? '',
        ...(ttl === undefined ? {} : { ttl: Number(ttl), values: all('Value', change) }),
        ...(label === undefined ? {} : { label }),
        ...(alias === undefined ? {} : { alias: dotted(alias), ...(aliasZone && { aliasZone }) }),
      },
    };
  });
}

/** To the letter, but for the order of values. */
export function isSame(one: R53Set, other: R53Set): boolean {
  const key = ({ ttl, values, alias, aliasZone = elsewhere }: R53Set) =>
    JSON.stringify([ttl, [...(values ?? [])].sort(), ...(alias === undefined ? [] : [alias, aliasZone])]);
  return key(one) === key(other);
}

/** Why a set can't be stored, in the words of Route 53. */
export function refusedValue(origin: string, { name, type, values = [] }: R53Set): string | undefined {
  if (name !== origin && !name.endsWith(`.${origin}`))
    return `RRSet with DNS name ${name} is not permitted in zone ${origin}`;
  const illegal = (kind: string, value = '') =>
    `Invalid Resource Record: 'FATAL problem: ${kind} (Value is not valid) encountered with '${value}''`;
  const wrong = values.find((value) => (type === 'A' && !isIPv4(value)) || (type === 'AAAA' && !isIPv6(value)));
  if (wrong !== undefined)
    return illegal(type === 'A' ? 'ARRDATAIllegalIPv4Address' : 'AAAARRDATAIllegalIPv6Address', wrong);
  if (new Set(values).size < values.length) return illegal('DuplicateResourceRecord', values[0]);
  return undefined;
}

/** An alias into the zone needs a set of its type there; what lies elsewhere is not known here. */
export function strayAlias(sets: readonly R53Set[], { alias, aliasZone, type }: R53Set): string | undefined {
  const known = sets.some((one) => one.name === alias && one.type === type);
  if (alias === undefined || aliasZone === undefined || known) return undefined;
  return `Tried to create an alias that targets ${alias}, type ${type} in zone ${aliasZone}, but that target was not found`;
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

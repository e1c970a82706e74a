/** A set as Route 53 stores, sorts and spells it. */
export interface R53Set {
  name: string;
  type: string;
  /** Not of an alias. */
  ttl?: number;
  /** As they were written. */
  values?: readonly string[];
  alias?: string;
  /** SetIdentifier, and the weight of a weighted set. */
  label?: string;
  weight?: number;
}

export interface ChangeElement {
  action: string;
  set: R53Set;
}

const escapes: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };

export function element(name: string, text: string): string {
  return `<${name}>${text.replace(/[<>&"]/g, (one) => escapes[one] ?? one)}</${name}>`;
}

/** By the labels of their names from the right, then by type and label. */
export function sorted<T extends { name: string; type?: string; label?: string }>(sets: readonly T[]): T[] {
  const key = ({ name, type = '', label = '' }: T) => [name.split('.').reverse().join(' '), type, label].join('\u0001');
  return [...sets].sort((one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
}

export function setElement({ name, type, ttl, values, alias, label, weight }: R53Set): string {
  const records = values?.map((value) => `<ResourceRecord>${element('Value', value)}</ResourceRecord>`).join('');
  const target = `${element('HostedZoneId', 'Z2FDTNDATAQYW2')}${element('DNSName', alias ?? '')}`;
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

/** The changes of a batch as AWS's clients write them: elements without attributes, values without markup. */
export function changesIn(body: string): ChangeElement[] {
  const all = (name: string, text: string) =>
    [...text.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, inside = '']) => inside);
  return all('Change', body).map((change) => {
    const [name = ''] = all('Name', change);
    const [label] = all('SetIdentifier', change);
    const [ttl] = all('TTL', change);
    const [alias] = all('DNSName', change);
    return {
      action: all('Action', change)[0] ?? '',
      set: {
        name: (name.endsWith('.') ? name : `${name}.`).toLowerCase(),
        type: all('Type', change)[0] ?? '',
        ...(ttl === undefined ? {} : { ttl: Number(ttl), values: all('Value', change) }),
        ...(label === undefined ? {} : { label }),
        ...(alias === undefined ? {} : { alias }),
      },
    };
  });
}

/** To the letter, but for the order of values. */
export function isSame(one: R53Set, other: R53Set): boolean {
  const key = ({ ttl, values, alias }: R53Set) => JSON.stringify([ttl, [...(values ?? [])].sort(), alias]);
  return key(one) === key(other);
}

/** Sets as the API writes and reads them. */
import { element } from './replies';
import { elsewhere, type R53Set } from './sets';

export interface ChangeElement {
  action: string;
  set: R53Set;
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

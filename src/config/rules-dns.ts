/** The records that name the shop: complete, inside their zone, and of the right kind for every region. */
import { isIPv4, isIPv6 } from 'node:net';
import type { Draft } from './draft';
import { isFullName } from '../fields/fields';
import { distinct, unless, type Problem } from './problems';
import { aliasProblems, isAlias } from './rules-alias';
import { stays } from './records';

type Dns = NonNullable<Draft['dns']>;
type Record = NonNullable<NonNullable<Dns['records']>[number]>;

const right = {
  A: { holds: isIPv4, example: '198.51.100.10' },
  AAAA: { holds: isIPv6, example: '2001:db8::10' },
  CNAME: { holds: isFullName, example: 'a.shop.test.' },
};

export function dnsProblems({ regions, dns, shop, traffic }: Draft): Problem[] {
  const records = dns?.records;
  if (!records) return [];
  const zone = dns.provider?.zone;
  const names = records.flatMap((record) => record?.name ?? []);
  const complete = names.length === records.length && shop?.name !== undefined;
  const moved = !complete || names.some((name) => name.toLowerCase() === `${shop.name?.toLowerCase() ?? ''}.`);
  const sets = records.flatMap(({ name, type } = {}) => (name && type ? [`${name.toLowerCase()} ${type}`] : []));
  return [
    ...unless(
      moved,
      'dns.records',
      `hold none for the shop's own name; for example one with name: ${shop?.name ?? 'www.shop.test'}.`,
    ),
    ...unless(distinct(sets), 'dns.records', 'hold the same record twice; write all its values into one'),
    ...wayBreaches(dns),
    ...records.flatMap((record, index) => {
      const inside = !zone || !record?.name || isInside(record.name, zone);
      return [
        ...unless(
          inside,
          `dns.records[${index}].name`,
          `is not inside the zone ${zone ?? ''}; for example www.${zone ?? ''}`,
        ),
        ...(record?.type === 'CNAME' ? cnameBreaches(record, zone, sets, `dns.records[${index}]`) : []),
        ...unless(
          traffic !== undefined || !stays(record ?? {}),
          `dns.records[${index}].values`,
          'are the same in every region, so moving the record would move nobody; give each region its own, or name the traffic switch that moves customers',
        ),
        ...valueBreaches(record ?? {}, `dns.records[${index}].values`, Object.keys(regions ?? record?.values ?? {})),
        ...aliasProblems(dns, record ?? {}, `dns.records[${index}].values`),
      ];
    }),
  ];
}

/** The ways to the zone, and the servers that are asked what it says. */
function wayBreaches({ provider, alternative, ...servers }: Dns): Problem[] {
  const zone = provider?.zone ?? '';
  const same = zone.toLowerCase() === alternative?.zone?.toLowerCase();
  return [
    ...unless(
      same || zone === '' || alternative?.zone === undefined,
      'dns.alternative.zone',
      `must be the zone of dns.provider, to which it is another way; for example ${zone}`,
    ),
    ...unless(
      alternative === undefined || JSON.stringify(provider) !== JSON.stringify(alternative),
      'dns.alternative',
      'is the same as dns.provider, and would fail with it; name another server or vendor of the zone, or leave it out',
    ),
    ...(['authoritative', 'resolvers'] as const).flatMap((list) =>
      unless(
        distinct((servers[list] ?? []).flatMap((server) => server?.toLowerCase() ?? [])),
        `dns.${list}`,
        'name a server twice, so another one may be missing; for example [198.51.100.53, 203.0.113.53]',
      ),
    ),
  ];
}

/** Beside a CNAME a name holds nothing else, and servers refuse or hide one of the two. */
function cnameBreaches({ name, values }: Record, zone: string | undefined, sets: string[], path: string): Problem[] {
  const lower = name?.toLowerCase();
  const other = lower === undefined ? undefined : ['A', 'AAAA'].find((type) => sets.includes(`${lower} ${type}`));
  return [
    ...unless(
      !zone || lower !== zone.toLowerCase(),
      `${path}.type`,
      `can't be CNAME for ${zone ?? ''}, the apex of the zone, which holds other records; for example A`,
    ),
    ...unless(
      other === undefined,
      `${path}.type`,
      `can't be CNAME, since ${name ?? ''} has ${other ?? ''} here too, and a CNAME bears nothing beside it; for example A`,
    ),
    ...Object.entries(values ?? {}).flatMap(([region, list]) =>
      unless(
        list?.every((value) => value === undefined || value.toLowerCase() !== lower) ?? true,
        `${path}.values.${region}`,
        `leads ${name ?? ''} to itself; for example [${right.CNAME.example}]`,
      ),
    ),
  ];
}

function valueBreaches({ type, values }: Record, path: string, regions: string[]): Problem[] {
  if (!values) return [];
  const { holds, example } = right[type ?? 'A'];
  return [
    ...regions.flatMap((name) =>
      unless(
        Object.hasOwn(values, name),
        `${path}.${name}`,
        `is missing; every region needs its values, for example [${example}]`,
      ),
    ),
    ...Object.entries(values).flatMap(([name, list = []]) => [
      ...unless(
        regions.includes(name),
        `${path}.${name}`,
        `names no region of this file; it must be one of ${regions.join(', ')}`,
      ),
      ...unless(
        type === undefined ||
          list.every((value) => value === undefined || holds(value) || (type !== 'CNAME' && isAlias(value))),
        `${path}.${name}`,
        `holds what is no value of a ${type ?? ''} record; for example ${example}`,
      ),
      ...unless(
        type !== 'CNAME' || list.length === 1,
        `${path}.${name}`,
        `must be one single name in a CNAME record, for example [${example}]`,
      ),
    ]),
  ];
}

function isInside(name: string, zone: string): boolean {
  return `.${name.toLowerCase()}`.endsWith(`.${zone.toLowerCase()}`);
}

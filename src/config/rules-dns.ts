/** Rules for the DNS records: complete, in their zone, and with valid values for every region. */
import { isIPv4, isIPv6 } from 'node:net';
import { canonicalServer } from '../fields/addresses';
import type { PartialSite } from './partial-site';
import { isFullName } from '../fields/fields';
import { allDistinct, problemUnless, type Problem } from './problems';
import { aliasProblems, isAlias } from './rules-alias';
import { sameInEveryRegion } from './moving-records';

type Dns = NonNullable<PartialSite['dns']>;
type Record = NonNullable<NonNullable<Dns['records']>[number]>;

const valueFormats = {
  A: { holds: isIPv4, example: '198.51.100.10' },
  AAAA: { holds: isIPv6, example: '2001:db8::10' },
  CNAME: { holds: isFullName, example: 'a.shop.test.' },
};

export function dnsProblems({ regions, dns, shop, traffic }: PartialSite): Problem[] {
  const records = dns?.records;
  if (!records) return [];
  const zone = dns.provider?.zone;
  const names = records.flatMap((record) => record?.name ?? []);
  const complete = names.length === records.length && shop?.name !== undefined;
  const hasShopName = !complete || names.some((name) => name.toLowerCase() === `${shop.name?.toLowerCase() ?? ''}.`);
  const sets = records.flatMap(({ name, type } = {}) => (name && type ? [`${name.toLowerCase()} ${type}`] : []));
  return [
    ...problemUnless(
      hasShopName,
      'dns.records',
      `contains no record for shop.name; for example one with name: ${shop?.name ?? 'www.shop.test'}.`,
    ),
    ...problemUnless(
      allDistinct(sets),
      'dns.records',
      'contains the same record twice; put all its values into one record',
    ),
    ...providerProblems(dns),
    ...records.flatMap((record, index) => {
      const inside = !zone || !record?.name || isInside(record.name, zone);
      return [
        ...problemUnless(
          inside,
          `dns.records[${index}].name`,
          `is not in the zone ${zone ?? ''}; for example www.${zone ?? ''}`,
        ),
        ...(record?.type === 'CNAME' ? cnameProblems(record, zone, sets, `dns.records[${index}]`) : []),
        ...problemUnless(
          traffic !== undefined || !sameInEveryRegion(record ?? {}),
          `dns.records[${index}].values`,
          'are the same in every region, so changing the record would move no customers; set different values for each region, for example A: [198.51.100.10] and B: [203.0.113.10], or configure traffic',
        ),
        ...valueProblems(record ?? {}, `dns.records[${index}].values`, Object.keys(regions ?? record?.values ?? {})),
        ...aliasProblems(dns, record ?? {}, `dns.records[${index}].values`),
      ];
    }),
  ];
}

/** Rules for the providers of the zone and for the servers that are queried. */
function providerProblems({ provider, alternative, ...servers }: Dns): Problem[] {
  const zone = provider?.zone ?? '';
  const same = zone.toLowerCase() === alternative?.zone?.toLowerCase();
  return [
    ...problemUnless(
      same || zone === '' || alternative?.zone === undefined,
      'dns.alternative.zone',
      `must be the same zone as dns.provider.zone; for example ${zone}`,
    ),
    ...problemUnless(
      alternative === undefined || JSON.stringify(provider) !== JSON.stringify(alternative),
      'dns.alternative',
      'is the same as dns.provider, so it would fail with it; set another server, vendor or token, or remove it',
    ),
    ...(['authoritative', 'resolvers'] as const).flatMap((list) =>
      problemUnless(
        allDistinct((servers[list] ?? []).flatMap((server) => canonicalServer(server ?? '') || [])),
        `dns.${list}`,
        'lists a server twice; list each server once, for example [198.51.100.53, 203.0.113.53]',
      ),
    ),
  ];
}

/** A name with a CNAME can't have other records: servers reject or hide one of them. */
function cnameProblems({ name, values }: Record, zone: string | undefined, sets: string[], path: string): Problem[] {
  const lower = name?.toLowerCase();
  const other = lower === undefined ? undefined : ['A', 'AAAA'].find((type) => sets.includes(`${lower} ${type}`));
  return [
    ...problemUnless(
      !zone || lower !== zone.toLowerCase(),
      `${path}.type`,
      `can't be CNAME for ${zone ?? ''}, the zone apex, which has other records; for example A`,
    ),
    ...problemUnless(
      other === undefined,
      `${path}.type`,
      `can't be CNAME because ${name ?? ''} also has a record of type ${other ?? ''}; for example A`,
    ),
    ...Object.entries(values ?? {}).flatMap(([region, list]) =>
      problemUnless(
        list?.every((value) => value === undefined || value.toLowerCase() !== lower) ?? true,
        `${path}.values.${region}`,
        `points ${name ?? ''} to itself; for example [${valueFormats.CNAME.example}]`,
      ),
    ),
  ];
}

function valueProblems({ type, values }: Record, path: string, regions: string[]): Problem[] {
  if (!values) return [];
  const { holds, example } = valueFormats[type ?? 'A'];
  return [
    ...regions.flatMap((name) =>
      problemUnless(
        Object.hasOwn(values, name),
        `${path}.${name}`,
        `is missing; every region needs values, for example [${example}]`,
      ),
    ),
    ...Object.entries(values).flatMap(([name, list = []]) => [
      ...problemUnless(
        regions.includes(name),
        `${path}.${name}`,
        `is not a region of this file; it must be one of ${regions.join(', ')}`,
      ),
      ...problemUnless(
        type === undefined ||
          list.every((value) => value === undefined || holds(value) || (type !== 'CNAME' && isAlias(value))),
        `${path}.${name}`,
        `contains a value that is not valid for type ${type ?? ''}; for example [${example}]`,
      ),
      ...problemUnless(
        type !== 'CNAME' || list.length === 1,
        `${path}.${name}`,
        `must be a single name for type CNAME; for example [${example}]`,
      ),
    ]),
  ];
}

function isInside(name: string, zone: string): boolean {
  return `.${name.toLowerCase()}`.endsWith(`.${zone.toLowerCase()}`);
}

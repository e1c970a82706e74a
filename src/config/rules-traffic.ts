/** The traffic switch: each of its mappings names every region of the site, and tells them apart. */
import { isMapping, type Draft } from './draft';
import { distinct, unless, type Problem } from './problems';
import { stays } from './records';

/** Names of places, which two regions may share. */
const shareable = new Set(['places']);

export function trafficProblems({ regions, traffic, dns }: Draft): Problem[] {
  if (!traffic || !regions) return [];
  const names = Object.keys(regions);
  const mappings = Object.entries(traffic).flatMap(([field, value]) =>
    isMapping(value) ? [[field, value as Record<string, string | number | undefined>] as const] : [],
  );
  return [
    ...mappings.flatMap(([field, mapping]) =>
      mappingBreaches(`traffic.${field}`, mapping, names, shareable.has(field)),
    ),
    ...shadowBreaches(traffic, dns),
  ];
}

function mappingBreaches(
  path: string,
  mapping: Readonly<Record<string, string | number | undefined>>,
  names: readonly string[],
  mayShare: boolean,
): Problem[] {
  const values = Object.values(mapping).flatMap((value) => (value === undefined ? [] : [String(value)]));
  return [
    ...names.flatMap((name) =>
      unless(Object.hasOwn(mapping, name), `${path}.${name}`, 'is missing; every region of the site needs one'),
    ),
    ...Object.keys(mapping).flatMap((name) =>
      unless(
        names.includes(name),
        `${path}.${name}`,
        `names no region of this file; it must be one of ${names.join(', ')}`,
      ),
    ),
    ...unless(
      mayShare || distinct(values),
      path,
      'are the same for two regions, so nothing could tell where customers are sent',
    ),
  ];
}

/** Cloudflare's load balancer answers in place of the records of its name, so moving them beside it would move nobody. */
function shadowBreaches(traffic: Draft['traffic'], dns: Draft['dns']): Problem[] {
  const balancer = traffic?.kind === 'cloudflare-pools' ? traffic.balancer : undefined;
  return (dns?.records ?? []).flatMap((record, index) => {
    const shadowed = balancer !== undefined && record?.name?.toLowerCase() === `${balancer.toLowerCase()}.`;
    const because = `differ from region to region, but the load balancer ${String(balancer)} of the traffic switch answers for this name; give every region the same values`;
    return unless(!shadowed || stays(record), `dns.records[${index}].values`, because);
  });
}

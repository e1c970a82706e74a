/** Rules for the traffic switch: each mapping has every region of the site, with different values. */
import { isMapping, type PartialSite } from './partial-site';
import { allDistinct, problemUnless, type Problem } from './problems';
import { sameInEveryRegion } from './moving-records';

/** Fields in which two regions may have the same value. */
const shareable = new Set(['places']);

export function trafficProblems({ regions, traffic, dns }: PartialSite): Problem[] {
  if (!traffic || !regions) return [];
  const names = Object.keys(regions);
  const mappings = Object.entries(traffic).flatMap(([field, value]) =>
    isMapping(value) ? [[field, value as Record<string, string | number | undefined>] as const] : [],
  );
  return [
    ...mappings.flatMap(([field, mapping]) =>
      mappingProblems(`traffic.${field}`, mapping, names, shareable.has(field)),
    ),
    ...balancerProblems(traffic, dns),
  ];
}

function mappingProblems(
  path: string,
  mapping: Readonly<Record<string, string | number | undefined>>,
  names: readonly string[],
  mayShare: boolean,
): Problem[] {
  const values = Object.values(mapping).flatMap((value) => (value === undefined ? [] : [String(value)]));
  return [
    ...names.flatMap((name) =>
      problemUnless(Object.hasOwn(mapping, name), `${path}.${name}`, 'is missing; every region needs a value'),
    ),
    ...Object.keys(mapping).flatMap((name) =>
      problemUnless(
        names.includes(name),
        `${path}.${name}`,
        `is not a region of this file; it must be one of ${names.join(', ')}`,
      ),
    ),
    ...problemUnless(
      mayShare || allDistinct(values),
      path,
      'has the same value for two regions; each region needs a different one',
    ),
  ];
}

/** A Cloudflare load balancer overrides the records of its name, so changing those would have no effect. */
function balancerProblems(traffic: PartialSite['traffic'], dns: PartialSite['dns']): Problem[] {
  const balancer = traffic?.kind === 'cloudflare-pools' ? traffic.balancer : undefined;
  return (dns?.records ?? []).flatMap((record, index) => {
    const overridden = balancer !== undefined && record?.name?.toLowerCase() === `${balancer.toLowerCase()}.`;
    const because = `differ between regions, but the load balancer ${String(balancer)} (traffic.balancer) overrides this name; set the same values for every region`;
    return problemUnless(!overridden || sameInEveryRegion(record), `dns.records[${index}].values`, because);
  });
}

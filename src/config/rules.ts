/** Rules that span several fields of a site. A rule ignores missing or invalid fields: those are reported on their own. */
import { canonicalAddress, canonicalServer, hostAndPort } from '../fields/addresses';
import type { RegionKinds } from '../providers/region-kinds';
import type { PartialSite } from './partial-site';
import { allDistinct, problemUnless, type Problem } from './problems';
import { dnsProblems } from './rules-dns';
import { kindProblems } from './rules-kinds';
import { optionalPartProblems } from './rules-optional';
import { policyProblems } from './rules-policy';
import { trafficProblems } from './rules-traffic';

/** All problems, in the order of the file. */
export function ruleProblems(site: PartialSite, kinds: RegionKinds): Problem[] {
  return [
    regions,
    kindProblems,
    optionalPartProblems,
    dnsProblems,
    trafficProblems,
    vantages,
    alarms,
    controls,
    policyProblems,
  ].flatMap((rule) => rule(site, kinds));
}

const minVantages = 3;

function regions({ home, regions: all }: PartialSite): Problem[] {
  if (!all) return [];
  const names = Object.keys(all);
  const known = home === undefined || Object.hasOwn(all, home);
  const two = `must contain exactly two regions, for example A and B; there are ${names.length}`;
  return [
    ...problemUnless(known, 'home', `is not a region of this file; it must be one of ${names.join(', ')}`),
    ...problemUnless(names.length === 2, 'regions', two),
    ...duplicateProblems(
      all,
      'address',
      'otherwise one would be probed for the other; for example 198.51.100.10 and 203.0.113.10',
    ),
    ...duplicateProblems(
      all,
      'tableRegion',
      'otherwise there is no second table to switch to; for example us-east-1 and eu-west-1',
    ),
  ];
}

function duplicateProblems(
  all: NonNullable<PartialSite['regions']>,
  field: 'address' | 'tableRegion',
  because: string,
): Problem[] {
  const values = Object.values(all).flatMap((region) => canonicalAddress(region?.[field] ?? '') || []);
  return problemUnless(allDistinct(values), 'regions', `have the same ${field}; each region needs its own, ${because}`);
}

function vantages({ home, regions: all, vantages: places }: PartialSite): Problem[] {
  if (!places) return [];
  const count = Object.keys(places).length;
  const few = `must contain at least ${minVantages} in different networks, for example north, east and west; there are ${count}. With fewer, the failure of one vantage leaves too few to decide`;
  const choices = ['none', ...Object.keys(all ?? {}).filter((name) => name !== home)].join(' or ');
  return [
    ...problemUnless(count >= minVantages, 'vantages', few),
    ...Object.entries(places).flatMap(([name, vantage]) => {
      const near = vantage?.near ?? 'none';
      const path = `vantages.${name}.near`;
      if (near !== 'none' && near === home)
        return [
          { path, because: `is the home region, so its loss would also take out the vantage; for example ${choices}` },
        ];
      return problemUnless(
        near === 'none' || !all || Object.hasOwn(all, near),
        path,
        `is not a region of this file; it must be ${choices}`,
      );
    }),
  ];
}

/** One that watches a region that there is not would never count, and nobody would see that. */
const alarms = ({ alarms: all = {}, regions: known }: PartialSite): Problem[] =>
  Object.entries(all).flatMap(([name, alarm]) =>
    problemUnless(
      alarm?.region === undefined || !known || Object.hasOwn(known, alarm.region),
      `alarms.${name}.region`,
      `is not a region of this file; it must be ${Object.keys(known ?? {}).join(' or ')}`,
    ),
  );

function controls({ controlTargets = [], regions: all = {} }: PartialSite): Problem[] {
  const targets = controlTargets.flatMap((target) => (target === undefined ? [] : canonicalServer(target)));
  const regionAddresses = new Set(Object.values(all).map((region) => canonicalAddress(region?.address ?? '')));
  const inRegion = 'is in a region; it must be outside both regions, for example a public resolver';
  return [
    ...problemUnless(
      allDistinct(targets),
      'controlTargets',
      'contains the same target twice; for example [198.18.0.101:80, 198.18.0.102:80]',
    ),
    ...controlTargets.flatMap((target, index) =>
      problemUnless(
        target === undefined || !regionAddresses.has(canonicalAddress(hostAndPort(target)?.host ?? target)),
        `controlTargets[${index}]`,
        inRegion,
      ),
    ),
  ];
}

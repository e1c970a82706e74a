/** What spans several fields of a site. A rule stays silent about what is missing or itself wrong: that is a problem of its own. */
import type { RegionKinds } from '../providers/region-kinds';
import type { Draft } from './draft';
import { distinct, unless, type Problem } from './problems';
import { dnsProblems } from './rules-dns';
import { kindProblems } from './rules-kinds';
import { policyProblems } from './rules-policy';
import { trafficProblems } from './rules-traffic';

/** Every breach, in the order of the file. */
export function ruleProblems(draft: Draft, kinds: RegionKinds): Problem[] {
  return [regions, kindProblems, tables, dnsProblems, trafficProblems, vantages, controls, policyProblems].flatMap(
    (rule) => rule(draft, kinds),
  );
}

const fewestVantages = 3;

function regions({ home, regions: all }: Draft): Problem[] {
  if (!all) return [];
  const names = Object.keys(all);
  const known = home === undefined || Object.hasOwn(all, home);
  const two = `must be exactly two regions for now, for example A and B; there are ${names.length}`;
  return [
    ...unless(known, 'home', `names no region of this file; it must be one of ${names.join(', ')}`),
    ...unless(names.length === 2, 'regions', two),
    ...shared(
      all,
      'address',
      'or one region would be probed for the other; for example 198.51.100.10 and 203.0.113.10',
    ),
    ...shared(all, 'tableRegion', 'or there is no other table to point at; for example us-east-1 and eu-west-1'),
  ];
}

function shared(all: NonNullable<Draft['regions']>, field: 'address' | 'tableRegion', because: string): Problem[] {
  const values = Object.values(all).flatMap((region) => region?.[field] ?? []);
  return unless(distinct(values), 'regions', `share one ${field}; each needs its own, ${because}`);
}

function tables({ regions: all = {}, table }: Draft): Problem[] {
  const endpoints = table?.endpoints;
  if (!endpoints) return [];
  const because = `has no endpoint in table.endpoints, which knows ${Object.keys(endpoints).join(', ')}`;
  return Object.entries(all).flatMap(([name, region]) => {
    const has = region?.tableRegion === undefined || Object.hasOwn(endpoints, region.tableRegion);
    return unless(has, `regions.${name}.tableRegion`, because);
  });
}

function vantages({ home, regions: all, vantages: places }: Draft): Problem[] {
  if (!places) return [];
  const count = Object.keys(places).length;
  const few = `must be at least ${fewestVantages}, in different networks, for example north, east and west; there are ${count}. With fewer, one vantage's own trouble leaves nobody to ask`;
  const choices = ['none', ...Object.keys(all ?? {}).filter((name) => name !== home)].join(' or ');
  return [
    ...unless(count >= fewestVantages, 'vantages', few),
    ...Object.entries(places).flatMap(([name, vantage]) => {
      const near = vantage?.near ?? 'none';
      const path = `vantages.${name}.near`;
      if (near !== 'none' && near === home)
        return [
          { path, because: `is the home region, whose loss would take the vantage with it; for example ${choices}` },
        ];
      return unless(
        near === 'none' || !all || Object.hasOwn(all, near),
        path,
        `names no region; it must be ${choices}`,
      );
    }),
  ];
}

function controls({ controlTargets = [], regions: all = {} }: Draft): Problem[] {
  const targets = controlTargets.filter((target) => target !== undefined);
  const own = new Set(Object.values(all).map((region) => region?.address));
  const inRegion = "is in a region; a control must share nobody's fate, for example a public resolver";
  return [
    ...unless(
      distinct(targets),
      'controlTargets',
      'must differ; together they tell a vantage whether it reaches anybody',
    ),
    ...controlTargets.flatMap((target, index) =>
      unless(target === undefined || !own.has(target.replace(/:\d+$/, '')), `controlTargets[${index}]`, inRegion),
    ),
  ];
}

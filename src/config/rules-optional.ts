/** Rules for the parts that a shop may lack: a table belongs to the whole site, and a session store to both regions or to none. */
import type { PartialSite } from './partial-site';
import { problemUnless, type Problem } from './problems';

export function optionalPartProblems(site: PartialSite): Problem[] {
  return [...sessionProblems(site), ...(site.table === undefined ? withoutTable(site) : withTable(site))];
}

/** One store alone can neither follow the other region's nor hand it over. */
function sessionProblems({ regions = {} }: PartialSite): Problem[] {
  const [has] = Object.keys(regions).filter((name) => regions[name]?.sessions !== undefined);
  if (has === undefined) return [];
  return Object.entries(regions).flatMap(([name, region]) =>
    problemUnless(
      region?.sessions !== undefined,
      `regions.${name}.sessions`,
      `is missing, but region ${has} has one; name the session store of both regions, or of none`,
    ),
  );
}

const orRemove = 'or remove the block table where the shop has none';

function withTable({ regions = {}, vantages = {}, table }: PartialSite): Problem[] {
  const endpoints = table?.endpoints;
  return [
    ...Object.entries(regions).flatMap(([name, region]) => {
      const [path, given] = [`regions.${name}.tableRegion`, region?.tableRegion];
      if (given === undefined)
        return [{ path, because: `is missing; name the region of its table, for example us-east-1, ${orRemove}` }];
      const known = Object.keys(endpoints ?? {}).join(', ');
      const because = `has no entry in table.endpoints; it must be one of ${known}`;
      return problemUnless(endpoints === undefined || Object.hasOwn(endpoints, given), path, because);
    }),
    ...Object.entries(vantages).flatMap(([name, vantage]) =>
      problemUnless(
        vantage?.key !== undefined,
        `vantages.${name}.key`,
        `is missing; name the key for its own canary items, for example file:table-${name}, ${orRemove}`,
      ),
    ),
  ];
}

function withoutTable({ regions = {}, vantages = {}, policy }: PartialSite): Problem[] {
  const because = 'is set, but the site has no table; remove it, or add the block table';
  return [
    ...Object.entries(regions).flatMap(([name, region]) =>
      problemUnless(region?.tableRegion === undefined, `regions.${name}.tableRegion`, because),
    ),
    ...Object.entries(vantages).flatMap(([name, vantage]) =>
      problemUnless(vantage?.key === undefined, `vantages.${name}.key`, because),
    ),
    ...problemUnless(policy?.tableBackAfter === undefined, 'policy.tableBackAfter', because),
  ];
}

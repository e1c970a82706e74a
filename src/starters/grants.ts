/** `npx handover grants SITE`: the accounts of the site's databases as SQL. It reads the site file and asks nobody. */
import type { Site } from '../config';
import { grantsSql, observer } from '../domain/grants';
import type { Command } from './command';
import { Refusal } from './refusal';
import { siteNamed } from './site';

/** The SQL for `region`, the home region by default. @throws Refusal for a region that the site does not have */
export function grantsOf(site: Site, region = site.home): string {
  const found = Object.hasOwn(site.regions, region) ? site.regions[region] : undefined;
  if (!found)
    throw new Refusal(
      `${site.site} has no region ${region}; its regions are ${Object.keys(site.regions).join(' and ')}.`,
    );
  const { kind, user, shopUser, replicationUser, password, replicationPassword } = found.database;
  const passwords: Record<string, string> = {
    [user]: `the content of ${password}`,
    [replicationUser]: `the content of ${replicationPassword}`,
    [shopUser]: 'DB_PASSWORD of wp-config.php',
    [observer]: 'a password of its own',
  };
  const names = { schema: site.shop.database, runbook: user, replication: replicationUser, shop: shopUser };
  return [
    `-- Accounts of the databases of ${site.site}, with the names of region ${region}. Type this on the primary: replication brings it to the other region.`,
    '-- Put each password in quotes in the place of <...>: without it the statement is refused. An account that exists keeps its password and gets the',
    `-- rights that it lacks. Then check all of it: npx handover drill ${site.site}`,
    '',
    grantsSql(names, (account) => `<${passwords[account] ?? 'a password of its own'}>`, kind),
    ...othersIn(site, region),
  ].join('\n');
}

/** What to type too where the other region names its accounts otherwise. */
function othersIn({ site, regions }: Site, region: string): string[] {
  const namesOf = (name: string) => {
    const { user, shopUser, replicationUser } = regions[name]?.database ?? {};
    return JSON.stringify([user, shopUser, replicationUser]);
  };
  return Object.keys(regions)
    .filter((name) => namesOf(name) !== namesOf(region))
    .map(
      (name) =>
        `\n-- Region ${name} names its accounts otherwise; these too: npx handover grants ${site} --region ${name}`,
    );
}

export const grants: Command = {
  name: 'grants',
  summary: 'Print the SQL of the database accounts that a site needs; it asks neither Temporal nor a database.',
  options: {
    region: {
      type: 'string',
      value: 'REGION',
      description: 'the region whose names of accounts to use (default: home)',
    },
  },
  run: async ({ site: name, text }) => {
    const site = await siteNamed(name);
    console.log(grantsOf(site, text('region')));
    return 'done';
  },
};

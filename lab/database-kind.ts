/** The lab's kinds of database, and what a site file says of the other one. */
import { parse, stringify } from 'yaml';

export const databaseKinds = ['mariadb', 'mysql'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

interface SiteFile {
  regions: Record<string, { database: Record<string, unknown>; services: Record<string, unknown> }>;
  policy: Record<string, unknown>;
}

/** The source of the lab's site file with MySQL. Its fence needs no file of handover's own, and checkouts have the time that a real shop gives them. */
export function mysqlSite(source: string): string {
  const site = parse(source) as SiteFile;
  const regions = Object.entries(site.regions).map(([name, region]) => {
    const { fenceFile: _fenceFile, ...database } = region.database;
    const services = { ...region.services, database: '/srv/bin/service mysql' };
    return [name, { ...region, database: { ...database, kind: 'mysql' }, services }];
  });
  const policy = { ...site.policy, checkoutGrace: '10s' };
  return stringify({ ...site, regions: Object.fromEntries(regions) as SiteFile['regions'], policy });
}

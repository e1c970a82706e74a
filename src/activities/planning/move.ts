/** What every plan is made from, and what a planner answers. */
import type { Site } from '../../config';
import type { Survey } from '../../domain/plan/survey';
import type { Plan } from '../../domain/plan/plan';
import type { ShopSettings } from '../../domain/shop-settings';

export interface Move {
  site: Site;
  caPem: string;
  survey: Survey;
  from: string;
  to: string;
  /** The epoch this move makes true. */
  epoch: number;
  cause: Plan['cause'];
  because: string;
}

export function heading({ site, from, to, epoch, cause, because }: Move): Omit<Plan, 'kind' | 'stages'> {
  return { site: site.site, cause, from, to, epoch, because };
}

export function siteRegion(site: Site, region: string): Site['regions'][string] {
  const found = site.regions[region];
  if (!found)
    throw new Error(
      `${site.site} has no region ${region}; its regions are ${Object.keys(site.regions).join(' and ')}.`,
    );
  return found;
}

/** What a region's shop is told of its own table; nothing where the site has none. */
export function ownTable(site: Site, region: string): Pick<ShopSettings, 'tableRegion'> {
  const { tableRegion } = siteRegion(site, region);
  return tableRegion === undefined ? {} : { tableRegion };
}

/** Manages the region's database on its host; empty where it does not run there. */
export const serviceCommandOf = (site: Site, region: string): string =>
  siteRegion(site, region).services?.database ?? '';

export type Planning = { outcome: 'plan'; plan: Plan } | { outcome: 'refused'; because: string };

/** What a plan is made for: the site, and the authority that signed its certificates. */
export type PlanContext = Pick<Move, 'site' | 'caPem'>;

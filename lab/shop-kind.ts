/**
 * The lab's kinds of shop: `full` has a DynamoDB table and a Redis, `plain` keeps all in its database; `woocommerce` is released WooCommerce, which
 * somebody must have, and keeps all in its database too.
 */
import { parse, stringify } from 'yaml';

export const shopKinds = ['full', 'plain'] as const;
export type ShopKind = (typeof shopKinds)[number] | 'woocommerce';

interface SiteFile {
  regions: Record<string, Record<string, unknown>>;
  vantages: Record<string, Record<string, unknown>>;
  policy: Record<string, unknown>;
  [field: string]: unknown;
}

/** The source of a site file without its table and session stores, and without the fields that only they need. */
export function plainSite(source: string): string {
  const { table: _table, ...site } = parse(source) as SiteFile;
  const { tableBackAfter: _tableBackAfter, ...policy } = site.policy;
  return stringify({
    ...site,
    regions: each(site.regions, ({ tableRegion: _tableRegion, sessions: _sessions, ...region }) => region),
    vantages: each(site.vantages, ({ key: _key, ...vantage }) => vantage),
    policy,
  });
}

const each = (all: SiteFile['regions'], change: (one: Record<string, unknown>) => object): object =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]));

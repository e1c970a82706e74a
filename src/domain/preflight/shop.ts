/** The shop in front of the databases: what `/health` of handover's plugin tells of it, beside its certificate. */
import { acrossRegions, inEachRegion, type Rule } from './rule';
import { certificateFlaw, certificateTexts } from './server';
import { isOrderType } from '../salvage/entities/roles';
import type { Facts } from './facts';

/** Names among the versions that are no versions: each has a rule of its own. */
const prefix = 'table prefix';
const storage = 'woocommerce storage of orders';
const types = 'woocommerce types of orders';

/** The oldest that docs/woocommerce.md names; a shop of another kind has no WooCommerce. */
const oldest = { wordpress: [6, 1], woocommerce: [8, 2] } as const;

const untold = { advisory: 'a shop need not tell its versions', advisoryIf: 'unknown' } as const;

type Told = readonly (readonly [region: string, facts: Facts<'shop'>])[];

/** The first shop that tells no versions. */
function silent(told: Told): { unknown: string } | undefined {
  const found = told.find(([, { versions }]) => versions === undefined);
  return found && { unknown: `/health of ${found[0]}'s shop tells no versions.` };
}

/** `wordpress is 6.1 on A and missing on B`, for each name that differs. */
function differences(told: Told, names: readonly string[]): string | undefined {
  const unequal = names.filter((name) => new Set(told.map(([, { versions }]) => versions?.[name])).size > 1);
  const said = unequal.map(
    (name) =>
      `${name} is ${told.map(([region, { versions }]) => `${versions?.[name] ?? 'missing'} on ${region}`).join(' and ')}`,
  );
  return said.length === 0 ? undefined : said.join('; ');
}

export const shopRules: readonly Rule[] = [
  inEachRegion(
    'shop',
    {
      ...certificateTexts,
      name: 'certificate of the shop',
      set: 'Renew it there and reload the web server: systemctl reload nginx',
      fine: "The shop's certificates are valid for long enough in both regions.",
    },
    ({ certificateEndsAt }, region, { now }) => certificateFlaw(`the shop in ${region}`, certificateEndsAt, now),
  ),
  acrossRegions(
    'shop',
    {
      ...untold,
      name: prefix,
      wanted: 'equal in both regions',
      why: 'the standby would serve other tables than those that are replicated, without any order of the primary',
      set: "Write the primary's $table_prefix into wp-config.php of the other region.",
      fine: 'WordPress has the same table prefix in both regions.',
      guardsOrders: true,
    },
    (told) => silent(told) ?? differences(told, [prefix]),
  ),
  acrossRegions(
    'shop',
    {
      ...untold,
      name: 'storage of orders',
      wanted: 'equal in both regions',
      why: 'one region would write orders where the other does not look for them',
      set: 'Both read woocommerce_custom_orders_table_enabled and woocommerce_custom_orders_table_data_sync_enabled from one replicated table, so a cache is old or a plugin overrules them. In both regions type: wp cache flush; then compare: wp option get woocommerce_custom_orders_table_enabled; and change it on the primary alone, in WooCommerce under Settings, Advanced, Features.',
      fine: 'WooCommerce keeps orders in the same place in both regions.',
      guardsOrders: true,
    },
    (told) => silent(told) ?? differences(told, [storage]),
  ),
  inEachRegion(
    'shop',
    {
      name: 'types of orders',
      wanted: 'one that a rejoin knows',
      why: 'what belongs to an order of another type, only the plugin knows that makes it, so a rejoin leaves each of them to a person',
      set: 'Find out which plugin makes them, and plan who enters them by hand after a rejoin. If nobody needs them, deactivate the plugin.',
      advisory: 'a move brings over every row; only a rejoin decides about single orders',
      fine: 'A rejoin knows all types of orders of the shop.',
    },
    ({ versions }, region) => {
      const told = versions?.[types];
      if (told === undefined) return { unknown: `/health of ${region}'s shop tells no types of orders.` };
      const strange = told.split(', ').filter((type) => type !== '' && !isOrderType(type));
      return strange.length === 0 ? undefined : `${region} has orders of the type ${strange.join(' and ')}`;
    },
  ),
  inEachRegion(
    'shop',
    {
      ...untold,
      name: 'oldest versions',
      wanted: Object.entries(oldest)
        .map(([name, version]) => `${name} ${version.join('.')} or newer`)
        .join(' and '),
      why: "handover's plugin was never tried with older ones, whose orders and checkout it may not know",
      set: 'Update it in both regions, the standby first: wp core update; or: wp plugin update woocommerce',
      fine: 'WordPress and WooCommerce are new enough in both regions.',
    },
    ({ versions }, region) => {
      if (versions === undefined) return silent([[region, { certificateEndsAt: 0 }]]);
      const old = Object.entries(oldest).flatMap(([name, version]) => {
        const told = versions[name];
        return told !== undefined && isOlder(told, version) ? [`${name} is ${told} on ${region}`] : [];
      });
      return old.length === 0 ? undefined : old.join('; ');
    },
  ),
  acrossRegions(
    'shop',
    {
      ...untold,
      name: 'versions of WordPress and plugins',
      wanted: 'equal in both regions',
      why: 'both run on one replicated schema, which a newer plugin changes',
      set: 'Install the same versions in both regions, the standby first. Where only the letters and digits after a version differ, its files do: copy the folder from one region to the other. /health of the shop tells all of them as "versions".',
      fine: 'WordPress and its plugins have the same versions in both regions.',
    },
    (told) => {
      const names = new Set(told.flatMap(([, { versions = {} }]) => Object.keys(versions)));
      const compared = [...names].filter((name) => ![prefix, storage, types].includes(name)).sort();
      return silent(told) ?? differences(told, compared);
    },
  ),
];

/** By the first two numbers; what does not begin with two numbers, such as a folder that is missing, is no older one. */
function isOlder(told: string, [major, minor]: readonly [number, number]): boolean {
  const [, first, second] = /^(\d+)\.(\d+)/.exec(told) ?? [];
  if (first === undefined || second === undefined) return false;
  return Number(first) < major || (Number(first) === major && Number(second) < minor);
}

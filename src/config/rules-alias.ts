/** Rules for alias records: the provider must support them, and the target must be in the same zone, whose servers show the move. */
import { dnsProviders } from '../providers/dns';
import { aliasOf } from '../providers/dns/provider';
import type { PartialSite } from './partial-site';
import { isFullName } from '../fields/fields';
import { problemUnless, type Problem } from './problems';

type Dns = NonNullable<PartialSite['dns']>;
type Record = NonNullable<NonNullable<Dns['records']>[number]>;

/** True for `alias b.shop.test.`. */
export const isAlias = (value: string | undefined): boolean => aliasOf(value) !== undefined;

export function aliasProblems(dns: Dns, record: Record, path: string): Problem[] {
  const values = Object.values(record.values ?? {}).flatMap((list) => list ?? []);
  if (!values.some(isAlias)) return [];
  return [
    ...providersWithoutAlias(dns).map((title) => ({
      path,
      because: `contains an alias, which ${title} does not support; set addresses for each region, for example [198.51.100.10]`,
    })),
    ...problemUnless(
      values.every(isAlias) && Object.values(record.values ?? {}).every((list) => list?.length === 1),
      path,
      'must be one alias per region, or addresses in every region; for example [alias a.shop.test.] and [alias b.shop.test.]',
    ),
    ...problemUnless(
      values.every((value) => !isAlias(value) || targetsZone(dns.provider?.zone, record.name, value)),
      path,
      `contains an alias whose target is not another name in the zone, with a trailing dot; for example [alias a.${dns.provider?.zone ?? 'shop.test.'}]`,
    ),
  ];
}

/** Titles of the configured providers that do not support alias records. */
function providersWithoutAlias({ provider, alternative }: Dns): string[] {
  return [provider, alternative].flatMap((options) =>
    dnsProviders.flatMap(({ kind, title, aliases }) => (kind === options?.kind && aliases !== true ? [title] : [])),
  );
}

function targetsZone(zone: string | undefined, name: string | undefined, value: string | undefined): boolean {
  const target = value?.replace(/^alias\s+/i, '') ?? '';
  const [lower, ownName] = [target.toLowerCase(), name?.toLowerCase()];
  return isFullName(target) && lower !== ownName && (!zone || `.${lower}`.endsWith(`.${zone.toLowerCase()}`));
}

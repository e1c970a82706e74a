/** Records that have the addresses of another name: only where the provider can, and only where the zone's own servers show the move. */
import { dnsProviders } from '../providers/dns';
import { aliasOf } from '../providers/dns/provider';
import type { Draft } from './draft';
import { isFullName } from '../fields/fields';
import { unless, type Problem } from './problems';

type Dns = NonNullable<Draft['dns']>;
type Record = NonNullable<NonNullable<Dns['records']>[number]>;

/** True for `alias b.shop.test.`, in place of addresses. */
export const isAlias = (value: string | undefined): boolean => aliasOf(value) !== undefined;

export function aliasProblems(dns: Dns, record: Record, path: string): Problem[] {
  const values = Object.values(record.values ?? {}).flatMap((list) => list ?? []);
  if (!values.some(isAlias)) return [];
  return [
    ...cannot(dns).map((title) => ({
      path,
      because: `hold an alias, which ${title} has not; give each region its addresses, for example [198.51.100.10]`,
    })),
    ...unless(
      values.every(isAlias) && Object.values(record.values ?? {}).every((list) => list?.length === 1),
      path,
      'must be one alias in every region, or addresses in every region; for example [alias a.shop.test.] and [alias b.shop.test.]',
    ),
    ...unless(
      values.every((value) => !isAlias(value) || leadsInto(dns.provider?.zone, record.name, value)),
      path,
      `hold an alias that does not lead to another name of the zone, with a dot at its end; for example [alias a.${dns.provider?.zone ?? 'shop.test.'}]`,
    ),
  ];
}

/** Titles of the ways to the zone that have no alias records. */
function cannot({ provider, alternative }: Dns): string[] {
  return [provider, alternative].flatMap((way) =>
    dnsProviders.flatMap(({ kind, title, aliases }) => (kind === way?.kind && aliases !== true ? [title] : [])),
  );
}

function leadsInto(zone: string | undefined, name: string | undefined, value: string | undefined): boolean {
  const target = value?.replace(/^alias\s+/i, '') ?? '';
  const [lower, own] = [target.toLowerCase(), name?.toLowerCase()];
  return isFullName(target) && lower !== own && (!zone || `.${lower}`.endsWith(`.${zone.toLowerCase()}`));
}

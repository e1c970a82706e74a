/** Which server holds the shop's zone in this lab, and what the site file says about it. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { mysqlSite, type DatabaseKind } from '../database-kind';
import type { ProcessSpec } from '../control/process';
import { places, world } from '../network/places';
import { prepareBind, tsigKeyName } from '../servers/bind';
import { preparePowerDns } from '../servers/powerdns';
import { woocommerceSite } from '../released/site';
import { plainSite, type ShopKind } from '../shop-kind';
import { apiPort, vendors, type Vendor } from './vendors';

export type DnsKind = 'powerdns' | 'rfc2136' | keyof typeof vendors;
/** Two real servers, and every vendor that has a fake. */
export const dnsKinds: readonly DnsKind[] = [
  'powerdns',
  'rfc2136',
  ...(Object.keys(vendors) as (keyof typeof vendors)[]),
];

const tsigSecret = 'tsig-key';
const bindSite = {
  provider: {
    kind: 'rfc2136',
    server: world.authoritative,
    zone: 'shop.test.',
    keyName: tsigKeyName,
    secret: `file:${tsigSecret}`,
  },
  ttlSeconds: 5,
};

/** Writes the zone server's files and secrets below `dir`, and returns its process. */
export async function prepareZoneServer(
  kind: DnsKind,
  dir: string,
  checkout: string,
  apiKey: string,
): Promise<ProcessSpec> {
  if (kind === 'powerdns') return preparePowerDns(dir, apiKey);
  if (kind === 'rfc2136') {
    const key = randomBytes(32).toString('base64');
    await writeSecrets(dir, { [tsigSecret]: key });
    return prepareBind(dir, key);
  }
  const vendor: Vendor = vendors[kind];
  await writeSecrets(dir, vendor.secrets());
  return {
    name: kind,
    place: 'world',
    view: 'lab',
    command: process.execPath,
    args: [
      ...['--enable-source-maps', join(checkout, 'dist/lab/dns/vendor-process.js'), '--vendor', kind],
      ...['--listen', world.authoritative, '--secrets', '/mnt/secrets'],
    ],
    listens: [{ udp: 53 }, { tcp: apiPort }],
  };
}

const siteOptionsFor = (kind: Exclude<DnsKind, 'powerdns'>) => (kind === 'rfc2136' ? bindSite : vendors[kind]);

/** How long a drill stays in the other region: until customers with a cached answer have moved too. */
export function stayFor(kind: DnsKind): string {
  const ttlSeconds = kind === 'powerdns' ? bindSite.ttlSeconds : siteOptionsFor(kind).ttlSeconds;
  return `${ttlSeconds <= 5 ? 5 : ttlSeconds + 5}s`;
}

async function writeSecrets(dir: string, secrets: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(secrets))
    await writeFile(join(dir, 'secrets', name), value, { mode: 0o600 });
}

/**
 * Writes the lab's site file for this kind of shop, with this zone server as its DNS provider.
 * @returns the folder, by its path inside the lab
 */
export async function writeSiteFor(
  { dns, database, shop }: { dns: DnsKind; database: DatabaseKind; shop: ShopKind },
  dir: string,
  checkout: string,
): Promise<string> {
  if (dns === 'powerdns' && database === 'mariadb' && shop === 'full') return join(checkout, 'sites');
  const ours = await readFile(join(checkout, 'sites/lab.yaml'), 'utf8');
  const source = database === 'mysql' ? mysqlSite(ours) : ours;
  const site = dns === 'powerdns' ? source : withProvider(source, dns);
  await mkdir(join(dir, 'sites'), { recursive: true });
  await writeFile(join(dir, 'sites/lab.yaml'), siteOf[shop](site));
  return '/mnt/sites';
}

const siteOf: Record<ShopKind, (source: string) => string> = {
  full: (source) => source,
  plain: plainSite,
  woocommerce: woocommerceSite,
};

function withProvider(source: string, kind: Exclude<DnsKind, 'powerdns'>): string {
  const { provider, ttlSeconds, traffic }: Pick<Vendor, 'provider' | 'ttlSeconds' | 'traffic'> = siteOptionsFor(kind);
  const site = parse(source) as { dns: { records: object[] } };
  const records = traffic
    ? site.dns.records.map((record) => ({ ...record, values: { A: [places.A.address], B: [places.A.address] } }))
    : [];
  const dns = { ...site.dns, provider, ttlSeconds, ...(traffic && { records }) };
  return stringify({ ...site, dns, ...(traffic && { traffic }) });
}

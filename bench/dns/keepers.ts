/** Who keeps the shop's zone, on the loopback: fakes of the vendors, and real servers of our own; each with the ports of a site that names it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { readSite, type Site } from '../../src/config/load';
import type { DnsProviderConfig } from '../../src/config/schema';
import { unlimited, type Turnstiles } from '../../src/providers/admission';
import { connect, type Connected } from '../../src/providers/connect';
import { kindOf } from '../../src/providers/definition';
import { dnsProviders } from '../../src/providers/dns';
import type { RecordSet } from '../../src/providers/ports';
import { apiPort, vendors, type Vendor } from '../../lab/dns/vendors';
import { world as labWorld } from '../../lab/network/places';
import type { DnsFake } from '../../test/fakes/dns';
import { bind } from '../../test/providers/servers/bind';
import { powerDns } from '../../test/providers/servers/pdns';

export const checkout = join(__dirname, '../..').replace(/\/dist$/, '');

export type ProviderKind = DnsProviderConfig['kind'];
/** Those that are there as fakes. */
export type VendorKind = ProviderKind & keyof typeof vendors;

export const providerKinds: readonly ProviderKind[] = dnsProviders.map(({ options }) => options.shape.kind.value);

export const vendorKinds: readonly VendorKind[] = providerKinds.filter((kind) => kind in vendors) as VendorKind[];

export interface Keeper {
  title: string;
  /** How long a worker believes what it has read of the zone. */
  believedMs: number;
  site: Site;
  /** What each reference of the site's DNS part stands for, by `file:NAME`. */
  secrets: Readonly<Record<string, string>>;
  /** Ports that have asked nobody anything yet, with these secrets or others in their place, and at any pace unless told. */
  open: (secrets?: Readonly<Record<string, string>>, turnstiles?: Turnstiles) => Connected;
  /** Writes a set by other means than the adapter. */
  put: (set: RecordSet) => void;
  /** Undefined where a real server keeps the zone. */
  fake: DnsFake | undefined;
  close: () => Promise<void>;
}

type Kept = Pick<Keeper, 'secrets' | 'put' | 'fake' | 'close'> & {
  provider: { kind: string; [option: string]: string };
  /** `HOST:PORT` of each. */
  nameServers: string[];
  ttlSeconds: number;
};

/** Starts who keeps the zone of a site of this kind. A fake knows `credentials`, by their file, in place of those that it makes up. */
export async function openKeeper(kind: ProviderKind, credentials?: Readonly<Record<string, string>>): Promise<Keeper> {
  const kept =
    kind === 'powerdns' ? await ofPowerDns() : kind === 'rfc2136' ? await ofBind() : await ofVendor(kind, credentials);
  const { secrets, put, fake, close } = kept;
  const site = await siteOf(kept);
  const open: Keeper['open'] = (held = secrets, turnstiles = unlimited) =>
    connect(site, { secret: (reference) => Promise.resolve(held[reference] ?? '') }, turnstiles);
  const { title, readEveryMs: believedMs } = kindOf('dns.provider', dnsProviders, { kind });
  return { title, believedMs, site, secrets, put, fake, close, open };
}

/** The lab's site with this DNS part. A site file has no ports for name servers, which ours can't do without. */
async function siteOf({ provider, nameServers, ttlSeconds }: Kept): Promise<Site> {
  const lab = parse(await readFile(join(checkout, 'sites/lab.yaml'), 'utf8')) as { dns: object };
  const site = readSite(stringify({ ...lab, dns: { ...lab.dns, provider, ttlSeconds } }), 'lab');
  return { ...site, dns: { ...site.dns, authoritative: nameServers } };
}

async function ofVendor(kind: VendorKind, credentials?: Readonly<Record<string, string>>): Promise<Kept> {
  const vendor: Vendor = vendors[kind];
  const files = credentials ?? vendor.secrets();
  const fake = await vendor.start((file) => files[file] ?? '', { origin: vendor.provider.zone });
  const [there, here] = [`http://${labWorld.authoritative}:${apiPort}`, new URL(fake.url).origin];
  const options = Object.entries(vendor.provider).map(([name, value]) => [name, value.replace(there, here)] as const);
  const { nameServers, put, close } = fake;
  return {
    provider: { ...Object.fromEntries(options), kind },
    secrets: Object.fromEntries(Object.entries(files).map(([name, value]) => [`file:${name}`, value])),
    ...{ ttlSeconds: vendor.ttlSeconds, nameServers, fake, put, close },
  };
}

async function ofPowerDns(): Promise<Kept> {
  const { url, zone, apiKey, address, put, close } = await powerDns();
  return {
    provider: { kind: 'powerdns', url, zone, apiKey: 'file:pdns-api-key' },
    secrets: { 'file:pdns-api-key': apiKey },
    ...{ ttlSeconds: 5, nameServers: [address], fake: undefined, put, close },
  };
}

async function ofBind(): Promise<Kept> {
  const { address, zone, key, put, close } = await bind();
  return {
    provider: { kind: 'rfc2136', server: address, zone, keyName: key.name, secret: 'file:tsig-key' },
    secrets: { 'file:tsig-key': key.secret },
    ...{ ttlSeconds: 5, nameServers: [address], fake: undefined, put, close },
  };
}

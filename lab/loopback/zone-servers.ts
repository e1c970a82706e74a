/** Who keeps the shop's zone, on the loopback: fakes of the vendors, and real servers of our own; each with the ports of a site that names it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { readSite, type Site } from '../../src/config/load';
import type { DnsProviderConfig } from '../../src/config/schema';
import { unlimited, type RateLimiters } from '../../src/providers/rate-limit/scope';
import { connect, type Connected } from '../../src/connect/connect';
import { findKind } from '../../src/providers/kit/kind';
import { dnsProviders } from '../../src/providers/dns';
import type { RecordSet } from '../../src/ports/ports';
import { apiPort, vendors, type Vendor } from '../dns/vendors';
import { world as labWorld } from '../network/places';
import type { DnsFake, DnsFakeOptions } from '../vendors/kit/dns';
import type { Limit } from '../vendors/kit/limits';
import { bind } from './bind';
import { powerDns } from './pdns';

export const checkout = join(__dirname, '../..').replace(/\/dist$/, '');

export type ProviderKind = DnsProviderConfig['kind'];
/** Those that are there as fakes. */
export type VendorKind = ProviderKind & keyof typeof vendors;

export const providerKinds: readonly ProviderKind[] = dnsProviders.map(({ options }) => options.shape.kind.value);

export const vendorKinds: readonly VendorKind[] = providerKinds.filter((kind) => kind in vendors) as VendorKind[];

/** How many requests a fake takes, and in whose time, by the names of its own options. */
export interface Limits {
  limit?: Limit;
  limits?: { burst: Limit; hour: Limit };
  now?: () => number;
}

export interface ZoneServer {
  title: string;
  /** How long a worker believes what it has read of the zone. */
  believedMs: number;
  site: Site;
  /** What each reference of the site's DNS part stands for, by `file:NAME`. */
  secrets: Readonly<Record<string, string>>;
  /** Ports that have asked nobody anything yet: of this site, with these secrets, and at any pace, unless told. */
  open: (over?: {
    site?: Site;
    secrets?: Readonly<Record<string, string>> | undefined;
    limiters?: RateLimiters;
  }) => Connected;
  /** Writes a set by other means than the adapter. */
  put: (set: RecordSet) => void;
  /** Undefined where a real server keeps the zone. */
  fake: DnsFake | undefined;
  close: () => Promise<void>;
}

type Kept = Pick<ZoneServer, 'secrets' | 'put' | 'fake' | 'close'> & {
  provider: { kind: string; [option: string]: string };
  /** `HOST:PORT` of each. */
  nameServers: string[];
  ttlSeconds: number;
};

/**
 * Starts who keeps the zone of a site of this kind. A fake knows `credentials`, by their file, in place of those that it makes up, and takes no
 * more requests than `limits` say.
 */
export async function openZoneServer(
  kind: ProviderKind,
  credentials?: Readonly<Record<string, string>>,
  limits: Limits = {},
): Promise<ZoneServer> {
  const own = { powerdns: ofPowerDns, rfc2136: ofBind };
  const kept = await (kind === 'powerdns' || kind === 'rfc2136' ? own[kind]() : ofVendor(kind, limits, credentials));
  const { secrets, put, fake, close } = kept;
  const site = await siteOf(kept);
  const open: ZoneServer['open'] = ({ site: other = site, secrets: held = secrets, limiters = unlimited } = {}) =>
    connect(other, { secret: (reference) => Promise.resolve(held[reference] ?? '') }, limiters);
  const { title, readEveryMs: believedMs } = findKind('dns.provider', dnsProviders, { kind });
  return { title, believedMs, site, secrets, put, fake, close, open };
}

/** The lab's site with this DNS part. A site file has no ports for name servers, which ours can't do without. */
async function siteOf({ provider, nameServers, ttlSeconds }: Kept): Promise<Site> {
  const lab = parse(await readFile(join(checkout, 'sites/lab.yaml'), 'utf8')) as { dns: object };
  const site = readSite(stringify({ ...lab, dns: { ...lab.dns, provider, ttlSeconds } }), 'lab');
  return { ...site, dns: { ...site.dns, authoritative: nameServers } };
}

async function ofVendor(
  kind: VendorKind,
  limits: Limits,
  credentials?: Readonly<Record<string, string>>,
): Promise<Kept> {
  const vendor: Vendor = vendors[kind];
  const files = credentials ?? vendor.secrets();
  const options: DnsFakeOptions & Limits = { origin: vendor.provider.zone, ...limits };
  const fake = await vendor.start((file) => files[file] ?? '', options);
  const [there, here] = [`http://${labWorld.authoritative}:${apiPort}`, new URL(fake.url).origin];
  const provided = Object.entries(vendor.provider).map(([name, value]) => [name, value.replace(there, here)] as const);
  const { nameServers, put, close } = fake;
  return {
    provider: { ...Object.fromEntries(provided), kind },
    secrets: Object.fromEntries(Object.entries(files).map(([name, value]) => [`file:${name}`, value])),
    ttlSeconds: vendor.ttlSeconds,
    nameServers,
    fake,
    put,
    close,
  };
}

async function ofPowerDns(): Promise<Kept> {
  const { url, zone, apiKey, address, put, close } = await powerDns();
  return {
    provider: { kind: 'powerdns', url, zone, apiKey: 'file:pdns-api-key' },
    secrets: { 'file:pdns-api-key': apiKey },
    ttlSeconds: 5,
    nameServers: [address],
    fake: undefined,
    put,
    close,
  };
}

async function ofBind(): Promise<Kept> {
  const { address, zone, key, put, close } = await bind();
  return {
    provider: { kind: 'rfc2136', server: address, zone, keyName: key.name, secret: 'file:tsig-key' },
    secrets: { 'file:tsig-key': key.secret },
    ttlSeconds: 5,
    nameServers: [address],
    fake: undefined,
    put,
    close,
  };
}

/** Whoever keeps the shop's zone in a test of bad input, on the loopback: the vendors' fakes with credentials of any scope, and real servers. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { RecordSet } from '../../src/ports/ports';
import { startCloudflare, type CloudflareFake, type CloudflareOptions } from '../../lab/vendors/cloudflare/cloudflare';
import { startDigitalOcean, type DigitalOceanOptions } from '../../lab/vendors/digitalocean/digitalocean';
import { startGoogle, type GoogleFake, type GoogleOptions } from '../../lab/vendors/google/google';
import { startRoute53, type Route53Fake, type Route53Options } from '../../lab/vendors/route53/route53';
import { bind } from '../../lab/loopback/bind';
import { powerDns } from '../../lab/loopback/pdns';

export interface Keeper {
  /** The site file's `dns.provider`. */
  provider: Readonly<Record<string, unknown>>;
  /** What each reference stands for. */
  secrets: Readonly<Record<string, string>>;
  /** `HOST:PORT` of each. */
  nameServers: readonly string[];
  /** The lowest TTL that it stores, or 5 s. */
  ttlSeconds: number;
  /** Writes a set behind the API's back. */
  put: (set: RecordSet) => void;
  /** Tells one state of the zone from the next. */
  version: () => Promise<number>;
  close: () => Promise<void>;
}

const zone = 'shop.test.';
const token = 'token-of-the-shop';
const counted = (fake: { changes: () => number }) => ({ version: () => Promise.resolve(fake.changes()) });

export async function digitalocean(
  may: DigitalOceanOptions['tokens'][string] = ['domain:read', 'domain:update'],
): Promise<Keeper> {
  const fake = await startDigitalOcean({ tokens: { [token]: may } });
  const provider = { kind: 'digitalocean', url: fake.url, zone, token: 'file:token' };
  return { ...fake, ...counted(fake), provider, secrets: { 'file:token': token }, ttlSeconds: 30 };
}

export async function cloudflare(
  may: CloudflareOptions['tokens'][string] = ['Zone Read', 'DNS Write', 'Load Balancers Read'],
): Promise<Keeper & { fake: CloudflareFake }> {
  const fake = await startCloudflare({ tokens: { [token]: may } });
  const provider = { kind: 'cloudflare', url: fake.url, zone, token: 'file:token' };
  return { ...fake, ...counted(fake), fake, provider, secrets: { 'file:token': token }, ttlSeconds: 60 };
}

export async function route53(
  may: Route53Options['keys'][string]['may'] = [
    ...(['ListHostedZonesByName', 'ListResourceRecordSets', 'ChangeResourceRecordSets'] as const),
  ],
  differs: Pick<Route53Options, 'hostedZones'> = {},
): Promise<Keeper & { fake: Route53Fake }> {
  const fake = await startRoute53({ ...differs, keys: { AKIASHOP: { secret: token, may } } });
  const provider = { kind: 'route53', url: fake.url, zone, key: 'file:key' };
  const secrets = { 'file:key': `AKIASHOP:${token}` };
  return { ...fake, ...counted(fake), fake, provider, secrets, ttlSeconds: 5 };
}

/** Made once: it takes longer than a drill. */
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
export const account = {
  type: 'service_account',
  project_id: 'shop-123456',
  private_key: pem,
  client_email: 'handover@shop-123456.iam.gserviceaccount.com',
};

export async function google(
  may: GoogleOptions['accounts'][string]['may'] = [
    ...(['dns.managedZones.list', 'dns.resourceRecordSets.list', 'dns.changes.create'] as const),
    ...(['dns.resourceRecordSets.create', 'dns.resourceRecordSets.delete'] as const),
  ],
): Promise<Keeper & { fake: GoogleFake }> {
  const publicKey = createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString();
  const accounts = { [account.client_email]: { publicKey, may } };
  const fake = await startGoogle({ project: account.project_id, accounts });
  const provider = { kind: 'google', url: fake.url, zone, key: 'file:key', tokenUrl: fake.tokenUrl };
  const secrets = { 'file:key': JSON.stringify(account) };
  return { ...fake, ...counted(fake), fake, provider, secrets, ttlSeconds: 5 };
}

export async function powerdns(): Promise<Keeper> {
  const { url, address, apiKey, put, serial, close } = await powerDns();
  const provider = { kind: 'powerdns', url, zone, apiKey: 'file:key' };
  const secrets = { 'file:key': apiKey };
  return { provider, secrets, nameServers: [address], ttlSeconds: 5, put, version: serial, close };
}

/** `narrow` knows a key that may change another record only. */
export async function rfc2136(): Promise<Keeper & { narrow: { keyName: string; algorithm: string; secret: string } }> {
  const { address, key, narrowKey, put, serial, close } = await bind();
  const provider = { kind: 'rfc2136', server: address, zone, keyName: key.name, secret: 'file:key' };
  const { name: keyName, algorithm, secret } = narrowKey;
  return {
    provider,
    secrets: { 'file:key': key.secret },
    nameServers: [address],
    ttlSeconds: 5,
    put,
    close,
    version: serial,
    narrow: { keyName, algorithm, secret },
  };
}

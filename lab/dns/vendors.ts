/** The fakes of vendors in the lab: their options in the site file, their credentials, and how each is started. */
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { places, shopName, world } from '../network/places';
import { startCloudflare } from '../vendors/cloudflare/cloudflare';
import { startDigitalOcean } from '../vendors/digitalocean/digitalocean';
import type { DnsFake, DnsFakeOptions } from '../vendors/kit/dns';
import { startGoogle } from '../vendors/google/google';
import { startRoute53 } from '../vendors/route53/route53';

/** Port of every fake's API. */
export const apiPort = 8081;
const url = `http://${world.authoritative}:${apiPort}`;
const zone = 'shop.test.';

export interface Vendor {
  /** Contents of the secret files, by file name. */
  secrets: () => Record<string, string>;
  /** The site file's `dns.provider`. */
  provider: { kind: string; zone: string; [option: string]: string };
  /** The site file's `traffic`, for vendors that move customers by a traffic switch and leave the records as they are. */
  traffic?: { kind: string; [option: string]: unknown };
  /** Lowest TTL that the vendor accepts. */
  ttlSeconds: number;
  start: (secret: (file: string) => string, options: DnsFakeOptions) => Promise<DnsFake>;
}

const token = (prefix: string) => `${prefix}${randomBytes(24).toString('hex')}`;

const poolScopes = [
  'Zone Read',
  'DNS Write',
  'Load Balancers Write',
  'Load Balancing: Monitors and Pools Read',
] as const;

const googlePermissions = [
  'dns.managedZones.list',
  'dns.resourceRecordSets.list',
  'dns.resourceRecordSets.create',
  'dns.resourceRecordSets.delete',
  'dns.changes.create',
] as const;

interface ServiceAccount {
  project_id: string;
  client_email: string;
  private_key: string;
}

/** A key file as Google's console issues it. */
function serviceAccount(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const account = { project_id: 'lab-shop-1', client_email: 'handover@lab-shop-1.iam.gserviceaccount.com' };
  const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return JSON.stringify({ type: 'service_account', private_key_id: 'lab', ...account, private_key });
}

/** The order of the pools decides where customers go; the fake does not simulate the health check of `/serving`. */
async function startWithPools(secret: (file: string) => string, options: DnsFakeOptions): Promise<DnsFake> {
  const fake = await startCloudflare({ ...options, tokens: { [secret('cloudflare-token')]: poolScopes } });
  const pool = (name: string, address: string) =>
    fake.putPool({
      name,
      origins: [{ name: 'web', address, enabled: true }],
      monitor: { id: 'f1aba936b94213e5b8dca0c0dbf1f9cc', type: 'https', path: '/handover-serving' },
    });
  const [a, b] = [pool('region-a', places.A.address), pool('region-b', places.B.address)];
  fake.putBalancer({ name: shopName, ttl: 60, default_pools: [a, b], fallback_pool: a });
  return fake;
}

export const vendors = {
  digitalocean: {
    secrets: () => ({ 'digitalocean-token': token('dop_v1_') }),
    provider: { kind: 'digitalocean', url, zone, token: 'file:digitalocean-token' },
    ttlSeconds: 30,
    start: (secret, options) =>
      startDigitalOcean({ ...options, tokens: { [secret('digitalocean-token')]: ['domain:read', 'domain:update'] } }),
  },
  cloudflare: {
    secrets: () => ({ 'cloudflare-token': token('') }),
    // The id that the fake gives its first zone.
    provider: {
      kind: 'cloudflare',
      url: `${url}/client/v4`,
      zone,
      token: 'file:cloudflare-token',
      zoneId: '023e105f4ecef8ad9ca31a8300000001',
    },
    ttlSeconds: 60,
    start: (secret, options) =>
      startCloudflare({ ...options, tokens: { [secret('cloudflare-token')]: ['DNS Write', 'Load Balancers Read'] } }),
  },
  'cloudflare-pools': {
    secrets: () => ({ 'cloudflare-token': token('') }),
    provider: { kind: 'cloudflare', url: `${url}/client/v4`, zone, token: 'file:cloudflare-token' },
    traffic: {
      kind: 'cloudflare-pools',
      url: `${url}/client/v4`,
      zone,
      token: 'file:cloudflare-token',
      balancer: shopName,
      pools: { A: 'region-a', B: 'region-b' },
    },
    ttlSeconds: 60,
    start: startWithPools,
  },
  route53: {
    secrets: () => ({ 'route53-key': `AKIALAB${randomBytes(6).toString('hex').toUpperCase()}:${token('')}` }),
    provider: { kind: 'route53', url, zone, key: 'file:route53-key' },
    ttlSeconds: 5,
    start: (file, options) => {
      const [id = '', secret = ''] = file('route53-key').split(':');
      const may = ['ListHostedZonesByName', 'ListResourceRecordSets', 'ChangeResourceRecordSets', 'GetChange'] as const;
      return startRoute53({ ...options, keys: { [id]: { secret, may } } });
    },
  },
  google: {
    secrets: () => ({ 'google-key.json': serviceAccount() }),
    provider: { kind: 'google', url, zone, key: 'file:google-key.json', tokenUrl: `${url}/token` },
    ttlSeconds: 5,
    start: (file, options) => {
      const account = JSON.parse(file('google-key.json')) as ServiceAccount;
      const publicKey = createPublicKey(account.private_key).export({ type: 'spki', format: 'pem' }).toString();
      return startGoogle({
        ...options,
        project: account.project_id,
        accounts: { [account.client_email]: { publicKey, may: googlePermissions } },
      });
    },
  },
} as const satisfies Record<string, Vendor>;

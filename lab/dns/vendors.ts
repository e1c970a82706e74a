/** Vendors that can't be had, by their fakes: what the site file says of them, the credentials they know, and how each is started. */
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { world } from '../network/places';
import { startCloudflare } from '../../test/fakes/cloudflare';
import { startDigitalOcean } from '../../test/fakes/digitalocean';
import type { DnsFake, DnsFakeOptions } from '../../test/fakes/dns';
import { startGoogle } from '../../test/fakes/google';
import { startRoute53 } from '../../test/fakes/route53';

/** Port of every fake's API. */
export const apiPort = 8081;
const url = `http://${world.authoritative}:${apiPort}`;
const zone = 'shop.test.';

export interface Vendor {
  /** Files below the lab's secrets, and what is in each. */
  secrets: () => Record<string, string>;
  /** The site file's `dns.provider`. */
  provider: { kind: string; zone: string; [option: string]: string };
  /** Lowest TTL that the vendor stores. */
  ttlSeconds: number;
  start: (secret: (file: string) => string, options: DnsFakeOptions) => Promise<DnsFake>;
}

const token = (prefix: string) => `${prefix}${randomBytes(24).toString('hex')}`;

const googleMay = [
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

/** A key file as Google's console hands it out. */
function serviceAccount(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const account = { project_id: 'lab-shop-1', client_email: 'handover@lab-shop-1.iam.gserviceaccount.com' };
  const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return JSON.stringify({ type: 'service_account', private_key_id: 'lab', ...account, private_key });
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
    provider: { kind: 'cloudflare', url: `${url}/client/v4`, zone, token: 'file:cloudflare-token' },
    ttlSeconds: 60,
    start: (secret, options) =>
      startCloudflare({
        ...options,
        tokens: { [secret('cloudflare-token')]: ['Zone Read', 'DNS Write', 'Load Balancers Read'] },
      }),
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
        accounts: { [account.client_email]: { publicKey, may: googleMay } },
      });
    },
  },
} as const satisfies Record<string, Vendor>;

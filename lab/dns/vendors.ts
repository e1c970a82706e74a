/** Vendors that can't be had, by their fakes: what the site file says of them, the credentials they know, and how each is started. */
import { randomBytes } from 'node:crypto';
import { world } from '../network/places';
import { startCloudflare } from '../../test/fakes/cloudflare';
import { startDigitalOcean } from '../../test/fakes/digitalocean';
import type { DnsFake, DnsFakeOptions } from '../../test/fakes/dns';
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
} as const satisfies Record<string, Vendor>;

/** All DNS providers. The site file's schema is built from this list; tests require a contract suite and a section in docs/providers.md for each. */
import { cloudflare } from './cloudflare/cloudflare';
import { digitalocean } from './digitalocean/digitalocean';
import { google } from './google/google';
import { powerdns } from './powerdns/powerdns';
import { rfc2136 } from './rfc2136/rfc2136';
import { route53 } from './route53/route53';

export const dnsProviders = [digitalocean, cloudflare, route53, google, powerdns, rfc2136] as const;

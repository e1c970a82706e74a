/** The table of contents of DNS providers; the site file's schema and the contract suite follow it. */
import { digitalocean } from './digitalocean';
import { powerdns } from './powerdns';

export const dnsProviders = [digitalocean, powerdns] as const;

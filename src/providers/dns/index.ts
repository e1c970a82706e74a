/** The table of contents of DNS providers; the site file's schema and the contract suite follow it. */
import { powerdns } from './powerdns';

export const dnsProviders = [powerdns] as const;

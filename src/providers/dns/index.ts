/** The table of contents of DNS providers. */
import { powerdns } from './powerdns';
import type { DnsProvider } from './provider';

export const dnsProviders: readonly DnsProvider[] = [powerdns];

/** The table of contents of traffic switches; the site file's schema and the contract suite follow it. */
import { cloudflarePools } from './cloudflare-pools';
import { digitaloceanGlobalLb } from './digitalocean-global-lb';
import { reservedIp } from './reserved-ip';
import { route53Health } from './route53-health';

export const trafficSwitches = [cloudflarePools, reservedIp, digitaloceanGlobalLb, route53Health] as const;

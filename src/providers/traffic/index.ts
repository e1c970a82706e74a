/** The table of contents of traffic switches; the site file's schema and the contract suite follow it. */
import { cloudflarePools } from './cloudflare-pools';
import { digitaloceanGlobalLb } from './digitalocean-global-lb';
import { reservedIp } from './reserved-ip';

export const trafficSwitches = [cloudflarePools, reservedIp, digitaloceanGlobalLb] as const;

/** All traffic switches. As for DNS providers, the schema is built from this list, and tests require a suite and a section for each. */
import { cloudflarePools } from './cloudflare-pools/cloudflare-pools';
import { digitaloceanGlobalLb } from './digitalocean/digitalocean-global-lb';
import { reservedIp } from './digitalocean/reserved-ip';
import { route53Health } from './route53/route53-health';

export const trafficSwitches = [cloudflarePools, reservedIp, digitaloceanGlobalLb, route53Health] as const;

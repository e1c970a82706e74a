/** The table of contents of traffic switches: as for DNS providers, the schema is made of it, and tests demand suite and section for each. */
import { cloudflarePools } from './cloudflare-pools/cloudflare-pools';
import { digitaloceanGlobalLb } from './digitalocean/digitalocean-global-lb';
import { reservedIp } from './digitalocean/reserved-ip';
import { route53Health } from './route53/route53-health';

export const trafficSwitches = [cloudflarePools, reservedIp, digitaloceanGlobalLb, route53Health] as const;

import { openWorld as openPools } from './cloudflare-pools-world';
import { openAddressWorld, openBalancerWorld } from './digitalocean-network-world';
import { openWorld as openWatched } from './switch-object-world';
import { describeSlowTraffic } from './traffic-faults.contract';

describeSlowTraffic('Cloudflare Load Balancing', openPools);
describeSlowTraffic('A global load balancer of DigitalOcean', openBalancerWorld);
describeSlowTraffic('A reserved IP of DigitalOcean', openAddressWorld);
describeSlowTraffic('Route 53 failover by a health check', openWatched);

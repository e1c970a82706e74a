import { openFaultWorld } from './cloudflare-world';
import { describeSlowDns } from './dns-faults.contract';

describeSlowDns('Cloudflare DNS', openFaultWorld);

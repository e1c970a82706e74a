import { describeSlowDns } from './dns-faults.contract';
import { openFaultWorld } from './route53-world';

describeSlowDns('Route 53', openFaultWorld);

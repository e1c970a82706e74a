import { describeSlowDns } from './dns-faults.contract';
import { openFaultWorld } from './google-world';

describeSlowDns('Google Cloud DNS', openFaultWorld);

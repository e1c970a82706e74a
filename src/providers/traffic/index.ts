/** The table of contents of traffic switches; the site file's schema and the contract suite follow it. */
import { cloudflarePools } from './cloudflare-pools';

export const trafficSwitches = [cloudflarePools] as const;

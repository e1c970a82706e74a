/** The site file: read, checked, and with its secrets still references. */
export { loadSite } from './load';
export { movingRecords, stays } from './records';
export type { Site, TrafficConfig } from './schema';
export { resolveSecret, type SecretRef } from './secrets';

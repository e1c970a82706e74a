/** The site file: read, checked, and with its secrets still references. */
export { loadSite } from './load';
export type { Site } from './schema';
export { resolveSecret, type SecretRef } from './secrets';

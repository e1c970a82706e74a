/** The site file: read, checked, and with its secrets still references. */
export { loadSite } from './load';
export { movingRecords } from './records';
export type { Site } from './schema';

/** Loads and validates the site file. Secrets stay references. */
export { loadSite } from './load';
export { movingRecords } from './moving-records';
export type { Site } from './schema';

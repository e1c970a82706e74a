/** The way to a region's host. There is one kind, so the site file names none. */
export { ssh as openHost } from './ssh';

/** The table of contents of session stores; the site file's schema follows it. */
import { redisSessions } from './redis';

export const sessionStores = [redisSessions] as const;

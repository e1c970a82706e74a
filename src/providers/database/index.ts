/** The table of contents of databases; the site file's schema follows it. */
import { mariadbDatabase } from './mariadb/definition';

export const databases = [mariadbDatabase] as const;

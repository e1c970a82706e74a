/** The table of contents of databases; the site file's schema follows it. */
import { mariadbDatabase } from './mariadb/definition';
import { mysqlDatabase } from './mysql/definition';

export const databases = [mariadbDatabase, mysqlDatabase] as const;

/** How a database that runs on its region's host is managed there: the region's `services` in the site file. */
import { z } from 'zod';
import { command, path } from '../../fields/fields';

export const services = z.strictObject({
  database: command('systemctl --no-ask-password mariadb'),
  dataDirectory: path('/var/lib/mysql'),
  binlogDirectory: path('/var/log/mysql'),
  databaseSocket: path('/run/mysqld/mysqld.sock'),
  workDirectory: path('/var/tmp'),
});

export type Services = z.output<typeof services>;

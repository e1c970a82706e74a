/** How a database that runs on its region's host is managed there: the region's `services` in the site file. */
import { z } from 'zod';
import { takesVerb } from '../../domain/service-command';
import { path, text, whole } from '../../fields/fields';

const what = 'a shell command with {verb} where start, stop or status belongs; without {verb} it is appended';

export const services = z.strictObject({
  database: text(
    what,
    'systemctl --no-ask-password {verb} mariadb',
    (value) => value.trim() !== '' && takesVerb(value),
  ),
  dataDirectory: path('/var/lib/mysql'),
  binlogDirectory: path('/var/log/mysql'),
  databaseSocket: path('/run/mysqld/mysqld.sock'),
  workDirectory: path('/var/tmp'),
  /** MB a second that a reseed reads of this region's data, so that its customers don't notice. */
  reseedRate: whole(1, 10_000, '50').exactOptional(),
});

export type Services = z.output<typeof services>;

/** What a region consists of. Each part names its kind; another vendor is one more member of that part's union. */
import { z } from 'zod';
import { address, command, host, name, path, port, whole } from '../fields/fields';
import { secret } from '../fields/secret-refs';

const mariadb = z.strictObject({
  kind: z.literal('mariadb'),
  host: host('198.51.100.10'),
  port: port('3306'),
  /** The runbook's own user, the shop's, and the one that the peer replicates with. */
  user: name('runbook'),
  password: secret('file:db-runbook'),
  shopUser: name('shop'),
  replicationUser: name('repl'),
  replicationPassword: secret('file:db-repl'),
  ca: secret('file:ca.crt'),
  /** On the database's own host: the authority it trusts when it follows another server. */
  sourceCa: path('/etc/mysql/ca.crt'),
});

const redis = z.strictObject({
  kind: z.literal('redis'),
  host: host('198.51.100.10'),
  port: port('6379'),
  password: secret('file:redis'),
  sessionsDb: whole(0, 15, '0'),
  cacheDb: whole(0, 15, '1'),
});

const phpFpm = z.strictObject({
  kind: z.literal('php-fpm'),
  file: path('/etc/php-fpm.d/handover.conf'),
  test: command('php-fpm8.2 -t'),
  reload: command('kill -USR2 $(cat /run/php-fpm.pid)'),
  gate: path('/run/shop/gate'),
  schedulerPaused: path('/run/shop/scheduler-paused'),
  proxy: path('/etc/nginx/proxy.conf'),
  proxyTest: command('nginx -t -q'),
  proxyReload: command('kill -HUP $(cat /run/nginx.pid)'),
});

const rsync = z.strictObject({
  kind: z.literal('rsync'),
  path: path('/var/www/uploads'),
  peerKey: path('/etc/ssh/id_ed25519'),
  peerKnownHosts: path('/etc/ssh/known_hosts'),
});

const sshHost = z.strictObject({
  address: host('198.51.100.10'),
  port: port('22'),
  user: name('root'),
  key: secret('file:ssh-key'),
  knownHosts: secret('file:ssh-known-hosts'),
});

const services = z.strictObject({
  database: command('systemctl --no-ask-password mariadb'),
  dataDirectory: path('/var/lib/mysql'),
  binlogDirectory: path('/var/log/mysql'),
  databaseSocket: path('/run/mysqld/mysqld.sock'),
  workDirectory: path('/var/tmp'),
});

export const regionSchema = z.strictObject({
  /** Where the region is probed: its own address, never the shop's public name. */
  address: address('198.51.100.10'),
  database: z.discriminatedUnion('kind', [mariadb]),
  sessions: z.discriminatedUnion('kind', [redis]),
  host: sshHost,
  settings: z.discriminatedUnion('kind', [phpFpm]),
  media: z.discriminatedUnion('kind', [rsync]),
  services,
  tableRegion: name('us-east-1'),
});

export type Region = z.output<typeof regionSchema>;

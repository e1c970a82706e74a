/** What a test's adapter is told of a server of a real pair. */
import type { ServerOptions } from '../../src/providers/database/wire/options';
import type { Authority } from './authority';

export const serverOptions = (region: string, host: string, port: number, ca: Authority): ServerOptions => ({
  region,
  site: 'lab',
  host,
  port,
  user: 'runbook',
  password: 'secret-runbook',
  shopUser: 'shop',
  database: 'shop',
  idTables: ['orders'],
  ca: ca.pem,
  sourceCa: ca.file,
  replicationUser: 'repl',
  replicationPassword: 'secret-repl',
});

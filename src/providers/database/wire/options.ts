/** What the site file says of a server of either kind, and what its adapters are told. */
import { host, name, path, port } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';

export const serverFields = {
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
};

export interface ServerOptions {
  /** Name of the region: for the sentences, and as the epoch row spells it. */
  region: string;
  /** Key of this site's row in `handover_epoch`. */
  site: string;
  host: string;
  /** Also the port of the servers it follows. */
  port: number;
  user: string;
  password: string;
  /** The shop's own user, whose sessions a fence closes. */
  shopUser: string;
  /** The shop's schema; it also holds `handover_epoch` and `handover_heartbeat`. */
  database: string;
  /** Tables of that schema whose ids jump at a promotion. */
  idTables: readonly string[];
  replicationUser: string;
  replicationPassword: string;
  /** PEM of the authority that signed this server's certificate, which must name `host`. */
  ca: string;
  /** Path, on this region's own database host, of the authority it trusts when it follows another server. */
  sourceCa: string;
  /** Limit of one question, 3 s by default. */
  timeoutMs?: number;
}

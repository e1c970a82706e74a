/** What the site file says of a MariaDB, and what its adapters are told, one shape each. */
import { z } from 'zod';
import { host, name, path, port } from '../../../fields/fields';
import { secret } from '../../../fields/secret-refs';
import type { PeerAccess, Peer } from '../../host/peer';
import type { Host } from '../../../ports/ports';

export const siteOptions = z.strictObject({
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
  /** On the database's own host, in a folder of option files that the server reads. */
  fenceFile: path('/etc/mysql/mariadb.conf.d/zz-handover-fence.cnf').exactOptional(),
});

export interface MariaDbOptions {
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
  /** Keeps a fence through a restart. */
  fenceFile?: { host: Host; path: string };
  /** Limit of one question, 3 s by default. */
  timeoutMs?: number;
}

export type SalvageOptions = Pick<
  MariaDbOptions,
  'region' | 'site' | 'host' | 'port' | 'user' | 'password' | 'ca' | 'database' | 'timeoutMs'
>;

/** What a region's host must tell of itself to be copied from. */
export interface SeedSource {
  dataDirectory: string;
  databaseSocket: string;
  workDirectory: string;
  /** MB a second; as fast as it can when absent. */
  reseedRate?: number;
}

export interface SeedingOptions extends PeerAccess {
  region: string;
  host: Host;
  /** Its `services.database`: starts and stops the server and tells its status. */
  service: string;
  /** Where the server listens, as its own host reaches it. */
  listens: { host: string; port: number };
  dataDirectory: string;
  binlogDirectory: string;
  workDirectory: string;
  peers: Readonly<Record<string, Peer & SeedSource>>;
}

/** What the site file says of a MariaDB, and what its adapters are told, one shape each. */
import { z } from 'zod';
import { path } from '../../../fields/fields';
import type { PeerAccess, Peer } from '../../host/peer';
import type { Host } from '../../../ports/ports';
import { serverFields, type ServerOptions } from '../wire/options';

export const siteOptions = z.strictObject({
  kind: z.literal('mariadb'),
  ...serverFields,
  /** On the database's own host, in a folder of option files that the server reads. */
  fenceFile: path('/etc/mysql/mariadb.conf.d/zz-handover-fence.cnf').exactOptional(),
});

export interface MariaDbOptions extends ServerOptions {
  /** Keeps a fence through a restart. */
  fenceFile?: { host: Host; path: string };
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

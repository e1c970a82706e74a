/** What the adapters of MariaDB are told by the site, one shape each. */
import type { PeerAccess, Peer } from '../../host/peer';
import type { Host } from '../../../ports/ports';

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
}

export interface SeedingOptions extends PeerAccess {
  region: string;
  host: Host;
  /** Answers to `stop`, `start` and `status` (0 running, 1 to 3 not). */
  service: string;
  dataDirectory: string;
  binlogDirectory: string;
  workDirectory: string;
  peers: Readonly<Record<string, Peer & SeedSource>>;
}

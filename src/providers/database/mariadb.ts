import { PortError } from '../errors';
import type { Database } from '../ports';

export interface MariaDbOptions {
  /** Name of the region, for the sentences. */
  region: string;
  /** Key of this site's row in `handover_epoch`. */
  site: string;
  host: string;
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

/** MariaDB 10.10 or newer with GTID replication. Connects when first asked and again after any failure. */
export function mariadb(options: MariaDbOptions): Database {
  throw new PortError('absent', `No MariaDB adapter yet for ${options.region}.`);
}

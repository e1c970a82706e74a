import { PortError } from '../errors';
import type { Host } from '../ports';

export interface SshOptions {
  /** Name of the region, for the sentences. */
  region: string;
  address: string;
  port: number;
  user: string;
  /** The private key itself. */
  key: string;
  /** Text of a known_hosts file; a host that is not in it, or has another key, is refused. */
  knownHosts: string;
  /** Limit of connecting and logging in, 5 s by default. */
  connectTimeoutMs?: number;
}

/** A host over ssh. One connection serves all commands; it is opened when first asked and again after any failure. */
export function ssh(options: SshOptions): Host {
  throw new PortError('absent', `No ssh adapter yet for ${options.region}.`);
}

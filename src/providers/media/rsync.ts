import { PortError } from '../errors';
import type { Host, Media } from '../ports';

export interface RsyncPeer {
  address: string;
  port: number;
  user: string;
  path: string;
}

export interface RsyncOptions {
  /** Name of the region, for the sentences. */
  region: string;
  /** The host that pulls. */
  host: Host;
  /** Folder of uploads on that host. */
  path: string;
  /** Paths on that host: its private key for the peers, and their known_hosts. */
  peerKey: string;
  peerKnownHosts: string;
  /** The other regions, by name. */
  peers: Readonly<Record<string, RsyncPeer>>;
}

/** Uploads kept in step by rsync over ssh, pulled by the region that needs them. */
export function rsync(options: RsyncOptions): Media {
  throw new PortError('absent', `No rsync adapter yet for ${options.region}.`);
}

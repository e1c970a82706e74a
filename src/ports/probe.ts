/** How a vantage asks: one question with all that it takes to ask it, and the port that does. */
import type { Reading, Target } from '../domain/detection/reading';

/** Fields that a signal has no use for are empty. Secrets are references that only this vantage can resolve. */
export interface ProbeTarget {
  target: Target;
  /** `app`: the region's own address, perhaps with a port. `table`: URL of the endpoint; AWS's own when empty. */
  address: string;
  /** The shop's name for Host and SNI; the table's name. */
  name: string;
  /** The authority that signed the shop's certificate; the well-known ones when empty. */
  caPem: string;
  /** Reference to the key of the vantage's own canary item. */
  key: string;
  /** The table's own name of the region, such as `eu-central-1`. */
  tableRegion: string;
  /** Asked for the public name; the system's own when empty. */
  nameServers: string[];
}

export interface Prober {
  /** Never throws for what the world does. `timeoutMs` limits the whole probe. */
  probe: (target: ProbeTarget, vantage: string, timeoutMs: number) => Promise<Reading>;
  /** Whether one of `targets` (`HOST:PORT`) takes a connection: if none does, the vantage's own network is broken. */
  controlsAnswer: (targets: string[], timeoutMs: number) => Promise<boolean>;
}

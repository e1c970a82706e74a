/** The port for a vantage's probes, with all input of a probe. */
import type { Reading, Target } from '../domain/detection/reading';

/** Fields that a signal does not use are empty. Secrets are references that only this vantage can resolve. */
export interface ProbeTarget {
  target: Target;
  /** `app`: the region's own address, optionally with a port. `table`: URL of the endpoint; AWS's own when empty. */
  address: string;
  /** `app` and `edge`: the shop's name for Host and SNI. `table`: the table's name. */
  name: string;
  /** CA of the shop's certificate; the public ones when empty. */
  caPem: string;
  /** Reference to the key for the vantage's own canary item. */
  key: string;
  /** The table's region, such as `eu-central-1`. */
  tableRegion: string;
  /** `app` and `edge`: where the shop tells its health; `/health` when absent, as in targets of older versions. */
  path?: string;
  /** Resolve the public name; the system's resolver when empty. */
  nameServers: string[];
}

export interface Prober {
  /** Never rejects because of what it probes. `timeoutMs` limits the whole probe. */
  probe: (target: ProbeTarget, vantage: string, timeoutMs: number) => Promise<Reading>;
  /** Whether one of `targets` (`HOST:PORT`) accepts a connection; if none does, the vantage's own network is broken. */
  controlsAnswer: (targets: string[], timeoutMs: number) => Promise<boolean>;
}

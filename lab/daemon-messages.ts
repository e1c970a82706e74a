/** What the daemon and the process that starts it tell each other. */
import type { DatabaseKind } from './database-kind';
import type { DnsKind } from './dns/zone-server';
import type { Released } from './released/folders';
import type { ShopKind } from './shop-kind';
import type { Stage } from './stages';

/** `lab.json`. */
export interface LabInfo {
  ready: true;
  /** The daemon's pid on the host: the lab ends with this process. */
  pid: number;
  startedAt: string;
  addresses: Record<string, string>;
  /** Temporal's address for the lab's own processes. */
  temporal: string;
  /** Ports of Temporal and its Web UI on the host's 127.0.0.1. */
  ports: { temporal: number; ui: number };
}

/** What the daemon receives from the process that starts it. */
export interface DaemonInput {
  dir: string;
  temporalPort: number;
  uiPort: number;
  dns: DnsKind;
  database: DatabaseKind;
  shop: ShopKind;
  released?: Released;
  attached: boolean;
  pid: number;
}

export type DaemonMessage =
  { kind: 'stage'; stage: Stage } | { kind: 'ready'; info: LabInfo } | { kind: 'failed'; because: string };

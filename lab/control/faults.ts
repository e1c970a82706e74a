import { appendFileSync } from 'node:fs';
import { cutsBetween, isolationOf, type Cut, type Firewall } from '../network/firewall';
import { capture, inside } from '../network/inside';
import { places, regionNames, type PlaceName, type RegionName } from '../network/places';
import { askSocket } from './socket';
import type { Supervisor } from './supervisor';

const faultLedger = '/mnt/ledgers/faults.jsonl';

export const tableModes = ['none', 'unavailable', 'timeout', 'denied', 'expired', 'unrecognized', 'throttled'] as const;
export type TableMode = (typeof tableModes)[number];

/** What `heal` undid, and the links that it saw working again. */
export interface Healed {
  cuts: Cut[];
  resumed: RegionName[];
  tables: RegionName[];
}

/** Everything that can be broken on purpose, and put right again by `heal`. */
export class Faults {
  private readonly firewall: Firewall;
  private readonly supervisor: Supervisor;
  readonly paused = new Set<RegionName>();
  readonly tables = new Map<RegionName, TableMode>();

  constructor(firewall: Firewall, supervisor: Supervisor) {
    this.firewall = firewall;
    this.supervisor = supervisor;
  }

  get cuts(): Cut[] {
    return this.firewall.cuts;
  }

  async cut(from: PlaceName, to: PlaceName, oneWay: boolean): Promise<Cut[]> {
    await this.firewall.cut(cutsBetween(from, to, oneWay));
    this.note('cut');
    return this.cuts;
  }

  /** What was broken, and when, for the referee: it must not have to believe the runbook. */
  private note(kind: 'cut' | 'pause' | 'heal'): void {
    const line = { at: new Date().toISOString(), kind, cuts: this.cuts, paused: [...this.paused] };
    appendFileSync(faultLedger, `${JSON.stringify(line)}\n`);
  }

  async isolate(region: RegionName, withPayments: boolean): Promise<Cut[]> {
    await this.firewall.cut(isolationOf(region, withPayments));
    this.note('cut');
    return this.cuts;
  }

  pause(region: RegionName): void {
    this.supervisor.freeze(region, 'SIGSTOP');
    this.paused.add(region);
    this.note('pause');
  }

  /** Makes a region's table answer with an error. */
  async table(region: RegionName, mode: TableMode): Promise<void> {
    await askSocket(`/mnt/${region}/run/table.sock`, { method: 'POST', path: '/fault', body: { mode }, timeout: 5000 });
    if (mode === 'none') this.tables.delete(region);
    else this.tables.set(region, mode);
  }

  /** Undoes every cut, pause and table fault, and waits until a packet crosses each link that was cut. */
  async heal(): Promise<Healed> {
    const cuts = await this.firewall.heal();
    const resumed = [...this.paused];
    for (const region of regionNames) {
      if (this.paused.delete(region)) this.supervisor.freeze(region, 'SIGCONT');
    }
    const tables = [...this.tables.keys()];
    for (const region of tables) {
      // A table that was killed meanwhile starts without a fault.
      if (this.supervisor.find(`${region}.table`).runs) await this.table(region, 'none');
      else this.tables.delete(region);
    }
    await Promise.all(cuts.map(({ from, to }) => waitForLink(from, to)));
    this.note('heal');
    return { cuts, resumed, tables };
  }
}

async function waitForLink(from: PlaceName, to: PlaceName): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt += 1) if (await crosses(from, to)) return;
  throw new Error(`the link from ${from} to ${to} was healed, but nothing crosses it after 10 s`);
}

/**
 * Whether a packet from one place reaches the other and its answer comes back, within a second. Asks a port where
 * nobody listens: being refused is the proof.
 */
async function crosses(from: PlaceName, to: PlaceName): Promise<boolean> {
  const script = `exec 3<>/dev/tcp/${places[to].address}/9`;
  const { code, stderr } = await capture(
    inside(from, 'lab', { command: 'timeout', args: ['1', 'bash', '-c', script] }),
  );
  return code === 0 || stderr.includes('refused');
}

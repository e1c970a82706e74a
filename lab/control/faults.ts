import { appendFileSync } from 'node:fs';
import { cutsBetween, isolationOf, type Cut, type Firewall } from '../network/firewall';
import { capture, commandIn } from '../network/commands';
import { places, regionNames, type PlaceName, type RegionName } from '../network/places';
import { callSocket } from './socket';
import type { Supervisor } from './supervisor';

const faultLedger = '/mnt/ledgers/faults.jsonl';

export const tableModes = ['none', 'unavailable', 'timeout', 'denied', 'expired', 'unrecognized', 'throttled'] as const;
export type TableMode = (typeof tableModes)[number];

/** What `heal` undid. */
export interface Healed {
  cuts: Cut[];
  resumed: RegionName[];
  tables: RegionName[];
}

/** Every fault that can be injected, and undone by `heal`. */
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
    this.record('cut');
    return this.cuts;
  }

  /** Records what was broken, and when, so that the referee does not depend on the runbook's account. */
  private record(kind: 'cut' | 'pause' | 'heal'): void {
    const line = { at: new Date().toISOString(), kind, cuts: this.cuts, paused: [...this.paused] };
    appendFileSync(faultLedger, `${JSON.stringify(line)}\n`);
  }

  async isolate(region: RegionName, withPayments: boolean): Promise<Cut[]> {
    await this.firewall.cut(isolationOf(region, withPayments));
    this.record('cut');
    return this.cuts;
  }

  pause(region: RegionName): void {
    this.supervisor.signalRegion(region, 'SIGSTOP');
    this.paused.add(region);
    this.record('pause');
  }

  /** Makes a region's table return an error. */
  async table(region: RegionName, mode: TableMode): Promise<void> {
    await callSocket(`/mnt/${region}/run/table.sock`, {
      method: 'POST',
      path: '/fault',
      body: { mode },
      timeout: 5000,
    });
    if (mode === 'none') this.tables.delete(region);
    else this.tables.set(region, mode);
  }

  /** Undoes every cut, pause and table fault, and waits until a packet crosses each link that was cut. */
  async heal(): Promise<Healed> {
    const cuts = await this.firewall.heal();
    const resumed = [...this.paused];
    for (const region of regionNames) {
      if (this.paused.delete(region)) this.supervisor.signalRegion(region, 'SIGCONT');
    }
    const tables = [...this.tables.keys()];
    for (const region of tables) {
      // A table that was killed in the meantime starts without a fault.
      if (this.supervisor.find(`${region}.table`).runs) await this.table(region, 'none');
      else this.tables.delete(region);
    }
    await Promise.all(cuts.map(({ from, to }) => waitForLink(from, to)));
    this.record('heal');
    return { cuts, resumed, tables };
  }
}

async function waitForLink(from: PlaceName, to: PlaceName): Promise<void> {
  // A machine that has much else to do takes seconds to send one.
  for (let attempt = 0; attempt < 30; attempt += 1) if (await crosses(from, to)) return;
  throw new Error(`the link from ${from} to ${to} was healed, but no packet crosses it after 30 s`);
}

/**
 * Whether a packet from one place reaches the other and its answer comes back within a second. It connects to a port
 * where nothing listens: a refused connection proves that an answer came back.
 */
async function crosses(from: PlaceName, to: PlaceName): Promise<boolean> {
  const script = `exec 3<>/dev/tcp/${places[to].address}/9`;
  const { code, stderr } = await capture(
    commandIn(from, 'lab', { command: 'timeout', args: ['1', 'bash', '--norc', '-c', script] }),
  );
  return code === 0 || stderr.includes('refused');
}

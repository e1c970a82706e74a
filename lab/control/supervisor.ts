import { isRegion, type RegionName } from '../network/places';
import { Process, type ProcessSpec, type ProcessState } from './process';
import { processesIn } from './proc';

/** Servers that `/srv/bin/service` and the control API manage in a region, by the name used there. */
export const serviceNames = [
  'mariadb',
  'mysql',
  'redis',
  'nginx',
  'php-fpm',
  'table',
  'scheduler',
  'resolver',
  'sshd',
] as const;
export type ServiceName = (typeof serviceNames)[number];

export const serviceVerbs = ['start', 'stop', 'restart', 'kill', 'status'] as const;
export type ServiceVerb = (typeof serviceVerbs)[number];

/** Every process of the lab, by name. */
export class Supervisor {
  private readonly processes = new Map<string, Process>();
  private readonly logDir: string;

  constructor(logDir: string) {
    this.logDir = logDir;
  }

  /** Adds a process and starts it; a name may be used again once its process has ended. */
  async launch(spec: ProcessSpec): Promise<Process> {
    if (this.processes.get(spec.name)?.runs) throw new Error(`a process called "${spec.name}" is already running`);
    const process = new Process(spec, this.logDir);
    this.processes.set(spec.name, process);
    await process.start();
    return process;
  }

  /** @throws Error when no process has that name */
  find(name: string): Process {
    const found = this.processes.get(name);
    if (found) return found;
    const known = [...this.processes.keys()].join(', ');
    throw new Error(`there is no process called "${name}"; there are ${known}`);
  }

  has(name: string): boolean {
    return this.processes.has(name);
  }

  describe(): ProcessState[] {
    return [...this.processes.values()].map((process) => process.describe());
  }

  /** Runs one verb on one server of a region; returns the server's state afterwards. */
  async service(region: RegionName, service: ServiceName, verb: ServiceVerb): Promise<ProcessState> {
    const process = this.find(`${region}.${service}`);
    if (verb === 'kill') await process.kill();
    if (verb === 'stop' || verb === 'restart') await process.stop();
    if (verb === 'start' || verb === 'restart') await process.start();
    return process.describe();
  }

  /** Sends SIGSTOP or SIGCONT to every server of a region and to all their children, ssh sessions included. */
  signalRegion(region: RegionName, signal: 'SIGSTOP' | 'SIGCONT'): void {
    for (const process of this.ofRegion(region)) process.signal(signal);
    // Twice: the second round reaches what was forked during the first.
    for (let round = 0; round < 2; round += 1) {
      for (const pid of processesIn(`/run/lab/${region}-host`)) sendTo(pid, signal);
    }
  }

  private ofRegion(region: RegionName): Process[] {
    const known = new Set(serviceNames.map((service) => `${region}.${service}`));
    return [...this.processes.values()].filter(({ spec }) => isRegion(spec.place) && known.has(spec.name));
  }
}

function sendTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has already ended.
  }
}

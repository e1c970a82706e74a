import { join } from 'node:path';
import type { Cut } from '../network/firewall';
import type { PlaceName, RegionName } from '../network/places';
import type { Healed, TableMode } from './faults';
import type { ProcessState } from './process';
import type { Call, Path } from './routes';
import { askSocket } from './socket';
import type { LabStatus } from './status';
import type { ServiceName, ServiceVerb } from './supervisor';

/** Graceful ends may take a minute (MariaDB); everything else answers at once. */
const patience = 90_000;

/** Typed calls of a running lab's control API. Every method rejects with the lab's own sentence. */
export class LabClient {
  readonly dir: string;

  /** @param dir the lab's directory, such as `.lab` */
  constructor(dir: string) {
    this.dir = dir;
  }

  status(): Promise<LabStatus> {
    return this.ask('GET', '/status') as Promise<LabStatus>;
  }

  /** Drops every packet between two places, or only those from the first to the second. Answers all cuts in force. */
  cut(from: PlaceName, to: PlaceName, options: { oneWay?: boolean } = {}): Promise<Cut[]> {
    return this.post('/cut', { from, to, ...options }) as Promise<Cut[]>;
  }

  /** Cuts a region from everything but the payment services; `withPayments` cuts these too. */
  isolate(region: RegionName, options: { withPayments?: boolean } = {}): Promise<Cut[]> {
    return this.post('/isolate', { region, ...options }) as Promise<Cut[]>;
  }

  /** SIGKILL; answers when nothing of it is left. */
  kill(region: RegionName, service: ServiceName): Promise<ProcessState> {
    return this.post('/kill', { region, service }) as Promise<ProcessState>;
  }

  service(region: RegionName, service: ServiceName, verb: ServiceVerb): Promise<ProcessState> {
    return this.post('/service', { region, service, verb }) as Promise<ProcessState>;
  }

  /** SIGSTOP for every server of a region, until `heal`. */
  async pause(region: RegionName): Promise<void> {
    await this.post('/pause', { region });
  }

  async table(region: RegionName, mode: TableMode): Promise<void> {
    await this.post('/table', { region, mode });
  }

  heal(): Promise<Healed> {
    return this.post('/heal', {}) as Promise<Healed>;
  }

  /** Starts a supervised process; its output is `log/NAME.log`, its exit code stays in `status`. */
  spawn(process: Call<'/spawn'>): Promise<ProcessState> {
    return this.post('/spawn', process) as Promise<ProcessState>;
  }

  signal(name: string, signal: Call<'/signal'>['signal']): Promise<ProcessState> {
    return this.post('/signal', { name, signal }) as Promise<ProcessState>;
  }

  /** Waits at most so many seconds until a process has ended, and answers how. */
  wait(name: string, seconds: number): Promise<ProcessState> {
    return this.post('/wait', { name, seconds }, (seconds + 5) * 1000) as Promise<ProcessState>;
  }

  /** Asks the lab to end; it answers before it is gone. */
  async end(): Promise<void> {
    await this.post('/down', {});
  }

  private post<P extends Path>(path: P, body: Call<P>, timeout?: number): Promise<unknown> {
    return this.ask('POST', path, body, timeout);
  }

  private async ask(method: 'GET' | 'POST', path: string, body?: unknown, timeout = patience): Promise<unknown> {
    try {
      return await askSocket(join(this.dir, 'control.sock'), { method, path, body, timeout });
    } catch (error) {
      if (isAbsent(error)) throw new NoLab(`no lab is running in ${this.dir}: start one with \`npm run lab -- up\``);
      throw error;
    }
  }
}

/** Nobody answers on the control socket. */
export class NoLab extends Error {}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED');
}

import { join } from 'node:path';
import type { Cut } from '../network/firewall';
import type { PlaceName, RegionName } from '../network/places';
import type { Healed, TableMode } from './faults';
import type { ProcessState } from './process';
import type { Call, Path } from './routes';
import { callSocket } from './socket';
import type { LabStatus } from './status';
import type { ServiceName, ServiceVerb } from './supervisor';

/** A graceful stop may take a minute (MariaDB); every other call answers at once. */
const defaultTimeoutMs = 90_000;

/** Typed calls of a running lab's control API. Every method rejects with the reason that the lab returned. */
export class LabClient {
  readonly dir: string;

  /** @param dir the lab's directory, such as `.lab` */
  constructor(dir: string) {
    this.dir = dir;
  }

  status(): Promise<LabStatus> {
    return this.call('GET', '/status') as Promise<LabStatus>;
  }

  /** Drops every packet between two places, or only those from the first to the second. Returns all cuts in force. */
  cut(from: PlaceName, to: PlaceName, options: { oneWay?: boolean } = {}): Promise<Cut[]> {
    return this.post('/cut', { from, to, ...options }) as Promise<Cut[]>;
  }

  /** Cuts a region off from everything except the payment services; `withPayments` cuts these too. */
  isolate(region: RegionName, options: { withPayments?: boolean } = {}): Promise<Cut[]> {
    return this.post('/isolate', { region, ...options }) as Promise<Cut[]>;
  }

  /** SIGKILL; resolves when no process of the server is left. */
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

  /** Waits at most this many seconds for a process to end, and returns its exit. */
  wait(name: string, seconds: number): Promise<ProcessState> {
    return this.post('/wait', { name, seconds }, (seconds + 5) * 1000) as Promise<ProcessState>;
  }

  /** Tells the lab to stop; resolves before it has stopped. */
  async requestStop(): Promise<void> {
    await this.post('/down', {});
  }

  private post<P extends Path>(path: P, body: Call<P>, timeout?: number): Promise<unknown> {
    return this.call('POST', path, body, timeout);
  }

  private async call(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    timeout = defaultTimeoutMs,
  ): Promise<unknown> {
    try {
      return await callSocket(join(this.dir, 'control.sock'), { method, path, body, timeout });
    } catch (error) {
      if (isAbsent(error))
        throw new LabNotRunning(`no lab is running in ${this.dir}: start one with \`npm run lab -- up\``);
      throw error;
    }
  }
}

/** No process answers on the control socket. */
export class LabNotRunning extends Error {}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED');
}

import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { commandIn, type View } from '../network/commands';
import type { PlaceName } from '../network/places';
import { groupRuns, isStopped, listensOn } from './proc';

export interface ProcessSpec {
  /** Unique in the lab, and the name of its log. A region's server is `REGION.SERVER`. */
  name: string;
  place: PlaceName;
  view: View;
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** What it listens on when it is ready; without any it is ready as soon as it runs. */
  listens?: ({ tcp: number } | { udp: number } | { path: string })[];
  /** Signal and time limit (milliseconds) of a graceful stop; default SIGTERM and 30 s. */
  stop?: { signal: NodeJS.Signals; timeout: number };
  /** Gives the child an IPC channel; the port forward receives its sockets over it. */
  channel?: true;
}

export interface ProcessState {
  name: string;
  place: PlaceName;
  state: 'running' | 'paused' | 'ended' | 'never started';
  pid?: number;
  since?: string;
  exit?: { code: number | null; signal: string | null };
}

const readyTimeoutMs = 60_000;
const pollInterval = 15;

/** One supervised process and, through its process group, its children. A process that has ended is not restarted. */
export class Process {
  readonly spec: ProcessSpec;
  private child?: ChildProcess;
  private since?: Date;
  private readonly logDir: string;

  constructor(spec: ProcessSpec, logDir: string) {
    this.spec = spec;
    this.logDir = logDir;
  }

  get runs(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  get handle(): ChildProcess | undefined {
    return this.child;
  }

  describe(): ProcessState {
    const { name, place } = this.spec;
    if (this.child?.pid === undefined || !this.since) return { name, place, state: 'never started' };
    const seen = { name, place, pid: this.child.pid, since: this.since.toISOString() };
    if (this.runs) return { ...seen, state: isStopped(this.child.pid) ? 'paused' : 'running' };
    return { ...seen, state: 'ended', exit: { code: this.child.exitCode, signal: this.child.signalCode } };
  }

  /** Starts it and waits until it listens. Does nothing when it runs. */
  async start(): Promise<void> {
    if (!this.runs) this.launch();
    await this.ready();
  }

  /** Stops it gracefully and waits until it and its children have ended. */
  async stop(): Promise<void> {
    if (!this.runs) return;
    const { signal, timeout } = this.spec.stop ?? { signal: 'SIGTERM', timeout: 30_000 };
    if (this.describe().state === 'paused')
      throw new Error(`${this.spec.name} is paused: run \`npm run lab -- heal\` or kill it first`);
    this.child?.kill(signal);
    if (await this.endsWithin(timeout)) return;
    throw new Error(`${this.spec.name} did not end within ${timeout / 1000} s of ${signal}: kill it instead`);
  }

  /** Waits until it has ended by itself; rejects after `timeout` milliseconds. */
  async ended(timeout: number): Promise<ProcessState> {
    if (await this.endsWithin(timeout)) return this.describe();
    throw new Error(`${this.spec.name} is still running after ${timeout / 1000} s`);
  }

  /** SIGKILL to the whole process group; waits until all of it has ended. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    if (!(await this.endsWithin(10_000))) throw new Error(`${this.spec.name} is still running 10 s after SIGKILL`);
  }

  /** Sends a signal to the whole process group. */
  signal(signal: NodeJS.Signals): void {
    const group = this.child?.pid;
    if (group === undefined || !groupRuns(group)) return;
    process.kill(-group, signal);
  }

  private launch(): void {
    const { name, place, view, command, args, env, channel } = this.spec;
    const wrapped = commandIn(place, view, { command, args });
    const log = openSync(`${this.logDir}/${name}.log`, 'a');
    try {
      this.child = spawn(wrapped.command, wrapped.args, {
        // A session of its own: kill and pause signal the whole group, and no signal of the terminal reaches it.
        detached: true,
        stdio: ['ignore', log, log, ...(channel ? (['ipc'] as const) : [])],
        env: { PATH: process.env['PATH'], HOME: '/root', LANG: 'C.UTF-8', ...env },
      });
      this.since = new Date();
    } finally {
      closeSync(log);
    }
    this.child.on('error', () => undefined);
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + readyTimeoutMs;
    while (!this.isReady()) {
      if (!this.runs) throw new Error(`${this.spec.name} ended while starting: see log/${this.spec.name}.log`);
      if (Date.now() > deadline) {
        throw new Error(`${this.spec.name} was not ready after 60 s: see log/${this.spec.name}.log`);
      }
      await delay(pollInterval);
    }
  }

  private isReady(): boolean {
    const pid = this.child?.pid;
    if (pid === undefined || !this.runs) return false;
    const netns = `/run/netns/${this.spec.place}`;
    return (this.spec.listens ?? []).every((port) => listensOn(pid, netns, port));
  }

  private async endsWithin(timeout: number): Promise<boolean> {
    const deadline = Date.now() + timeout;
    const group = this.child?.pid ?? 0;
    while (this.runs || (group > 0 && groupRuns(group))) {
      if (Date.now() > deadline) return false;
      await delay(pollInterval);
    }
    return true;
  }
}

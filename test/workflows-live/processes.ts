/** Worker processes whose every touch of the world passes through here, so that they can be killed or stopped at an exact moment. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { answer, type PortAnswer, type PortCall } from './remote-ports';
import type { Sites } from './sites';

/** What befalls the worker that makes the call `method` for `site`, the first time that one does. */
export interface Mishap {
  site: string;
  method: string;
  /** `killed before` the call takes effect, or `killed after` it and before the reply; `stopped` with the call on its way, until woken. */
  what: 'killed before' | 'killed after' | 'stopped';
}

export class Processes {
  private readonly children = new Set<ChildProcess>();
  private readonly sites: Sites;
  private readonly mishaps: Mishap[];
  /** Wakes the worker that was stopped, by site. */
  private readonly sleepers = new Map<string, () => void>();
  /** What the late calls of woken workers came to. */
  readonly late: PortAnswer[] = [];
  /** What befell whom, as `SITE METHOD WHAT`. */
  readonly befallen: string[] = [];

  constructor(sites: Sites, mishaps: Mishap[]) {
    this.sites = sites;
    this.mishaps = [...mishaps];
  }

  /** Resolves when so many workers poll. */
  async start(count: number, address: string, codePath: string, siteNames: string[]): Promise<void> {
    const sites = Object.fromEntries(siteNames.map((name) => [name, this.sites.find(name).site]));
    const args = [address, codePath, JSON.stringify(sites)];
    await Promise.all(Array.from({ length: count }, () => this.startOne(args)));
  }

  private startOne(args: string[]): Promise<void> {
    const child = fork(join(__dirname, 'worker-process.cjs'), args, {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    this.children.add(child);
    child.on('exit', () => this.children.delete(child));
    return new Promise((ready, failed) => {
      child.once('exit', (code) =>
        failed(new Error(`A worker process ended with ${String(code)} before it was ready.`)),
      );
      child.on('message', (message: PortCall | 'ready') => {
        if (message === 'ready') ready();
        else void this.serve(child, message);
      });
    });
  }

  private async serve(child: ChildProcess, call: PortCall): Promise<void> {
    const { site, ...who } = call.who;
    const index = this.mishaps.findIndex((each) => each.site === site && each.method === call.method);
    const [mishap] = index < 0 ? [] : this.mishaps.splice(index, 1);
    if (mishap) this.befallen.push(`${mishap.site} ${mishap.method} ${mishap.what}`);
    if (mishap?.what === 'killed before') {
      child.kill('SIGKILL');
      return;
    }
    if (mishap?.what === 'stopped') {
      child.kill('SIGSTOP');
      await new Promise<void>((wake) => this.sleepers.set(site, wake));
      child.kill('SIGCONT');
    }
    const told = await answer(this.sites.ports(site, who), call);
    if (mishap?.what === 'stopped') this.late.push(told);
    if (mishap?.what === 'killed after') child.kill('SIGKILL');
    else if (child.connected) child.send(told);
  }

  /** Lets the stopped worker go on as if nothing had been; its call arrives now. */
  wake(site: string): void {
    this.sleepers.get(site)?.();
  }

  async end(): Promise<void> {
    const ends = [...this.children].map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of this.children) child.kill('SIGKILL');
    await Promise.all(ends);
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LabClient, NoLab } from './control/client';
import type { DnsKind } from './dns/server';
import { capture, inside, type Command, type Outcome } from './network/inside';
import { isRegion, type PlaceName } from './network/places';
import type { Stage } from './stages';
import { assertLabDirectory } from './build';

/** `lab.json`. */
export interface LabInfo {
  ready: true;
  /** Process whose end is the end of the lab, as the host sees it. */
  pid: number;
  startedAt: string;
  addresses: Record<string, string>;
  /** Temporal as the lab's own processes see it. */
  temporal: string;
  /** Ports of Temporal and its Web UI on the host's 127.0.0.1. */
  ports: { temporal: number; ui: number };
}

export interface LabOptions {
  /** Where the lab's files lie; HANDOVER_LAB_DIR, else `.lab` of the checkout. */
  dir?: string;
  /** Port on the host's 127.0.0.1; 0 takes a free one. Defaults 7233 and 8233. */
  temporalPort?: number;
  uiPort?: number;
  /** Who keeps the shop's zone; PowerDNS by default. */
  dns?: DnsKind;
  /** Whether the lab ends with this process, however that ends. Default true. */
  attached?: boolean;
  onStage?: (stage: Stage) => void;
}

/** What the holder is asked for. */
export interface Order {
  dir: string;
  temporalPort: number;
  uiPort: number;
  dns: DnsKind;
  attached: boolean;
  pid: number;
}

export type HolderMessage =
  { kind: 'stage'; stage: Stage } | { kind: 'ready'; info: LabInfo } | { kind: 'failed'; because: string };

const checkout = __dirname.replace(/(\/dist)?\/lab$/, '');
/** flock's exit code when somebody else holds the lock. */
const locked = 75;

function defaultLabDir(): string {
  return resolve(process.env['HANDOVER_LAB_DIR'] ?? join(checkout, '.lab'));
}

/** A running lab: the calls of its control API, its paths, and its end. */
export class Lab extends LabClient {
  readonly info: LabInfo;

  constructor(dir: string, info: LabInfo) {
    super(dir);
    this.info = info;
  }

  get secretsDir(): string {
    return join(this.dir, 'secrets');
  }

  /** Whether anything of the lab still lives. */
  get alive(): boolean {
    return isAlive(this.info.pid);
  }

  /** The same command inside a place of the lab (a region's host, or the place itself), to be spawned from outside. */
  async enter(place: PlaceName, command: string, args: string[]): Promise<Command> {
    const wrapped = inside(place, isRegion(place) ? 'host' : 'lab', { command, args });
    // Through the lab's own mount and pid namespace first: only there its namespaces have names.
    const children = await readFile(`/proc/${this.info.pid}/task/${this.info.pid}/children`, 'utf8');
    const target = ['--target', children.trim().split(' ')[0] ?? '', '--mount', '--pid', '--'];
    return { command: 'nsenter', args: [...target, wrapped.command, ...wrapped.args] };
  }

  /** Runs a command in a place to its end; a bad exit code is an answer, not an error. `timeout` in milliseconds. */
  async exec(place: PlaceName, command: string, args: string[] = [], timeout = 60_000): Promise<Outcome> {
    return capture(await this.enter(place, command, args), { timeout });
  }

  /** Ends the lab and waits until its last process is gone. */
  async down(): Promise<void> {
    await this.end().catch((error: unknown) => {
      if (!(error instanceof NoLab)) throw error;
    });
    const deadline = Date.now() + 15_000;
    while (this.alive) {
      if (Date.now() > deadline) process.kill(this.info.pid, 'SIGKILL');
      await delay(20);
    }
  }
}

/**
 * Brings a lab up and resolves when both regions serve.
 * @throws Error in a sentence: one already runs here, a port is taken, something is missing, or a server did not start
 */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const dir = resolve(options.dir ?? defaultLabDir());
  await mkdir(dir, { recursive: true });
  await assertUsable(dir);
  const attached = options.attached ?? true;
  const child = launchHolder(dir, attached);
  const { temporalPort = 7233, uiPort = 8233, dns = 'powerdns' } = options;
  const order: Order = { dir, temporalPort, uiPort, dns, attached, pid: child.pid ?? 0 };
  const info = await untilReady(child, order, options.onStage ?? (() => undefined));
  child.unref();
  child.channel?.unref();
  if (!attached) child.disconnect();
  return new Lab(dir, info);
}

/** The lab that runs in a directory. @throws NoLab */
export async function connectLab(dir: string = defaultLabDir()): Promise<Lab> {
  const client = new LabClient(dir);
  await client.status();
  return new Lab(dir, JSON.parse(readFileSync(join(dir, 'lab.json'), 'utf8')) as LabInfo);
}

async function assertUsable(dir: string): Promise<void> {
  if (process.platform !== 'linux') throw new Error('the lab needs Linux: run it in a Linux VM');
  if (process.getuid?.() !== 0) throw new Error('the lab needs root for its network namespaces: run it with sudo');
  if (!/^[\w./@+-]+$/.test(dir)) throw new Error(`the lab's directory ${dir} may hold letters, digits and ./_@+- only`);
  const covered = ['/mnt/', '/srv/', '/run/'].find((path) => `${checkout}/`.startsWith(path));
  if (covered !== undefined) {
    throw new Error(`the checkout lies below ${covered}, which the lab covers with its own mounts: move it elsewhere`);
  }
  if (!existsSync(join(checkout, 'dist/lab/daemon.js'))) throw new Error('the lab is not built: run `npm run build`');
  await assertLabDirectory(dir);
}

/**
 * The lock says that a lab runs here; the kernel drops it with the last process. The shell in between is the pid 1 of
 * the lab's pid namespace and reaps what Node would not: children of servers that were killed.
 */
function launchHolder(dir: string, attached: boolean): ChildProcess {
  const log = openSync(join(dir, 'holder.log'), 'a');
  const owned = attached ? ['setpriv', '--pdeathsig', 'KILL'] : [];
  const isolated = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const holder = [process.execPath, '--enable-source-maps', join(checkout, 'dist/lab/daemon.js')];
  const lock = ['--nonblock', '--conflict-exit-code', String(locked), '--no-fork', join(dir, 'lock')];
  try {
    return spawn('flock', [...lock, ...owned, ...isolated, 'sh', '-c', '"$@" & wait $!', 'sh', ...holder], {
      cwd: checkout,
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
  } finally {
    closeSync(log);
  }
}

function untilReady(child: ChildProcess, order: Order, onStage: (stage: Stage) => void): Promise<LabInfo> {
  return new Promise((ready, failed) => {
    child.once('error', (error) => failed(new Error(`flock did not start (${error.message}): install util-linux`)));
    child.once('exit', (code) => {
      const running = `a lab is already running in ${order.dir}: \`npm run lab -- status\` shows it, \`down\` ends it`;
      failed(new Error(code === locked ? running : `the lab ended while it started: see ${order.dir}/holder.log`));
    });
    child.on('message', (message: HolderMessage) => {
      if (message.kind === 'stage') onStage(message.stage);
      else if (message.kind === 'ready') ready(message.info);
      else failed(new Error(message.because));
    });
    child.send(order, () => undefined);
  });
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

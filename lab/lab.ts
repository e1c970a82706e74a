import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LabClient, LabNotRunning } from './control/client';
import type { DatabaseKind } from './database-kind';
import type { DnsKind } from './dns/zone-server';
import { capture, commandIn, type Command, type CommandResult } from './network/commands';
import { isRegion, type PlaceName } from './network/places';
import { withReleased, type Given, type Released } from './released/folders';
import type { ShopKind } from './shop-kind';
import type { Stage } from './stages';
import { assertLabDirectory } from './build';
import type { DaemonInput, DaemonMessage, LabInfo } from './daemon-messages';

export interface LabOptions {
  /** Directory of the lab's files; default HANDOVER_LAB_DIR, otherwise `.lab` of the checkout. */
  dir?: string;
  /** Port on the host's 127.0.0.1; 0 takes a free one. Defaults 7233 and 8233. */
  temporalPort?: number;
  uiPort?: number;
  /** Which server holds the shop's zone; PowerDNS by default. */
  dns?: DnsKind;
  /** MariaDB by default. */
  database?: DatabaseKind;
  /** Whether the shop has a table and a Redis; `full` by default. */
  shop?: ShopKind;
  /** Released WooCommerce, which is then the shop. */
  given?: Given;
  /** Whether the lab ends with this process, however that ends. Default true. */
  attached?: boolean;
  onStage?: (stage: Stage) => void;
}

const checkout = __dirname.replace(/(\/dist)?\/lab$/, '');
/** flock's exit code when another process holds the lock. */
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

  /** Whether the lab still runs. */
  get alive(): boolean {
    return isAlive(this.info.pid);
  }

  /** The command line that runs a command in a place of the lab (in a region: on its host) from outside the lab. */
  async enter(place: PlaceName, command: string, args: string[]): Promise<Command> {
    const wrapped = commandIn(place, isRegion(place) ? 'host' : 'lab', { command, args });
    // Through the lab's own mount and pid namespace first: only there do its network namespaces have names.
    const children = await readFile(`/proc/${this.info.pid}/task/${this.info.pid}/children`, 'utf8');
    const target = ['--target', children.trim().split(' ')[0] ?? '', '--mount', '--pid', '--'];
    return { command: 'nsenter', args: [...target, wrapped.command, ...wrapped.args] };
  }

  /** Runs a command in a place and waits for its end; a non-zero exit code is a result, not an error. `timeout` in milliseconds. */
  async exec(place: PlaceName, command: string, args: string[] = [], timeout = 60_000): Promise<CommandResult> {
    return capture(await this.enter(place, command, args), { timeout });
  }

  /** Stops the lab and waits until its last process has ended. */
  async down(): Promise<void> {
    await this.requestStop().catch((error: unknown) => {
      if (!(error instanceof LabNotRunning)) throw error;
    });
    const deadline = Date.now() + 15_000;
    while (this.alive) {
      if (Date.now() > deadline) process.kill(this.info.pid, 'SIGKILL');
      await delay(20);
    }
  }
}

/**
 * Starts a lab and resolves when both regions serve.
 * @throws Error when a lab already runs here, a port is in use, something is missing, or a server did not start
 */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const { given } = options;
  return given ? withReleased(given, (released) => start(options, released)) : start(options);
}

async function start(options: LabOptions, released?: Released): Promise<Lab> {
  const dir = resolve(options.dir ?? defaultLabDir());
  await mkdir(dir, { recursive: true });
  await assertUsable(dir);
  const attached = options.attached ?? true;
  const child = launchDaemon(dir, attached);
  const { temporalPort = 7233, uiPort = 8233, dns = 'powerdns', database = 'mariadb' } = options;
  const shop = released ? 'woocommerce' : (options.shop ?? 'full');
  const input: DaemonInput = {
    dir,
    temporalPort,
    uiPort,
    dns,
    database,
    shop,
    ...(released && { released }),
    attached,
    pid: child.pid ?? 0,
  };
  const info = await untilReady(child, input, options.onStage ?? (() => undefined));
  child.unref();
  child.channel?.unref();
  if (!attached) child.disconnect();
  return new Lab(dir, info);
}

/** The lab that runs in this directory. @throws LabNotRunning */
export async function connectLab(dir: string = defaultLabDir()): Promise<Lab> {
  const client = new LabClient(dir);
  await client.status();
  return new Lab(dir, JSON.parse(readFileSync(join(dir, 'lab.json'), 'utf8')) as LabInfo);
}

async function assertUsable(dir: string): Promise<void> {
  if (process.platform !== 'linux') throw new Error('the lab needs Linux: run it in a Linux VM');
  if (process.getuid?.() !== 0) throw new Error('the lab needs root for its network namespaces: run it with sudo');
  if (!/^[\w./@+-]+$/.test(dir))
    throw new Error(
      `the path ${dir} contains characters other than letters, digits and ./_@+-: choose another one with HANDOVER_LAB_DIR`,
    );
  const covered = ['/mnt/', '/srv/', '/run/'].find((path) => `${checkout}/`.startsWith(path));
  if (covered !== undefined) {
    throw new Error(`the checkout is below ${covered}, where the lab mounts its own files: move the checkout`);
  }
  if (!existsSync(join(checkout, 'dist/lab/daemon.js'))) throw new Error('the lab is not built: run `npm run build`');
  await assertLabDirectory(dir);
}

/**
 * The lock shows that a lab runs here; the kernel releases it with the last process. The shell is pid 1 of the lab's
 * pid namespace and reaps the children of killed servers, which Node would not.
 */
function launchDaemon(dir: string, attached: boolean): ChildProcess {
  const log = openSync(join(dir, 'daemon.log'), 'a');
  const owned = attached ? ['setpriv', '--pdeathsig', 'KILL'] : [];
  const isolated = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const daemon = [process.execPath, '--enable-source-maps', join(checkout, 'dist/lab/daemon.js')];
  const lock = ['--nonblock', '--conflict-exit-code', String(locked), '--no-fork', join(dir, 'lock')];
  try {
    return spawn('flock', [...lock, ...owned, ...isolated, 'sh', '-c', '"$@" & wait $!', 'sh', ...daemon], {
      cwd: checkout,
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
  } finally {
    closeSync(log);
  }
}

function untilReady(child: ChildProcess, input: DaemonInput, onStage: (stage: Stage) => void): Promise<LabInfo> {
  return new Promise((ready, failed) => {
    child.once('error', (error) => failed(new Error(`flock did not start (${error.message}): install util-linux`)));
    child.once('exit', (code) => {
      const running = `a lab is already running in ${input.dir}: check it with \`npm run lab -- status\`, stop it with \`npm run lab -- down\``;
      failed(new Error(code === locked ? running : `the lab stopped while starting: see ${input.dir}/daemon.log`));
    });
    child.on('message', (message: DaemonMessage) => {
      if (message.kind === 'stage') onStage(message.stage);
      else if (message.kind === 'ready') ready(message.info);
      else failed(new Error(message.because));
    });
    child.send(input, () => undefined);
  });
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

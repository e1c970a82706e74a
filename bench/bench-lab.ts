/** The lab that all figures share, started by the first figure that needs it. Results of one figure can be read by the next ones. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { startShoppers, stopShoppers } from '../lab/drill/shoppers';
import { startWorkers, untilWorkersPoll } from '../lab/drill/workers';
import { startLab, type Lab } from '../lab/lab';
import { regionNames, type RegionName } from '../lab/network/places';
import { newFolder, removeFolder } from './folders';
import { withChanges, type SiteChanges } from './sites';

export const checkout = __dirname.replace(/(\/dist)?\/bench$/, '');
export const site = 'lab';
const workersReadyMs = 60_000;
const stopShoppersWithinMs = 30_000;
/** Until shoppers have logged in and caches are warm. */
const warmUpMs = 8_000;
/** Folder of the bench's site files, by its path inside the lab. */
const sitesInLab = '/mnt/sites';

/** Who signals the monitors. */
export const benchOperator = { who: 'bench@lab.example', because: 'The bench starts its own transfers.' };

interface RunningLab {
  lab: Lab;
  client: Client;
  /** The site file as it ships. */
  shipped: string;
}

export class BenchLab {
  private running: Promise<RunningLab> | undefined;
  private readonly results = new Map<unknown, Promise<unknown>>();
  private shoppersRun = false;

  /** Starts the lab with its workers and monitor, or returns the running one. The monitor copies uploads but is frozen, since the bench starts its own transfers. */
  start(): Promise<RunningLab> {
    return (this.running ??= startRunningLab());
  }

  /** The result of `phase`, which runs only once for all figures that need it. */
  runOnce<T>(phase: (bench: BenchLab) => Promise<T>): Promise<T> {
    const known = this.results.get(phase) as Promise<T> | undefined;
    if (known) return known;
    const result = phase(this);
    this.results.set(phase, result);
    return result;
  }

  /** Starts the shoppers unless they run already, and waits until they have warmed up. */
  async startShoppers(): Promise<void> {
    if (this.shoppersRun) return;
    const { lab } = await this.start();
    await startShoppers(lab, 1);
    await delay(warmUpMs);
    this.shoppersRun = true;
  }

  /** Stops the shoppers if they run. */
  async stopShoppers(): Promise<void> {
    const { lab } = await this.start();
    if (this.shoppersRun) await stopShoppers(lab, stopShoppersWithinMs);
    this.shoppersRun = false;
  }

  /** The region whose database is writable. @throws Error unless it is exactly one. */
  async primary(): Promise<RegionName> {
    const { regions } = await (await this.start()).lab.status();
    const [writer, other] = regionNames.filter((name) => regions[name].database.writable);
    if (writer && !other) return writer;
    throw new Error(`exactly one database must be writable, but ${other ? 'both are' : 'none is'}`);
  }

  /** Writes the site file of site `name` with `changes`; workers read it at their next step. */
  async writeSite(name: string, changes: SiteChanges): Promise<void> {
    const { lab, shipped } = await this.start();
    await writeFile(join(lab.dir, 'sites', `${name}.yaml`), withChanges(shipped, changes));
  }

  /** Runs a program of `programs/` in the lab's namespace `world`, and parses what it prints. @throws Error with its error output when it fails. */
  async runProgram<T>(program: string, args: string[], timeoutMs: number): Promise<T> {
    const { lab } = await this.start();
    const command = [process.execPath, '--enable-source-maps', join(checkout, 'dist/bench/programs', program), ...args];
    const secrets = 'HANDOVER_SECRETS_DIR=/mnt/secrets';
    const { code, stdout, stderr } = await lab.exec('world', 'env', [secrets, ...command], timeoutMs);
    if (code !== 0) throw new Error(`${program} ended with ${code ?? 'a signal'}: ${stderr.trim().slice(-500)}`);
    return JSON.parse(stdout) as T;
  }

  /** Stops the lab and removes its folder; does nothing when none was started. */
  async close(): Promise<void> {
    const running = await this.running?.catch(() => undefined);
    if (!running) return;
    await running.client.connection.close();
    await running.lab.down();
    await removeFolder(running.lab.dir);
  }
}

async function startRunningLab(): Promise<RunningLab> {
  const lab = await startLab({ dir: await newFolder(), temporalPort: 0, uiPort: 0 });
  try {
    return await startWorkersAndMonitor(lab);
  } catch (error) {
    await lab.down();
    throw error;
  }
}

async function startWorkersAndMonitor(lab: Lab): Promise<RunningLab> {
  const shipped = await readFile(join(checkout, 'sites/lab.yaml'), 'utf8');
  await mkdir(join(lab.dir, 'sites'));
  await writeFile(join(lab.dir, `sites/${site}.yaml`), shipped);
  const connection = await Connection.connect({ address: `127.0.0.1:${String(lab.info.ports.temporal)}` });
  const client = new Client({ connection });
  await startWorkers(lab, sitesInLab);
  await untilWorkersPoll(client, workersReadyMs);
  await startMonitor(client, site);
  await client.workflow.getHandle(`monitor/${site}`).signal('freeze', benchOperator);
  return { lab, client, shipped };
}

export async function startMonitor(client: Client, name: string): Promise<void> {
  const workflowId = `monitor/${name}`;
  await client.workflow.start('monitor', { workflowId, taskQueue: 'handover', args: [{ site: name }] });
}

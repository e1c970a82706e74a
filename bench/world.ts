/** The one lab that all figures share, brought up when the first of them asks for it. What one figure has done, the next one can read. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { startShoppers, stopShoppers } from '../lab/drill/shoppers';
import { startWorkers, untilWorkersPoll } from '../lab/drill/workers';
import { startLab, type Lab } from '../lab/lab';
import { regionNames, type RegionName } from '../lab/network/places';
import { newFolder, removeFolder } from './folders';
import { changed, type Changes } from './sites';

export const checkout = __dirname.replace(/(\/dist)?\/bench$/, '');
export const site = 'lab';
const workersReadyMs = 60_000;
const shoppersGoHomeMs = 30_000;
/** Shoppers have logged in, caches are warm. */
const warmUpMs = 8_000;
/** The bench's site files, as the lab's own processes see them. */
const sitesInside = '/mnt/sites';

/** In the monitors' words. */
export const speaker = { who: 'bench@lab.example', because: 'The bench moves the shop by itself.' };

interface Ground {
  lab: Lab;
  client: Client;
  /** The site file as it ships. */
  shipped: string;
}

export class World {
  private context: Promise<Ground> | undefined;
  private readonly kept = new Map<unknown, Promise<unknown>>();
  private shoppersAreOut = false;

  /** The lab with its workers and its monitor, which copies uploads but is frozen, since the bench moves the shop by itself; starts it the first time. */
  open(): Promise<Ground> {
    return (this.context ??= build());
  }

  /** The answer of `phase`, which runs once however many figures need it. */
  once<T>(phase: (world: World) => Promise<T>): Promise<T> {
    const known = this.kept.get(phase) as Promise<T> | undefined;
    if (known) return known;
    const answer = phase(this);
    this.kept.set(phase, answer);
    return answer;
  }

  /** Sends the shoppers out, if they are not, and lets them warm up; or home. */
  async shoppers(wanted: 'out' | 'home'): Promise<void> {
    const { lab } = await this.open();
    if (wanted === 'out' && !this.shoppersAreOut) await startShoppers(lab, 1).then(() => delay(warmUpMs));
    if (wanted === 'home' && this.shoppersAreOut) await stopShoppers(lab, shoppersGoHomeMs);
    this.shoppersAreOut = wanted === 'out';
  }

  /** The region whose database takes writes. @throws Error when it is not exactly one. */
  async primary(): Promise<RegionName> {
    const { regions } = await (await this.open()).lab.status();
    const [writer, other] = regionNames.filter((name) => regions[name].database.writable);
    if (writer && !other) return writer;
    throw new Error(`there should be one writable database, but it is ${other ? 'both' : 'none'}`);
  }

  /** Writes the site file NAME with `changes`; workers read it at their next step. */
  async writeSite(name: string, changes: Changes): Promise<void> {
    const { lab, shipped } = await this.open();
    await writeFile(join(lab.dir, 'sites', `${name}.yaml`), changed(shipped, changes));
  }

  /** Runs a program of `inside/` in the lab's world to its end. @throws Error with what it said when it fails. */
  async inside<T>(program: string, args: string[], timeoutMs: number): Promise<T> {
    const { lab } = await this.open();
    const command = [process.execPath, '--enable-source-maps', join(checkout, 'dist/bench/inside', program), ...args];
    const secrets = 'HANDOVER_SECRETS_DIR=/mnt/secrets';
    const { code, stdout, stderr } = await lab.exec('world', 'env', [secrets, ...command], timeoutMs);
    if (code !== 0) throw new Error(`${program} ended with ${code ?? 'a signal'}: ${stderr.trim().slice(-500)}`);
    return JSON.parse(stdout) as T;
  }

  /** Removes the lab and its folder; does nothing when none was started. */
  async close(): Promise<void> {
    const context = await this.context?.catch(() => undefined);
    if (!context) return;
    await context.client.connection.close();
    await context.lab.down();
    await removeFolder(context.lab.dir);
  }
}

async function build(): Promise<Ground> {
  const lab = await startLab({ dir: await newFolder(), temporalPort: 0, uiPort: 0 });
  try {
    return await settle(lab);
  } catch (error) {
    await lab.down();
    throw error;
  }
}

async function settle(lab: Lab): Promise<Ground> {
  const shipped = await readFile(join(checkout, 'sites/lab.yaml'), 'utf8');
  await mkdir(join(lab.dir, 'sites'));
  await writeFile(join(lab.dir, `sites/${site}.yaml`), shipped);
  const connection = await Connection.connect({ address: `127.0.0.1:${String(lab.info.ports.temporal)}` });
  const client = new Client({ connection });
  await startWorkers(lab, sitesInside);
  await untilWorkersPoll(client, workersReadyMs);
  await startMonitor(client, site);
  await client.workflow.getHandle(`monitor/${site}`).signal('freeze', speaker);
  return { lab, client, shipped };
}

export async function startMonitor(client: Client, name: string): Promise<void> {
  const workflowId = `monitor/${name}`;
  await client.workflow.start('monitor', { workflowId, taskQueue: 'handover', args: [{ site: name }] });
}

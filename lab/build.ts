import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificates } from './certificates';
import type { Supervisor } from './control/supervisor';
import type { DatabaseKind } from './database-kind';
import { prepareZoneServer, type DnsKind } from './dns/zone-server';
import { Firewall } from './network/firewall';
import { capture, commandIn, run, runIn } from './network/commands';
import { buildNamespaces } from './network/namespaces';
import { regionNames, shopName, type RegionName } from './network/places';
import { makeSecrets, makeSshKeys, type Passwords } from './secrets';
import {
  paymentServices,
  regionScheduler,
  releasedBackground,
  portForward,
  tableEndpoint,
} from './servers/lab-programs';
import { startDatabases } from './servers/databases';
import { prepareNginx } from './servers/nginx';
import { preparePhpFpm, webOwner } from './servers/php-fpm';
import { prepareRedis } from './servers/redis';
import { prepareSshd } from './servers/sshd';
import { findTemporal, temporalServer } from './servers/temporal';
import { prepareRegionResolver, prepareWorldResolver } from './servers/unbound';
import type { Released } from './released/folders';
import { fillReleased, giveUploads, openShop, prepareReleased } from './released/install';
import { fillShopDatabase, prepareShop } from './shop/install';
import type { ShopKind } from './shop-kind';
import type { Timed } from './stages';

export interface BuiltLab {
  firewall: Firewall;
  passwords: Passwords;
}

interface BuildOptions {
  checkout: string;
  /** Which server holds the shop's zone. */
  dns: DnsKind;
  database: DatabaseKind;
  shop: ShopKind;
  /** Of the kind `woocommerce`. */
  released?: Released;
  supervisor: Supervisor;
  timed: Timed;
}

/** What an earlier lab may have left in the directory; nothing else in it is touched. */
const leftovers = ['A', 'B', 'ca', 'ledgers', 'log', 'resolv', 'secrets', 'sites', 'world', 'lab.json', 'control.sock'];
const histories = ['temporal.db', 'temporal.db-shm', 'temporal.db-wal'];

/**
 * Removes what an earlier lab left, and creates the empty folders. WooCommerce commits more than a hundred times an order, each time to the disk, and
 * MySQL syncs more often than MariaDB, so their regions are in memory: they survive everything that the lab does to a server, and end with the lab.
 */
export async function emptyDirectory(dir: string, shop: ShopKind, database: DatabaseKind): Promise<void> {
  await Promise.all([...leftovers, ...histories].map((name) => rm(join(dir, name), { recursive: true, force: true })));
  for (const region of shop === 'woocommerce' || database === 'mysql' ? regionNames : []) {
    await mkdir(join(dir, region));
    await run('mount', ['-t', 'tmpfs', '-o', 'mode=755', `lab-${region}`, join(dir, region)]);
  }
  const folders = regionNames.flatMap((region) =>
    ['mysql', 'redis', 'table', 'uploads', 'etc', 'run', 'bin', 'log', 'tmp'].map((name) => join(region, name)),
  );
  await Promise.all(['log', 'ledgers', ...folders].map((name) => mkdir(join(dir, name), { recursive: true })));
  await Promise.all(regionNames.map((region) => chmod(join(dir, region, 'tmp'), 0o1777)));
}

/** Builds the whole lab, with as much in parallel as two cores allow; resolves when both regions serve. */
export async function buildLab(dir: string, options: BuildOptions): Promise<BuiltLab> {
  const { timed, supervisor, checkout } = options;
  const firewall = new Firewall();
  const passwords = await timed('keys, certificates, namespaces', async () => {
    const [made] = await Promise.all([makeSecrets(join(dir, 'secrets')), makeCertificates(dir), buildNamespaces(dir)]);
    await Promise.all([makeSshKeys(dir), firewall.open()]);
    return made;
  });
  const shopReady = timed('shop files', () => prepareShops(dir, options));
  await Promise.all([
    timed('Temporal', () => supervisor.launch(temporalServer(findTemporal(checkout)))),
    timed('DNS', () => startDns(dir, options, passwords)),
    timed('gateway, mail, table', () => startStandIns(options)),
    timed('sessions, ssh', () => startSessions(dir, options, passwords)),
    shopReady.then(() => timed('web servers', () => startWeb(dir, options))),
    Promise.all([shopReady, timed('databases, replication', () => startDatabases(dir, options, passwords))]).then(() =>
      timed('the shop in database A', () => fillShop(dir, options)),
    ),
  ]);
  await timed('schedulers, port forward', async () => {
    const schedulers = regionNames.flatMap((region) =>
      options.released ? releasedBackground(region) : regionScheduler(checkout, region),
    );
    await Promise.all([...schedulers, portForward(checkout)].map((spec) => supervisor.launch(spec)));
    await Promise.all(regionNames.map(primeResolver));
    if (options.released) for (const region of regionNames) await openShop(region);
  });
  return { firewall, passwords };
}

async function startDns(dir: string, { checkout, dns, supervisor }: BuildOptions, passwords: Passwords): Promise<void> {
  const specs = await Promise.all([
    prepareZoneServer(dns, dir, checkout, passwords['pdns-api-key']),
    prepareWorldResolver(dir),
    ...regionNames.map((region) => prepareRegionResolver(join(dir, region), region)),
  ]);
  await Promise.all(specs.map((spec) => supervisor.launch(spec)));
}

async function startStandIns({ checkout, shop, supervisor }: BuildOptions): Promise<void> {
  const tables = shop === 'full' ? regionNames.flatMap((region) => tableEndpoint(checkout, region)) : [];
  await Promise.all([...paymentServices(checkout), ...tables].map((spec) => supervisor.launch(spec)));
}

async function prepareShops(dir: string, { shop, released }: BuildOptions): Promise<void> {
  const owner = await webOwner();
  const secrets = join(dir, 'secrets');
  await Promise.all(
    regionNames.map((region) => {
      const files = { region, shop, root: join(dir, region), secrets, owner };
      return released ? prepareReleased(files, released) : prepareShop(files);
    }),
  );
}

async function fillShop(dir: string, { released }: BuildOptions): Promise<void> {
  if (!released) return fillShopDatabase({ phpBinary: 'php8.2', exec: execInA });
  await fillReleased(execInA);
  await giveUploads(join(dir, 'A'), await webOwner());
}

async function startWeb(dir: string, { shop, supervisor }: BuildOptions): Promise<void> {
  await Promise.all(
    regionNames.map(async (region) => {
      await supervisor.launch(await preparePhpFpm(join(dir, region), region, shop));
      await supervisor.launch(await prepareNginx(join(dir, region), region));
    }),
  );
}

async function startSessions(
  dir: string,
  { checkout, shop, supervisor }: BuildOptions,
  { redis }: Passwords,
): Promise<void> {
  await Promise.all(
    regionNames.map(async (region) => {
      const root = join(dir, region);
      await writeServiceCommand(checkout, root);
      if (shop === 'full') await supervisor.launch(await prepareRedis(root, region, redis));
      await supervisor.launch(await prepareSshd(root, region));
    }),
  );
  if (shop === 'full')
    await runIn('A', 'host', 'redis-cli', ['-s', '/srv/run/redis.sock', '-a', redis, 'replicaof', 'no', 'one']);
}

async function writeServiceCommand(checkout: string, root: string): Promise<void> {
  const path = join(root, 'bin/service');
  await writeFile(
    path,
    `#!/bin/sh\nexec '${process.execPath}' '${join(checkout, 'dist/lab/control/service.js')}' "$@"\n`,
  );
  await chmod(path, 0o755);
}

async function execInA(command: string, args: string[]) {
  const { code, stdout, stderr } = await capture(commandIn('A', 'host', { command, args }));
  return { code: code ?? -1, stdout, stderr };
}

/** Customers of a region resolved the shop's name long before any outage, so the resolver must have an answer that can go stale. */
async function primeResolver(region: RegionName): Promise<void> {
  await runIn(region, 'lab', 'getent', ['ahostsv4', shopName]);
}

/** Refuses a directory with foreign files in which no lab ever ran; a lab leaves its lock file. */
export async function assertLabDirectory(dir: string): Promise<void> {
  const names = await readdir(dir);
  const foreign = names.find((name) => !name.startsWith('.'));
  if (foreign === undefined || names.includes('lock')) return;
  throw new Error(`${dir} contains "${foreign}" and was never used by a lab: name an empty directory`);
}

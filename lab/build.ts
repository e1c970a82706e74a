import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificates } from './certificates';
import type { Supervisor } from './control/supervisor';
import { layKeeper, type DnsKind } from './dns/server';
import { Firewall } from './network/firewall';
import { capture, inside, runInside } from './network/inside';
import { buildNamespaces } from './network/namespaces';
import { regionNames, shopName, type RegionName } from './network/places';
import { makeSecrets, makeSshKeys, type Passwords } from './secrets';
import { paymentServices, regionScheduler, relay, tableEndpoint } from './servers/companions';
import { attachReplica, layMariadb, openPrimary } from './servers/mariadb';
import { layNginx } from './servers/nginx';
import { layPhpFpm, webOwner } from './servers/php-fpm';
import { layRedis } from './servers/redis';
import { laySshd } from './servers/sshd';
import { findTemporal, temporalServer } from './servers/temporal';
import { layRegionResolver, layWorldResolver } from './servers/unbound';
import { fillShopDatabase, layShop } from './shop/install';
import type { Timed } from './stages';

export interface Ground {
  firewall: Firewall;
  passwords: Passwords;
}

interface Builder {
  checkout: string;
  /** Who keeps the shop's zone. */
  dns: DnsKind;
  supervisor: Supervisor;
  timed: Timed;
}

/** Everything that an earlier lab may have left in the directory; nothing else in it is touched. */
const leftovers = ['A', 'B', 'ca', 'ledgers', 'log', 'resolv', 'secrets', 'sites', 'world', 'lab.json', 'control.sock'];
const histories = ['temporal.db', 'temporal.db-shm', 'temporal.db-wal'];

/** Lays out an empty lab directory. */
export async function emptyDirectory(dir: string): Promise<void> {
  await Promise.all([...leftovers, ...histories].map((name) => rm(join(dir, name), { recursive: true, force: true })));
  const folders = regionNames.flatMap((region) =>
    ['mysql', 'redis', 'table', 'uploads', 'etc', 'run', 'bin', 'log', 'tmp'].map((name) => join(region, name)),
  );
  await Promise.all(['log', 'ledgers', ...folders].map((name) => mkdir(join(dir, name), { recursive: true })));
  await Promise.all(regionNames.map((region) => chmod(join(dir, region, 'tmp'), 0o1777)));
}

/** Builds the whole lab, with as much at once as two cores allow; resolves when both regions serve. */
export async function buildLab(dir: string, builder: Builder): Promise<Ground> {
  const { timed, supervisor, checkout } = builder;
  const firewall = new Firewall();
  const passwords = await timed('keys, certificates, namespaces', async () => {
    const [made] = await Promise.all([makeSecrets(join(dir, 'secrets')), makeCertificates(dir), buildNamespaces(dir)]);
    await Promise.all([makeSshKeys(dir), firewall.open()]);
    return made;
  });
  const shopLaid = timed('shop files', () => layShops(dir));
  await Promise.all([
    timed('Temporal', () => supervisor.launch(temporalServer(findTemporal(checkout)))),
    timed('DNS', () => startDns(dir, builder, passwords)),
    timed('gateway, mail, table', () => startCompanions(builder)),
    timed('sessions, ssh', () => startSessions(dir, builder, passwords)),
    shopLaid.then(() => timed('web servers', () => startWeb(dir, supervisor))),
    Promise.all([shopLaid, timed('databases, replication', () => startDatabases(dir, passwords, supervisor))]).then(
      () => timed('the shop in database A', () => fillShopDatabase({ phpBinary: 'php8.2', exec: execInA })),
    ),
  ]);
  await timed('schedulers, relay', async () => {
    const schedulers = regionNames.flatMap((region) => regionScheduler(checkout, region));
    await Promise.all([...schedulers, relay(checkout)].map((spec) => supervisor.launch(spec)));
    await Promise.all(regionNames.map(primeResolver));
  });
  return { firewall, passwords };
}

async function startDns(dir: string, { checkout, dns, supervisor }: Builder, passwords: Passwords): Promise<void> {
  const specs = await Promise.all([
    layKeeper(dns, dir, checkout, passwords['pdns-api-key']),
    layWorldResolver(dir),
    ...regionNames.map((region) => layRegionResolver(join(dir, region), region)),
  ]);
  await Promise.all(specs.map((spec) => supervisor.launch(spec)));
}

async function startCompanions({ checkout, supervisor }: Builder): Promise<void> {
  const tables = regionNames.flatMap((region) => tableEndpoint(checkout, region));
  await Promise.all([...paymentServices(checkout), ...tables].map((spec) => supervisor.launch(spec)));
}

async function startDatabases(dir: string, passwords: Passwords, supervisor: Supervisor): Promise<void> {
  await Promise.all(regionNames.map(async (region) => supervisor.launch(await layMariadb(join(dir, region), region))));
  await openPrimary('A', passwords);
  await attachReplica('B', passwords['db-repl']);
}

async function layShops(dir: string): Promise<void> {
  const owner = await webOwner();
  const secrets = join(dir, 'secrets');
  await Promise.all(regionNames.map((region) => layShop({ region, root: join(dir, region), secrets, owner })));
}

async function startWeb(dir: string, supervisor: Supervisor): Promise<void> {
  await Promise.all(
    regionNames.map(async (region) => {
      await supervisor.launch(await layPhpFpm(join(dir, region), region));
      await supervisor.launch(await layNginx(join(dir, region), region));
    }),
  );
}

async function startSessions(dir: string, { checkout, supervisor }: Builder, { redis }: Passwords): Promise<void> {
  await Promise.all(
    regionNames.map(async (region) => {
      const root = join(dir, region);
      await layServiceCommand(checkout, root);
      await supervisor.launch(await layRedis(root, region, redis));
      await supervisor.launch(await laySshd(root, region));
    }),
  );
  await runInside('A', 'host', 'redis-cli', ['-s', '/srv/run/redis.sock', '-a', redis, 'replicaof', 'no', 'one']);
}

async function layServiceCommand(checkout: string, root: string): Promise<void> {
  const path = join(root, 'bin/service');
  await writeFile(
    path,
    `#!/bin/sh\nexec '${process.execPath}' '${join(checkout, 'dist/lab/control/service.js')}' "$@"\n`,
  );
  await chmod(path, 0o755);
}

async function execInA(command: string, args: string[]) {
  const { code, stdout, stderr } = await capture(inside('A', 'host', { command, args }));
  return { code: code ?? -1, stdout, stderr };
}

/** Customers of a region looked the shop up long before any outage: the resolver has an answer to be stale. */
async function primeResolver(region: RegionName): Promise<void> {
  await runInside(region, 'lab', 'getent', ['ahostsv4', shopName]);
}

/** Refuses a directory that was never a lab's (a lab leaves its lock) and holds something of somebody else's. */
export async function assertLabDirectory(dir: string): Promise<void> {
  const names = await readdir(dir);
  const foreign = names.find((name) => !name.startsWith('.'));
  if (foreign === undefined || names.includes('lock')) return;
  throw new Error(`${dir} holds "${foreign}" and was never a lab's: name an empty directory`);
}

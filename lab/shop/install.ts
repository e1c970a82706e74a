import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ShopKind } from '../shop-kind';

const run = promisify(execFile);

const WORDPRESS = '/usr/share/wordpress';
/** A folder of the project's sources by that of its module, which may be compiled to `dist/`. */
export const sourceOf = (folder: string, name: string): string =>
  folder.replace(new RegExp(`/dist/${name}$`), `/${name}`);
const SOURCES = sourceOf(__dirname, 'lab/shop');
/** The plugin that real shops install. */
const PLUGIN = join(SOURCES, '../../plugin');
const GATEWAY = 'http://192.0.2.10:8080';
const MAIL = 'http://192.0.2.10:8081';
const HOSTS = { A: '198.51.100.10', B: '203.0.113.10' } as const;

export type ShopRegion = keyof typeof HOSTS;

export interface ShopFiles {
  region: ShopRegion;
  /** A plain shop has neither a table nor a Redis. */
  shop: ShopKind;
  /** The region's `/srv`, by the caller's path. */
  root: string;
  /** The folder with one secret a file. */
  secrets: string;
  /** The user of the php-fpm workers: owns what the shop writes and may read its secrets. */
  owner: { uid: number; gid: number };
}

/** Runs a command on region A's host, with its `/srv` and its network. Never rejects on a non-zero exit code. */
export type Exec = (command: string, args: string[]) => Promise<{ code: number; stdout: string; stderr: string }>;

/**
 * Writes the shop's files of a region before its php-fpm starts: a copy of WordPress, because symbolic links would lead to
 * the package's configuration; the plugins; their secrets; and the settings that the runbook changes later.
 */
export async function prepareShop(files: ShopFiles): Promise<void> {
  await Promise.all(
    ['www', 'uploads', 'spool', 'etc'].map((name) => mkdir(join(files.root, name), { recursive: true })),
  );
  await run('cp', ['-a', `${WORDPRESS}/.`, join(files.root, 'www')]);
  await writePlugin(join(files.root, 'www'));
  await writeFile(join(files.root, 'etc/handover.conf'), initialSettings(files.region, files.shop));
  const shop = join(files.root, 'etc/shop.php');
  await writeFile(shop, await fixedSettings(files));
  await chmod(shop, 0o640);
  const { uid, gid } = files.owner;
  await chown(shop, 0, gid);
  await Promise.all(['uploads', 'spool'].map((name) => chown(join(files.root, name), uid, gid)));
  await preparePlugin(files.root, gid);
}

/** The folders of the host that docs/woocommerce.md gives the plugin. */
export async function preparePlugin(root: string, gid: number): Promise<void> {
  const [folder, kept] = [join(root, 'run/handover'), join(root, 'log/handover')];
  await Promise.all([folder, kept].map((name) => mkdir(name, { recursive: true })));
  await writeFile(join(folder, 'in-flight'), '');
  await Promise.all([folder, kept, join(folder, 'in-flight')].map((name) => chown(name, 0, gid)));
  await Promise.all([chmod(folder, 0o775), chmod(kept, 0o770), chmod(join(folder, 'in-flight'), 0o660)]);
}

/**
 * Fills the empty database `shop` of region A: WordPress' tables, WooCommerce's tables, products, epoch 1 of region A.
 * @throws Error with the installer's output when it does not finish
 */
export async function fillShopDatabase({ phpBinary, exec }: { phpBinary: string; exec: Exec }): Promise<void> {
  const { code, stdout, stderr } = await exec(phpBinary, [
    '-d',
    'display_errors=stderr',
    '/srv/etc/install/install.php',
  ]);
  if (code !== 0 || !stdout.endsWith('installed\n')) {
    throw new Error(`the shop's installer ended with code ${code}: ${(stderr + stdout).trim().slice(-2000)}`);
  }
}

/** The php-fpm include of a region before any transfer: A is the primary, B the standby. */
export function initialSettings(region: ShopRegion, shop: ShopKind = 'full'): string {
  const settings = {
    HANDOVER_SITE: 'lab',
    HANDOVER_REGION: region,
    HANDOVER_ROLE: region === 'A' ? 'primary' : 'standby',
    HANDOVER_EPOCH: '1',
    ...(shop === 'full' && { AWS_DYNAMODB_REGION: `lab-${region.toLowerCase()}` }),
    HANDOVER_SCHEDULER: region === 'A' ? 'on' : 'off',
  };
  return Object.entries(settings)
    .map(([name, value]) => `env[${name}] = "${value}"\n`)
    .join('');
}

async function writePlugin(www: string): Promise<void> {
  const content = join(www, 'wp-content');
  // Debian's file reads a configuration under /etc; removed first, so that ours is not written through a link of the package.
  await rm(join(www, 'wp-config.php'), { force: true });
  await rm(join(www, '.htaccess'), { force: true });
  await copyFile(join(SOURCES, 'wordpress/wp-config.php'), join(www, 'wp-config.php'));
  await cp(join(SOURCES, 'mu-plugins'), join(content, 'mu-plugins'), { recursive: true });
  await cp(PLUGIN, join(content, 'mu-plugins/handover'), { recursive: true });
  await copyFile(join(PLUGIN, 'handover-loader.php'), join(content, 'mu-plugins/handover-loader.php'));
  await copyFile(join(PLUGIN, 'db-error.php'), join(content, 'db-error.php'));
  const installer = join(www, '../etc/install');
  await mkdir(installer, { recursive: true });
  for (const name of ['install.php', 'woocommerce.sql', 'lab.sql'])
    await copyFile(join(SOURCES, 'wordpress', name), join(installer, name));
}

/** Settings that the runbook never changes: addresses and secrets, as PHP that only the shop may read. */
async function fixedSettings({ region, shop, secrets }: ShopFiles): Promise<string> {
  const secret = async (name: string) => (await readFile(join(secrets, name), 'utf8')).trim();
  const password = await secret('db-shop');
  const settings = {
    db_password: password,
    salt: createHash('sha256').update(`salt of the shop ${password}`).digest('hex'),
    ...(shop === 'full' && { redis_host: HOSTS[region], redis_password: await secret('redis') }),
    gateway: GATEWAY,
    mail: MAIL,
    ...(shop === 'full' && {
      tables: { 'lab-a': `http://${HOSTS.A}:8000`, 'lab-b': `http://${HOSTS.B}:8000` },
      table_key: await secret('table-shop'),
    }),
    canary_token: await secret('shop-canary'),
    scheduler_token: await secret('scheduler'),
  };
  const json = JSON.stringify(settings).replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `<?php return json_decode('${json}', true);\n`;
}

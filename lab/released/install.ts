/** Released WooCommerce as the shop of a region, with the plugin of `plugin/`. */
import { createHash } from 'node:crypto';
import { chmod, chown, copyFile, cp, lstat, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run, runIn } from '../network/commands';
import { places, shopName, type RegionName } from '../network/places';
import { initialSettings, preparePlugin, sourceOf, type Exec, type ShopFiles } from '../shop/install';
import type { Released } from './folders';

const php = sourceOf(__dirname, 'lab/released');
const project = join(php, '../..');

/** Loaded before every plugin: the loader of the plugin's own, and the payment provider. */
const mustUse = [
  [join(project, 'plugin/handover-loader.php'), 'handover-loader.php'],
  [join(php, 'php/lab-shop.php'), 'lab-shop.php'],
  [join(php, 'php/gateway.php'), 'lab-shop/gateway.php'],
  [join(php, 'php/provider.php'), 'lab-shop/provider.php'],
] as const;

/** Writes the shop's files of a region before its php-fpm starts, with the settings that the runbook changes later. */
export async function prepareReleased({ region, root, secrets, owner }: ShopFiles, from: Released): Promise<void> {
  const [www, etc] = [join(root, 'www'), join(root, 'etc')];
  const folders = ['www', 'uploads', 'etc/install'].map((name) => join(root, name));
  await Promise.all(folders.map((path) => mkdir(path, { recursive: true })));
  await run('cp', ['-a', `${from.wordpress}/.`, www]);
  await writeContent(www, from);
  await writeFile(join(etc, 'handover.conf'), initialSettings(region, 'plain'));
  for (const name of ['install.php', 'use-orders.php'])
    await copyFile(join(php, 'php', name), join(etc, 'install', name));
  await copyFile(join(php, 'php/background.sh'), join(etc, 'background.sh'));
  const settings = join(etc, 'shop.php');
  await writeFile(settings, await fixedSettings(secrets, from));
  await chmod(settings, 0o640);
  await chown(settings, 0, owner.gid);
  await chown(join(root, 'uploads'), owner.uid, owner.gid);
  await preparePlugin(root, owner.gid);
}

async function writeContent(www: string, { woocommerce, theme }: Released): Promise<void> {
  // Debian's file reads a configuration under /etc; removed first, so that ours is not written through a link of the package.
  await Promise.all(['wp-config.php', '.htaccess'].map((name) => rm(join(www, name), { force: true })));
  await copyFile(join(project, 'lab/shop/wordpress/wp-config.php'), join(www, 'wp-config.php'));
  const content = join(www, 'wp-content');
  const folders = ['plugins', 'mu-plugins/lab-shop', 'themes'].map((name) => join(content, name));
  await Promise.all(folders.map((path) => mkdir(path, { recursive: true })));
  await run('cp', ['-a', woocommerce, join(content, 'plugins/woocommerce')]);
  await cp(join(project, 'plugin'), join(content, 'mu-plugins/handover'), { recursive: true });
  if (theme !== undefined) await run('cp', ['-a', theme, join(content, 'themes', basename(theme))]);
  for (const [source, name] of mustUse) await copyFile(source, join(content, 'mu-plugins', name));
  await rm(join(content, 'uploads'), { recursive: true, force: true });
  await symlink('/srv/uploads', join(content, 'uploads'));
}

/** Fills the empty database `shop` of region A. @throws Error with what PHP says when a step does not finish */
export async function fillReleased(exec: Exec): Promise<void> {
  for (const step of ['wordpress', 'plugins', 'shop']) {
    // WordPress' page about an error is for visitors.
    const limits = ['display_errors=stderr', 'memory_limit=512M'].flatMap((limit) => ['-d', limit]);
    const { code, stdout, stderr } = await exec('php8.2', [...limits, '/srv/etc/install/install.php', step]);
    if (code !== 0 || !stdout.endsWith('done\n'))
      throw new Error(
        `WooCommerce was not set up (${step}, code ${code}): ${(stderr || stdout).trim().slice(0, 2000)}`,
      );
  }
}

/** Asks for what customers ask for first, so that the code is compiled before they come: the regions share two processors. */
export async function openShop(region: RegionName): Promise<void> {
  const options = [
    '--silent',
    '--fail',
    '--output',
    '/dev/null',
    '--cacert',
    '/srv/etc/tls/ca.crt',
    '--max-time',
    '30',
  ];
  const here = ['--resolve', `${shopName}:443:${places[region].address}`];
  for (const path of ['cart', 'products', 'cart'])
    await runIn(region, 'host', 'curl', [...options, ...here, `https://${shopName}/wp-json/wc/store/v1/${path}`]);
}

/** What the installer, which runs as root, has put into the uploads belongs to the web server. */
export async function giveUploads(root: string, { uid, gid }: ShopFiles['owner']): Promise<void> {
  const folder = join(root, 'uploads');
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if (!(await lstat(path)).isSymbolicLink()) await chown(path, uid, gid);
  }
}

/** Settings that the runbook never changes, as PHP that only the shop may read. */
async function fixedSettings(secrets: string, { theme }: Released): Promise<string> {
  const secret = async (name: string) => (await readFile(join(secrets, name), 'utf8')).trim();
  const password = await secret('db-shop');
  const settings = {
    db_password: password,
    salt: createHash('sha256').update(`salt of the shop ${password}`).digest('hex'),
    // A checkout of WooCommerce takes a second where this machine is busy.
    waits_seconds: 8,
    database_seconds: 8,
    canary_token: await secret('shop-canary'),
    constants: {
      LAB_GATEWAY: 'http://192.0.2.10:8080',
      LAB_MAIL: 'http://192.0.2.10:8081',
      LAB_THEME: theme === undefined ? '' : basename(theme),
    },
  };
  const json = JSON.stringify(settings).replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `<?php return json_decode('${json}', true);\n`;
}

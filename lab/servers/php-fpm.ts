import { readFile, writeFile } from 'node:fs/promises';
import type { ProcessSpec } from '../control/process';
import type { RegionName } from '../network/places';
import type { ShopKind } from '../shop-kind';

/** The user of Debian's web servers; the shop's files belong to it. */
const webUser = 'www-data';

const configuration = `
[global]
pid = /srv/run/php-fpm.pid
error_log = /srv/log/php-fpm-error.log
daemonize = no
; A reload lets requests in flight finish for this long. PHP's default of 0 cuts them off: one 502 each.
process_control_timeout = 10s

[shop]
user = ${webUser}
group = ${webUser}
listen = /srv/run/php-fpm.sock
listen.owner = ${webUser}
listen.group = ${webUser}
; New requests queue here while old workers finish after a reload.
listen.backlog = 1024
; Static: forking on demand under load costs the two shared cores more than eight idle children do.
pm = static
pm.max_children = 8
request_terminate_timeout = 30s
catch_workers_output = yes
decorate_workers_output = no
php_admin_value[memory_limit] = 128M
php_admin_value[upload_max_filesize] = 8M
php_admin_value[post_max_size] = 8M
php_admin_value[upload_tmp_dir] = /srv/tmp
php_admin_value[sys_temp_dir] = /srv/tmp
include = /srv/etc/handover.conf
`;

/** In MB. WooCommerce has ten times the code of the lab's own shop. */
const codeCache: Record<ShopKind, number> = { full: 64, plain: 64, woocommerce: 192 };

const manyFiles = ['opcache.max_accelerated_files=20000', 'opcache.revalidate_freq=60'];

/** OPcache takes these only from an ini file or the command line, not from a pool. */
const opcache = (shop: ShopKind) => [
  'opcache.enable=1',
  `opcache.memory_consumption=${codeCache[shop]}`,
  ...(shop === 'woocommerce' ? manyFiles : ['opcache.revalidate_freq=2']),
];

export async function preparePhpFpm(root: string, region: RegionName, shop: ShopKind): Promise<ProcessSpec> {
  await writeFile(`${root}/etc/php-fpm.conf`, configuration);
  return {
    name: `${region}.php-fpm`,
    place: region,
    view: 'host',
    command: 'php-fpm8.2',
    args: ['-F', '-y', '/srv/etc/php-fpm.conf', ...opcache(shop).flatMap((setting) => ['-d', setting])],
    listens: [{ path: '/srv/run/php-fpm.sock' }],
    stop: { signal: 'SIGQUIT', timeout: 20_000 },
  };
}

/** The command line that runs another one as the web server's user. */
export const asWebUser = ['setpriv', `--reuid=${webUser}`, `--regid=${webUser}`, '--clear-groups'] as const;

/** Numeric owner of the shop's files. */
export async function webOwner(): Promise<{ uid: number; gid: number }> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((entry) => entry.startsWith(`${webUser}:`));
  if (line === undefined)
    throw new Error(`this machine has no user ${webUser}: run \`npm run setup\` to install php8.2-fpm and nginx-light`);
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

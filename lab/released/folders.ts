/** Released WooCommerce and WordPress that somebody has, as folders. Nothing of them is kept in the repository. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Paths as they were given: a folder, a zip, or (WordPress) a Debian package. */
export interface Given {
  woocommerce: string;
  wordpress?: string | undefined;
  theme?: string | undefined;
}

/** Folders of what is released. */
export interface Released {
  woocommerce: string;
  wordpress: string;
  /** Absent where none was named: WordPress then uses one of its own, or none. */
  theme?: string;
}

/** Debian's, which the lab's own shop uses too. */
const installed = '/usr/share/wordpress';
const folderDepth = 4;

const parts = {
  woocommerce: { file: 'woocommerce.php', what: 'is not the plugin WooCommerce' },
  wordpress: { file: 'wp-includes/version.php', what: 'is not WordPress' },
  theme: { file: 'style.css', what: 'is not a theme' },
} as const;

/**
 * Unpacks what is given below `into` and checks that it fits together.
 * @throws Error that names the option, what is wrong and what to give in its place
 */
export function releasedFolders(given: Given, into: string): Released {
  const woocommerce = folderFor('woocommerce', given.woocommerce, into);
  const wordpress = folderFor('wordpress', given.wordpress ?? installed, into);
  requireVersions(woocommerce, wordpress);
  return {
    woocommerce,
    wordpress,
    ...(given.theme !== undefined && { theme: folderFor('theme', given.theme, into) }),
  };
}

function folderFor(option: keyof typeof parts, given: string, into: string): string {
  const at = resolve(given);
  const { file, what } = parts[option];
  if (!existsSync(at)) throw new Error(`--${option} ${given} does not exist; name the zip or the folder`);
  const folder = folderOf(file, statSync(at).isDirectory() ? at : unpacked(option, at, into));
  if (folder === undefined) throw new Error(`--${option} ${given} ${what}: it contains no ${file}`);
  return folder;
}

/** The folder that has `file`, from `folder` down. */
function folderOf(file: string, folder: string, depth = folderDepth): string | undefined {
  if (existsSync(join(folder, file))) return folder;
  if (depth === 0) return undefined;
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) {
    const found = folderOf(file, join(folder, name), depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

const unzip = '$z = new ZipArchive(); exit($z->open($argv[1]) === true && $z->extractTo($argv[2]) ? 0 : 1);';

function unpacked(option: string, archive: string, into: string): string {
  const folder = join(into, option);
  mkdirSync(folder, { recursive: true });
  const isPackage = archive.endsWith('.deb');
  const [command, args] = isPackage
    ? ['dpkg-deb', ['-x', archive, folder]]
    : ['php', ['-d', 'display_errors=stderr', '-r', unzip, archive, folder]];
  const { status, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw new Error(`--${option}: ${command} did not start (${error.message})`);
  if (status !== 0)
    throw new Error(`--${option} ${archive} can't be unpacked: it is no ${isPackage ? 'Debian package' : 'zip'}`);
  return folder;
}

/** WordPress ends every request with a page about it when a plugin needs a newer one. */
function requireVersions(woocommerce: string, wordpress: string): void {
  const plugin = readFileSync(join(woocommerce, parts.woocommerce.file), 'utf8');
  const needed = /^[ \t*]*Requires at least:\s*([\d.]+)/m.exec(plugin)?.[1];
  const version = /^[ \t*]*Version:\s*([\w.-]+)/m.exec(plugin)?.[1];
  const found = /\$wp_version\s*=\s*'([\d.]+)/.exec(readFileSync(join(wordpress, parts.wordpress.file), 'utf8'))?.[1];
  if (version === undefined)
    throw new Error(`--woocommerce is not the plugin WooCommerce: ${parts.woocommerce.file} names no Version`);
  if (found === undefined)
    throw new Error(`--wordpress is not WordPress: ${parts.wordpress.file} names no $wp_version`);
  if (needed !== undefined && isOlder(found, needed))
    throw new Error(
      `WooCommerce ${version} needs WordPress ${needed} or newer, and this is WordPress ${found}; name a newer one with --wordpress`,
    );
}

/** Whether version `one` is older than `other`, number by number. */
export function isOlder(one: string, other: string): boolean {
  const [left, right] = [one, other].map((version) => version.split('.').map(Number));
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index += 1) {
    const [a, b] = [left?.[index] ?? 0, right?.[index] ?? 0];
    if (a !== b) return a < b;
  }
  return false;
}

/** Unpacks what is given for as long as `use` needs it. @throws as `releasedFolders`, before `use` is called */
export async function withReleased<T>(given: Given, use: (released: Released) => Promise<T>): Promise<T> {
  const into = mkdtempSync(join(tmpdir(), 'handover-released-'));
  try {
    return await use(releasedFolders(given, into));
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
}

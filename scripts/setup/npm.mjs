// Installs the npm packages: `npm ci`, once for each version of package-lock.json.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorIn, Missing, run } from './run.mjs';

const stampOf = (root) => join(root, 'node_modules/.handover-setup');
const lockHash = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

/**
 * True when npm's own list of installed packages has each required package of the lock file in the same version.
 * So packages that were installed by hand are not installed again.
 */
export function sameTree(lock, installed) {
  return Object.entries(lock.packages).every(
    ([path, wanted]) => path === '' || wanted.optional || installed.packages?.[path]?.version === wanted.version,
  );
}

/** True when node_modules/ matches package-lock.json. Writes a stamp, so that the next check compares one hash. */
export function npmReady(root) {
  const hash = lockHash(root);
  if (read(stampOf(root))?.trim() === hash) return true;
  const installed = read(join(root, 'node_modules/.package-lock.json'));
  if (installed === undefined) return false;
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  if (!sameTree(JSON.parse(lock), JSON.parse(installed))) return false;
  writeFileSync(stampOf(root), `${hash}\n`);
  return true;
}

/** Installs the packages of the lock file without their install scripts, which none of them needs. */
export async function installNpm(root) {
  const { code, output } = await run('npm', ['ci', '--include=dev', '--ignore-scripts'], { cwd: root });
  if (code !== 0) throw new Missing(`npm packages are missing: npm ci reported ${errorIn(output)}.`, 'npm ci');
  writeFileSync(stampOf(root), `${lockHash(root)}\n`);
  return output.match(/added \d+ packages/)?.[0] ?? 'installed';
}

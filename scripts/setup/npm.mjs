// npm packages: `npm ci`, once for each state of package-lock.json.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastWords, Missing, run } from './run.mjs';

const stampOf = (root) => join(root, 'node_modules/.handover-setup');
const lockHash = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

/**
 * True when npm's own list of what it installed has each required package of the lock file in the same version.
 * So a tree that somebody installed by hand is taken as it is.
 */
export function sameTree(lock, installed) {
  return Object.entries(lock.packages).every(
    ([path, wanted]) => path === '' || wanted.optional || installed.packages?.[path]?.version === wanted.version,
  );
}

/** True when node_modules/ belongs to this package-lock.json. Leaves a stamp, so that the next look is one hash. */
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

/** Installs what the lock file names; no package may run a script of its own, none of ours needs one. */
export async function installNpm(root) {
  const { code, output } = await run('npm', ['ci', '--include=dev', '--ignore-scripts'], { cwd: root });
  if (code !== 0) throw new Missing(`npm packages are missing: npm ci ended with ${lastWords(output)}.`, 'npm ci');
  writeFileSync(stampOf(root), `${lockHash(root)}\n`);
  return output.match(/added \d+ packages/)?.[0] ?? 'installed';
}

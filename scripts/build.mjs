// Compiles changed files of src, lab and bench to dist/ with swc (`npm run typecheck` checks types), and bundles the
// workflows once, so that no worker has to do it when it starts.
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const swcOptions = {
  sourceMaps: true,
  module: { type: 'commonjs', ignoreDynamic: true },
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022', keepClassNames: true },
};

function* filesUnder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else yield path;
  }
}

const mtime = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Writes to a temporary file and renames it, so that a process that starts in the meantime never reads a partial file. */
function writeAtomically(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

const folders = ['src', 'lab', 'bench'];

function compile() {
  const sources = folders.flatMap((folder) =>
    statSync(join(root, folder), { throwIfNoEntry: false }) ? [...filesUnder(join(root, folder))] : [],
  );
  const typescript = sources.filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));
  // A change of this script may change its output.
  const compiler = mtime(fileURLToPath(import.meta.url));
  const stale = typescript.filter((path) => Math.max(mtime(path), compiler) > mtime(target(path)));
  if (stale.length > 0) {
    const swc = require('@swc/core');
    for (const path of stale) {
      const { code, map } = swc.transformFileSync(path, { ...swcOptions, cwd: root });
      const out = target(path);
      writeAtomically(`${out}.map`, map);
      writeAtomically(out, `${code}\n//# sourceMappingURL=${out.split('/').pop()}.map\n`);
    }
  }
  removeOrphans(new Set(typescript.map(target)));
  return stale.length;
}

function target(source) {
  return join(root, 'dist', relative(root, source)).replace(/\.ts$/, '.js');
}

/** Removes the output of deleted sources, which a stale import would still find. */
function removeOrphans(expected) {
  for (const folder of folders) {
    const out = join(root, 'dist', folder);
    if (!statSync(out, { throwIfNoEntry: false })) continue;
    for (const path of filesUnder(out)) {
      if (path.endsWith('.js') && !expected.has(path)) {
        rmSync(path);
        rmSync(`${path}.map`, { force: true });
      }
    }
  }
}

async function bundleWorkflows() {
  const entry = join(root, 'dist/src/workflows/index.js');
  if (!statSync(entry, { throwIfNoEntry: false })) return false;
  const bundle = join(root, 'dist/workflow-bundle.js');
  const inputs = ['workflows', 'contract', 'domain'].flatMap((folder) => [
    ...filesUnder(join(root, 'dist/src', folder)),
  ]);
  inputs.push(join(root, 'package-lock.json'));
  if (inputs.every((path) => mtime(path) < mtime(bundle))) return false;
  const { bundleWorkflowCode, DefaultLogger } = require('@temporalio/worker');
  const { code } = await bundleWorkflowCode({ workflowsPath: entry, logger: new DefaultLogger('ERROR') });
  writeAtomically(bundle, code);
  return true;
}

/**
 * Lets `npx handover` find its command in this folder. Otherwise npx keeps links of its own to it, and if it was asked before the first build, it
 * goes on saying that there is no such command.
 */
function linkCommands() {
  const links = join(root, 'node_modules/.bin');
  if (!statSync(links, { throwIfNoEntry: false })) return;
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const [name, file] of Object.entries(bin)) {
    const path = join(root, file);
    if (!statSync(path, { throwIfNoEntry: false })) continue;
    chmodSync(path, 0o755);
    const temporary = join(links, `${name}.${process.pid}`);
    symlinkSync(relative(links, path), temporary);
    renameSync(temporary, join(links, name));
  }
}

/** Builds what is out of date; returns what was done, or undefined when nothing was. */
export async function build() {
  const compiled = compile();
  linkCommands();
  const bundled = await bundleWorkflows();
  if (compiled === 0 && !bundled) return undefined;
  return `${compiled} files compiled${bundled ? ', workflows bundled' : ''}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = await build();
  if (built) console.log(`built: ${built}`);
}

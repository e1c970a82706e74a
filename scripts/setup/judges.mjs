// Judges: third-party programs that check our vendor fakes against what the vendors publish. They are the vendors' own clients, another
// server of the same API, and a proxy that validates an OpenAPI description. Only tests use them; a test without its judge is skipped and says so.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorIn, Missing, run } from './run.mjs';

/** MB on disk, seen 2026-11. */
export const JUDGES = [
  { name: 'prism', by: 'npm', packages: ['@stoplight/prism-cli@5.14.2'], mb: 90 },
  { name: 'cloudflare', by: 'npm', packages: ['cloudflare@7.3.0'], mb: 120 },
  { name: 'google-dns', by: 'npm', packages: ['@google-cloud/dns@5.3.1'], mb: 38 },
  { name: 'ministack', by: 'pip', packages: ['ministack==1.5.33', 'hypercorn==0.18.0'], mb: 65 },
  { name: 'pydo', by: 'pip', packages: ['pydo==0.44.0'], mb: 113 },
];

const folderOf = (root, { name }) => join(root, '.cache/judges', name);
const stampOf = (root, judge) => join(folderOf(root, judge), 'brought');

/** True when `judge` is installed in the pinned versions. */
function ready(root, judge) {
  const stamp = stampOf(root, judge);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === judge.packages.join(' ');
}

export const missingJudges = (root) => JUDGES.filter((judge) => !ready(root, judge));

const programs = {
  npm: (folder, packages) => [
    ...['npm', 'install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'],
    ...packages,
  ],
  pip: (folder, packages) => [
    ...['python3', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--timeout=15', '--retries=2'],
    ...['--target', folder, ...packages],
  ],
};

/** Installs each judge into its own folder, all in parallel; a failure does not affect the others. Returns what was installed. */
export async function installJudges(root, installPip) {
  const wanted = missingJudges(root);
  if (wanted.some(({ by }) => by === 'pip')) await ensurePip(installPip);
  const results = await Promise.all(wanted.map((judge) => install(root, judge)));
  const failures = results.filter((one) => one !== undefined);
  if (failures.length > 0) throw new Missing(failures.join(' '), 'npm run setup -- --judges');
  return wanted.map(({ packages: [first] }) => first).join(' ');
}

async function ensurePip(installPip) {
  if ((await run('python3', ['-m', 'pip', '--version'])).code !== 0) await installPip();
}

/** Why it could not be installed; undefined on success. */
async function install(root, judge) {
  const folder = folderOf(root, judge);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [program, ...args] = programs[judge.by](folder, judge.packages);
  const { code, output } = await run(program, args);
  if (code !== 0) return `${judge.name} is missing: ${judge.by} reported ${errorIn(output)}.`;
  writeFileSync(stampOf(root, judge), judge.packages.join(' '));
  return undefined;
}

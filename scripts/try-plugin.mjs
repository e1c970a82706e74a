// Runs the plugin's tests against a released WooCommerce that somebody has; nothing of it is kept in the repository.
//   --woocommerce PATH   folder or zip of WooCommerce
//   --wordpress PATH     folder, zip or Debian package of WordPress; Debian's installed one by default
//   --theme PATH         folder or zip of a theme, for a WordPress without one
//   --wp-cli PATH        wp-cli.phar; without it the tests of the shell are skipped
//   -- WORDS             for jest, such as -t canary
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const path = { type: 'string' };
const options = { woocommerce: path, wordpress: path, theme: path, 'wp-cli': path };
const { values, positionals } = parseArgs({ options, allowPositionals: true });

if (values.woocommerce === undefined) {
  console.log('Skipped: no WooCommerce is named. Type: npm run try-plugin -- --woocommerce woocommerce.zip');
  process.exit(0);
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

const unpacked = mkdtempSync(join(tmpdir(), 'handover-try-'));

function run(command, args) {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) fail(`${command} ${args.join(' ')} failed: ${stderr.trim()}`);
}

/** The folder that holds `file`, in `folder` or at most four levels below it. */
function folderOf(file, folder, depth = 4) {
  if (existsSync(join(folder, file))) return folder;
  if (depth === 0) return undefined;
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => folderOf(file, join(folder, name), depth - 1)).find((found) => found !== undefined);
}

/** `given` as a folder with `file` in it, unpacked where it is a zip or a Debian package. */
function folder(name, file) {
  const given = values[name];
  if (given === undefined) return undefined;
  const at = resolve(given);
  if (!existsSync(at)) fail(`--${name} ${given} does not exist.`);
  let from = at;
  if (!statSync(at).isDirectory()) {
    from = join(unpacked, name);
    if (at.endsWith('.deb')) run('dpkg-deb', ['-x', at, from]);
    else
      run('php', [
        '-r',
        '$z = new ZipArchive(); exit($z->open($argv[1]) === true && $z->extractTo($argv[2]) ? 0 : 1);',
        at,
        from,
      ]);
  }
  return folderOf(file, from) ?? fail(`--${name} ${given} holds no ${file}.`);
}

const found = {
  HANDOVER_WOOCOMMERCE: folder('woocommerce', 'woocommerce.php'),
  HANDOVER_WORDPRESS: folder('wordpress', 'wp-settings.php'),
  HANDOVER_THEME: folder('theme', 'style.css'),
  HANDOVER_WP_CLI: values['wp-cli'] && resolve(values['wp-cli']),
};
const named = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
const { status } = spawnSync('npx', ['jest', 'test/plugin/woocommerce', ...positionals], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...named },
});
rmSync(unpacked, { recursive: true, force: true });
process.exit(status ?? 1);

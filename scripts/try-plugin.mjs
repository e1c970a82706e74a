// Runs the plugin's tests against a released WooCommerce that somebody has; nothing of it is kept in the repository.
//   --woocommerce PATH   folder or zip of WooCommerce
//   --wordpress PATH     folder, zip or Debian package of WordPress; Debian's installed one by default
//   --theme PATH         folder or zip of a theme, for a WordPress without one
//   --wp-cli PATH        wp-cli.phar; without it the tests of the shell are skipped
//   -- WORDS             for jest, such as -t canary
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { withReleased } = createRequire(import.meta.url)('../dist/lab/released/folders.js');
const path = { type: 'string' };
const options = { woocommerce: path, wordpress: path, theme: path, 'wp-cli': path };
const { values, positionals } = parseArgs({ options, allowPositionals: true });

async function main() {
  const { woocommerce, wordpress, theme, 'wp-cli': wpCli } = values;
  if (woocommerce === undefined) {
    console.log('Skipped: no WooCommerce is named. Type: npm run try-plugin -- --woocommerce woocommerce.zip');
    return 0;
  }
  if (wpCli !== undefined && !existsSync(wpCli)) throw new Error(`--wp-cli ${wpCli} does not exist; name wp-cli.phar`);
  return withReleased({ woocommerce, wordpress, theme }, (released) => {
    const found = {
      HANDOVER_WOOCOMMERCE: released.woocommerce,
      HANDOVER_WORDPRESS: released.wordpress,
      HANDOVER_THEME: released.theme,
      HANDOVER_WP_CLI: wpCli && resolve(wpCli),
    };
    const named = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
    const { status } = spawnSync('npx', ['jest', 'test/plugin/woocommerce', ...positionals], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...named },
    });
    return Promise.resolve(status ?? 1);
  });
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);

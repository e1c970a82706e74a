import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Released WooCommerce is nobody's to commit, so whoever has it names it. */
const { HANDOVER_WOOCOMMERCE: woocommerce, HANDOVER_WORDPRESS: wordpress, HANDOVER_THEME: theme } = process.env;
const isNamed = woocommerce !== undefined && woocommerce !== '';
if (!isNamed)
  process.stdout.write(
    'Skipped: drills on released WooCommerce; name its folder or zip in HANDOVER_WOOCOMMERCE, and WordPress in HANDOVER_WORDPRESS.\n',
  );

const given = Object.entries({ woocommerce, wordpress, theme }).flatMap(([name, path]) =>
  path === undefined ? [] : [`--${name}`, path],
);

(isNamed ? test : test.skip).each([
  ['a planned move there and home', ['--kind', 'switchover']],
  ['a lost region, its salvage and the way home', []],
])('released WooCommerce keeps every order through %s', (_what, options) => {
  const drill = join(process.cwd(), 'dist/lab/drill/cli.js');
  const args = [drill, ...given, ...options, '--temporal-port', '0', '--ui-port', '0'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  expect(`${status === 0 ? '' : stdout.slice(-6000) + stderr.slice(-2000)}exit code ${String(status)}`).toBe(
    'exit code 0',
  );
});

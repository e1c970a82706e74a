/** WordPress behind nginx and php-fpm with a MariaDB of its own, on the loopback, with the plugin of `plugin/` installed. */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { dataDirectory } from './mariadb-data';
import { freePort, startServer, type Place, type RunningServer } from './place';

const run = promisify(execFile);
const plugin = join(__dirname, '../../plugin');
export const token = 'token-of-the-runbook';

export interface WordPressOptions {
  /** Folder of WordPress; it is copied. */
  wordpress: string;
  /** Folder of WooCommerce, copied into the plugins and activated. */
  woocommerce?: string;
  /** A theme's folder, for a WordPress that comes without one. */
  theme?: string;
  /** PHP that runs once, with the shop's plugins loaded. */
  setUp?: string;
  prefix: string;
}

export interface RealWordPress {
  url: string;
  root: string;
  /** Has `gate`, `scheduler-paused` and `in-flight`. */
  runFolder: string;
  /** The php-fpm include. */
  settingsFile: string;
  sql: (statement: string) => Promise<Record<string, unknown>[]>;
  /** Runs PHP with WordPress loaded and returns what it prints. */
  php: (code: string, env?: Record<string, string>) => Promise<string>;
  /** Changes lines of the settings and reloads php-fpm, as the runbook does. */
  settings: (lines: Record<string, string>) => void;
  close: () => Promise<void>;
}

const firstSettings = {
  HANDOVER_SITE: 'lab',
  HANDOVER_REGION: 'A',
  HANDOVER_ROLE: 'primary',
  HANDOVER_EPOCH: '1',
  HANDOVER_SCHEDULER: 'on',
  AWS_DYNAMODB_REGION: 'lab-a',
};

const linesOf = (settings: Record<string, string>) =>
  Object.entries(settings)
    .map(([name, value]) => `env[${name}] = "${value}"\n`)
    .join('');

const configuration = (at: Place, url: string, prefix: string) => `<?php
define('DB_NAME', 'shop'); define('DB_USER', 'shop'); define('DB_PASSWORD', 'secret-shop');
define('DB_HOST', 'localhost:${at.path('s')}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
$table_prefix = '${prefix}';
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $use) { define("{$use}_KEY", "key $use"); define("{$use}_SALT", "salt $use"); }
define('WP_HOME', '${url}'); define('WP_SITEURL', '${url}');
define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true); define('DISABLE_WP_CRON', true);
define('HANDOVER_RUN', '${at.path('run')}'); define('HANDOVER_TOKEN', '${token}'); define('HANDOVER_JOURNAL', '${at.path('journal.jsonl')}');
ini_set('error_log', '${at.path('php-errors.log')}');
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
`;

function writeFiles(at: Place, port: number, options: WordPressOptions): void {
  const www = at.path('www');
  cpSync(options.wordpress, www, { recursive: true, verbatimSymlinks: true });
  for (const name of ['wp-config.php', '.htaccess']) rmSync(join(www, name), { force: true });
  writeFileSync(join(www, 'wp-config.php'), configuration(at, `http://127.0.0.1:${port}`, options.prefix));
  const content = join(www, 'wp-content');
  for (const name of ['plugins', 'mu-plugins', 'themes', 'uploads'])
    if (!existsSync(join(content, name))) mkdirSync(join(content, name));
  cpSync(plugin, join(content, 'plugins/handover'), { recursive: true });
  if (options.woocommerce !== undefined)
    cpSync(options.woocommerce, join(content, 'plugins/woocommerce'), { recursive: true });
  if (options.theme !== undefined)
    cpSync(options.theme, join(content, 'themes', basename(options.theme)), { recursive: true });
  writeFileSync(join(content, 'mu-plugins/no-mail.php'), "<?php add_filter('pre_wp_mail', '__return_true');");
  mkdirSync(at.path('run'));
  writeFileSync(at.path('handover.conf'), linesOf(firstSettings));
  writeFileSync(
    at.path('php-fpm.conf'),
    `[global]\npid = ${at.path('php.pid')}\nerror_log = ${at.path('php.log')}
process_control_timeout = 60s
[www]\nuser = root\nlisten = ${at.path('php.sock')}\npm = static\npm.max_children = 4\ninclude = ${at.path('handover.conf')}\n`,
  );
  writeFileSync(at.path('nginx.conf'), nginx(at, port));
}

/** The snippet of docs/woocommerce.md in a small server. */
const nginx = (
  at: Place,
  port: number,
) => `daemon off;\npid ${at.path('nginx.pid')};\nerror_log ${at.path('nginx.log')};\nuser root;\nevents {}
http { access_log off; include /etc/nginx/mime.types;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${at.path(`tmp-${name}`)};`).join(' ')}
  server { listen 127.0.0.1:${port}; root ${at.path('www')}; index index.php; absolute_redirect off;
    location = /handover-serving { include /etc/nginx/fastcgi_params;
      fastcgi_param SCRIPT_FILENAME ${at.path('www/wp-content/plugins/handover/serving.php')}; fastcgi_pass unix:${at.path('php.sock')}; }
    location / { try_files $uri $uri/ /index.php$is_args$args; }
    location ~ \\.php$ { try_files $uri =404; include /etc/nginx/fastcgi.conf; fastcgi_pass unix:${at.path('php.sock')}; }
  } }\n`;

async function startDatabase(at: Place): Promise<RunningServer> {
  const template = dataDirectory(at);
  const place = [`--datadir=${template}`, `--socket=${at.path('s')}`, `--pid-file=${at.path('db.pid')}`];
  const small = ['--innodb-log-file-size=8M', '--innodb-flush-log-at-trx-commit=2', '--skip-name-resolve'];
  const command = [
    'mariadbd',
    '--no-defaults',
    '--user=root',
    ...place,
    ...small,
    '--skip-networking',
    '--server-id=1',
  ];
  return startServer([...command, `--tmpdir=${at.path('tmp')}`], at.path('db.log'), () => existsSync(at.path('s')));
}

const installer = `
define('WP_INSTALLING', true);
function wp_new_blog_notification() {}
require 'ROOT/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_option_permalink_structure', fn() => '/%postname%/');
wp_install('Shop', 'keeper', 'keeper@shop.test', true, '', 'secret-keeper');
echo 'done';`;

const permalinks = "require 'ROOT/wp-load.php'; $wp_rewrite->set_permalink_structure('/%postname%/');";

const activation = (name: string) => `require 'ROOT/wp-load.php'; require_once ABSPATH . 'wp-admin/includes/plugin.php';
$no = activate_plugin('${name}/${name}.php'); echo is_wp_error($no) ? $no->get_error_message() : 'done';`;

async function fill(at: Place, { woocommerce, theme, setUp = '' }: WordPressOptions): Promise<void> {
  const names = [...(woocommerce === undefined ? [] : ['woocommerce']), 'handover'];
  const themed = theme === undefined ? '' : `switch_theme('${basename(theme)}');`;
  const steps = [
    installer,
    ...names.map(activation),
    `${permalinks} ${themed} ${setUp} flush_rewrite_rules(false); echo 'done';`,
  ];
  for (const step of steps) {
    const said = await phpIn(at, step.replaceAll('ROOT', at.path('www')));
    if (!said.endsWith('done')) throw new Error(`WordPress was not set up: ${said.slice(-2_000)}`);
  }
}

async function phpIn(at: Place, code: string, env: Record<string, string> = {}): Promise<string> {
  const server = `$_SERVER += ['HTTP_HOST' => '127.0.0.1', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1'];`;
  const limits = ['-d', 'display_errors=stderr', '-d', 'memory_limit=512M'];
  const { stdout } = await run('php', [...limits, '-r', `${server} ${code}`], {
    env: { ...process.env, HANDOVER_SETTINGS: at.path('handover.conf'), ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

async function query(at: Place, statement: string): Promise<Record<string, unknown>[]> {
  const login = { socketPath: at.path('s'), user: 'root', database: 'shop', multipleStatements: true };
  const connection = await createConnection(login);
  try {
    const [rows] = await connection.query(statement);
    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
  } finally {
    connection.destroy();
  }
}

/** Starts it all; takes some seconds, with WooCommerce half a minute. */
export async function realWordPress(at: Place, options: WordPressOptions): Promise<RealWordPress> {
  const port = await freePort();
  writeFiles(at, port, options);
  const database = await startDatabase(at);
  await fill(at, options);
  const php = await startServer(['php-fpm8.2', '-F', '-R', '-y', at.path('php-fpm.conf')], at.path('fpm.out'), () =>
    existsSync(at.path('php.sock')),
  );
  const where = { host: '127.0.0.1', port };
  const web = await startServer(['nginx', '-c', at.path('nginx.conf')], at.path('nginx.out'), where);
  let current: Record<string, string> = firstSettings;
  return {
    url: `http://127.0.0.1:${port}`,
    root: at.path('www'),
    runFolder: at.path('run'),
    settingsFile: at.path('handover.conf'),
    sql: (statement) => query(at, statement),
    php: (code, env) => phpIn(at, `require '${at.path('www/wp-load.php')}'; ${code}`, env),
    settings: (lines) => {
      current = { ...current, ...lines };
      writeFileSync(at.path('handover.conf'), linesOf(current));
      execFileSync('kill', ['-USR2', readFileSync(at.path('php.pid'), 'utf8').trim()]);
    },
    close: async () => {
      await Promise.all([web, php, database].map((server) => server.kill()));
    },
  };
}

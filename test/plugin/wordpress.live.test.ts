import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { place } from '../../lab/loopback/place';
import { until } from '../../lab/loopback/until';
import { realWordPress, token, type RealWordPress } from '../../lab/loopback/wordpress';

const run = promisify(execFile);
const at = place();
let shop: RealWordPress;

/** Routes of WooCommerce's names without WooCommerce: each writes a row and says that all is well, as WooCommerce would. */
const standIn = `<?php
add_action('rest_api_init', function () {
  $take = function () { global $wpdb; sleep((int) @file_get_contents('RUN/slow')); do_action('woocommerce_new_order', 12);
    $wpdb->insert($wpdb->options, ['option_name' => 'order_' . wp_generate_password(12, false), 'option_value' => 'x']); return ['order_id' => 12]; };
  foreach (['wc/store/v1' => '/checkout', 'wc/v3' => '/orders'] as $space => $route) {
    register_rest_route($space, $route, ['methods' => 'POST,GET', 'permission_callback' => '__return_true', 'callback' => $take]);
  }
});
add_action('template_redirect', function () {
  if (($_GET['wc-ajax'] ?? '') !== 'checkout') { return; }
  update_option('classic', microtime());
  header('Location: /thanks'); wp_send_json(['result' => 'success']);
});
add_action('template_redirect', function () {
  if (($_GET['wc-ajax'] ?? '') !== 'some_gateway') { return; }
  $asked = json_decode(file_get_contents('php://input'), true);
  echo 'early '; eval($asked['first']);
  if ($asked['fence']) { (new mysqli(null, 'root', '', '', 0, 'SOCKET'))->query('SET GLOBAL read_only = 1'); }
  update_option('classic', microtime()); echo 'late'; eval($asked['last']); exit;
});
foreach (['template_redirect', 'admin_post_nopriv_paid', 'wp_ajax_nopriv_paid'] as $hook) {
  add_action($hook, function () { if (!isset($_REQUEST['paid'])) { return; }
    echo 'thanks ';
    do_action('woocommerce_before_order_object_save', new class { function get_id() { return 12; } });
    update_option('paid', $_REQUEST['paid']); sleep((int) @file_get_contents('RUN/slow')); exit; });
}
add_action('tick', function () { file_put_contents('RUN/ticks', 'x', FILE_APPEND); });
add_filter('query', function ($query) { if (preg_match('/handover_|@@global/', $query)) { $GLOBALS['asked'] = ($GLOBALS['asked'] ?? 0) + 1; } return $query; });
register_shutdown_function(function () { register_shutdown_function(function () {
  file_put_contents('RUN/asked', $_SERVER['REQUEST_METHOD'] . ' ' . $_SERVER['REQUEST_URI'] . ' ' . ($GLOBALS['asked'] ?? 0) . "\n", FILE_APPEND); }); });
`;

beforeAll(async () => {
  shop = await realWordPress(at, { wordpress: '/usr/share/wordpress', prefix: 'shop7_' });
  writeFileSync(
    join(shop.root, 'wp-content/mu-plugins/aaa-stand-in.php'),
    standIn.replaceAll('RUN', shop.runFolder).replace('SOCKET', at.path('s')),
  );
});
beforeEach(async () => {
  await shop.sql("SET GLOBAL read_only = 0; REPLACE INTO handover_epoch VALUES ('lab', 1, 'A', 1, UTC_TIMESTAMP(6))");
  for (const name of ['gate', 'scheduler-paused', 'ticks', 'slow']) rmSync(join(shop.runFolder, name), { force: true });
});
afterAll(async () => {
  await shop.close();
  at.remove();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(shop.url + path, { headers, redirect: 'manual' });
const post = (path: string, body: unknown = {}, headers: Record<string, string> = {}) =>
  fetch(shop.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    redirect: 'manual',
  });
const health = async (headers: Record<string, string> = {}) => {
  const response = await get('/wp-json/handover/v1/health', headers);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe('behind WordPress, the plugin', () => {
  it('answers health as the runbook reads it, with versions only for its token', async () => {
    const { status, body } = await health();
    const database = { reachable: true, serverId: 1, readOnly: false, epoch: 1, primary: 'A', verifiedEpoch: 1 };
    expect(status).toBe(200);
    expect(body).toMatchObject({
      site: 'lab',
      region: 'A',
      role: 'primary',
      epoch: 1,
      tableRegion: 'lab-a',
      gate: null,
      serving: true,
      database,
    });
    expect(body).not.toHaveProperty('versions');
    const { body: told } = await health({ 'x-handover-canary': token });
    expect(told['versions']).toMatchObject({
      'woocommerce types of orders': '',
      'table prefix': 'shop7_',
      handover: expect.stringMatching(/^1\.0\.0 [0-9a-f]{12}$/) as string,
    });
  });

  it.each([
    '/handover-serving',
    '/handover-serving/',
    '/wp-json/handover/v1/serving',
    '/?rest_route=/handover/v1/serving',
  ])('answers %s by epoch, verification and writability', async (path) => {
    expect((await get(path)).status).toBe(200);
    await shop.sql('UPDATE handover_epoch SET epoch = 2');
    expect(await (await get(path)).json()).toEqual({
      serving: false,
      because: 'the settings hold epoch 1, the database epoch 2',
    });
    await shop.sql('UPDATE handover_epoch SET epoch = 1, verified_epoch = 0');
    const unverified = await get(path);
    expect([unverified.status, unverified.headers.get('x-handover-region')]).toEqual([503, 'A']);
    await shop.sql('UPDATE handover_epoch SET verified_epoch = 1; SET GLOBAL read_only = 1');
    expect(await (await get(path)).json()).toEqual({
      serving: false,
      because: 'the database of region A is read-only',
    });
  });

  it.each([
    ['the Store API', '/wp-json/wc/store/v1/checkout'],
    ['orders by REST', '/wp-json/wc/v3/orders'],
    ['the classic checkout', '/?wc-ajax=checkout'],
  ])('holds %s at the gate with a sentence, and nothing else of the shop', async (_, path) => {
    expect((await post(path)).status).toBeLessThan(400);
    writeFileSync(join(shop.runFolder, 'gate'), 'planned move');
    const held = await post(path);
    expect([held.status, held.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await held.text()).toContain('Orders are paused for a moment.');
    for (const free of ['/', '/wp-json/wp/v2/posts', '/wp-json/wc/v3/orders'])
      expect((await get(free)).status).toBe(200);
  });

  it.each([
    ['the Store API', '/wp-json/wc/store/v1/checkout'],
    ['the classic checkout, which would redirect', '/?wc-ajax=checkout'],
  ])('acknowledges no order of %s whose writes the database refused', async (_, path) => {
    writeFileSync(join(shop.runFolder, 'slow'), '0');
    const plan = `<?php add_action('rest_api_init', fn() => fence()); add_action('template_redirect', fn() => fence(), 0);
      function fence() { $root = new mysqli(null, 'root', '', '', 0, '${at.path('s')}'); $root->query('SET GLOBAL read_only = ' . (int) file_exists('${at.path('fence')}')); }`;
    writeFileSync(join(shop.root, 'wp-content/mu-plugins/zzz-fence.php'), plan);
    writeFileSync(at.path('fence'), '');
    const lost = await post(path);
    rmSync(at.path('fence'));
    rmSync(join(shop.root, 'wp-content/mu-plugins/zzz-fence.php'));
    expect([lost.status, lost.headers.get('location'), lost.headers.get('retry-after')]).toEqual([503, null, '5']);
    const body = await lost.text();
    expect(body).toContain('Your order could not be confirmed');
    expect(readFileSync(at.path('journal.jsonl'), 'utf8')).toContain(
      'The MariaDB server is running with the --read-only option',
    );
  });

  it.each([
    ['cleans its buffer', 'ob_clean();', '', 'late'],
    ['cleans what is not a buffer of its own', '$text = ob_get_clean();', '', 'late'],
    ['removes all buffers', 'while (ob_get_level()) { ob_end_clean(); }', '', 'late'],
    ['flushes its buffer', 'ob_flush(); flush();', '', 'early late'],
    ['sends all buffers', 'while (ob_get_level()) { ob_end_flush(); }', '', 'early late'],
    ['cleans twice', 'ob_clean(); do_action("x"); while (ob_get_level()) { ob_end_clean(); }', '', 'late'],
    ['ends the answer itself', '', 'fastcgi_finish_request();', 'early late'],
    ['exits at the shutdown', "add_action('shutdown', function () { exit; }, 2);", '', 'early late'],
    ['exits before WordPress ends its buffers', "add_action('shutdown', function () { exit; }, 0);", '', 'early late'],
    ['does not let WordPress end its buffers', "remove_all_actions('shutdown');", '', 'early late'],
  ])('acknowledges no half order of a gateway that %s, and a whole one as before', async (_, first, last, text) => {
    const whole = await post('/?wc-ajax=some_gateway', { first, last, fence: false });
    expect([whole.status, await whole.text()]).toEqual([200, text]);
    const half = await post('/?wc-ajax=some_gateway', { first, last, fence: true });
    expect([half.status, await half.json()]).toMatchObject([503, { result: 'failure' }]);
  });

  it('turns the status of a half order whose answer is printed past every buffer', async () => {
    const first = 'while (ob_get_level()) { ob_end_clean(); }';
    const past = `${first} (new mysqli(null, 'root', '', '', 0, '${at.path('s')}'))->query('SET GLOBAL read_only = 1'); echo 'thanks';`;
    const half = await post('/?wc-ajax=some_gateway', { first: past, last: '', fence: false });
    expect([half.status, half.headers.get('retry-after')]).toEqual([503, '5']);
  });

  describe.each([
    ['the page that a gateway sends customers back to', '/?key=wc_order_x&paid='],
    ['admin-post.php', '/wp-admin/admin-post.php?action=paid&paid='],
    ['an action of admin-ajax.php', '/wp-admin/admin-ajax.php?action=paid&paid='],
  ])('on %s', (_, path) => {
    const paid = () => shop.php("echo get_option('paid', 'nothing');");

    it('writes no order behind the gate, and names the one that was not written', async () => {
      expect([(await get(`${path}before`)).status, await paid()]).toEqual([200, 'before']);
      writeFileSync(join(shop.runFolder, 'gate'), 'planned move');
      const held = await get(`${path}behind`);
      expect([held.status, held.headers.get('retry-after'), await paid()]).toEqual([503, '5', 'before']);
      expect(await held.text()).toMatch(/^<!doctype html>.*If you have paid already, do not pay again/);
      expect(readFileSync(at.path('journal.jsonl'), 'utf8')).toContain(
        '"orders":[12],"because":"the gate is shut: planned move"',
      );
    });

    it('thanks nobody for a payment that a read-only database did not take', async () => {
      await shop.sql('SET GLOBAL read_only = 1');
      expect((await get(`${path}refused`)).status).toBe(503);
    });

    it('counts the order from its first write on', async () => {
      writeFileSync(join(shop.runFolder, 'slow'), '2');
      const writing = get(`${path}slow`);
      await until('the order is counted', async () => (await health()).body['inFlight'] === 1);
      expect((await writing).status).toBe(200);
      expect((await health()).body['inFlight']).toBe(0);
    });
  });

  it('shows the page of an order behind the gate and on a read-only database', async () => {
    writeFileSync(join(shop.runFolder, 'gate'), 'planned move');
    await shop.sql('SET GLOBAL read_only = 1');
    expect((await get('/?key=wc_order_x')).status).toBe(200);
  });

  it('lets the runbook wait for an order in flight after it has shut the gate', async () => {
    writeFileSync(join(shop.runFolder, 'slow'), '2');
    const order = post('/wp-json/wc/store/v1/checkout');
    await until('the order is counted', async () => (await health()).body['inFlight'] === 1);
    writeFileSync(join(shop.runFolder, 'gate'), 'planned move');
    await run('flock', ['-x', '-w', '300', join(shop.runFolder, 'in-flight'), 'true']);
    expect((await order).status).toBe(200);
    expect((await health()).body).toMatchObject({
      inFlight: 0,
      gate: 'planned move',
      because: 'the gate is shut: planned move',
    });
  });

  it('asks the database nothing on a page, and twice for an order', async () => {
    rmSync(join(shop.runFolder, 'asked'), { force: true });
    for (const path of ['/', '/?key=wc_order_x', '/wp-json/wc/v3/orders']) expect((await get(path)).status).toBe(200);
    expect((await post('/wp-json/wc/v3/orders')).status).toBe(200);
    const asked = await until('four requests are over', () => {
      const lines = readFileSync(join(shop.runFolder, 'asked'), 'utf8').trim().split('\n');
      return lines.length === 4 && lines.sort();
    });
    expect(asked).toEqual([
      'GET / 0',
      'GET /?key=wc_order_x 0',
      'GET /wp-json/wc/v3/orders 0',
      'POST /wp-json/wc/v3/orders 2',
    ]);
  });

  it('runs cron in the primary of the epoch alone, unpaused', async () => {
    const due = () =>
      shop.php(
        "wp_clear_scheduled_hook('tick'); wp_schedule_single_event(time() - 60, 'tick'); delete_transient('doing_cron');",
      );
    const knock = async () => {
      await get('/wp-cron.php');
      return existsSync(join(shop.runFolder, 'ticks'));
    };
    await due();
    writeFileSync(join(shop.runFolder, 'scheduler-paused'), '');
    expect(await knock()).toBe(false);
    rmSync(join(shop.runFolder, 'scheduler-paused'));
    await shop.sql('UPDATE handover_epoch SET epoch = 2');
    expect(await knock()).toBe(false);
    await shop.sql('UPDATE handover_epoch SET epoch = 1');
    await until('the job runs', knock);
  });

  it('beats by its own timer in the primary alone', async () => {
    const beat = (env: Record<string, string> = {}) =>
      run('php', [join(shop.root, 'wp-content/plugins/handover/beat.php')], {
        env: { ...process.env, HANDOVER_SETTINGS: shop.settingsFile, ...env },
      });
    await beat();
    expect(await shop.sql('SELECT region, epoch FROM handover_heartbeat')).toEqual([{ region: 'A', epoch: 1 }]);
    await shop.sql('DELETE FROM handover_heartbeat; SET GLOBAL read_only = 1');
    await expect(beat()).rejects.toMatchObject({
      stderr: 'handover: no heartbeat: the database of region A is read-only\n',
    });
  });

  it('gives the region of the table to whoever asks by its filter, and the new one after a change of settings', async () => {
    const asked = "echo apply_filters('handover_dynamodb_region', 'own');";
    expect(await shop.php(asked)).toBe('lab-a');
    shop.settings({ AWS_DYNAMODB_REGION: 'lab-b' });
    await until('php-fpm has the new region', async () => (await health()).body['tableRegion'] === 'lab-b');
    expect(await shop.php(asked)).toBe('lab-b');
    shop.settings({ AWS_DYNAMODB_REGION: 'lab-a' });
  });

  it('holds orders on the standby, and nothing where nobody has set it up', async () => {
    shop.settings({ HANDOVER_ROLE: 'standby' });
    await until('php-fpm has the new role', async () => (await health()).body['role'] === 'standby');
    expect((await post('/wp-json/wc/v3/orders')).status).toBe(503);
    writeFileSync(shop.settingsFile, '');
    await run('bash', ['-c', `kill -USR2 $(cat ${at.path('php.pid')})`]);
    await until('php-fpm has no settings', async () => (await health()).body['region'] === '');
    expect((await post('/wp-json/wc/v3/orders')).status).toBe(200);
    shop.settings({ HANDOVER_ROLE: 'primary' });
    await until('php-fpm has its settings', async () => (await health()).body['role'] === 'primary');
  });

  it('shows what the host is to an admin, and to nobody else', async () => {
    const cookie = await shop.php(
      "echo LOGGED_IN_COOKIE, '=', wp_generate_auth_cookie(1, time() + 600, 'logged_in'), '; ', AUTH_COOKIE, '=', wp_generate_auth_cookie(1, time() + 600, 'auth');",
    );
    const page = await get('/wp-admin/tools.php?page=handover', { cookie });
    expect(page.status).toBe(200);
    const shown = await page.text();
    for (const row of [
      '<th scope="row">Role</th><td>primary</td>',
      '<th scope="row">Gate</th><td>open</td>',
      '<th scope="row">Last heartbeat</th>',
    ])
      expect(shown).toContain(row);
    expect((await get('/wp-admin/tools.php?page=handover')).status).toBe(302);
  });

  it('says which database does not answer, by its drop-in and by the answer for balancers', async () => {
    mkdirSync(at.path('away'));
    await run('cp', [
      join(shop.root, 'wp-content/plugins/handover/db-error.php'),
      join(shop.root, 'wp-content/db-error.php'),
    ]);
    await run('mv', [at.path('s'), at.path('away/s')]);
    const { status, body } = await health();
    expect([status, body['because'], body['database']]).toMatchObject([
      503,
      'the database of region A does not answer',
      { reachable: false },
    ]);
    expect(await (await get('/handover-serving')).json()).toEqual({
      serving: false,
      because: 'the database of region A does not answer',
    });
    expect((await get('/')).status).toBe(503);
    await run('mv', [at.path('away/s'), at.path('s')]);
    expect((await health()).status).toBe(200);
  });
});

import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { place } from '../../lab/loopback/place';
import { until } from '../../lab/loopback/until';
import { token } from '../../lab/loopback/wordpress';
import { realWooCommerce, released, storeCart, type Storage, type WooCommerce } from './woocommerce';

const from = released();
const run = promisify(execFile);
const live = from === undefined ? describe.skip : describe;
const shell = from?.wpCli === undefined ? it.skip : it;

/** Milliseconds of a processor that this request has had: what else the machine does is not in it. */
const spent = `(function () { $u = getrusage(); return ($u['ru_utime.tv_sec'] + $u['ru_stime.tv_sec']) * 1000 + ($u['ru_utime.tv_usec'] + $u['ru_stime.tv_usec']) / 1000; })()`;

/** Listens to what an order sets off, and runs the actions of the test. */
const watcher = `<?php
foreach (['woocommerce_new_order', 'woocommerce_update_order', 'pre_wp_mail', 'woocommerce_reduce_order_stock', 'save_post', 'woocommerce_order_status_changed'] as $hook) {
  add_filter($hook, function ($x = null) use ($hook) { file_put_contents('RUN/heard', "$hook\\n", FILE_APPEND); return $x; }, 1);
}
add_action('work', function ($n) { file_put_contents('RUN/worked', "$n\\n", FILE_APPEND); usleep(300000); });
add_filter('action_scheduler_allow_async_request_runner', '__return_false');
$GLOBALS['began'] = microtime(true);
$GLOBALS['spent'] = ${spent};
`;

/** Loaded directly after the plugin: what its start has cost this request, and later what its end does. */
const clock = `<?php $GLOBALS['spent'] = ${spent} - $GLOBALS['spent']; $GLOBALS['stood'] = microtime(true);
register_shutdown_function(function () { register_shutdown_function(function () { global $wpdb;
  if ($_SERVER['REQUEST_METHOD'] !== 'POST' || !strpos($_SERVER['REQUEST_URI'], '/checkout')) { return; }
  $ours = array_filter($wpdb->queries ?? [], fn($q) => strpos($q[0], 'handover_epoch'));
  file_put_contents('RUN/cost', json_encode(['start' => ($GLOBALS['stood'] - $GLOBALS['began']) * 1000, 'end' => end($ours)[1] * 1000, 'spent' => $GLOBALS['spent'], 'queries' => count($ours)]) . "\\n", FILE_APPEND); }); });`;

live.each<Storage>(['orders tables', 'posts'])(
  'on released WooCommerce with its orders in %s, the plugin',
  (storage) => {
    const at = place();
    let shop: WooCommerce;
    const read = (name: string) =>
      existsSync(join(shop.runFolder, name)) ? readFileSync(join(shop.runFolder, name), 'utf8') : '';
    const drop = (...names: string[]) => {
      for (const name of names) rmSync(join(shop.runFolder, name), { force: true });
    };

    beforeAll(async () => {
      if (from === undefined) return;
      shop = await realWooCommerce(at, from, storage);
      const folder = join(shop.root, 'wp-content/mu-plugins');
      writeFileSync(join(folder, 'aaa-watcher.php'), watcher.replaceAll('RUN', shop.runFolder));
      writeFileSync(join(folder, 'handover-z-clock.php'), clock.replaceAll('RUN', shop.runFolder));
    });
    afterAll(async () => {
      await shop.close();
      at.remove();
    });

    const canary = (key: string, given = token) =>
      fetch(`${shop.url}/wp-json/handover/v1/canary`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-handover-canary': given },
        body: JSON.stringify({ key }),
      });

    /** Every table's checksum but those that each request to WordPress may change. */
    async function checksums(): Promise<Record<string, unknown>> {
      const tables = (
        await shop.sql("SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop'")
      ).map(({ name }) => String(name));
      const kept = tables.filter((name) => !/_options$|actionscheduler|_sessions$/.test(name));
      expect(kept.length).toBeGreaterThan(30);
      return Object.fromEntries(
        (await shop.sql(`CHECKSUM TABLE ${kept.join(', ')} EXTENDED`)).map(
          (row) => [String(row['Table']), row['Checksum']] as const,
        ),
      );
    }

    it('places a canary order that leaves no row and that nobody hears', async () => {
      expect((await canary('warm')).status).toBe(201);
      const before = await checksums();
      drop('heard');
      for (const key of ['canary-1', 'canary-1', 'canary-2']) {
        const placed = await canary(key);
        expect([placed.status, await placed.json()]).toEqual([
          201,
          { canary: true, key, region: 'A', epoch: 1, way: 'transaction' },
        ]);
      }
      expect(read('heard')).toBe('');
      expect(await checksums()).toEqual(before);
      expect((await (await storeCart(shop))()).status).toBe(200);
      expect(read('heard')).toContain('woocommerce_new_order');
      expect(await checksums()).not.toEqual(before);
    });

    it('refuses a canary order without the token, on a read-only database, and with a bad key', async () => {
      expect((await canary('k', 'wrong')).status).toBe(403);
      expect((await canary('a/b')).status).toBe(400);
      await shop.sql('SET GLOBAL read_only = 1');
      const refused = await canary('k');
      expect([refused.status, await refused.json()]).toEqual([
        503,
        { because: 'no canary order: the database of region A is read-only' },
      ]);
      await shop.sql('SET GLOBAL read_only = 0');
    });

    it('deletes the canary order at once where a table knows no transactions', async () => {
      const order = storage === 'posts' ? 'shop7_postmeta' : 'shop7_wc_orders';
      await shop.sql(`ALTER TABLE ${order} ENGINE = Aria`);
      const placed = await canary('canary-3');
      expect([placed.status, await placed.json()]).toMatchObject([201, { way: 'draft' }]);
      await shop.sql(`ALTER TABLE ${order} ENGINE = InnoDB`);
      expect(
        await shop.php(
          "echo count(wc_get_orders(['status' => 'checkout-draft', 'created_via' => 'handover-canary']));",
        ),
      ).toBe('0');
    });

    it('costs an order two queries and at most a millisecond', async () => {
      writeFileSync(join(shop.root, 'wp-content/mu-plugins/aaa-queries.php'), "<?php define('SAVEQUERIES', true);");
      drop('cost');
      const lines = () =>
        read('cost')
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as { start: number; end: number; spent: number; queries: number });
      for (let n = 0; n < 24; n += 1) expect((await (await storeCart(shop))()).status).toBe(200);
      rmSync(join(shop.root, 'wp-content/mu-plugins/aaa-queries.php'));
      expect(new Set(lines().map(({ queries }) => queries))).toEqual(new Set([2]));
      const sorted = (all: number[]) => all.sort((a, b) => a - b);
      const cost = sorted(lines().map(({ start, end }) => start + end));
      const processor = sorted(lines().map((line) => line.spent));
      const middle = (all: number[]) => all[all.length >> 1]?.toFixed(2) ?? '';
      process.stdout.write(
        `${storage}: the plugin costs an order ${middle(processor)} ms of a processor and in all ${middle(cost)} ms (medians of ${cost.length}, fastest ${cost[0]?.toFixed(2)} ms)\n`,
      );
      expect(Number(middle(processor))).toBeLessThanOrEqual(1);
    });

    const wp = (...args: string[]) =>
      run('php', [from?.wpCli ?? '', '--allow-root', `--path=${shop.root}`, ...args], {
        env: { ...process.env, HANDOVER_SETTINGS: shop.settingsFile },
      });
    const plan = (count: number) =>
      shop.php(`for ($n = 0; $n < ${count}; $n++) { as_enqueue_async_action('work', [$n]); }`);
    const works = async () =>
      (
        await shop.sql(
          "SELECT status, COUNT(*) AS number FROM shop7_actionscheduler_actions WHERE hook = 'work' GROUP BY status ORDER BY status",
        )
      ).map(({ status, number }) => `${String(number)} ${String(status)}`);

    shell('pauses Action Scheduler and cron at a shell, also where they are forced', async () => {
      await wp('handover', 'pause');
      await plan(3);
      for (const command of [
        ['action-scheduler', 'run', '--force'],
        ['action-scheduler', 'run'],
        ['cron', 'event', 'run', '--due-now'],
      ])
        await expect(wp(...command)).rejects.toMatchObject({
          stderr: expect.stringContaining('the scheduler of region A is paused') as string,
        });
      await fetch(`${shop.url}/wp-cron.php`);
      expect(read('worked')).toBe('');
      expect(await works()).toEqual(['3 pending']);
      await wp('handover', 'resume');
      await wp('action-scheduler', 'run', '--hooks=work', '--force');
      expect(await works()).toEqual(['3 complete']);
    });

    shell(
      'stops a batch that has begun when the database becomes read-only, and runs each action once in all',
      async () => {
        drop('worked');
        await shop.sql("DELETE FROM shop7_actionscheduler_actions WHERE hook = 'work'");
        await plan(12);
        const batch = wp('action-scheduler', 'run', '--hooks=work', '--force').catch(
          (error: unknown) => error as { stderr: string },
        );
        await until('the batch has begun', () => read('worked').length > 3);
        await shop.sql('SET GLOBAL read_only = 1');
        expect((await batch).stderr).toMatch(/the database of region A is read-only|unable to mark this action/);
        const ran = read('worked').trim().split('\n').length;
        expect(ran).toBeLessThan(12);
        await shop.sql('SET GLOBAL read_only = 0');
        expect((await works()).join()).not.toContain('failed');
        expect(read('worked').trim().split('\n')).toHaveLength(ran);
      },
    );

    shell('finds the orders that a fence cut in half, completes one and cancels the other', async () => {
      const ids = [];
      for (let n = 0; n < 3; n += 1) ids.push((await (await storeCart(shop, 'bacs'))()).order ?? 0);
      const [whole = 0, unreduced = 0, torn = 0] = ids;
      await shop.php(`$o = wc_get_order(${unreduced}); wc_maybe_increase_stock_levels($o); $o->save();
      $o = wc_get_order(${torn}); $o->set_total(0); $o->save();`);
      const check = () =>
        wp('handover', 'check', '--format=json').then(
          ({ stdout }) => stdout,
          (error: unknown) => (error as { stdout: string }).stdout,
        );
      const found = JSON.parse(await check()) as { order: number; because: string; verb: string }[];
      expect(found.map(({ order }) => order)).not.toContain(whole);
      expect(found).toContainEqual({
        order: unreduced,
        status: 'on-hold',
        because: 'its stock was not reduced',
        verb: 'complete',
      });
      expect(found).toContainEqual({
        order: torn,
        status: 'on-hold',
        because: 'it has no total',
        verb: 'cancel',
      });
      await wp('handover', 'complete', String(unreduced));
      await wp('handover', 'cancel', String(torn));
      await expect(wp('handover', 'cancel', String(whole))).rejects.toMatchObject({
        stderr: expect.stringContaining(`Order ${whole} is whole`) as string,
      });
      expect(JSON.parse(await check())).toEqual([]);
      expect(await shop.wholeness([unreduced])).toMatchObject({
        [`id-${unreduced}`]: { status: 'on-hold', reduced: true },
      });
    });

    shell('gates, tells its state and opens again at a shell', async () => {
      expect((await wp('handover', 'gate', '--because=a test', '--wait=1')).stdout).toContain('no order is in flight');
      const status = (await wp('handover', 'status')).stdout;
      expect(status).toMatch(/Gate +shut: a test/);
      expect(status).toMatch(new RegExp(`Storage of orders +${storage}`));
      const { stdout } = await wp('handover', 'health');
      expect(JSON.parse(stdout)).toMatchObject({
        gate: 'a test',
        shop: { storage },
        versions: {
          'table prefix': 'shop7_',
          'woocommerce types of orders': 'shop_order, shop_order_placehold, shop_order_refund',
        },
      });
      await wp('handover', 'ungate');
      expect((await wp('handover', 'status')).stdout).toMatch(/Gate +open/);
    });
  },
);

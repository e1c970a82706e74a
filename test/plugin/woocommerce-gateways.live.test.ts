import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { place } from '../../lab/loopback/place';
import { until } from '../../lab/loopback/until';
import { classicCart, realWooCommerce, released, storeCart, type WooCommerce } from './woocommerce';

const from = released();

/** What gateways and other plugins do to the output in the middle of an order. */
const buffers = `<?php foreach (['woocommerce_checkout_order_processed', 'woocommerce_store_api_checkout_order_processed'] as $hook) {
  add_action($hook, function () { if (!is_file('RUN/how')) { return; }
    eval(file_get_contents('RUN/how')); touch('RUN/at'); for ($n = 0; $n < 1000 && !is_file('RUN/go'); $n++) { usleep(20000); } }, 1); }`;

(from === undefined ? describe.skip : describe)(
  'on released WooCommerce with gateways of all kinds, the plugin',
  () => {
    const at = place();
    let shop: WooCommerce;
    const file = (name: string) => join(shop.runFolder, name);
    const install = (name: string, code: string) =>
      writeFileSync(join(shop.root, 'wp-content/mu-plugins', name), code.replaceAll('RUN', shop.runFolder));

    beforeAll(async () => {
      if (from === undefined) return;
      shop = await realWooCommerce(at, from, 'orders tables');
      install('aaa-buffers.php', buffers);
    });
    beforeEach(() => {
      for (const name of ['how', 'at', 'go', 'gate']) rmSync(file(name), { force: true });
    });
    afterEach(() => shop.sql('SET GLOBAL read_only = 0'));
    afterAll(async () => {
      await shop.close();
      at.remove();
    });

    it.each([
      ['classic', ''],
      ['classic', 'ob_clean();'],
      ['classic', 'while (ob_get_level()) { ob_end_clean(); }'],
      ['classic', 'ob_flush(); flush();'],
      ['store', ''],
      ['store', 'ob_clean();'],
    ])('acknowledges no half order of the %s checkout after "%s"', async (kind, how) => {
      const send = await (kind === 'store' ? storeCart : classicCart)(shop, 'bacs');
      writeFileSync(file('how'), how);
      const reply = send();
      await until('the order is in the middle', () => existsSync(file('at')));
      await shop.sql('SET GLOBAL read_only = 1');
      writeFileSync(file('go'), '');
      const { status, order } = await reply;
      expect([status, order]).toEqual([503, undefined]);
    });
  },
);

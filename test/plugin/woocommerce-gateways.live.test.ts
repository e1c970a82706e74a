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

/** A gateway that completes the payment where the customer comes back, and call-backs under names of their own. */
const gateway = `<?php
add_action('woocommerce_thankyou_bacs', function ($id) { if (isset($_GET['tx'])) { wc_get_order($id)->payment_complete($_GET['tx']); } }, 1);
foreach (['admin_post_nopriv_some_gateway', 'wp_ajax_nopriv_some_gateway'] as $hook) {
  add_action($hook, function () { wc_get_order((int) $_REQUEST['order'])->payment_complete('TX'); echo 'ok'; exit; });
}
if (isset($_SERVER['HTTP_X_KEEPER'])) { add_filter('determine_current_user', fn() => 1, 99); add_filter('rest_authentication_errors', '__return_true', 99); }`;

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
      install('aaa-gateway.php', gateway);
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

    /** An order on hold, and the page to which its customer comes back. */
    async function ordered() {
      const { order, text } = await (await classicCart(shop))();
      const { pathname, search } = new URL((JSON.parse(text) as { redirect: string }).redirect);
      const state = () =>
        shop.sql(`SELECT status, IFNULL(transaction_id, '') AS tx FROM shop7_wc_orders WHERE id = ${order}`);
      return { order: order ?? 0, page: shop.url + pathname + search, state };
    }
    const unchanged = [{ status: 'wc-on-hold', tx: '' }];
    const form = (page: string) => (order: number) =>
      fetch(`${shop.url}/wp-admin/${page}`, {
        method: 'POST',
        body: new URLSearchParams({ action: 'some_gateway', order: String(order) }),
      });

    it.each([
      ['the return from a gateway', (_: number, page: string) => fetch(`${page}&tx=TX`)],
      ['a call-back at admin-post.php', form('admin-post.php')],
      ['a call-back at admin-ajax.php', form('admin-ajax.php')],
      [
        "WooCommerce's own ability",
        (id: number) =>
          fetch(`${shop.url}/wp-json/wp-abilities/v1/abilities/woocommerce/order-update-status/run`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-keeper': '1' },
            body: JSON.stringify({ input: { id, status: 'completed' } }),
          }),
      ],
    ])('writes no order by %s behind the gate, but later', async (_, send) => {
      const { order, page, state } = await ordered();
      writeFileSync(file('gate'), 'planned move');
      expect([(await send(order, page)).status, await state()]).toEqual([503, unchanged]);
      rmSync(file('gate'));
      expect((await send(order, page)).status).toBe(200);
      expect(await state()).not.toEqual(unchanged);
    });

    it('thanks a customer on a read-only database unless the payment would have to be written', async () => {
      const { page, state } = await ordered();
      await shop.sql('SET GLOBAL read_only = 1');
      writeFileSync(file('gate'), 'planned move');
      expect((await fetch(page)).status).toBe(200);
      rmSync(file('gate'));
      expect([(await fetch(`${page}&tx=TX`)).status, await state()]).toEqual([503, unchanged]);
    });

    it('lets the checkout page and the cart of a draft go on behind the gate', async () => {
      const store = `${shop.url}/wp-json/wc/store/v1`;
      const headers = {
        'cart-token': (await fetch(`${store}/cart`)).headers.get('cart-token') ?? '',
        'content-type': 'application/json',
      };
      const add = (id = 0) =>
        fetch(`${store}/cart/add-item`, { method: 'POST', headers, body: JSON.stringify({ id, quantity: 1 }) });
      expect((await add(shop.products[0])).status).toBe(201);
      writeFileSync(file('gate'), 'planned move');
      expect((await fetch(`${store}/checkout`, { headers })).status).toBe(200);
      expect((await add(shop.products[1])).status).toBe(201);
    });

    it('names no whole order as half: a product deleted since, a line without one, a gift card', async () => {
      const found =
        await shop.php(`$p = new WC_Product_Simple(); $p->set_name('Gone'); $p->set_regular_price('5'); $p->save();
        $gone = wc_create_order(); $gone->add_product($p, 1); $gone->calculate_totals(); $gone->payment_complete('T1'); $p->delete(true);
        $free = wc_create_order(); $line = new WC_Order_Item_Product(); $line->set_name('Engraving'); $line->set_total(7); $free->add_item($line); $free->calculate_totals(); $free->payment_complete('T2');
        $card = wc_create_order(); $card->add_product(wc_get_product(${shop.products[0]}), 1); $card->calculate_totals(); $card->set_total(4.99); $card->payment_complete('T3');
        $torn = wc_create_order(); $torn->add_product(wc_get_product(${shop.products[0]}), 1); $torn->calculate_totals(); $torn->payment_complete('T4');
        foreach ($torn->get_items() as $line) { wc_delete_order_item_meta($line->get_id(), '_product_id'); } wp_cache_flush();
        $ids = [$gone->get_id(), $free->get_id(), $card->get_id(), $torn->get_id()]; $why = 'not refused';
        try { Handover\\Half_Orders::cancel($torn->get_id()); } catch (RuntimeException $e) { $why = wc_get_order($torn->get_id())->get_status(); }
        echo json_encode([array_column(array_filter(Handover\\Half_Orders::find(2), fn($f) => in_array($f['order'], $ids)), 'verb'), $why]);`);
      expect(JSON.parse(found)).toEqual([['by hand'], 'processing']);
    });
  },
);

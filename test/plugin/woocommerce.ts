/** A released WooCommerce on the loopback, and customers who order there over HTTP. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../../lab/loopback/place';
import { address } from '../../lab/shoppers/store-calls';
import { realWordPress, type RealWordPress } from '../../lab/loopback/wordpress';

/** Folders of what is not in this repository. */
export interface Released {
  woocommerce: string;
  wordpress: string;
  theme: string;
  wpCli: string | undefined;
}

/** What the environment names; undefined where there is no WooCommerce to try. */
export function released(env: NodeJS.ProcessEnv = process.env): Released | undefined {
  const woocommerce = env['HANDOVER_WOOCOMMERCE'];
  if (woocommerce === undefined || woocommerce === '') return undefined;
  return {
    woocommerce,
    wordpress: env['HANDOVER_WORDPRESS'] ?? '/usr/share/wordpress',
    theme: env['HANDOVER_THEME'] ?? '/usr/share/wordpress/wp-content/themes/twentytwentythree',
    wpCli: env['HANDOVER_WP_CLI'],
  };
}

export type Storage = 'orders tables' | 'posts' | 'orders tables and posts';

const setUp = `
WC_Install::install();
foreach (['woocommerce_coming_soon' => 'no', 'woocommerce_store_address' => 'Street 1', 'woocommerce_store_city' => 'City',
  'woocommerce_default_country' => 'DE:DE-BE', 'woocommerce_store_postcode' => '10115', 'woocommerce_currency' => 'EUR',
  'woocommerce_enable_guest_checkout' => 'yes', 'woocommerce_manage_stock' => 'yes'] as $name => $value) { update_option($name, $value); }
foreach (['cod', 'bacs'] as $gateway) { update_option("woocommerce_{$gateway}_settings", ['enabled' => 'yes', 'title' => $gateway]); }
foreach ([1, 2] as $n) {
  $product = new WC_Product_Simple(); $product->set_name("Thing $n"); $product->set_sku("sku-$n"); $product->set_regular_price('9.99');
  $product->set_manage_stock(true); $product->set_stock_quantity(100000); $product->save(); update_option("thing_$n", $product->get_id());
}
$page = wp_insert_post(['post_type' => 'page', 'post_status' => 'publish', 'post_title' => 'Pay here', 'post_name' => 'pay-here', 'post_content' => '[woocommerce_checkout]']);
update_option('woocommerce_checkout_page_id', $page);`;

export interface WooCommerce extends RealWordPress {
  /** Ids of two products with stock. */
  products: number[];
  /** Whether each order is whole, by WooCommerce's own objects in a process of their own. */
  wholeness: (ids: number[]) => Promise<Record<string, Wholeness>>;
}

interface Wholeness {
  status: string;
  total: string;
  lines: number;
  reduced: boolean;
}

export async function realWooCommerce(at: Place, from: Released, storage: Storage): Promise<WooCommerce> {
  const shop = await realWordPress(at, { ...from, setUp, prefix: 'shop7_' });
  // Held fast, because WooCommerce changes it in the background of a shop that is new.
  const held = {
    custom_orders_table_enabled: storage !== 'posts',
    custom_orders_table_data_sync_enabled: storage.includes(' and '),
  };
  const filters = Object.entries(held).map(
    ([name, on]) => `add_filter('pre_option_woocommerce_${name}', fn() => '${on ? 'yes' : 'no'}');`,
  );
  writeFileSync(join(shop.root, 'wp-content/mu-plugins/aaa-storage.php'), `<?php ${filters.join(' ')}`);
  const found = await shop.php('echo Handover\\Shop_State::storage();');
  if (found !== storage) throw new Error(`The shop keeps its orders in ${found}, not in ${storage}.`);
  const products = JSON.parse(
    await shop.php("echo json_encode([get_option('thing_1'), get_option('thing_2')]);"),
  ) as string[];
  return {
    ...shop,
    products: products.map(Number),
    wholeness: async (ids) => {
      const code = `$all = [];
        foreach (${JSON.stringify(ids)} as $id) { $order = wc_get_order($id);
          $lines = array_filter($order ? $order->get_items() : [], fn($i) => $i->get_quantity() > 0 && $i->get_total() > 0 && $i->get_product());
          $all["id-$id"] = ['status' => $order ? $order->get_status() : 'absent', 'total' => $order ? $order->get_total() : '0', 'lines' => count($lines),
            'reduced' => $lines && !array_filter($lines, fn($i) => $i->get_meta('_reduced_stock') != $i->get_quantity())]; }
        echo json_encode($all);`;
      return JSON.parse(await shop.php(code)) as Record<string, Wholeness>;
    },
  };
}

export interface Reply {
  status: number;
  retryAfter: string | null;
  text: string;
  /** The order that the shop says it has taken. */
  order: number | undefined;
  ms: number;
}

const customer = { ...address, email: 'ada@customers.test' };

async function replyOf(
  response: Response,
  started: number,
  orderOf: (text: string) => number | undefined,
): Promise<Reply> {
  const text = await response.text();
  const retryAfter = response.headers.get('retry-after');
  return { status: response.status, retryAfter, text, order: orderOf(text), ms: performance.now() - started };
}

const postJson = (body: unknown, headers: Record<string, string>): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** Fills a cart through the Store API; what is returned places its order. */
export async function storeCart(shop: WooCommerce, payment = 'cod'): Promise<() => Promise<Reply>> {
  const store = `${shop.url}/wp-json/wc/store/v1`;
  const token = (await fetch(`${store}/cart`)).headers.get('cart-token') ?? '';
  const headers = { 'cart-token': token };
  for (const id of shop.products) {
    const added = await fetch(`${store}/cart/add-item`, postJson({ id, quantity: 2 }, headers));
    if (added.status !== 201) throw new Error(`add-item answered ${added.status}: ${await added.text()}`);
  }
  const body = { billing_address: customer, payment_method: payment };
  return async () => {
    const started = performance.now();
    const response = await fetch(`${store}/checkout`, postJson(body, headers));
    return replyOf(response, started, (text) => orderIn(text, /"order_id":(\d+)/));
  };
}

/** Fills a cart as a browser does; what is returned sends the form of the classic checkout. */
export async function classicCart(shop: WooCommerce, payment = 'bacs'): Promise<() => Promise<Reply>> {
  const cookies = new Map<string, string>();
  const go = async (path: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(shop.url + path, {
      ...init,
      redirect: 'manual',
      headers: { cookie },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
  const form = (fields: Record<string, string>): RequestInit => ({ method: 'POST', body: new URLSearchParams(fields) });
  for (const id of shop.products) await go('/?wc-ajax=add_to_cart', form({ product_id: String(id), quantity: '2' }));
  const page = await (await go('/pay-here/')).text();
  const nonce = /name="woocommerce-process-checkout-nonce" value="(\w+)"/.exec(page)?.[1];
  if (nonce === undefined) throw new Error(`the checkout page has no form: ${page.slice(0, 500)}`);
  const billing = Object.entries(customer).map(([name, value]) => [`billing_${name}`, value] as const);
  const fields: Record<string, string> = {
    ...Object.fromEntries(billing),
    payment_method: payment,
    'woocommerce-process-checkout-nonce': nonce,
  };
  return async () => {
    const started = performance.now();
    const response = await go('/?wc-ajax=checkout', form(fields));
    return replyOf(response, started, (text) =>
      text.includes('"success"') ? orderIn(text, /order-received\\?\/(\d+)/) : undefined,
    );
  };
}

function orderIn(text: string, where: RegExp): number | undefined {
  const found = where.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

import { literal, valueOf } from './php';

interface Asked {
  method?: string;
  uri: string;
  post?: Record<string, unknown>;
  body?: unknown;
  override?: string;
}

/** The kind of a request as WordPress would receive it. */
function kindOf({ method = 'GET', uri, post = {}, body = {}, override }: Asked): Promise<unknown> {
  const get = Object.fromEntries(new URL(uri, 'https://www.shop.test').searchParams);
  const server = {
    REQUEST_METHOD: method,
    REQUEST_URI: uri,
    ...(override !== undefined && { HTTP_X_HTTP_METHOD_OVERRIDE: override }),
  };
  const fields = [server, get, post].map(literal).join(', ');
  return valueOf(`Handover\\Order_Request::kind(${fields}, fn() => ${literal(JSON.stringify(body))})`);
}

const batch = (...paths: string[]) => ({ requests: paths.map((path) => ({ path, method: 'POST' })) });

describe('the plugin counts and holds as an order request', () => {
  it.each<[string, Asked, string]>([
    ['a checkout of the Store API', { method: 'POST', uri: '/wp-json/wc/store/v1/checkout' }, 'rest'],
    ['the same without its version', { method: 'POST', uri: '/wp-json/wc/store/checkout?x=1' }, 'rest'],
    ['the payment of an open order there', { method: 'POST', uri: '/wp-json/wc/store/v1/checkout/12' }, 'rest'],
    ['a change of the checkout', { method: 'PUT', uri: '/wp-json/wc/store/v1/checkout' }, 'rest'],
    ['it all in a shop below a folder', { method: 'POST', uri: '/shop/wp-json/wc/store/v1/checkout' }, 'rest'],
    ['it all by plain permalinks', { method: 'POST', uri: '/?rest_route=/wc/store/v1/checkout' }, 'rest'],
    ['and by index.php', { method: 'POST', uri: '/index.php/wp-json/wc/store/v1/checkout' }, 'rest'],
    [
      'a batch with a checkout',
      {
        method: 'POST',
        uri: '/wp-json/wc/store/v1/batch',
        body: batch('/wc/store/v1/cart/add-item', '/wc/store/v1/checkout'),
      },
      'rest',
    ],
    ['a batch that nobody can read', { method: 'POST', uri: '/wp-json/wc/store/v1/batch', body: 'x' }, 'rest'],
    [
      "WordPress' own batch with an order",
      { method: 'POST', uri: '/wp-json/batch/v1', body: batch('/wc/v3/orders') },
      'rest',
    ],
    ['a new order by REST', { method: 'POST', uri: '/wp-json/wc/v3/orders' }, 'rest'],
    ['a refund by REST', { method: 'POST', uri: '/wp-json/wc/v3/orders/12/refunds' }, 'rest'],
    ['a deletion by REST', { method: 'DELETE', uri: '/wp-json/wc/v3/orders/12?force=true' }, 'rest'],
    ['a change that travels as a POST', { method: 'POST', override: 'PUT', uri: '/wp-json/wc/v2/orders/12' }, 'rest'],
    ['a change that travels as a GET', { uri: '/wp-json/wc/v3/orders/12?_method=DELETE' }, 'rest'],
    [
      "a gateway's call-back by REST, whatever its name",
      { method: 'POST', uri: '/wp-json/some-gateway/v1/webhook' },
      'rest',
    ],
    ['the classic checkout', { method: 'POST', uri: '/?wc-ajax=checkout' }, 'checkout'],
    ["a gateway's own checkout", { method: 'POST', uri: '/?wc-ajax=some_gateway_create_order' }, 'checkout'],
    [
      'the classic checkout without a script',
      { method: 'POST', uri: '/pay-here/', post: { woocommerce_checkout_place_order: '1' } },
      'checkout',
    ],
    [
      'the pay page',
      { method: 'POST', uri: '/checkout/order-pay/12/?pay_for_order=true&key=k', post: { woocommerce_pay: '1' } },
      'pay',
    ],
    ['the link that cancels an order', { uri: '/cart/?cancel_order=true&order=k&order_id=12' }, 'pay'],
    ["a gateway's call-back", { method: 'POST', uri: '/?wc-api=some_gateway' }, 'callback'],
    ["a gateway's call-back by GET and path", { uri: '/wc-api/some_gateway/' }, 'callback'],
    [
      'an edit of an order',
      { method: 'POST', uri: '/wp-admin/admin.php?page=wc-orders&action=edit&id=12', post: { action: 'edit_order' } },
      'admin',
    ],
    ['a bulk action on orders', { uri: '/wp-admin/admin.php?page=wc-orders&action=trash&order%5B%5D=12' }, 'admin'],
    [
      'a bulk action from the second list',
      { uri: '/wp-admin/admin.php?page=wc-orders&action=-1&action2=mark_completed' },
      'admin',
    ],
    [
      'an edit of an order in posts',
      { method: 'POST', uri: '/wp-admin/post.php', post: { post_type: 'shop_order', action: 'editpost' } },
      'admin',
    ],
    [
      'a bulk action on orders in posts',
      { uri: '/wp-admin/edit.php?post_type=shop_order&action=mark_processing' },
      'admin',
    ],
    [
      'a status button',
      { uri: '/wp-admin/admin-ajax.php?action=woocommerce_mark_order_status&status=completed&order_id=12' },
      'admin',
    ],
    [
      'a refund by an admin',
      { method: 'POST', uri: '/wp-admin/admin-ajax.php', post: { action: 'woocommerce_refund_line_items' } },
      'admin',
    ],
    [
      "WooCommerce's own ability",
      { method: 'POST', uri: '/wp-json/wp-abilities/v1/abilities/woocommerce/order-update-status/run' },
      'rest',
    ],
    ['a look at the page of an order, which may write it', { uri: '/pay/order-received/12/?key=wc_order_x' }, 'return'],
    [
      'the old way to check out',
      { method: 'POST', uri: '/wp-admin/admin-ajax.php?action=woocommerce_checkout' },
      'admin',
    ],
  ])('%s', async (_, asked, kind) => {
    expect(await kindOf(asked)).toBe(kind);
  });
});

describe('the plugin leaves alone', () => {
  it.each<[string, Asked]>([
    ['a page', { uri: '/' }],
    ['a page whose address looks like an order', { uri: '/wp-json-checkout/?order=12' }],
    ['a search', { uri: '/?s=checkout' }],
    ['a login', { method: 'POST', uri: '/wp-login.php', post: { log: 'a', pwd: 'b' } }],
    ['the checkout page', { uri: '/pay-here/' }],
    ['the pay page before anybody pays', { uri: '/checkout/order-pay/12/?pay_for_order=true&key=k' }],
    ['a look at the checkout', { uri: '/wp-json/wc/store/v1/checkout' }],
    ['a look at orders', { uri: '/wp-json/wc/v3/orders?status=processing' }],
    ['a change of the cart', { method: 'POST', uri: '/wp-json/wc/store/v1/cart/add-item' }],
    [
      'a batch of the cart',
      { method: 'POST', uri: '/wp-json/wc/store/v1/batch', body: batch('/wc/store/v1/cart/add-item') },
    ],
    ['a classic change of the cart', { method: 'POST', uri: '/?wc-ajax=add_to_cart' }],
    ['a post that an editor writes', { method: 'POST', uri: '/wp-json/wp/v2/posts' }],
    [
      'a product in the old editor',
      { method: 'POST', uri: '/wp-admin/post.php', post: { post_type: 'product', action: 'editpost' } },
    ],
    ['the list of orders', { uri: '/wp-admin/admin.php?page=wc-orders' }],
    ['an order that is looked at', { uri: '/wp-admin/admin.php?page=wc-orders&action=edit&id=12' }],
    ['an order in posts that is looked at', { uri: '/wp-admin/post.php?post=12&action=edit' }],
    ["WordPress' own heartbeat", { method: 'POST', uri: '/wp-admin/admin-ajax.php', post: { action: 'heartbeat' } }],
    ['a search of an admin', { uri: '/wp-admin/admin-ajax.php?action=woocommerce_json_search_products' }],
    ['a field that is a list', { uri: '/?x=1', post: { action: ['a'] } }],
    ['its own routes', { method: 'POST', uri: '/wp-json/handover/v1/canary' }],
  ])('%s', async (_, asked) => {
    expect(await kindOf(asked)).toBe('');
  });
});

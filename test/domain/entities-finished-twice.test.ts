/** A checkout that was under way when the regions parted, and that each of them finished. WooCommerce writes it row by row. */
import { merge, type Rows, type Side } from './entities-world';

const meta = (id: string, name: string, value: string) => ({
  meta_id: id,
  order_item_id: '72',
  meta_key: name,
  meta_value: value,
});

/** Of order 7 there is the draft with its line; nothing is taken from the stock yet. */
const past: Rows = {
  posts: [
    { ID: '5', post_type: 'product', post_parent: '0', comment_count: '0' },
    { ID: '7', post_type: 'shop_order_placehold', post_parent: '0', comment_count: '0' },
  ],
  postmeta: [
    { meta_id: '1', post_id: '5', meta_key: '_stock', meta_value: '9' },
    { meta_id: '5', post_id: '5', meta_key: 'total_sales', meta_value: '3' },
  ],
  wc_product_meta_lookup: [{ product_id: '5', stock_quantity: '9', stock_status: 'instock', total_sales: '3' }],
  wc_orders: [
    { id: '7', type: 'shop_order', parent_order_id: '0', status: 'wc-pending', total_amount: '20.00', currency: 'EUR' },
  ],
  wc_order_operational_data: [{ id: '71', order_id: '7', order_key: 'wc_order_7' }],
  woocommerce_order_items: [{ order_item_id: '72', order_id: '7', order_item_name: 'Mug' }],
  woocommerce_order_itemmeta: [meta('73', '_product_id', '5'), meta('74', '_qty', '2')],
};

/** What is left of the checkout; `mark` numbers the row by which the line is marked as taken. */
const finish =
  (mark: string, more: object = {}) =>
  (side: Side) =>
    side
      .set('wc_orders', { id: '7' }, { status: 'wc-processing', transaction_id: 'T1', ...more })
      .set('postmeta', { meta_key: 'total_sales' }, { meta_value: '5' })
      .set('postmeta', { meta_key: '_stock' }, { meta_value: '7' })
      .set('wc_product_meta_lookup', { product_id: '5' }, { stock_quantity: '7', total_sales: '5' })
      .put('woocommerce_order_itemmeta', meta(mark, '_reduced_stock', '2'))
      .set('wc_order_operational_data', { order_id: '7' }, { recorded_sales: '1', order_stock_reduced: '1' });

const stockIn = (side: Side) => [
  side.rows('postmeta', { meta_key: '_stock' })[0]?.['meta_value'],
  side.rows('wc_product_meta_lookup')[0]?.['stock_quantity'],
];

test('its stock counts once, and nobody is asked', async () => {
  const { primary, rulings, listed } = await merge(past, finish('91'), finish('90'));
  expect(listed).toEqual([]);
  expect(rulings['order 7']).toMatchObject({ outcome: 'merged', keptOrderId: '7' });
  expect(rulings['order 7']?.because).toBe("Order 7 was finished in both regions; the primary's order is kept.");
  expect(stockIn(primary)).toEqual(['7', '7']);
  expect(primary.rows('woocommerce_order_itemmeta', { meta_key: '_reduced_stock' })).toHaveLength(1);
});

test('its stock counts once where the primary filled the cart anew, too', async () => {
  const anew = (side: Side) => {
    side.drop('woocommerce_order_items', { order_id: '7' }).drop('woocommerce_order_itemmeta', { order_item_id: '72' });
    side.put('woocommerce_order_items', { order_item_id: '82', order_id: '7', order_item_name: 'Mug' });
    for (const [id, name, value] of [
      ['83', '_product_id', '5'],
      ['84', '_qty', '2'],
    ] as const)
      side.put('woocommerce_order_itemmeta', { ...meta(id, name, value), order_item_id: '82' });
    finish('90')(side);
    side.set('woocommerce_order_itemmeta', { meta_id: '90' }, { order_item_id: '82' });
  };
  const { primary, listed } = await merge(past, finish('91'), anew);
  expect(listed).toEqual([]);
  expect(stockIn(primary)).toEqual(['7', '7']);
  expect(primary.rows('woocommerce_order_itemmeta', { order_item_id: '72' })).toEqual([]);
});

test('it is one line for a person, with its stock counted once, where each region took a payment', async () => {
  const { primary, listed } = await merge(past, finish('91', { transaction_id: 'T2' }), finish('90'));
  expect(listed).toEqual([expect.stringMatching(/^Order 7 has two payments, one in each region/)]);
  expect(stockIn(primary)).toEqual(['7', '7']);
});

test('an order that an earlier reading brought over was not finished twice', async () => {
  const broughtOver = (side: Side) => {
    side
      .put('woocommerce_order_itemmeta', meta('91', '_reduced_stock', '2'))
      .set('wc_orders', { id: '7' }, { status: 'wc-processing', transaction_id: 'T1' });
    // What the salvage wrote is left out of the primary's log when that is read again.
    side.changes.length = 0;
  };
  const { primary, listed } = await merge(past, finish('91'), broughtOver);
  expect(listed).toEqual([]);
  expect(stockIn(primary)).toEqual(['7', '7']);
});

test('what WooCommerce keeps of a checkout for its log is no change of the order', async () => {
  const paid = (side: Side) => side.set('wc_orders', { id: '7' }, { status: 'wc-processing', transaction_id: 'T1' });
  const logged = (side: Side) =>
    side.put('wc_orders_meta', { id: '95', order_id: '7', meta_key: '_debug_log_source_pending_deletion' });
  const { listed } = await merge(past, logged, paid);
  expect(listed).toEqual([]);
});

test('an order that its customer sent to the primary after its log was read is looked at again', async () => {
  const place = (id: string) => (side: Side) =>
    side
      .put('wc_orders', { id, type: 'shop_order', parent_order_id: '0', status: 'wc-processing' })
      .put('wc_order_operational_data', { id: `${id}1`, order_id: id, order_key: 'wc_order_again' });
  const unseen = (side: Side) => {
    place('1008')(side);
    side.changes.length = 0;
  };
  const { primary, rulings } = await merge(past, place('9'), unseen);
  expect(rulings['order 9']).toMatchObject({ outcome: 'listed', again: true, keptOrderId: '1008' });
  expect(primary.rows('wc_orders', { id: '9' })).toEqual([]);
});

/** Stock that a person counts by hand after an order was put into the bin or cancelled. */
import { merge, type Rows, type Side } from './entities-world';

const meta = (meta_id: string, post_id: string, meta_key: string, meta_value: string) => ({
  ...{ meta_id, post_id, meta_key, meta_value },
});
const detail = (meta_id: string, meta_key: string, meta_value: string) => ({
  ...{ meta_id, order_item_id: '72', meta_key, meta_value },
});

/** An order of 2 pieces. */
const past = (isReduced: boolean): Rows => ({
  posts: [
    { ID: '5', post_type: 'product', post_parent: '0' },
    { ID: '7', post_type: 'shop_order_placehold', post_parent: '0', comment_count: '0' },
  ],
  postmeta: [meta('1', '5', '_stock', '9'), meta('2', '5', 'total_sales', '3')],
  wc_product_meta_lookup: [{ product_id: '5', stock_quantity: '9', stock_status: 'instock', total_sales: '3' }],
  wc_orders: [{ id: '7', type: 'shop_order', parent_order_id: '0', status: 'wc-processing', total_amount: '20.00' }],
  wc_order_operational_data: [
    { id: '71', order_id: '7', order_key: 'k', order_stock_reduced: isReduced ? '1' : '0', recorded_sales: '1' },
  ],
  woocommerce_order_items: [{ order_item_id: '72', order_id: '7', order_item_type: 'line_item' }],
  woocommerce_order_itemmeta: [
    detail('73', '_product_id', '5'),
    detail('74', '_qty', '2'),
    ...(isReduced ? [detail('75', '_reduced_stock', '2')] : []),
  ],
});

const ended = (status: string) => (side: Side) =>
  side
    .set('wc_orders', {}, { status })
    .set('postmeta', { meta_key: 'total_sales' }, { meta_value: '1' })
    .set('wc_product_meta_lookup', {}, { total_sales: '1' })
    .set('wc_order_operational_data', {}, { recorded_sales: '0' });
const stocked = (amount: string) => (side: Side) =>
  side
    .set('postmeta', { meta_key: '_stock' }, { meta_value: amount })
    .set('wc_product_meta_lookup', {}, { stock_quantity: amount });

test.each([
  ['put into the bin', 'trash', true],
  ['cancelled, of which no stock was taken', 'wc-cancelled', false],
])('stock that a person adds after an order was %s is kept', async (_, status, isReduced) => {
  const theirs = (side: Side) => stocked('11')(ended(status)(side));
  const { primary, listed } = await merge(past(isReduced), theirs);
  expect(listed).toEqual([]);
  expect(primary.rows('postmeta', { meta_key: '_stock' })[0]?.['meta_value']).toBe('11');
  expect(primary.rows('wc_product_meta_lookup')[0]?.['stock_quantity']).toBe('11');
});

test('an order that the primary put into the bin is not waited for', async () => {
  const { rulings } = await merge(
    past(true),
    (side) => side.set('wc_orders', {}, { total_amount: '30.00' }),
    ended('trash'),
  );
  expect([rulings['order 7']?.outcome, rulings['order 7']?.again]).toEqual(['listed', undefined]);
});

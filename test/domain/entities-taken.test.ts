/** What orders took from stock and from coupons, where they do not simply come home. Names and values are invented. */
import { shown } from '../../src/domain/salvage/transaction';
import { merge, type Rows, type Side } from './entities-world';

const past: Rows = {
  posts: [
    { ID: '5', post_type: 'product', post_parent: '0' },
    { ID: '9', post_type: 'shop_coupon', post_parent: '0' },
  ],
  postmeta: [
    { meta_id: '1', post_id: '5', meta_key: '_stock', meta_value: '9' },
    { meta_id: '2', post_id: '5', meta_key: 'total_sales', meta_value: '0' },
    { meta_id: '3', post_id: '9', meta_key: 'usage_count', meta_value: '4' },
  ],
};

interface Ordered {
  mark?: object;
  legacy?: Record<string, string>;
  reduced?: string;
  more?: object;
  coupon?: Record<string, string>;
  by?: string;
}

/** An order of two pieces of product 5, paid as T1, and what it did to the counters. */
const ordered =
  (id: string, { mark = {}, legacy = {}, reduced, more = {}, coupon, by }: Ordered) =>
  (side: Side) => {
    const total = { type: 'shop_order', parent_order_id: '0', total_amount: '7.00', transaction_id: 'T1', ...more };
    side.put('wc_orders', { id, ...total });
    side.put('wc_order_operational_data', { id, order_id: id, order_key: id, ...mark });
    const metas = Object.entries(legacy);
    metas.forEach(([name, value], at) =>
      side.put('postmeta', { meta_id: `${id}${at}`, post_id: id, meta_key: name, meta_value: value }),
    );
    const line = (item: string, type: string, details: Record<string, string>) => {
      side.put('woocommerce_order_items', { order_item_id: item, order_id: id, order_item_type: type });
      Object.entries(details).forEach(([name, value], at) =>
        side.put('woocommerce_order_itemmeta', {
          meta_id: `${item}${at}`,
          order_item_id: item,
          meta_key: name,
          meta_value: value,
        }),
      );
    };
    line(`${id}2`, 'line_item', {
      _product_id: '5',
      _qty: '2',
      ...(reduced !== undefined && { _reduced_stock: reduced }),
    });
    if (coupon) line(`${id}3`, 'coupon', coupon);
    const add = (name: string, amount: number) => {
      const value = shown(side.rows('postmeta', { meta_key: name })[0]?.['meta_value']);
      side.set('postmeta', { meta_key: name }, { meta_value: String(Number(value) + amount) });
    };
    add('_stock', -2);
    add('total_sales', 2);
    if (!coupon) return;
    add('usage_count', 1);
    side.put('postmeta', { meta_id: `${id}9`, post_id: '9', meta_key: '_used_by', meta_value: by ?? '' });
  };

const valueOf = (side: Side, name: string) => side.rows('postmeta', { meta_key: name }).map((row) => row['meta_value']);

describe('an order that is in both regions', () => {
  const marked = { order_stock_reduced: '1', recorded_sales: '1', coupon_usages_are_counted: '1' };

  test.each<[string, Ordered]>([
    ['by the marks of its lines', { mark: marked, reduced: '2' }],
    ['by its own mark, where its lines have none', { mark: marked }],
    ['by its own mark as a post', { legacy: { _order_stock_reduced: 'yes', _recorded_sales: 'yes' } }],
  ])('took its stock once: %s', async (_, how) => {
    const { primary, listed } = await merge(past, ordered('71', how), ordered('1072', how));
    expect(listed).toHaveLength(1);
    expect([valueOf(primary, '_stock'), valueOf(primary, 'total_sales')]).toEqual([['7'], ['2']]);
  });

  test.each([
    ['by its details', { coupon_info: '[9,"ten","percent",10]' }],
    ['by details of before', { coupon_data: 'a:2:{s:2:"id";i:9;s:4:"code";s:3:"ten";}' }],
  ])('used its coupon once, found %s', async (_, coupon) => {
    const how = { mark: marked, reduced: '2', coupon, by: 'a@shop.test', more: { billing_email: 'A@shop.test' } };
    const { primary, apply } = await merge(past, ordered('71', how), ordered('1072', how));
    expect([valueOf(primary, 'usage_count'), valueOf(primary, '_used_by')]).toEqual([['5'], ['a@shop.test']]);
    expect(apply('order 71')).toEqual([]);
    expect([valueOf(primary, 'usage_count'), valueOf(primary, '_used_by')]).toEqual([
      ['6'],
      ['a@shop.test', 'a@shop.test'],
    ]);
  });

  test('used a coupon as often as another order of the same customer did too', async () => {
    const coupon = { coupon_info: '[9,"ten"]' };
    const how = (transaction_id: string) => ({
      mark: marked,
      coupon,
      by: '3',
      more: { customer_id: '3', transaction_id },
    });
    const { primary } = await merge(
      past,
      (a) => {
        ordered('71', how('T1'))(a);
        ordered('73', how('T2'))(a);
      },
      ordered('1072', how('T1')),
    );
    expect([valueOf(primary, 'usage_count'), valueOf(primary, '_used_by')]).toEqual([['6'], ['3', '3']]);
  });
});

describe('an order that stays away', () => {
  test('is told with the stock that it took, which is counted', async () => {
    const taken = (side: Side) => side.put('wc_orders', { id: '71', type: 'shop_order', total_amount: '1' });
    const { primary, listed } = await merge(past, ordered('71', { reduced: '2' }), taken);
    expect(valueOf(primary, '_stock')).toEqual(['7']);
    expect(listed).toEqual([expect.stringMatching(/^Order 71 .* took 2 of product 5, .* counted/)]);
  });
});

describe('an order of before that both regions changed', () => {
  const before: Rows = {
    ...past,
    wc_orders: [{ id: '60', type: 'shop_order', parent_order_id: '0', status: 'wc-processing', total_amount: '7.00' }],
    woocommerce_order_items: [{ order_item_id: '602', order_id: '60', order_item_type: 'line_item' }],
    woocommerce_order_itemmeta: [{ meta_id: '1', order_item_id: '602', meta_key: '_reduced_stock', meta_value: '2' }],
  };
  const cancelled = (side: Side) =>
    side
      .set('wc_orders', { id: '60' }, { status: 'wc-cancelled' })
      .drop('woocommerce_order_itemmeta', { meta_key: '_reduced_stock' })
      .set('postmeta', { meta_key: '_stock' }, { meta_value: '11' });
  const completed = (side: Side) => side.set('wc_orders', { id: '60' }, { status: 'wc-completed' });
  const deleted = (side: Side) =>
    side.drop('wc_orders', { id: '60' }).drop('woocommerce_order_items', {}).drop('woocommerce_order_itemmeta', {});

  const restocked = (side: Side) =>
    side
      .put('wc_orders', { id: '61', type: 'shop_order_refund', parent_order_id: '60', total_amount: '-3.50' })
      .set('woocommerce_order_itemmeta', { meta_key: '_reduced_stock' }, { meta_value: '1' })
      .put('woocommerce_order_itemmeta', {
        meta_id: '3',
        order_item_id: '602',
        meta_key: '_restock_refunded_items',
        meta_value: '1',
      })
      .set('postmeta', { meta_key: '_stock' }, { meta_value: '10' });

  test('gets the marks of its lines with the refund that gave their stock back', async () => {
    const { primary, listed } = await merge(before, restocked, (b) =>
      b.put('comments', { comment_ID: '9', comment_post_ID: '60', comment_type: 'order_note' }),
    );
    expect(listed).toEqual([]);
    expect(primary.rows('woocommerce_order_itemmeta').map((row) => shown(row['meta_value']))).toEqual(['1', '1']);
    expect(valueOf(primary, '_stock')).toEqual(['10']);
  });

  test.each<[string, (side: Side) => unknown, (side: Side) => unknown, string, RegExp]>([
    ['one gave its stock back', cancelled, completed, '11', /^Order 60 .* gave back 2 for order item 602, .* counted/],
    [
      'both gave its stock back',
      cancelled,
      cancelled,
      '13',
      /^Order 60 .* both regions gave back 2 for order item 602/i,
    ],
    ['one deleted it, which gives nothing back', deleted, completed, '9', /^Order 60 (?!.*gave back)/],
  ])('is told with its stock where %s', async (_, theirs, ours, stock, line) => {
    const { primary, listed } = await merge(before, theirs, ours);
    expect(valueOf(primary, '_stock')).toEqual([stock]);
    expect(listed).toEqual([expect.stringMatching(line)]);
  });
});

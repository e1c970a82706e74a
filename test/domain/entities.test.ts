/** What becomes of what only a deposed region has, thing by thing. Names and values are invented. */
import { merge, type Rows, type Side } from './entities-world';

/** An order of the order tables, as WooCommerce writes it: row by row. */
const order =
  (id: string, more: object = {}) =>
  (side: Side) =>
    side
      .put('posts', { ID: id, post_type: 'shop_order_placehold', post_parent: '0', comment_count: '0' })
      .put('wc_orders', {
        id,
        type: 'shop_order',
        parent_order_id: '0',
        status: 'wc-processing',
        total_amount: '20.00',
        customer_id: '0',
        ...more,
      })
      .put('wc_order_operational_data', { id: `${id}1`, order_id: id, order_key: `wc_order_${id}` })
      .put('woocommerce_order_items', { order_item_id: `${id}2`, order_id: id, order_item_name: 'Mug' })
      .put('woocommerce_order_itemmeta', {
        meta_id: `${id}3`,
        order_item_id: `${id}2`,
        meta_key: '_qty',
        meta_value: '1',
      });

const refund = (id: string, parent: string) => (side: Side) =>
  side
    .put('wc_orders', {
      id,
      type: 'shop_order_refund',
      parent_order_id: parent,
      status: 'wc-completed',
      total_amount: '-5.00',
    })
    .put('woocommerce_order_items', { order_item_id: `${id}2`, order_id: id, order_item_name: 'Mug' });

const note = (id: string, post: string) => (side: Side) =>
  side
    .put('comments', { comment_ID: id, comment_post_ID: post, comment_type: 'order_note', comment_content: id })
    .put('commentmeta', { meta_id: id, comment_id: id, meta_key: 'is_customer_note', meta_value: '1' });

const past: Rows = {
  posts: [
    { ID: '5', post_type: 'product', post_parent: '0', comment_count: '0' },
    { ID: '60', post_type: 'shop_order_placehold', post_parent: '0', comment_count: '1' },
  ],
  postmeta: [
    { meta_id: '1', post_id: '5', meta_key: '_stock', meta_value: '9' },
    { meta_id: '2', post_id: '5', meta_key: '_stock_status', meta_value: 'instock' },
    { meta_id: '3', post_id: '5', meta_key: '_regular_price', meta_value: '15' },
    { meta_id: '4', post_id: '5', meta_key: '_price', meta_value: '15' },
    { meta_id: '5', post_id: '5', meta_key: 'total_sales', meta_value: '3' },
  ],
  wc_product_meta_lookup: [{ product_id: '5', stock_quantity: '9', stock_status: 'instock', total_sales: '3' }],
  wc_orders: [
    {
      id: '60',
      type: 'shop_order',
      parent_order_id: '0',
      status: 'wc-on-hold',
      total_amount: '20.00',
      currency: 'EUR',
    },
  ],
  woocommerce_order_items: [{ order_item_id: '600', order_id: '60', order_item_name: 'Mug' }],
  users: [{ ID: '3', user_login: 'ada', user_email: 'ada@shop.test' }],
};

describe('an order that only the deposed region has', () => {
  test('arrives whole, with its refunds and notes', async () => {
    const { primary, rulings } = await merge(past, (a) => [order('71')(a), refund('75', '71')(a), note('90', '71')(a)]);
    expect(rulings['order 71']?.outcome).toBe('order');
    expect(primary.rows('wc_orders', { parent_order_id: '71' })).toHaveLength(1);
    expect(primary.rows('woocommerce_order_items')).toHaveLength(3);
    expect(primary.rows('woocommerce_order_itemmeta')).toHaveLength(1);
    expect(primary.rows('commentmeta')).toHaveLength(1);
  });

  test('is left to a person with all that is its own, where the primary gave its number to another order', async () => {
    const { primary, listed } = await merge(past, order('71'), order('71', { total_amount: '99.00' }));
    expect(listed).toHaveLength(1);
    expect(primary.rows('wc_orders', { id: '71' })).toEqual([expect.objectContaining({ total_amount: '99.00' })]);
    expect(primary.rows('woocommerce_order_itemmeta')).toHaveLength(1);
  });

  test('is left to a person where the primary has an order with its payment', async () => {
    const { listed } = await merge(
      past,
      order('71', { transaction_id: 'T1' }),
      order('1072', { transaction_id: 'T1' }),
    );
    expect(listed).toEqual([expect.stringMatching(/One payment is in both regions, of order 71 .* order 1072/)]);
  });

  test('gets other numbers for rows to which nothing refers, where the primary has used theirs', async () => {
    const { primary, listed } = await merge(past, order('71'), (b) =>
      b.put('woocommerce_order_itemmeta', { meta_id: '713', order_item_id: '600', meta_key: '_qty', meta_value: '7' }),
    );
    expect(listed).toEqual([]);
    expect(primary.rows('woocommerce_order_itemmeta', { order_item_id: '712' })).toHaveLength(1);
    expect(primary.rows('woocommerce_order_itemmeta', { meta_id: '713', meta_value: '7' })).toHaveLength(1);
  });
});

describe('an order of before', () => {
  const paid = (payment: string) => (side: Side) =>
    side.set(
      'wc_orders',
      { id: '60' },
      { status: 'wc-processing', transaction_id: payment, date_updated_gmt: payment },
    );

  test('is as the deposed region left it, where only that changed it', async () => {
    const { primary, rulings } = await merge(past, (a) => [paid('T1')(a), note('90', '60')(a)]);
    expect(rulings['order 60']?.outcome).toBe('update');
    expect(primary.rows('wc_orders')).toEqual([
      expect.objectContaining({ status: 'wc-processing', transaction_id: 'T1' }),
    ]);
  });

  test('stays as the primary has it, with the notes and refunds of both, where both say the same', async () => {
    const { primary, listed } = await merge(
      past,
      (a) => [
        paid('T1')(a),
        note('90', '60')(a),
        refund('61', '60')(a),
        a.set('posts', { ID: '60' }, { comment_count: '2' }),
      ],
      (b) => [paid('T1')(b), note('1090', '60')(b), b.set('posts', { ID: '60' }, { comment_count: '2' })],
    );
    expect(listed).toEqual([]);
    expect(primary.rows('comments')).toHaveLength(2);
    expect(primary.rows('wc_orders', { id: '61' })).toHaveLength(1);
    expect(primary.rows('posts', { ID: '60' })[0]?.['comment_count']).toBe('3');
  });

  test('is one line for a person, where it was paid in each region', async () => {
    const { primary, listed } = await merge(past, (a) => [paid('T1')(a), note('90', '60')(a)], paid('T2'));
    expect(listed).toEqual([expect.stringMatching(/^Order 60 has two payments, one in each region/)]);
    expect(primary.rows('wc_orders')[0]?.['transaction_id']).toBe('T2');
    expect(primary.rows('comments')).toHaveLength(1);
  });

  test('is one line that tells both sides, and of the deposed region only the notes come', async () => {
    const { primary, listed } = await merge(
      past,
      (a) => [
        a.set('wc_orders', { id: '60' }, { customer_note: 'from A', total_amount: '25.00' }),
        a.put('woocommerce_order_items', { order_item_id: '609', order_id: '60', order_item_name: 'Fee' }),
        note('90', '60')(a),
      ],
      (b) => b.set('wc_orders', { id: '60' }, { customer_note: 'from B' }),
    );
    expect(listed).toEqual([
      "Order 60 was changed in both regions: the deposed region changed wc_orders.total_amount, wc_orders.customer_note, woocommerce_order_items, the primary changed wc_orders.customer_note. The primary's order stays, with the deposed region's notes.",
    ]);
    expect(primary.rows('woocommerce_order_items', { order_item_id: '609' })).toEqual([]);
    expect(primary.rows('comments')).toHaveLength(1);
  });

  test.each([
    ['goes where only the deposed region deleted it', undefined, 0, 0],
    ['stays where the primary changed it', paid('T1'), 1, 1],
  ])('%s', async (_, ours, orders, lines) => {
    const deleted = (a: Side) =>
      a.drop('wc_orders', { id: '60' }).drop('posts', { ID: '60' }).drop('woocommerce_order_items', {});
    const { primary, listed } = await merge(past, deleted, ours);
    expect(primary.rows('wc_orders')).toHaveLength(orders);
    expect(primary.rows('woocommerce_order_items')).toHaveLength(orders);
    expect(listed).toHaveLength(lines);
  });

  test('is as the deposed region left it, where the primary only counted and computed', async () => {
    const { listed } = await merge(past, paid('T1'), (b) =>
      b.put('wc_order_stats', { order_id: '60', status: 'wc-on-hold' }),
    );
    expect(listed).toEqual([]);
  });
});

test('values that both changed are told by their names', async () => {
  const city = { meta_id: '7', post_id: '60', meta_key: '_billing_city', meta_value: 'Ulm' };
  const moved = (value: string, paid: string) => (side: Side) =>
    side
      .set('postmeta', { meta_id: '7' }, { meta_value: value })
      .put('postmeta', { meta_id: paid, post_id: '60', meta_key: '_date_paid', meta_value: paid });
  const { listed } = await merge(
    { ...past, postmeta: [...past['postmeta']!, city] },
    moved('Bonn', '81'),
    moved('Mainz', '1082'),
  );
  expect(listed).toEqual([
    expect.stringMatching(
      /deposed region changed postmeta _billing_city, the primary changed postmeta _billing_city\./,
    ),
  ]);
});

test('notes of an order that was trashed in the deposed region stay as they are', async () => {
  const noted: Rows = {
    ...past,
    comments: [{ comment_ID: '9', comment_post_ID: '60', comment_type: 'order_note', comment_content: 'x' }],
  };
  const { primary, listed } = await merge(
    noted,
    (a) => a.set('wc_orders', { id: '60' }, { status: 'trash' }).set('comments', {}, { comment_content: 'trashed' }),
    (b) => b.set('wc_orders', { id: '60' }, { status: 'wc-completed' }),
  );
  expect(primary.rows('comments')[0]?.['comment_content']).toBe('x');
  expect(listed).toHaveLength(1);
});

describe('orders that are posts', () => {
  const legacy: Rows = {
    posts: [{ ID: '60', post_type: 'shop_order', post_status: 'wc-on-hold', comment_count: '0' }],
    postmeta: [
      { meta_id: '1', post_id: '60', meta_key: '_order_total', meta_value: '20.00' },
      { meta_id: '2', post_id: '60', meta_key: '_transaction_id', meta_value: '' },
    ],
  };
  const paid = (payment: string) => (side: Side) =>
    side
      .set('posts', { ID: '60' }, { post_status: 'wc-processing', post_modified: payment })
      .set('postmeta', { meta_id: '2' }, { meta_value: payment })
      .put('postmeta', { meta_id: payment.slice(1), post_id: '60', meta_key: '_date_paid', meta_value: payment });

  test('are brought over with their values and refunds', async () => {
    const { primary, rulings } = await merge(legacy, (a) =>
      a
        .put('posts', { ID: '71', post_type: 'shop_order', post_status: 'wc-processing' })
        .put('postmeta', { meta_id: '10', post_id: '71', meta_key: '_order_total', meta_value: '7.00' })
        .put('posts', { ID: '73', post_type: 'shop_order_refund', post_parent: '71' })
        .put('postmeta', { meta_id: '11', post_id: '73', meta_key: '_refund_amount', meta_value: '7.00' }),
    );
    expect(rulings['order 71']?.outcome).toBe('order');
    expect(primary.rows('postmeta')).toHaveLength(4);
  });

  const refunded = (id: string) => (side: Side) =>
    side
      .put('posts', { ID: id, post_type: 'shop_order_refund', post_parent: '60', post_status: 'wc-completed' })
      .put('postmeta', { meta_id: `${id}1`, post_id: id, meta_key: '_order_total', meta_value: '-2.00' })
      .put('postmeta', { meta_id: `${id}2`, post_id: id, meta_key: '_order_currency', meta_value: 'EUR' });

  test('get the refund of the one region beside the note of the other', async () => {
    const { primary, listed } = await merge(legacy, refunded('61'), note('1090', '60'));
    expect(listed).toEqual([]);
    expect(primary.rows('posts').map((row) => row['ID'])).toEqual(['60', '61']);
    expect(primary.rows('postmeta', { post_id: '61' })).toHaveLength(2);
  });

  test('are no question where both regions only counted a refund of before', async () => {
    const counted = (side: Side) => side.put('wc_order_stats', { order_id: '61', status: 'wc-completed' });
    const { listed } = await merge(
      { posts: [...legacy['posts']!, { ID: '61', post_type: 'shop_order_refund', post_parent: '60' }] },
      (a) => [counted(a), note('90', '60')(a)],
      (b) => [counted(b), note('1090', '60')(b)],
    );
    expect(listed).toEqual([]);
  });

  test('are one line where both regions refunded', async () => {
    const { primary, listed } = await merge(legacy, refunded('61'), refunded('1062'));
    expect(listed).toEqual([expect.stringMatching(/^Order 60 was refunded in both regions: .* twice/)]);
    expect(primary.rows('posts', { post_type: 'shop_order_refund' })).toHaveLength(2);
  });

  test('keep one refund where both regions paid all of it back', async () => {
    const whole = (id: string) => (side: Side) =>
      refunded(id)(side.set('posts', { ID: '60' }, { post_status: 'wc-refunded' }));
    const { primary, listed } = await merge(legacy, whole('61'), whole('1062'));
    expect(listed).toEqual([
      expect.stringMatching(/^Order 60 was refunded whole in both regions: .*without its refund/),
    ]);
    expect(primary.rows('posts', { post_type: 'shop_order_refund' }).map((row) => row['ID'])).toEqual(['1062']);
  });

  test.each([
    ['the same payment is no question', 'T901', []],
    ['two payments are one', 'T902', [expect.stringMatching(/two payments/)]],
  ])('%s', async (_, payment, lines) => {
    const { listed, primary } = await merge(legacy, paid('T901'), (b) =>
      paid(payment)(b).set('postmeta', { meta_key: '_date_paid' }, { meta_id: '1903' }),
    );
    expect(listed).toEqual(lines);
    expect(primary.rows('postmeta', { meta_key: '_date_paid' })).toHaveLength(1);
  });
});

describe('counters', () => {
  const sold = (stock: string, sales: string) => (side: Side) =>
    side
      .set('postmeta', { meta_key: '_stock' }, { meta_value: stock })
      .set('postmeta', { meta_key: 'total_sales' }, { meta_value: sales })
      .set('wc_product_meta_lookup', {}, { stock_quantity: stock, total_sales: sales });

  test.each([
    ['both sold', '7', '6', '4', 'instock'],
    ['both sold the same number', '7', '7', '5', 'instock'],
    ['a person set the stock of one', '100.500000', '8', '99.5', 'instock'],
    ['both sold the last', '2', '3', '-4', 'outofstock'],
  ])('add up: %s', async (_, there, here, left, status) => {
    const { primary, listed, rulings } = await merge(past, sold(there, '4'), sold(here, '4'));
    expect(listed).toEqual([]);
    expect(primary.rows('postmeta', { meta_key: '_stock' })[0]?.['meta_value']).toBe(left);
    expect(primary.rows('postmeta', { meta_key: 'total_sales' })[0]?.['meta_value']).toBe('5');
    expect(primary.rows('postmeta', { meta_key: '_stock_status' })[0]?.['meta_value']).toBe(status);
    expect(primary.rows('wc_product_meta_lookup')).toEqual([
      expect.objectContaining({ stock_quantity: left, stock_status: status, total_sales: '5' }),
    ]);
    expect(rulings['product 5']?.oversold?.map(({ key, missing }) => [key, missing])).toEqual(
      left === '-4' ? [['5', '4']] : undefined,
    );
  });
});

test('what an order took is taken once where the primary has the order too, by the mark of each line', async () => {
  const sold = (id: string, left: string) => (side: Side) =>
    order(id, { transaction_id: 'T1' })(side)
      .put('woocommerce_order_itemmeta', {
        meta_id: `${id}4`,
        order_item_id: `${id}2`,
        meta_key: '_product_id',
        meta_value: '5',
      })
      .put('woocommerce_order_itemmeta', {
        meta_id: `${id}5`,
        order_item_id: `${id}2`,
        meta_key: '_reduced_stock',
        meta_value: '2',
      })
      .set('postmeta', { meta_key: '_stock' }, { meta_value: left })
      .set('wc_product_meta_lookup', { product_id: '5' }, { stock_quantity: left });
  // The deposed region sold one more by itself.
  const { primary, listed } = await merge(past, sold('71', '6'), sold('1072', '7'));
  expect(listed).toHaveLength(1);
  expect(primary.rows('postmeta', { meta_key: '_stock' })[0]?.['meta_value']).toBe('6');
  expect(primary.rows('wc_product_meta_lookup')[0]?.['stock_quantity']).toBe('6');
});

describe('a product', () => {
  test('is one line, where both changed its price, and all else of it comes over', async () => {
    const priced = (price: string) => (side: Side) =>
      side
        .set('postmeta', { meta_key: '_regular_price' }, { meta_value: price })
        .set('postmeta', { meta_key: '_price' }, { meta_value: price });
    const { primary, listed } = await merge(
      past,
      (a) => priced('16')(a).set('posts', { ID: '5' }, { post_title: 'New', post_modified: '1' }),
      (b) => priced('17')(b).set('posts', { ID: '5' }, { post_modified: '2' }),
    );
    expect(listed).toEqual([
      "Product 5 was changed in both regions: postmeta _regular_price. The primary's stays; all else of it was brought over.",
    ]);
    expect(primary.rows('postmeta', { meta_key: '_price' }).map((row) => row['meta_value'])).toEqual(['17']);
    expect(primary.rows('posts', { ID: '5' })).toEqual([
      expect.objectContaining({ post_title: 'New', post_modified: '2' }),
    ]);
  });

  test('that the primary deleted is no question where the deposed region only sold it', async () => {
    const sold = (a: Side) =>
      a.set('postmeta', { meta_key: '_stock' }, { meta_value: '8' }).set('posts', { ID: '5' }, { post_modified: '1' });
    const deleted = (b: Side) => b.drop('posts', { ID: '5' }).drop('postmeta', { post_id: '5' });
    const { primary, listed } = await merge(past, sold, deleted);
    expect(listed).toEqual([]);
    expect(primary.rows('postmeta')).toEqual([]);
    const edited = await merge(past, (a) => a.set('posts', { ID: '5' }, { post_title: 'New' }), deleted);
    expect(edited.listed).toEqual([expect.stringMatching(/^Product 5 was deleted on the primary/)]);
  });

  test('has its prices once, where both regions wrote them anew', async () => {
    const anew = (from: number, prices: string[]) => (side: Side) => {
      side.drop('postmeta', { meta_key: '_price' });
      prices.forEach((price, index) =>
        side.put('postmeta', { meta_id: String(from + index), post_id: '5', meta_key: '_price', meta_value: price }),
      );
    };
    const { primary, listed } = await merge(past, anew(20, ['15', '16']), anew(1020, ['15', '18']));
    expect(listed).toEqual([]);
    expect(
      primary
        .rows('postmeta', { meta_key: '_price' })
        .map((row) => row['meta_value'])
        .sort(),
    ).toEqual(['15', '16', '18']);
  });
});

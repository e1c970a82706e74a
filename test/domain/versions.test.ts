/** What a person takes of a thing that both regions changed: the deposed region's version of it, whole. Names and values are invented. */
import { merge, type Rows, type Side } from './entities-world';

const past: Rows = {
  posts: [
    { ID: '5', post_type: 'product', post_parent: '0', comment_count: '0', post_title: 'Mug' },
    { ID: '60', post_type: 'shop_order_placehold', post_parent: '0', comment_count: '0' },
  ],
  postmeta: [
    { meta_id: '1', post_id: '5', meta_key: '_stock', meta_value: '1' },
    { meta_id: '2', post_id: '5', meta_key: '_stock_status', meta_value: 'instock' },
    { meta_id: '3', post_id: '5', meta_key: '_regular_price', meta_value: '15' },
    { meta_id: '4', post_id: '5', meta_key: '_backorders', meta_value: 'no' },
  ],
  wc_product_meta_lookup: [{ product_id: '5', stock_quantity: '1', stock_status: 'instock', total_sales: '0' }],
  wc_orders: [{ id: '60', type: 'shop_order', parent_order_id: '0', status: 'wc-on-hold', total_amount: '20.00' }],
  wc_order_stats: [{ order_id: '60', status: 'wc-on-hold', customer_id: '0' }],
  woocommerce_order_items: [{ order_item_id: '600', order_id: '60', order_item_name: 'Mug' }],
  options: [{ option_id: '1', option_name: 'blogdescription', option_value: 'Mugs', autoload: 'yes' }],
};

const status = (value: string) => (side: Side) =>
  side.set('wc_orders', { id: '60' }, { status: value }).set('wc_order_stats', { order_id: '60' }, { status: value });

const order =
  (id: string, payment: string, reduced = '') =>
  (side: Side) => {
    side
      .put('wc_orders', {
        id,
        type: 'shop_order',
        parent_order_id: '0',
        status: 'wc-processing',
        transaction_id: payment,
      })
      .put('wc_order_operational_data', { id: `${id}1`, order_id: id, order_key: `wc_order_${id}` })
      .put('woocommerce_order_items', { order_item_id: `${id}2`, order_id: id, order_item_name: 'Mug' })
      .put('woocommerce_order_itemmeta', meta(id, '3', '_product_id', '5'));
    if (reduced === '') return side;
    const left = String(Number(side.rows('postmeta', { meta_key: '_stock' })[0]?.['meta_value']) - Number(reduced));
    return side
      .put('woocommerce_order_itemmeta', meta(id, '4', '_reduced_stock', reduced))
      .set('postmeta', { meta_key: '_stock' }, { meta_value: left })
      .set('wc_product_meta_lookup', { product_id: '5' }, { stock_quantity: left });
  };
const meta = (id: string, n: string, name: string, value: string) => ({
  meta_id: `${id}${n}`,
  order_item_id: `${id}2`,
  meta_key: name,
  meta_value: value,
});

const stock = (primary: Side) => [
  primary.rows('postmeta', { meta_key: '_stock' })[0]?.['meta_value'],
  primary.rows('postmeta', { meta_key: '_stock_status' })[0]?.['meta_value'],
  ...primary.rows('wc_product_meta_lookup').map((row) => [row['stock_quantity'], row['stock_status']]),
];

describe('an order that both regions changed', () => {
  const both = () =>
    merge(
      past,
      (a) => status('wc-completed')(a),
      (b) => {
        status('wc-cancelled')(b).set('wc_orders', { id: '60' }, { total_amount: '25.00' });
        b.put('woocommerce_order_items', { order_item_id: '1601', order_id: '60', order_item_name: 'Fee' });
        b.put('woocommerce_order_itemmeta', {
          meta_id: '1602',
          order_item_id: '1601',
          meta_key: '_line_total',
          meta_value: '5',
        });
        b.put('comments', {
          comment_ID: '9',
          comment_post_ID: '60',
          comment_type: 'order_note',
          comment_content: 'cancelled',
        });
        b.put('wc_orders', { id: '1700', type: 'shop_order_refund', parent_order_id: '60', total_amount: '-1.00' });
      },
    );

  test('becomes whole as it was in the deposed region, with its statistics', async () => {
    const { primary, apply } = await both();
    expect(apply('order 60')).toEqual([]);
    expect(primary.rows('wc_orders', { id: '60' })).toMatchObject([{ status: 'wc-completed', total_amount: '20.00' }]);
    expect(primary.rows('wc_order_stats')).toMatchObject([{ status: 'wc-completed' }]);
    expect(primary.rows('woocommerce_order_items')).toMatchObject([{ order_item_id: '600' }]);
    expect(primary.rows('woocommerce_order_itemmeta')).toEqual([]);
  });

  test("keeps the primary's notes and refunds", async () => {
    const { primary, apply } = await both();
    apply('order 60');
    expect(primary.rows('comments')).toHaveLength(1);
    expect(primary.rows('wc_orders', { type: 'shop_order_refund' })).toHaveLength(1);
  });

  test.each([
    ['its status', 'wc_orders.status', (b: Side) => b.set('wc_orders', { id: '60' }, { status: 'wc-pending' })],
    [
      'a line of it',
      'woocommerce_order_items (deleted)',
      (b: Side) => b.drop('woocommerce_order_items', { order_item_id: '1601' }),
    ],
    [
      'its lines',
      'woocommerce_order_items (a new row)',
      (b: Side) => b.put('woocommerce_order_items', { order_item_id: '1801', order_id: '60' }),
    ],
  ])('is left as it is where the primary changed %s since', async (_what, named, change) => {
    const { primary, apply } = await both();
    change(primary);
    expect(apply('order 60')).toEqual([named]);
  });

  test('can be taken though a note or the time of its last change came since', async () => {
    const { primary, apply } = await both();
    primary.set('wc_orders', { id: '60' }, { date_updated_gmt: '2026-12-01 00:00:00' });
    expect(apply('order 60')).toEqual([]);
  });
});

test('an order that one region deleted and the other changed goes, or comes back whole', async () => {
  const gone = (side: Side) => {
    for (const table of ['wc_orders', 'posts']) side.drop(table, table === 'posts' ? { ID: '60' } : { id: '60' });
    side.drop('woocommerce_order_items', { order_id: '60' }).drop('wc_order_stats', { order_id: '60' });
  };
  const there = await merge(past, gone, status('wc-cancelled'));
  expect(there.apply('order 60')).toEqual([]);
  expect([there.primary.rows('wc_orders'), there.primary.rows('woocommerce_order_items')]).toEqual([[], []]);
  const here = await merge(past, status('wc-completed'), gone);
  expect(here.apply('order 60')).toEqual([]);
  expect(here.primary.rows('wc_orders')).toMatchObject([{ id: '60', status: 'wc-completed' }]);
  expect([here.primary.rows('woocommerce_order_items'), here.primary.rows('posts', { ID: '60' })]).toEqual([
    [expect.objectContaining({ order_item_id: '600' })],
    [expect.objectContaining({ post_type: 'shop_order_placehold' })],
  ]);
});

test('an order with a payment that the primary has too arrives as its own and takes its stock, and the product is sold out', async () => {
  const { primary, apply } = await merge(past, order('71', 'ch_1', '1'), (b) => order('1071', 'ch_1')(b));
  expect(stock(primary)).toEqual(['1', 'instock', ['1', 'instock']]);
  expect(apply('order 71')).toEqual([]);
  expect(primary.rows('wc_orders', { transaction_id: 'ch_1' })).toHaveLength(2);
  expect(stock(primary)).toEqual(['0', 'outofstock', ['0', 'outofstock']]);
});

test("of a product only what both regions changed becomes the deposed one's, and whether it can be ordered follows", async () => {
  const { primary, apply } = await merge(
    past,
    (a) => {
      a.set('posts', { ID: '5' }, { post_title: 'Blue mug' }).set('postmeta', { meta_id: '3' }, { meta_value: '18' });
      a.set('postmeta', { meta_id: '4' }, { meta_value: 'notify' });
    },
    (b) => {
      b.set('posts', { ID: '5' }, { post_title: 'Red mug' }).set('postmeta', { meta_id: '3' }, { meta_value: '17' });
      b.set('postmeta', { meta_id: '4' }, { meta_value: 'yes' }).set('postmeta', { meta_id: '1' }, { meta_value: '0' });
      b.set('postmeta', { meta_id: '2' }, { meta_value: 'outofstock' });
    },
  );
  expect(apply('product 5')).toEqual([]);
  expect(primary.rows('posts', { ID: '5' })).toMatchObject([{ post_title: 'Blue mug' }]);
  expect(primary.rows('postmeta').map((row) => row['meta_value'])).toEqual(
    expect.arrayContaining(['18', 'notify', '0', 'onbackorder']),
  );
});

test("values under one name that each region wrote anew become the deposed one's, in the rows of the primary", async () => {
  const renewed = (id: string, value: string) => (side: Side) =>
    side
      .drop('postmeta', { meta_id: '3' })
      .put('postmeta', { meta_id: id, post_id: '5', meta_key: '_regular_price', meta_value: value });
  const { primary, apply } = await merge(past, renewed('30', '18'), renewed('1030', '17'));
  expect(apply('product 5')).toEqual([]);
  expect(primary.rows('postmeta', { meta_key: '_regular_price' })).toMatchObject([{ meta_value: '18' }]);
});

test('prices that are right together only are all as the deposed region has them', async () => {
  const sold: Rows = {
    ...past,
    postmeta: [
      ...past['postmeta']!,
      { meta_id: '6', post_id: '5', meta_key: '_price', meta_value: '15' },
      { meta_id: '7', post_id: '5', meta_key: '_sale_price', meta_value: '' },
    ],
  };
  const { primary, apply } = await merge(
    sold,
    (a) => a.set('postmeta', { meta_value: '15' }, { meta_value: '18' }),
    (b) =>
      b
        .set('postmeta', { meta_key: '_price' }, { meta_value: '12' })
        .set('postmeta', { meta_key: '_sale_price' }, { meta_value: '12' }),
  );
  expect(apply('product 5')).toEqual([]);
  const prices = ['_regular_price', '_price', '_sale_price'].map((name) =>
    primary.rows('postmeta', { meta_key: name }),
  );
  expect(prices.flat().map((row) => row['meta_value'])).toEqual(['18', '18', '']);
});

test('an option takes the value of the deposed region', async () => {
  const to = (value: string) => (side: Side) => side.set('options', { option_id: '1' }, { option_value: value });
  const { primary, apply } = await merge(past, to('Cups'), to('Bowls'));
  expect(apply('option blogdescription')).toEqual([]);
  expect(primary.rows('options')).toMatchObject([{ option_value: 'Cups' }]);
});

test('an option that the deposed region deleted and made again takes its value in the row of the primary', async () => {
  const { primary, apply } = await merge(
    past,
    (a) =>
      a
        .drop('options', { option_id: '1' })
        .put('options', { ...past['options']![0], option_id: '2', option_value: 'Cups' }),
    (b) => b.set('options', { option_id: '1' }, { option_value: 'Bowls' }),
  );
  expect(apply('option blogdescription')).toEqual([]);
  expect(primary.rows('options')).toMatchObject([{ option_id: '1', option_value: 'Cups' }]);
});

test.each<[string, string, (side: Side) => unknown, (side: Side) => unknown]>([
  [
    'the primary has another one of that name',
    'coupon 90',
    (a) => a.put('posts', { ID: '90', post_type: 'shop_coupon', post_name: 'ten' }),
    (b) => b.put('posts', { ID: '1090', post_type: 'shop_coupon', post_name: 'ten' }),
  ],
  [
    'all that can be brought over of it is on the primary',
    'customer 90',
    (a) => a.put('users', { ID: '90', user_login: 'ann', user_email: 'ann@one.test' }),
    (b) => b.put('users', { ID: '1090', user_login: 'ann', user_email: 'ann@two.test' }),
  ],
])("a new thing can't be taken since %s", async (because, name, theirs, ours) => {
  const { apply } = await merge(past, theirs, ours);
  expect(apply(name)).toEqual([because]);
});

test("an e-mail address that is another customer's on the primary is not taken with the rest", async () => {
  const user = { ID: '3', user_login: 'ann', user_email: 'ann@one.test' };
  const { primary, apply } = await merge(
    { ...past, users: [user] },
    (a) => a.set('users', { ID: '3' }, { user_login: 'anna', user_email: 'ann@two.test' }),
    (b) =>
      b
        .set('users', { ID: '3' }, { user_login: 'annie' })
        .put('users', { ID: '1090', user_login: 'other', user_email: 'ann@two.test' }),
  );
  expect(apply('customer 3')).toEqual([expect.stringMatching(/user_email is another customer's/)]);
  expect(primary.rows('users', { user_email: 'ann@two.test' })).toHaveLength(1);
});

test('a thing of which both regions made another under one number is entered by hand', async () => {
  const made = (title: string) => (side: Side) =>
    side.put('posts', { ID: '90', post_type: 'product', post_title: title });
  const { apply } = await merge(past, made('Cup'), made('Bowl'));
  expect(apply('product 90')).toEqual(['the primary has another one under its number']);
});

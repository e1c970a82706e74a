/** An order that both regions finished or cancelled, and what each of them did with it besides. Values are invented. */
import { shown, type Row } from '../../src/domain/salvage/transaction';
import { merge, type Rows, type Side } from './entities-world';

const meta = (id: string, post: string, name: string, value: string): Row => ({
  meta_id: id,
  post_id: post,
  meta_key: name,
  meta_value: value,
});
const detail = (id: string, item: string, name: string, value: string): Row => ({
  meta_id: id,
  order_item_id: item,
  meta_key: name,
  meta_value: value,
});

/** Order 7 of two mugs with coupon 30; `marks` say whether its stock, its sales and its coupon are counted. */
const past = (status: string, marks: '0' | '1', more: Rows = {}): Rows => ({
  posts: [
    { ID: '5', post_type: 'product', post_parent: '0' },
    { ID: '7', post_type: 'shop_order_placehold', post_parent: '0', comment_count: '0' },
    { ID: '30', post_type: 'shop_coupon', post_parent: '0', post_title: 'ten' },
  ],
  postmeta: [
    meta('1', '5', '_stock', '9'),
    meta('5', '5', 'total_sales', '3'),
    meta('31', '30', 'usage_count', '1'),
    ...(marks === '1' ? [meta('32', '30', '_used_by', 'ada@customers.test')] : []),
  ],
  wc_orders: [
    {
      id: '7',
      type: 'shop_order',
      status,
      total_amount: '20.00',
      currency: 'EUR',
      customer_id: '0',
      billing_email: 'ada@customers.test',
    },
  ],
  wc_order_operational_data: [
    {
      id: '71',
      order_id: '7',
      order_key: 'k7',
      order_stock_reduced: marks,
      recorded_sales: marks,
      coupon_usages_are_counted: marks,
    },
  ],
  wc_order_addresses: [{ id: '61', order_id: '7', address_type: 'shipping', address_1: 'Old street 1', city: 'Bonn' }],
  wc_order_stats: [{ order_id: '7', status, customer_id: '1' }],
  woocommerce_order_items: [
    { order_item_id: '72', order_id: '7', order_item_name: 'Mug', order_item_type: 'line_item' },
    { order_item_id: '79', order_id: '7', order_item_name: 'ten', order_item_type: 'coupon' },
  ],
  woocommerce_order_itemmeta: [
    detail('73', '72', '_product_id', '5'),
    detail('74', '72', '_qty', '2'),
    detail('78', '79', 'coupon_info', '[30,"ten","percent",10]'),
    ...(marks === '1' ? [detail('75', '72', '_reduced_stock', '2')] : []),
  ],
  ...more,
});

const statusTo = (side: Side, status: string): Side =>
  side.set('wc_orders', { id: '7' }, { status }).set('wc_order_stats', { order_id: '7' }, { status });

const valueOf = (side: Side, post: string, name: string) =>
  side.rows('postmeta', { post_id: post, meta_key: name }).map((row) => row['meta_value']);

const add = (side: Side, post: string, name: string, amount: number): Side =>
  side.set(
    'postmeta',
    { post_id: post, meta_key: name },
    { meta_value: String(Number(shown(valueOf(side, post, name)[0])) + amount) },
  );

const marked = (side: Side, column: string, value: string): Side =>
  side.set('wc_order_operational_data', { order_id: '7' }, { [column]: value });

/** `number` is of the rows that the region makes. */
const finish = (number: string) => (side: Side) => {
  marked(add(statusTo(side, 'wc-processing'), '5', 'total_sales', 2), 'recorded_sales', '1');
  marked(add(side, '30', 'usage_count', 1), 'coupon_usages_are_counted', '1');
  side.put('postmeta', meta(`${number}9`, '30', '_used_by', 'ada@customers.test'));
  add(side, '5', '_stock', -2).put('woocommerce_order_itemmeta', detail(number, '72', '_reduced_stock', '2'));
  marked(side, 'order_stock_reduced', '1');
};

const cancel = (status: string) => (side: Side) => {
  marked(add(statusTo(side, status), '5', 'total_sales', -2), 'recorded_sales', '0');
  marked(add(side, '30', 'usage_count', -1), 'coupon_usages_are_counted', '0');
  side.drop('postmeta', { meta_key: '_used_by' });
  add(side, '5', '_stock', 2).drop('woocommerce_order_itemmeta', { meta_key: '_reduced_stock' });
  marked(side, 'order_stock_reduced', '0');
};

const counted = (side: Side) => [
  valueOf(side, '5', '_stock'),
  valueOf(side, '5', 'total_sales'),
  valueOf(side, '30', 'usage_count'),
  valueOf(side, '30', '_used_by'),
];

const tracked = (side: Side) =>
  side.put('wc_orders_meta', { id: '44', order_id: '7', meta_key: '_tracking', meta_value: 'DHL' });
const moved = (side: Side, street: string) => side.set('wc_order_addresses', { id: '61' }, { address_1: street });
const address = (side: Side) => side.rows('wc_order_addresses')[0];

describe('an order that both regions finished', () => {
  const open = past('wc-pending', '0');

  test('has what the deposed region did with it after that', async () => {
    const { primary, listed } = await merge(
      open,
      (a) => {
        finish('91')(a);
        tracked(moved(statusTo(a, 'wc-completed'), 'New street 2'));
        marked(a, 'date_paid_gmt', '2026-11-30 10:00:00');
      },
      finish('90'),
    );
    expect(listed).toEqual([]);
    expect(address(primary)).toMatchObject({ address_1: 'New street 2' });
    expect(primary.rows('wc_orders_meta')).toMatchObject([{ meta_value: 'DHL' }]);
    expect([primary.rows('wc_orders')[0]?.['status'], primary.rows('wc_order_stats')[0]?.['status']]).toEqual([
      'wc-completed',
      'wc-completed',
    ]);
    expect(primary.rows('wc_order_operational_data')[0]).toMatchObject({ date_paid_gmt: '2026-11-30 10:00:00' });
    expect(counted(primary)).toEqual([['7'], ['5'], ['2'], ['ada@customers.test']]);
  });

  test('keeps what the primary did with it after that', async () => {
    const { primary, listed } = await merge(open, finish('91'), (b) => {
      finish('90')(b);
      moved(statusTo(b, 'wc-completed'), 'New street 2');
    });
    expect(listed).toEqual([]);
    expect(address(primary)).toMatchObject({ address_1: 'New street 2' });
    expect(primary.rows('wc_order_stats')[0]).toMatchObject({ status: 'wc-completed' });
  });

  test('is one line for a person where both changed its address otherwise, and has all else', async () => {
    const { primary, listed } = await merge(
      open,
      (a) => {
        finish('91')(a);
        tracked(a).set('wc_order_addresses', { id: '61' }, { city: 'Ulm' });
      },
      (b) => {
        finish('90')(b);
        moved(b, 'Here street 3');
      },
    );
    expect(listed).toEqual([
      "Order 7 was finished in both regions; the primary's order is kept, but both regions changed wc_order_addresses.city to different values, so decide by hand which are right.",
    ]);
    expect(address(primary)).toMatchObject({ address_1: 'Here street 3', city: 'Bonn' });
    expect(primary.rows('wc_orders_meta')).toHaveLength(1);
  });

  test('is one line for a person where each noted another value under one name', async () => {
    const note = (id: string, value: string) => (side: Side) => {
      finish(id)(side);
      side.put('wc_orders_meta', { id, order_id: '7', meta_key: '_pickup', meta_value: value });
    };
    const { primary, listed } = await merge(open, note('91', 'noon'), note('90', 'evening'));
    expect(listed).toEqual([expect.stringMatching(/but both regions changed wc_orders_meta _pickup to different/)]);
    expect(primary.rows('wc_orders_meta')).toMatchObject([{ meta_value: 'evening' }]);
  });

  test('is one line for a person where the deposed region sold something else with it', async () => {
    const { listed } = await merge(
      open,
      (a) => {
        finish('91')(a);
        a.put('woocommerce_order_items', { order_item_id: '83', order_id: '7', order_item_name: 'Cup' });
      },
      finish('90'),
    );
    expect(listed).toEqual([expect.stringMatching(/and their lines differ: decide by hand which one is right/)]);
  });

  test('has one status wherever a shop keeps orders in step', async () => {
    const posts = open['posts']?.map((row) =>
      row['ID'] === '7' ? { ...row, post_type: 'shop_order', post_status: 'wc-pending' } : row,
    );
    const to = (number: string, status: string) => (side: Side) => {
      finish(number)(side);
      statusTo(side, status).set('posts', { ID: '7' }, { post_status: status });
    };
    const { primary, listed } = await merge(
      { ...open, posts: posts ?? [] },
      to('91', 'wc-completed'),
      to('90', 'wc-processing'),
    );
    expect(listed).toEqual([]);
    expect(primary.rows('wc_orders')[0]).toMatchObject({ status: 'wc-completed' });
    expect(primary.rows('posts', { ID: '7' })[0]).toMatchObject({ post_status: 'wc-completed' });
  });
});

describe('an order that is over in both regions', () => {
  test.each([
    ['wc-cancelled', 'cancelled'],
    ['wc-failed', 'set to failed'],
  ])('with %s gives back once what it took, and nobody is asked', async (status, said) => {
    const { primary, rulings, listed } = await merge(past('wc-processing', '1'), cancel(status), cancel(status));
    expect(listed).toEqual([]);
    expect(rulings['order 7']?.because).toBe(`Order 7 was ${said} in both regions; the primary's order is kept.`);
    expect(counted(primary)).toEqual([['11'], ['1'], ['0'], []]);
  });

  test('is one line for a person where it is over in one way here and in another there, and gives back once', async () => {
    const { primary, listed } = await merge(past('wc-processing', '1'), cancel('wc-cancelled'), cancel('wc-failed'));
    expect(listed).toEqual([expect.stringMatching(/and its status differs: decide by hand which one is right/)]);
    expect(counted(primary)).toEqual([['11'], ['1'], ['0'], []]);
  });

  test('gives its coupon back once where nobody had paid', async () => {
    const unpaid = past('wc-pending', '0', {
      wc_order_operational_data: [{ id: '71', order_id: '7', order_key: 'k7', coupon_usages_are_counted: '1' }],
    });
    const only = (side: Side) => {
      add(statusTo(side, 'wc-cancelled'), '30', 'usage_count', -1);
      marked(side, 'coupon_usages_are_counted', '0');
    };
    const { primary, listed } = await merge(unpaid, only, only);
    expect(listed).toEqual([]);
    expect(valueOf(primary, '30', 'usage_count')).toEqual(['0']);
  });

  test('is no question where each put it into the trash at another time', async () => {
    const trash = (at: string) => (side: Side) => {
      statusTo(side, 'trash');
      side.put('wc_orders_meta', { id: at, order_id: '7', meta_key: '_wp_trash_meta_time', meta_value: at });
    };
    expect((await merge(past('wc-processing', '1'), trash('101'), trash('202'))).listed).toEqual([]);
  });
});

test('the coupon of a draft that both regions placed counts once, whoever used it', async () => {
  const { primary } = await merge(past('wc-checkout-draft', '0'), finish('91'), finish('90'));
  expect(counted(primary)).toEqual([['7'], ['5'], ['2'], ['ada@customers.test']]);
});

describe('an order of which the primary only noted something', () => {
  const note = (b: Side) =>
    b
      .put('comments', {
        comment_ID: '1003',
        comment_post_ID: '7',
        comment_type: 'order_note',
        comment_content: 'Rang',
      })
      .set('posts', { ID: '7' }, { comment_count: '1' });

  test('is paid where the deposed region has the payment, and keeps the note', async () => {
    const paid = (a: Side) =>
      statusTo(a, 'wc-processing')
        .set('wc_orders', { id: '7' }, { transaction_id: 'T1' })
        .put('comments', { comment_ID: '3', comment_post_ID: '7', comment_type: 'order_note', comment_content: 'Paid' })
        .set('posts', { ID: '7' }, { comment_count: '1' });
    const { primary, listed } = await merge(past('wc-on-hold', '1'), paid, note);
    expect(listed).toEqual([]);
    expect(primary.rows('wc_orders')[0]).toMatchObject({ status: 'wc-processing', transaction_id: 'T1' });
    expect(primary.rows('comments')).toHaveLength(2);
    expect(primary.rows('posts', { ID: '7' })[0]).toMatchObject({ comment_count: '2' });
  });

  test('is refunded where the deposed region refunded it whole', async () => {
    const refunded = (a: Side) =>
      statusTo(a, 'wc-refunded').put('wc_orders', {
        id: '9',
        type: 'shop_order_refund',
        parent_order_id: '7',
        total_amount: '-20.00',
      });
    const { primary, listed } = await merge(past('wc-processing', '1'), refunded, note);
    expect(listed).toEqual([]);
    expect(primary.rows('wc_orders', { id: '7' })[0]).toMatchObject({ status: 'wc-refunded' });
    expect(primary.rows('wc_orders', { id: '9' })).toHaveLength(1);
  });

  test('is one line for a person where the deposed region deleted it', async () => {
    const gone = (a: Side) => a.drop('wc_orders', { id: '7' });
    expect((await merge(past('wc-processing', '1'), gone, note)).listed).toEqual([
      expect.stringMatching(/was deleted in the deposed region and changed on the primary, where it stays/),
    ]);
  });
});

describe('a checkout that was a draft when the regions parted', () => {
  const open = past('wc-checkout-draft', '0');
  const mail = (address: string) => (side: Side) => side.set('wc_orders', { id: '7' }, { billing_email: address });
  const tracked = (side: Side) =>
    side.put('wc_orders_meta', { id: '44', order_id: '7', meta_key: '_pickup', meta_value: 'noon' });

  test.each<[string, (side: Side) => unknown, (side: Side) => unknown]>([
    ['nobody placed', mail('one@customers.test'), mail('two@customers.test')],
    ['nobody placed, and one region changed by a detail', tracked, mail('two@customers.test')],
    ['the primary placed', mail('one@customers.test'), finish('90')],
    ['the deposed region cleaned up', (side) => side.drop('wc_orders', { id: '7' }), finish('90')],
    ['the primary cleaned up', mail('one@customers.test'), (side) => side.drop('wc_orders', { id: '7' })],
  ])('is no question where it is one that %s', async (_, theirs, ours) => {
    expect((await merge(open, theirs, ours)).listed).toEqual([]);
  });

  test('is one line that speaks of the money where the deposed region placed it and the primary filled it anew', async () => {
    const { primary, listed, apply } = await merge(open, finish('91'), mail('two@customers.test'));
    expect(listed).toEqual([
      expect.stringMatching(/^Order 7 was placed in the deposed region, so its customer may have paid, and is a draft/),
    ]);
    expect(apply('order 7')).toEqual([]);
    expect(primary.rows('wc_orders')[0]).toMatchObject({ status: 'wc-processing' });
  });

  test('is one line that speaks of the money where the deposed region placed it and the primary cleaned it up', async () => {
    const { listed } = await merge(open, finish('91'), (side) => side.drop('wc_orders', { id: '7' }));
    expect(listed).toEqual([expect.stringMatching(/the deposed region placed it, so its customer may have paid/)]);
  });
});

describe('two copies of one order under one key', () => {
  const copy =
    (id: string, street: string, number = 'DHL') =>
    (side: Side) =>
      side
        .put('wc_orders', { id, type: 'shop_order', status: 'wc-processing', currency: 'EUR', total_amount: '5' })
        .put('wc_order_operational_data', { id: `${id}1`, order_id: id, order_key: 'same' })
        .put('wc_order_addresses', { id: `${id}2`, order_id: id, address_type: 'shipping', address_1: street })
        .put('wc_orders_meta', { id: `${id}3`, order_id: id, meta_key: '_tracking', meta_value: number });

  test('are one order and no question where they say the same', async () => {
    const { primary, listed } = await merge({}, copy('9', 'Here 1'), copy('1009', 'Here 1'));
    expect(listed).toEqual([]);
    expect(primary.rows('wc_orders')).toHaveLength(1);
  });

  test('are one order and one line for a person that names what the other one says otherwise', async () => {
    const { primary, listed } = await merge({}, copy('9', 'There 2', 'UPS'), copy('1009', 'Here 1'));
    expect(listed).toEqual([
      expect.stringMatching(
        /the deposed region's has other wc_order_addresses.address_1, wc_orders_meta _tracking: enter there/,
      ),
    ]);
    expect(primary.rows('wc_order_addresses')).toMatchObject([{ address_1: 'Here 1' }]);
  });
});

/** A customer who paid in the region that was lost, and ordered again in the other one. Values are invented. */
import { shown, type Row } from '../../src/domain/salvage/transaction';
import { pileLines } from '../../src/domain/salvage/pile';
import { merge, type Rows, type Side } from './entities-world';

const product: Rows = {
  posts: [{ ID: '5', post_type: 'product', post_parent: '0', comment_count: '0' }],
  postmeta: [
    { meta_id: '1', post_id: '5', meta_key: '_stock', meta_value: '9' },
    { meta_id: '2', post_id: '5', meta_key: 'total_sales', meta_value: '3' },
  ],
  wc_product_meta_lookup: [{ product_id: '5', stock_quantity: '9', stock_status: 'instock', total_sales: '3' }],
};

const head = (id: string, more: Row = {}): Row => ({
  id,
  type: 'shop_order',
  parent_order_id: '0',
  status: 'wc-checkout-draft',
  total_amount: '20.00',
  currency: 'EUR',
  billing_email: 'ada@customers.test',
  date_created_gmt: '2026-11-30 10:00:00',
  ...more,
});

const lineOf = (id: string, qty = '2') => ({
  woocommerce_order_items: [{ order_item_id: `${id}2`, order_id: id, order_item_name: 'Mug' }],
  woocommerce_order_itemmeta: Object.entries({ _product_id: '5', _qty: qty, _line_total: '20' }).map(
    ([meta_key, meta_value], at) => ({ meta_id: `${id}${at + 3}`, order_item_id: `${id}2`, meta_key, meta_value }),
  ),
});

/** A checkout that was under way when the regions parted: a draft with its line. */
const past: Rows = {
  ...product,
  ...lineOf('7'),
  wc_orders: [head('7')],
  wc_order_operational_data: [{ id: '71', order_id: '7', order_key: 'wc_order_draft', cart_hash: 'c1' }],
};

/** What the shop writes of a checkout that is paid. */
function pay(side: Side, id: string, { key, payment }: { key: string; payment: string }): Side {
  const taken = Number(shown(side.rows('postmeta', { meta_key: '_stock' })[0]?.['meta_value'])) - 2;
  return side
    .set('wc_orders', { id }, { status: 'wc-processing', transaction_id: payment })
    .set('wc_order_operational_data', { order_id: id }, { order_key: key, order_stock_reduced: '1' })
    .put('woocommerce_order_itemmeta', {
      meta_id: side.fresh(),
      order_item_id: `${id}2`,
      meta_key: '_reduced_stock',
      meta_value: '2',
    })
    .set('postmeta', { meta_key: '_stock' }, { meta_value: String(taken) })
    .set('wc_product_meta_lookup', { product_id: '5' }, { stock_quantity: String(taken) });
}

/** The same as a new order. */
function order(side: Side, id: string, how: { key: string; payment: string; cart?: string; qty?: string }, more?: Row) {
  side.put('wc_orders', head(id, more));
  side.put('wc_order_operational_data', { id: `${id}1`, order_id: id, order_key: '', cart_hash: how.cart ?? 'c1' });
  for (const [table, rows] of Object.entries(lineOf(id, how.qty))) for (const row of rows) side.put(table, row);
  return pay(side, id, how);
}

const stockOf = (side: Side) => side.rows('postmeta', { meta_key: '_stock' })[0]?.['meta_value'];
const statusOf = (side: Side, id: string) => side.rows('wc_orders', { id })[0]?.['status'];

describe('a draft that only the deposed region finished', () => {
  test('arrives whole', async () => {
    const { primary, listed } = await merge(past, (a) => pay(a, '7', { key: 'k7', payment: 'T1' }));
    expect(listed).toEqual([]);
    expect([statusOf(primary, '7'), stockOf(primary)]).toEqual(['wc-processing', '7']);
  });

  test('is one with the order of its key that its customer sent to the primary, and its stock counts once', async () => {
    const { primary, rulings, listed } = await merge(
      past,
      (a) => pay(a, '7', { key: 'k7', payment: 'T1' }),
      (b) => order(b, '1008', { key: 'k7', payment: 'T1' }),
    );
    expect(listed).toEqual([]);
    expect(rulings['order 7']).toMatchObject({ outcome: 'merged', keptOrderId: '1008' });
    expect([statusOf(primary, '7'), statusOf(primary, '1008')]).toEqual(['wc-checkout-draft', 'wc-processing']);
    expect(stockOf(primary)).toBe('7');
  });

  test.each<[string, { payment: string; qty?: string }, RegExp]>([
    ['was paid again there', { payment: 'T2' }, /with two payments: the customer may have paid twice/],
    ['has other lines there', { payment: 'T1', qty: '3' }, /their lines differ: decide by hand which one is right/],
  ])(
    'is one line for a person, with its stock counted once, where the order of its key %s',
    async (_, how, because) => {
      const { primary, listed } = await merge(
        past,
        (a) => pay(a, '7', { key: 'k7', payment: 'T1' }),
        (b) => order(b, '1008', { key: 'k7', ...how }),
      );
      expect(listed).toEqual([expect.stringMatching(because)]);
      expect([statusOf(primary, '7'), stockOf(primary)]).toEqual(['wc-checkout-draft', '7']);
    },
  );

  test('is not brought over beside an order with its payment, and takes its stock when a person applies it', async () => {
    const { primary, listed, apply } = await merge(
      past,
      (a) => pay(a, '7', { key: 'k7', payment: 'T1' }),
      (b) => order(b, '1008', { key: 'k8', payment: 'T1' }),
    );
    expect(listed).toEqual([expect.stringMatching(/^One payment is in both regions, of order 7 .* 1008/)]);
    expect([statusOf(primary, '7'), stockOf(primary)]).toEqual(['wc-checkout-draft', '7']);
    expect(apply('order 7')).toEqual([]);
    expect([statusOf(primary, '7'), stockOf(primary)]).toEqual(['wc-processing', '5']);
  });
});

describe('a cart that its customer paid in both regions', () => {
  const there = { key: 'k7', payment: 'T1' };
  const here = { key: 'k8', payment: 'T2' };
  const asked = [expect.stringMatching(/^Order 7 of the deposed region and order 1008 of the primary .* paid twice/)];

  test.each<[string, Rows, (side: Side) => unknown]>([
    ['new', product, (a) => order(a, '7', there)],
    ['under way when the regions parted', past, (a) => pay(a, '7', there)],
  ])('is two orders and one line for a person, whether the first was %s', async (_, before, theirs) => {
    const { primary, listed } = await merge(before, theirs, (b) => order(b, '1008', here));
    expect(listed).toEqual(asked);
    expect([statusOf(primary, '7'), statusOf(primary, '1008')]).toEqual(['wc-processing', 'wc-processing']);
    expect(stockOf(primary)).toBe('5');
  });

  test.each<[string, Parameters<typeof order>[2], Row]>([
    ['another cart', { ...here, cart: 'c2' }, {}],
    ["another customer's", here, { billing_email: 'bob@customers.test' }],
    ['of another total', here, { total_amount: '25.00' }],
    ['of two days later', here, { date_created_gmt: '2026-12-02 10:00:01' }],
  ])('is nobody asked about where the second order is %s', async (_, how, more) => {
    const { listed } = await merge(
      product,
      (a) => order(a, '7', there),
      (b) => order(b, '1008', how, more),
    );
    expect(listed).toEqual([]);
  });

  test('is nobody asked about where one of the two is not paid', async () => {
    const { listed } = await merge(
      product,
      (a) => order(a, '7', there),
      (b) => order(b, '1008', here).set('wc_orders', { id: '1008' }, { status: 'wc-on-hold' }),
    );
    expect(listed).toEqual([]);
  });

  test('is seen where a shop keeps orders as posts, too', async () => {
    const metas = {
      _billing_email: 'ada@customers.test',
      _cart_hash: 'c1',
      _order_total: '20.00',
      _order_currency: 'EUR',
    };
    const draft = {
      ID: '7',
      post_type: 'shop_order',
      post_status: 'wc-checkout-draft',
      post_date_gmt: '2026-11-30 10:00:00',
    };
    const metaRows = (id: string) =>
      Object.entries(metas).map(([meta_key, meta_value], at) => ({
        meta_id: `${id}${at}`,
        post_id: id,
        meta_key,
        meta_value,
      }));
    const before = { posts: [draft], postmeta: metaRows('7') };
    const { listed } = await merge(
      before,
      (a) => a.set('posts', { ID: '7' }, { post_status: 'wc-processing' }),
      (b) => {
        b.put('posts', { ...draft, ID: '1008', post_status: 'wc-processing' });
        for (const row of metaRows('1008')) b.put('postmeta', row);
      },
    );
    expect(listed).toEqual(asked);
  });
});

test('what may have been paid twice is first on the list', async () => {
  const { listed } = await merge(
    product,
    (a) => order(a, '7', { key: 'k7', payment: 'T1' }),
    (b) => order(b, '1008', { key: 'k8', payment: 'T2' }),
  );
  const item = (number: number, because: string) => {
    const when = { promotionPoint: '0-1-1', epoch: 2, recordedAt: '2026-11-30 10:31:00' };
    return { number, thing: 'order 3', because, ...when };
  };
  const lines = pileLines([item(1, 'Order 3 was changed in both regions.'), item(2, listed[0] ?? '')], 'shop');
  expect(lines[1]).toContain('Order 7 of the deposed region');
});

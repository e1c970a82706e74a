/** Whether a product can be bought, where both regions changed what says so. */
import { merge, type Rows, type Side } from './entities-world';

const meta = (meta_id: string, post_id: string, meta_key: string, meta_value: string) => ({
  ...{ meta_id, post_id, meta_key, meta_value },
});
const product = { ID: '5', post_type: 'product', post_parent: '0' };

/** A product of 3 pieces, and the term that hides what is sold out. */
const past = (stock = '3', more: Rows = {}): Rows => ({
  posts: [product],
  postmeta: [
    meta('1', '5', '_stock', stock),
    meta('2', '5', '_stock_status', 'instock'),
    meta('3', '5', '_backorders', 'no'),
  ],
  wc_product_meta_lookup: [{ product_id: '5', stock_quantity: stock, stock_status: 'instock' }],
  terms: [{ term_id: '9', name: 'outofstock', slug: 'outofstock' }],
  term_taxonomy: [{ term_taxonomy_id: '8', term_id: '9', taxonomy: 'product_visibility', count: '0', parent: '0' }],
  ...more,
});

const stocked = (amount: string) => (side: Side) =>
  side
    .set('postmeta', { meta_key: '_stock' }, { meta_value: amount })
    .set('wc_product_meta_lookup', {}, { stock_quantity: amount });

const soldOut = (side: Side) =>
  stocked('0')(side)
    .set('postmeta', { meta_key: '_stock_status' }, { meta_value: 'outofstock' })
    .set('wc_product_meta_lookup', {}, { stock_status: 'outofstock' })
    .put('term_relationships', { object_id: '5', term_taxonomy_id: '8', term_order: '0' });

const orderable = (side: Side) => side.set('postmeta', { meta_key: '_backorders' }, { meta_value: 'notify' });

const valueOf = (side: Side, post_id: string, meta_key: string) =>
  side.rows('postmeta', { post_id, meta_key })[0]?.['meta_value'];

/** The stock, what three places say of it, and whether the catalog hides it. */
const shown = (side: Side) => [
  valueOf(side, '5', '_stock'),
  valueOf(side, '5', '_stock_status'),
  side.rows('wc_product_meta_lookup')[0]?.['stock_status'],
  side.rows('term_relationships').length === 1,
];

const lowest: Rows = {
  options: [{ option_id: '1', option_name: 'woocommerce_notify_no_stock_amount', option_value: '2' }],
};

test.each([
  [
    'sold out in the deposed region, restocked on the primary',
    soldOut,
    stocked('20'),
    ['17', 'instock', 'instock', false],
  ],
  [
    'restocked in the deposed region, sold out on the primary',
    stocked('20'),
    soldOut,
    ['17', 'instock', 'instock', false],
  ],
  ['sold out by both together', stocked('1'), stocked('2'), ['0', 'outofstock', 'outofstock', true]],
  ['sold out in both', soldOut, soldOut, ['-3', 'outofstock', 'outofstock', true]],
  [
    'sold out, with backorders that the primary allowed',
    soldOut,
    orderable,
    ['0', 'onbackorder', 'onbackorder', false],
  ],
  [
    'sold out, with backorders that the deposed region allowed',
    orderable,
    soldOut,
    ['0', 'onbackorder', 'onbackorder', false],
  ],
  ['sold out in the deposed region alone', soldOut, () => undefined, ['0', 'outofstock', 'outofstock', true]],
])('a product that was %s', async (_, theirs, ours, expected) => {
  expect(shown((await merge(past(), theirs, ours)).primary)).toEqual(expected);
});

test('stock that is at the threshold of the shop is out of stock', async () => {
  const { primary } = await merge(past('8', lowest), stocked('5'), stocked('5'));
  expect(shown(primary)).toEqual(['2', 'outofstock', 'outofstock', true]);
});

const family = (parent: readonly Rows[string][number][]): Rows => ({
  posts: [
    product,
    ...['6', '7'].map((ID) => ({ ID, post_type: 'product_variation', post_status: 'publish', post_parent: '5' })),
  ],
  postmeta: [meta('5', '5', '_stock_status', 'instock'), ...parent],
});
const ofVariation = (id: string, stock: string) => [
  ...[meta(`${id}1`, id, '_stock', stock), meta(`${id}2`, id, '_stock_status', 'instock')],
  ...[meta(`${id}3`, id, '_manage_stock', 'yes'), meta(`${id}4`, id, '_backorders', 'no')],
];
const sold = (variation: string) => (side: Side) =>
  side
    .set('postmeta', { post_id: variation, meta_key: '_stock' }, { meta_value: '0' })
    .set('postmeta', { post_id: variation, meta_key: '_stock_status' }, { meta_value: 'outofstock' });

test('a product is out of stock where each region sold out one of its two variations', async () => {
  const both = family([...ofVariation('6', '2'), ...ofVariation('7', '2')]);
  const { primary } = await merge(both, sold('6'), sold('7'));
  expect(['5', '6', '7'].map((id) => valueOf(primary, id, '_stock_status'))).toEqual(Array(3).fill('outofstock'));
});

test('variations without a stock of their own follow the product', async () => {
  const parent = [
    meta('1', '5', '_stock', '2'),
    meta('2', '5', '_manage_stock', 'yes'),
    meta('3', '5', '_backorders', 'no'),
  ];
  const variations = ['6', '7'].flatMap((id) => [
    meta(`${id}2`, id, '_stock_status', 'instock'),
    meta(`${id}3`, id, '_manage_stock', 'no'),
  ]);
  const one = (side: Side) => side.set('postmeta', { meta_key: '_stock' }, { meta_value: '1' });
  const { primary } = await merge(family([...parent, ...variations]), one, one);
  expect(['5', '6', '7'].map((id) => valueOf(primary, id, '_stock_status'))).toEqual(Array(3).fill('outofstock'));
});

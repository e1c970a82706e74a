/** Names that an old thing gets in the deposed region while the primary gives them to another one. */
import { merge, type Rows, type Side } from './entities-world';

const post = (ID: string, post_type: string, post_name: string, post_status = 'publish') => ({
  ...{ ID, post_type, post_name, post_status, post_parent: '0', post_title: post_name },
});
const published = (name: string) => (side: Side) =>
  side.set('posts', { ID: '10' }, { post_name: name, post_title: name, post_status: 'publish' });

test('a coupon that was a draft is left to a person where the primary has its code', async () => {
  const past: Rows = { posts: [post('10', 'shop_coupon', '', 'auto-draft')] };
  const { listed } = await merge(past, published('ten'), (side) =>
    side.put('posts', post('1011', 'shop_coupon', 'ten')),
  );
  expect(listed).toEqual([expect.stringContaining('has the code of coupon 1011 on the primary')]);
});

test('a page that was a draft gets an address of its own', async () => {
  const past: Rows = { posts: [post('10', 'page', '', 'draft')] };
  const { primary } = await merge(past, published('same'), (side) => side.put('posts', post('1011', 'page', 'same')));
  expect(primary.rows('posts', { ID: '10' })[0]?.['post_name']).toBe('same-10');
});

test('an SKU that both regions gave to two old products is told', async () => {
  const sku = (product_id: string, value: string) => (side: Side) =>
    side.set('wc_product_meta_lookup', { product_id }, { sku: value });
  const past: Rows = {
    posts: [post('10', 'product', 'a'), post('11', 'product', 'b')],
    wc_product_meta_lookup: [{ product_id: '10' }, { product_id: '11' }],
  };
  const { listed } = await merge(past, sku('10', 'X'), sku('11', 'X'));
  expect(listed).toEqual([expect.stringContaining('its SKU is that of product 11 on the primary')]);
});

test('an attribute that both regions made is there once', async () => {
  const made = (attribute_id: string) => (side: Side) =>
    side.put('woocommerce_attribute_taxonomies', { attribute_id, attribute_name: 'color', attribute_label: 'Color' });
  const { primary, listed } = await merge({}, made('5'), made('1005'));
  expect(primary.rows('woocommerce_attribute_taxonomies').map((row) => row['attribute_id'])).toEqual(['1005']);
  expect(listed).toEqual([expect.stringContaining('its attribute_name is that of attribute 1005 on the primary')]);
});

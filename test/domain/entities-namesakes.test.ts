/** What both regions made under one name although the database would take it twice. Names and values are invented. */
import { shown, type Row } from '../../src/domain/salvage/transaction';
import { merge, type Side } from './entities-world';

const said = (row: Row, ...columns: string[]) => columns.map((column) => shown(row[column])).join(' ');

describe('a term that both regions made', () => {
  const term =
    (id: string, slug: string, { taxonomy = 'product_cat', parent = '0', count = '1' } = {}) =>
    (side: Side) =>
      side
        .put('terms', { term_id: id, name: slug, slug })
        .put('term_taxonomy', { term_taxonomy_id: `${id}1`, term_id: id, taxonomy, parent, count });
  const meta = (id: string, term_id: string, value: string) => (side: Side) =>
    side.put('termmeta', { meta_id: id, term_id, meta_key: 'display_type', meta_value: value });
  const on = (product: string, term_taxonomy_id: string) => (side: Side) =>
    side.put('term_relationships', { object_id: product, term_taxonomy_id });

  test('is one, to which the products, children and values of both lead', async () => {
    const { primary, listed, rulings } = await merge(
      {},
      (a) => [term('7', 'Blue')(a), meta('70', '7', 'a')(a), on('5', '71')(a), term('8', 'navy', { parent: '7' })(a)],
      (b) => [term('1007', 'blue')(b), on('6', '10071')(b)],
    );
    expect(listed).toEqual([]);
    expect(rulings['term 7']?.outcome).toBe('merged');
    expect(primary.rows('terms').map((row) => said(row, 'term_id', 'slug'))).toEqual(['1007 blue', '8 navy']);
    expect(
      primary.rows('term_taxonomy').map((row) => said(row, 'term_taxonomy_id', 'term_id', 'parent', 'count')),
    ).toEqual(expect.arrayContaining(['10071 1007 0 2', '81 8 1007 1']));
    expect(primary.rows('term_relationships').map((row) => said(row, 'object_id', 'term_taxonomy_id'))).toEqual([
      '6 10071',
      '5 10071',
    ]);
    expect(primary.rows('termmeta').map((row) => said(row, 'term_id', 'meta_value'))).toEqual(['1007 a']);
  });

  test.each([
    ['another slug', 'green', 'product_cat'],
    ['another taxonomy', 'blue', 'product_tag'],
  ])('is another one with %s', async (_, slug, taxonomy) => {
    const { primary } = await merge({}, term('7', 'blue'), term('1007', slug, { taxonomy }));
    expect(primary.rows('terms')).toHaveLength(2);
  });
});

describe('a customer of another e-mail address', () => {
  const customer = (id: string, login: string, email: string) => (side: Side) =>
    side.put('users', { ID: id, user_login: login, user_nicename: login, user_email: email });

  test('whose login the primary has arrives with its number at the end of it, and a person is told', async () => {
    const { primary, listed } = await merge(
      {},
      (a) => [
        customer('11', 'gus', 'a@shop.test')(a),
        a.put('wc_orders', { id: '71', type: 'shop_order', parent_order_id: '0', customer_id: '11' }),
      ],
      customer('1012', 'Gus', 'b@shop.test'),
    );
    expect(primary.rows('users').map((row) => said(row, 'ID', 'user_login', 'user_nicename', 'user_email'))).toEqual([
      '1012 Gus Gus b@shop.test',
      '11 gus-11 gus-11 a@shop.test',
    ]);
    expect(primary.rows('wc_orders')[0]?.['customer_id']).toBe('11');
    expect(listed).toEqual([expect.stringMatching(/^Customer 11 .*login is another customer's .* -11 was added/)]);
  });

  test('keeps the address of before where the primary gave the new one to another customer', async () => {
    const past = { users: [{ ID: '3', user_login: 'ada', user_email: 'ada@shop.test' }] };
    const { primary, listed } = await merge(
      past,
      (a) => a.set('users', { ID: '3' }, { user_email: 'new@shop.test' }),
      customer('1012', 'eve', 'new@shop.test'),
    );
    expect(primary.rows('users').map((row) => row['user_email'])).toEqual(['ada@shop.test', 'new@shop.test']);
    expect(listed).toEqual([expect.stringMatching(/^Customer 3 .*user_email is another customer's/)]);
  });
});

describe('what a shop finds by name', () => {
  const post =
    (id: string, type: string, name = 'summer', status = 'publish') =>
    (side: Side) =>
      side.put('posts', { ID: id, post_type: type, post_name: name, post_status: status, post_parent: '0' });
  const sku = (product: string) => (side: Side) =>
    side.put('wc_product_meta_lookup', { product_id: product, sku: 'S-1', stock_quantity: '1' });

  test('is a coupon whose code the primary has: it stays away, and a person is told', async () => {
    const { primary, listed } = await merge({}, post('21', 'shop_coupon'), post('1022', 'shop_coupon'));
    expect(primary.rows('posts').map((row) => row['ID'])).toEqual(['1022']);
    expect(listed).toEqual([expect.stringMatching(/^Coupon 21 has the code of coupon 1022/)]);
  });

  test('is a page or product, whose address gets its number where the primary has that address', async () => {
    const { primary, listed } = await merge({}, post('21', 'product'), post('1022', 'product'));
    expect(primary.rows('posts').map((row) => row['post_name'])).toEqual(['summer', 'summer-21']);
    expect(listed).toEqual([]);
  });

  test('is a draft, which has no address yet', async () => {
    const { primary } = await merge({}, post('21', 'page', 'summer', 'draft'), post('1022', 'page'));
    expect(primary.rows('posts', { ID: '21' })[0]?.['post_name']).toBe('summer');
  });

  test.each([
    ['an order', 'shop_order', 'summer'],
    ['another type', 'page', 'summer'],
    ['no name', 'product', ''],
    ['a revision', 'revision', '5-revision-v1'],
    ['an entry of a menu', 'nav_menu_item', 'summer'],
  ])('is left as it is: %s', async (_, type, name) => {
    const { primary } = await merge({}, post('21', type, name), post('1022', type === 'page' ? 'product' : type, name));
    expect(primary.rows('posts', { ID: '21' })[0]?.['post_name']).toBe(name);
  });

  test('is a product whose article number the primary has: it arrives, and a person is told', async () => {
    const { primary, listed } = await merge(
      {},
      (a) => [post('21', 'product', 'a')(a), sku('21')(a)],
      (b) => [post('1022', 'product', 'b')(b), sku('1022')(b)],
    );
    expect(primary.rows('posts')).toHaveLength(2);
    expect(listed).toEqual([expect.stringMatching(/^Product 21 .*SKU is that of product 1022/)]);
  });
});

/** Which tables of a schema are the shop's, where another WordPress keeps its own beside them. */
import { prefixFlaw, shopTablesOf } from '../../src/domain/salvage/entities/tables';
import { merge, shapesWith, type Side } from './entities-world';

const schema = (...names: readonly string[]) => {
  const shape = (name: string): [string, ReturnType<typeof shapeOf>] => [name, shapeOf(name)];
  return new Map(names.map(shape));
};
const shapeOf = (name: string) => ({ name, columns: [], primary: ['id'], uniques: [] });
const blog = (prefix: string) => [`${prefix}posts`, `${prefix}options`];
const shop = (prefix: string) => [...blog(prefix), `${prefix}wc_orders`, `${prefix}wc_order_stats`];
const legacy = (prefix: string) => [...blog(prefix), `${prefix}woocommerce_order_items`];

test.each([
  ['one shop', shop('wp_'), [], 'wp_', false],
  ["one shop with a table of ids that is not WooCommerce's", [...shop('wp_'), 'orders'], ['orders'], 'wp_', false],
  ['a shop beside a blog with a shorter prefix', [...shop('wp2_'), ...blog('wp_')], [], 'wp2_', false],
  ['a shop beside a shop with a shorter prefix', [...shop('wp2_'), ...shop('wp_')], ['wp2_wc_orders'], 'wp2_', false],
  ['a shop beside its backup', [...shop('shop_'), ...shop('bak_')], ['shop_wc_orders'], 'shop_', false],
  ['a shop with orders as posts beside one with tables', [...legacy('a_'), ...shop('wp_')], ['a_posts'], 'a_', false],
  ['a shop of a network', [...shop('wp_'), ...shop('wp_2_')], ['wp_2_wc_orders'], 'wp_2_', false],
  ['a network of shops', [...shop('wp_'), ...shop('wp_2_')], ['wp_wc_orders', 'wp_2_wc_orders'], 'wp_', false],
  ['two shops of which none is named', [...shop('wp2_'), ...shop('wp_')], ['orders'], 'wp_', true],
  ['two blogs', [...blog('wp2_'), ...blog('wp_')], [], 'wp_', false],
  ['no WordPress', ['orders'], ['orders'], 'wp_', false],
])('%s', (_, tables, idTables, prefix, isUnclear) => {
  const shapes = schema(...tables);
  expect(shopTablesOf(shapes, { counters: [], idTables }).prefix).toBe(prefix);
  expect(prefixFlaw(shapes, idTables) !== undefined).toBe(isUnclear);
});

test("where it is not clear which tables are the shop's, one sentence says what to write", () => {
  expect(prefixFlaw(new Map([...shapesWith('wp2_'), ...shapesWith('wp_')]))).toBe(
    "The schema has the tables of 2 shops, by their prefixes wp_, wp2_, and shop.idTables in the site file names a table of none: write the table of this shop's orders first in it, such as wp_wc_orders or wp_posts, and start the rejoin again.",
  );
});

test('a shop beside another one is merged by what its rows are', async () => {
  const account = (ID: string) => (side: Side) => side.put('users', { ID, user_login: 'g', user_email: 'g@x' });
  const beside = { others: ['wp_'], idTables: ['wp2_wc_orders'] };
  const { primary } = await merge({ users: [] }, account('12'), account('1012'), 'wp2_', [], beside);
  expect(primary.rows('users').map((row) => row['ID'])).toEqual(['1012']);
});

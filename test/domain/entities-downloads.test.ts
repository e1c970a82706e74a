/** Downloads and options that both regions counted, and options that only sound like locks. */
import { merge, type Side } from './entities-world';

const permissions = 'woocommerce_downloadable_product_permissions';
const past = {
  wc_orders: [{ id: '7', type: 'shop_order', parent_order_id: '0', status: 'wc-completed' }],
  [permissions]: [
    { permission_id: '3', order_id: '7', product_id: '5', download_count: '1', downloads_remaining: '4', user_id: '0' },
  ],
};
const downloaded = (times: number) => (side: Side) =>
  side.set(permissions, {}, { download_count: String(1 + times), downloads_remaining: String(4 - times) });

test.each([
  [1, 1, '3', '2'],
  [1, 2, '4', '1'],
])('%i and %i downloads add up', async (there, here, download_count, downloads_remaining) => {
  const { primary, listed } = await merge(past, downloaded(there), downloaded(here));
  expect(listed).toEqual([]);
  expect(primary.rows(permissions)[0]).toMatchObject({ download_count, downloads_remaining });
});

const option = (option_name: string) => ({ options: [{ option_id: '1', option_name, option_value: 'old' }] });
const set = (option_value: string) => (side: Side) => side.set('options', {}, { option_value });

test.each([
  ['woocommerce_dpd_lockers_settings', 'new'],
  ['core_updater.lock', 'old'],
  ['my_plugin_lock', 'old'],
])('option %s of the deposed region', async (name, value) => {
  const { primary } = await merge(option(name), set('new'));
  expect(primary.rows('options')[0]?.['option_value']).toBe(value);
});

test('a count of a plugin that both regions changed is left to a person', async () => {
  expect((await merge(option('invoice_count'), set('14'), set('12'))).listed).toHaveLength(1);
});

/** Orders that may be one, and what belongs to an order that is merged or left to a person. Shops that write row by row, too. */
import { autocommitted, freshPairs, partWays, salvaged } from './apart';
import type { Region } from './pair';
import { idIn, place, stockIn } from './shop';

const pair = freshPairs();
const regions = ['A', 'B'] as const;

const header = (status: string, mail: string) =>
  `INSERT INTO wp_wc_orders (status, currency, total_amount, customer_id, billing_email, payment_method, date_created_gmt, date_updated_gmt)
   VALUES ('${status}', 'EUR', 25.98, 17, '${mail}', 'lab-gateway', UTC_TIMESTAMP(), UTC_TIMESTAMP())`;

const operational = (region: Region, values: Record<string, string | null>) =>
  `INSERT INTO wp_wc_order_operational_data (order_id, created_region, created_epoch, ${Object.keys(values).join(', ')})
   VALUES (@order, '${region}', 1, ${Object.values(values)
     .map((value) => (value === null ? 'NULL' : `'${value}'`))
     .join(', ')})`;

const line = [
  "INSERT INTO wp_woocommerce_order_items (order_id, order_item_name, order_item_type) VALUES (@order, 'sku-01', 'line_item')",
  "INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value) VALUES (LAST_INSERT_ID(), '_qty', '2')",
];
const take = "UPDATE wp_handover_stock SET stock = stock - 2 WHERE sku = 'sku-01'";

/** The same customer orders the same thing, without a payment. */
const cash = (region: Region, values: Record<string, string | null>) =>
  pair().shop(
    region,
    [
      header('processing', 'x@customers.test'),
      'SET @order = LAST_INSERT_ID()',
      operational(region, values),
      ...line,
      take,
    ].map((statement): [string] => [statement]),
  );

/** One order under one key, row by row: its stock is taken by a transaction of its own. */
const rowByRow = (region: Region, key: string) =>
  autocommitted(pair(), region, [
    header('pending', `intent-${key}@customers.test`),
    'SET @order = LAST_INSERT_ID()',
    operational(region, { order_key: key }),
    ...line,
    take,
  ]);

const keys = async () =>
  (await pair().rows('B', 'SELECT order_key FROM wp_wc_order_operational_data ORDER BY 1')).map(
    (row) => row['order_key'],
  );
const orphans = (child: string, column: string, parent: string, key: string, where = 'TRUE') =>
  pair().rows(
    'B',
    `SELECT c.* FROM ${child} c LEFT JOIN ${parent} p ON p.${key} = c.${column} WHERE p.${key} IS NULL AND ${where}`,
  );
const listed = async () =>
  (await pair().rows('B', "SELECT because FROM handover_shop.salvaged WHERE outcome = 'listed'")).map((row) =>
    String(row['because']),
  );

test('orders of one customer that are alike in all but their keys are two orders', async () => {
  await partWays(pair());
  await cash('A', { order_key: 'a-1' });
  await cash('A', { order_key: 'a-2' });
  await cash('B', { order_key: 'b-1' });
  const { facts } = await salvaged(pair());
  expect(facts['salvage-orders']).toMatchObject({ ordersMerged: 0, listed: 0 });
  expect(await keys()).toEqual(['a-1', 'a-2', 'b-1']);
  expect(await stockIn(pair(), 'B')).toBe(6);
});

describe('the stock of an order that is in both regions', () => {
  test('is taken once, where the shop takes it in a transaction of its own', async () => {
    await partWays(pair());
    for (const region of regions) await rowByRow(region, 'both');
    await salvaged(pair());
    expect(await stockIn(pair(), 'B')).toBe(2);
    expect(await listed()).toEqual([
      expect.stringMatching(/stock of wp_handover_stock sku-01 by -2 .* order 1, which/),
    ]);
  });

  test('is not given back by the kept order, where the deposed region alone gave it back', async () => {
    await partWays(pair());
    for (const region of regions) await place(pair(), region, 'both', 'intent-both');
    await autocommitted(pair(), 'A', ["UPDATE wp_handover_stock SET stock = stock + 2 WHERE sku = 'sku-01'"]);
    await salvaged(pair());
    expect([await stockIn(pair(), 'B'), (await listed()).length > 0]).toEqual([2, true]);
  });
});

describe('rows of an order that is merged', () => {
  test('by the number of one of its lines are no orphans', async () => {
    await partWays(pair());
    for (const region of regions) await place(pair(), region, 'both', 'intent-both');
    await autocommitted(pair(), 'A', [
      "INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value) SELECT MAX(order_item_id), '_reduced_stock', '2' FROM wp_woocommerce_order_items",
    ]);
    await salvaged(pair());
    expect(
      await orphans('wp_woocommerce_order_itemmeta', 'order_item_id', 'wp_woocommerce_order_items', 'order_item_id'),
    ).toEqual([]);
  });

  test('such as a note join the kept order', async () => {
    await pair().a.sql(
      'USE shop; CREATE TABLE wp_comments (comment_ID bigint unsigned AUTO_INCREMENT PRIMARY KEY, comment_post_ID bigint unsigned NOT NULL, comment_content text, comment_type varchar(20))',
    );
    await partWays(pair());
    for (const region of regions) await place(pair(), region, 'both', 'intent-both');
    const [own, kept] = [await idIn(pair(), 'A', 'both'), await idIn(pair(), 'B', 'both')];
    await autocommitted(pair(), 'A', [
      `INSERT INTO wp_comments (comment_post_ID, comment_content, comment_type) VALUES (${own}, 'paid', 'order_note')`,
    ]);
    await salvaged(pair());
    expect(await pair().rows('B', 'SELECT CAST(comment_post_ID AS CHAR) AS id FROM wp_comments')).toEqual([
      { id: kept },
    ]);
  });

  test('such as a refund are told to a person', async () => {
    await pair().a.sql(
      "USE shop; ALTER TABLE wp_wc_orders ADD type varchar(20) NOT NULL DEFAULT 'shop_order', ADD parent_order_id bigint unsigned NULL",
    );
    await partWays(pair());
    for (const region of regions) await place(pair(), region, 'both', 'intent-both');
    const own = await idIn(pair(), 'A', 'both');
    await autocommitted(pair(), 'A', [
      header('completed', ''),
      `UPDATE wp_wc_orders SET type = 'shop_order_refund', parent_order_id = ${own}, total_amount = -25.98 WHERE id = LAST_INSERT_ID()`,
    ]);
    await salvaged(pair());
    expect(await orphans('wp_wc_orders', 'parent_order_id', 'wp_wc_orders', 'id', 'c.parent_order_id > 0')).toEqual([]);
    expect(await listed()).toEqual([expect.stringMatching(/refund/)]);
  });
});

describe('parts of an order that is left to a person', () => {
  test('do not come without it', async () => {
    await partWays(pair());
    await place(pair(), 'A', 'both', 'intent-both', [{ sku: 'sku-01', qty: 2 }]);
    await place(pair(), 'B', 'both', 'intent-both', [{ sku: 'sku-02', qty: 1 }]);
    await autocommitted(pair(), 'A', [
      `INSERT INTO wp_woocommerce_order_items (order_id, order_item_name, order_item_type) VALUES (${await idIn(pair(), 'A', 'both')}, 'gift', 'fee')`,
    ]);
    await salvaged(pair());
    expect(await orphans('wp_woocommerce_order_items', 'order_id', 'wp_wc_orders', 'id')).toEqual([]);
    expect(await listed()).toHaveLength(1);
    expect(await stockIn(pair(), 'B')).toBe(0);
  });

  test('are a cart and no order, where it came no further than a draft', async () => {
    await partWays(pair());
    await place(pair(), 'B', 'both');
    await autocommitted(pair(), 'A', [
      header('wc-checkout-draft', 'intent-both@customers.test'),
      'SET @order = LAST_INSERT_ID()',
      operational('A', { order_key: 'both' }),
    ]);
    const { facts } = await salvaged(pair());
    expect(facts['salvage-orders']).toMatchObject({ listed: 0, ordersSalvaged: 0 });
    expect(await keys()).toEqual(['both']);
  });

  test('are no half order, where its header was a transaction of its own', async () => {
    await partWays(pair());
    await place(pair(), 'B', 'both', 'intent-both');
    await rowByRow('A', 'both');
    await salvaged(pair());
    expect(await orphans('wp_wc_orders', 'id', 'wp_wc_order_operational_data', 'order_id')).toEqual([]);
    expect(await stockIn(pair(), 'B')).toBe(2);
  });
});

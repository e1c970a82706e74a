/** What the referee reads of two real databases besides the shop's own tables. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database, objectsOf } from '../../lab/referee/database';
import type { RowDifference } from '../../lab/referee/evidence';
import type { Reading } from '../../lab/referee/finding';
import { compareRows } from '../../lab/referee/rows';
import { viewOf } from '../../lab/referee/woocommerce';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { realPair, type RealPair } from '../../lab/loopback/mariadb';
import { authority } from '../../lab/loopback/authority';
import { addresses } from '../../lab/loopback/mariadb-server';
import { place, type Place } from '../../lab/loopback/place';

let at: Place;
let pair: RealPair;

beforeAll(async () => {
  at = place();
  const ca = authority(at);
  pair = await realPair(at, dataDirectory(at), ca);
  await pair.a.sql("CREATE USER referee@'%' IDENTIFIED BY 'secret-referee'");
  await pair.a.sql("GRANT SELECT ON *.* TO referee@'%'");
  await pair.a.sql("GRANT TRIGGER ON shop.* TO referee@'%'");
  for (const folder of ['ca', 'secrets']) mkdirSync(at.path('lab', folder), { recursive: true });
  copyFileSync(ca.file, at.path('lab', 'ca/ca.crt'));
  writeFileSync(at.path('lab', 'secrets/db-referee'), 'secret-referee');
});
afterAll(async () => {
  await pair.close();
  at.remove();
});

const connect = (region: 'A' | 'B') =>
  Database.connect(at.path('lab'), region, addresses[region], pair[region === 'A' ? 'a' : 'b'].options.port);

/** B is detached, so that each side can be changed alone. */
async function differences(onA: string[], onB: string[]): Promise<Reading<readonly RowDifference[]>> {
  const position = (await pair.a.sql('SELECT @@global.gtid_binlog_pos AS at'))[0]?.['at'];
  await pair.b.database.waitFor(String(position), 10_000);
  for (const statement of onA) await pair.a.sql(`SET sql_log_bin = 0; ${statement}`);
  for (const statement of onB) await pair.b.sql(`SET sql_log_bin = 0; ${statement}`);
  const [source, copy, again] = [await connect('A'), await connect('B'), await connect('A')];
  try {
    await source.openSnapshot();
    return await compareRows(source, copy, again);
  } finally {
    for (const each of [source, copy, again]) each.close();
  }
}

test('a row of a table without a key that is twice on one side and never on the other is a difference', async () => {
  await pair.a.sql('CREATE TABLE shop.keyless (note VARCHAR(20))');
  const found = await differences(
    ["INSERT INTO shop.keyless VALUES ('x'), ('x')"],
    ["INSERT INTO shop.keyless VALUES ('y'), ('y')"],
  );
  expect(found).toEqual({
    read: [
      { table: 'keyless', row: "'x'", kind: 'only in A' },
      { table: 'keyless', row: "'y'", kind: 'only in B' },
    ],
  });
  await pair.a.sql('DROP TABLE shop.keyless');
});

test('two rows whose keys are equal in their first hundred characters are two rows', async () => {
  await pair.a.sql('CREATE TABLE shop.wide (name VARCHAR(300) PRIMARY KEY, note INT)');
  const long = 'k'.repeat(120);
  const found = await differences(
    [`INSERT INTO shop.wide VALUES ('${long}1', 1), ('${long}2', 2)`],
    [`INSERT INTO shop.wide VALUES ('${long}1', 9), ('${long}2', 2)`],
  );
  expect(found).toEqual({
    read: [
      { table: 'wide', row: expect.stringMatching(/^'k{99} [0-9a-f]{32}$/) as string, kind: 'differs between A and B' },
    ],
  });
  await pair.a.sql('DROP TABLE shop.wide');
});

test('triggers, events and accounts of a database are read with a digest of their definition', async () => {
  await pair.a.sql('CREATE TABLE shop.watched (id INT PRIMARY KEY)');
  await pair.a.sql('CREATE TRIGGER shop.audit BEFORE INSERT ON shop.watched FOR EACH ROW SET NEW.id = NEW.id');
  await pair.a.sql('CREATE EVENT shop.tidy ON SCHEDULE EVERY 1 DAY DO DELETE FROM shop.watched');
  const database = await connect('A');
  const digest = (name: string) => expect.stringMatching(new RegExp(`^${name}: [0-9a-f]{32}$`)) as string;
  try {
    expect(await objectsOf(database)).toMatchObject({
      triggers: [digest('audit')],
      events: [digest('tidy')],
      accounts: expect.arrayContaining([digest('shop@%'), digest('referee@%')]) as string[],
      enabledEvents: [],
    });
    await pair.a.sql('SET GLOBAL event_scheduler = ON');
    expect((await objectsOf(database)).enabledEvents).toEqual(['tidy']);
  } finally {
    database.close();
  }
});

test("an order is read from WooCommerce's tables with everything the referee judges", async () => {
  const files = ['wordpress.sql', 'woocommerce.sql'].map((name) =>
    readFileSync(join(__dirname, '../../lab/shop/wordpress', name), 'utf8'),
  );
  await pair.a.sql(`USE shop; ${files.join('\n')}`);
  const line = "'_variation_id', '_tax_class', '_line_subtotal', '_line_subtotal_tax', '_line_tax_data'";
  await pair.a.sql(`USE shop; SET sql_mode = '';
    INSERT INTO wp_posts (ID, post_type) VALUES (5, 'product'), (7, 'shop_order_placehold'), (9, 'shop_order_placehold');
    INSERT INTO wp_postmeta (post_id, meta_key, meta_value) VALUES (5, '_sku', 'sku-01'), (5, '_stock', '8.000000'), (5, '_initial_stock', '10'), (5, 'total_sales', '2');
    INSERT INTO wp_wc_product_meta_lookup (product_id, sku, stock_quantity, total_sales) VALUES (5, 'sku-01', 8, 2);
    INSERT INTO wp_wc_orders (id, type, status, currency, total_amount, customer_id, billing_email, payment_method, parent_order_id, date_created_gmt) VALUES
      (7, 'shop_order', 'wc-on-hold', 'EUR', 14.88, 0, 'ines@shop.example', 'bacs', 0, '2026-11-30 01:02:03'),
      (9, 'shop_order_refund', 'wc-completed', 'EUR', -14.88, NULL, NULL, NULL, 7, '2026-11-30 01:02:03'),
      (11, 'shop_order', 'wc-checkout-draft', 'EUR', 1, 0, '', '', 0, '2026-11-30 01:02:03');
    INSERT INTO wp_wc_order_operational_data (order_id, order_key, order_stock_reduced, recorded_sales, shipping_total_amount) VALUES (7, 'k', 1, 0, 4.9);
    INSERT INTO wp_wc_order_addresses (order_id, address_type) VALUES (7, 'billing'), (7, 'shipping');
    INSERT INTO wp_woocommerce_order_items (order_item_id, order_id, order_item_name, order_item_type) VALUES
      (1, 7, 'Product', 'line_item'), (2, 7, 'Flat rate', 'shipping'), (3, 77, 'Product', 'line_item'), (4, 11, 'Product', 'line_item');
    INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value)
      SELECT 1, name, '' FROM (${line
        .split(', ')
        .map((name) => `SELECT ${name} AS name`)
        .join(' UNION ')}) names;
    INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value) VALUES
      (1, '_product_id', '5'), (1, '_qty', '2'), (1, '_line_total', '9.98'), (1, '_line_tax', '0'), (1, '_reduced_stock', '2'),
      (3, '_qty', '1'), (3, '_qty', '1'), (3, '_engraving', 'x');
    INSERT INTO wp_actionscheduler_actions (action_id, hook, status, args) VALUES (21, 'lab_send_event', 'pending', '[7]'), (23, 'wc-admin_import_orders', 'complete', '[7]');
    INSERT INTO wp_actionscheduler_logs (log_id, action_id, message, log_date_gmt) VALUES
      (1, 23, 'action created', '2026-11-30 01:02:03'), (2, 23, 'action started via WP Cron', '2026-11-30 01:02:04')`);
  const database = await connect('A');
  try {
    await database.openSnapshot();
    expect(await viewOf(database, 1)).toMatchObject({
      orders: [
        {
          ...{ id: 7, key: 'k', status: 'on-hold', email: 'ines@shop.example', customerId: 0, paymentMethod: 'bacs' },
          ...{ createdAt: Date.UTC(2026, 10, 30, 1, 2, 3), transactionId: '', total: '14.88000000' },
          parts: { posts: 1, operational: 1, billing: 1, stockReduced: 1, salesRecorded: 0, datePaid: 0 },
        },
      ],
      drafts: 1,
      refunds: [{ id: 9, parentId: 7, total: '-14.88000000' }],
      lines: [
        { orderId: 7, sku: 'sku-01', qty: 2, total: '9.98', tax: '0', reduced: 2, otherMeta: '' },
        { orderId: 77, sku: 'no product', otherMeta: '_engraving, one of them twice, not all of them' },
      ],
      stock: [{ sku: 'sku-01', initial: 10, stock: 8, stockLookup: 8, sales: 2, salesLookup: 2 }],
      actionStarts: [{ action: 23, hook: 'wc-admin_import_orders', region: 'B', at: Date.UTC(2026, 10, 30, 1, 2, 4) }],
      owedMails: [],
      owedEvents: [7],
      nextOrderId: { value: 10, increment: 2, offset: 1 },
    });
  } finally {
    database.close();
  }
});

/** What the referee reads of two real databases besides the shop's own tables. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database, objectsOf, viewOf } from '../../lab/referee/database';
import type { RowDifference } from '../../lab/referee/evidence';
import type { Reading } from '../../lab/referee/finding';
import { compareRows } from '../../lab/referee/rows';
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

test("an order of the lab's own tables is read with everything the referee judges", async () => {
  const schema = readFileSync(join(__dirname, '../../lab/shop/wordpress/shop.sql'), 'utf8');
  await pair.a.sql(`DROP TABLE shop.handover_epoch, shop.handover_heartbeat; USE shop; ${schema}`);
  await pair.a.sql(`USE shop;
    INSERT INTO wp_wc_orders VALUES (7, 'on-hold', 'EUR', 9.98, 4, 'ines@shop.example', 'lab-gateway', NULL, '2026-11-30 01:02:03', '2026-11-30 01:02:03');
    INSERT INTO wp_wc_order_operational_data VALUES (1, 7, 'k', 'pi', 'A', 1);
    INSERT INTO wp_woocommerce_order_items VALUES (1, 7, 'sku-01', 'line_item'), (3, 7, 'sku-02', 'line_item');
    INSERT INTO wp_woocommerce_order_itemmeta (order_item_id, meta_key, meta_value) VALUES
      (1, '_qty', '2'), (1, '_line_total', '9.98'), (3, '_qty', '1'), (3, '_qty', '1'), (3, '_line_total', '0'), (3, '_reduced', '1');
    INSERT INTO wp_handover_event_outbox VALUES (7, 'event', 1, '', '2026-11-30')`);
  const database = await connect('A');
  try {
    await database.openSnapshot();
    expect(await viewOf(database, 1)).toMatchObject({
      orders: [
        {
          ...{ id: 7, status: 'on-hold', email: 'ines@shop.example', customerId: 4, paymentMethod: 'lab-gateway' },
          ...{ createdAt: Date.UTC(2026, 10, 30, 1, 2, 3), createdRegion: 'A', createdEpoch: 1, transactionId: '' },
        },
      ],
      lines: [
        { orderId: 7, sku: 'sku-01', qty: 2, total: '9.98', otherMeta: '' },
        { orderId: 7, sku: 'sku-02', otherMeta: '_reduced,_qty and _line_total not once each' },
      ],
      owedMails: [],
      owedEvents: [7],
      nextOrderId: { value: 8, increment: 2, offset: 1 },
    });
  } finally {
    database.close();
  }
});

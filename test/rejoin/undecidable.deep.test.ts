/** A transaction that the primary can't take is listed for a person, with its reason; the rest comes over. */
import { createConnection } from 'mysql2/promise';
import { autocommitted, freshPairs, partWays, salvaged } from './apart';
import { planOf, runSteps } from './run';
import { orderIn, place, stockIn } from './shop';

const pair = freshPairs();

const listedIn = (facts: Record<string, unknown> | undefined): string => JSON.stringify(facts?.['forAPerson']);
const unsignedStock = `USE shop; ALTER TABLE wp_handover_stock MODIFY stock bigint unsigned NOT NULL;
  UPDATE wp_handover_stock SET stock = 3, stock_initial = 3 WHERE sku = 'sku-02'`;

test('a write that fails leaves nothing behind: no half of what was written with it, no lock on the primary, no open transaction', async () => {
  const both = [
    { sku: 'sku-01', qty: 2 },
    { sku: 'sku-02', qty: 2 },
  ];
  await pair().a.sql(`USE shop; ALTER TABLE wp_handover_stock ADD CONSTRAINT enough CHECK (stock >= 0);
    UPDATE wp_handover_stock SET stock = 3, stock_initial = 3 WHERE sku = 'sku-02'`);
  await partWays(pair());
  await place(pair(), 'A', 'a-1', 'intent-a-1', both);
  await place(pair(), 'B', 'b-1', 'intent-b-1', [{ sku: 'sku-02', qty: 2 }]);
  await place(pair(), 'A', 'a-2');
  const plan = await planOf(pair());
  const journal = await runSteps(pair(), plan, { until: 'classify-deposed' });
  for (let attempt = 1; attempt <= 3; attempt += 1)
    await runSteps(pair(), plan, { journal, until: 'salvage-orders' }).catch(() => undefined);
  expect(await pair().b.sql('SELECT trx_id FROM information_schema.innodb_trx WHERE trx_rows_locked > 0')).toEqual([]);
  expect([await stockIn(pair(), 'B', 'sku-01'), await stockIn(pair(), 'B', 'sku-02')]).toEqual([4, 2]);
  expect(await orderIn(pair(), 'B', 'a-2')).toEqual(await orderIn(pair(), 'A', 'a-2'));
  expect(await orderIn(pair(), 'B', 'a-1')).toEqual(await orderIn(pair(), 'A', 'a-1'));
  expect(journal.facts['salvage-orders']).toMatchObject({ transactions: 2, ordersSalvaged: 2, listed: 1 });
  expect(listedIn(journal.facts['salvage-orders'])).toMatch(/breaks the constraint enough \(error 4025\)/);
});

test('what a failed attempt locked is free again at once', async () => {
  await partWays(pair());
  await place(pair(), 'A', 'a-1');
  const plan = await planOf(pair());
  const journal = await runSteps(pair(), plan, { until: 'classify-deposed' });
  const { host, port } = pair().b.options;
  const login = { host, port, user: 'shop', password: 'secret-shop', database: 'shop' };
  const shop = await createConnection(login);
  // Held in the shop's own transaction until after the attempt, so that salvage waits for it in vain.
  await shop.query('START TRANSACTION');
  await shop.query("UPDATE wp_handover_stock SET stock = stock - 1 WHERE sku = 'sku-01'");
  await expect(runSteps(pair(), plan, { journal, until: 'salvage-orders' })).rejects.toMatchObject({
    kind: 'unavailable',
  });
  await shop.query('COMMIT');
  await shop.query('SET innodb_lock_wait_timeout = 1');
  await shop.query('UPDATE handover_epoch SET verified_epoch = 2');
  await shop.query("UPDATE wp_handover_stock SET stock = stock - 1 WHERE sku = 'sku-01'");
  shop.destroy();
  await runSteps(pair(), plan, { journal, until: 'salvage-orders' });
  expect(await stockIn(pair(), 'B')).toBe(2 + 2);
});

test.each<[what: string, table: string, changes: { a: string[]; b: string[] }, because: RegExp]>([
  [
    'a new row whose partial unique key the primary has given away',
    `CREATE TABLE wp_my_limits (rate_limit_id bigint unsigned AUTO_INCREMENT PRIMARY KEY, rate_limit_key varchar(200) NOT NULL,
       UNIQUE KEY rate_limit_key (rate_limit_key(191)))`,
    {
      a: ["INSERT INTO wp_my_limits (rate_limit_key) VALUES ('add_payment_method_17')"],
      b: ["INSERT INTO wp_my_limits (rate_limit_key) VALUES ('add_payment_method_17')"],
    },
    /wp_my_limits: another row of the primary has its value of the unique key rate_limit_key \(error 1062\)/,
  ],
  [
    'an update to a unique value that another row of the primary has',
    `CREATE TABLE wp_lookup (customer_id bigint unsigned AUTO_INCREMENT PRIMARY KEY, user_id bigint unsigned NULL, UNIQUE KEY user_id (user_id));
     INSERT INTO wp_lookup (user_id) VALUES (NULL)`,
    {
      a: ['UPDATE wp_lookup SET user_id = 900'],
      b: ['INSERT INTO wp_lookup (user_id) VALUES (900)'],
    },
    /The row wp_lookup 1 can't be brought over whole: lookup \(another row has its user_id\)/,
  ],
  [
    'a value that is too long for the column of the primary',
    'CREATE TABLE wp_plugin (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, v varchar(200))',
    { a: ["INSERT INTO wp_plugin (v) VALUES (REPEAT('x', 100))"], b: ['ALTER TABLE wp_plugin MODIFY v varchar(20)'] },
    /wp_plugin can't be read: its column v is stored as up to 200 bytes .*, on the primary as up to 20 bytes/,
  ],
  [
    'a number that is out of the range of the column of the primary',
    'CREATE TABLE wp_plugin (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, v int)',
    { a: ['INSERT INTO wp_plugin (v) VALUES (100000)'], b: ['ALTER TABLE wp_plugin MODIFY v smallint'] },
    /wp_plugin can't be read: its column v is stored as int, on the primary as smallint/,
  ],
])('%s is listed with its reason', async (_what, table, { a, b }, because) => {
  await pair().a.sql(`USE shop; ${table}`);
  await partWays(pair());
  await place(pair(), 'A', 'a-1');
  await autocommitted(pair(), 'A', a);
  await place(pair(), 'A', 'a-2');
  await autocommitted(pair(), 'B', b);
  const { facts } = await salvaged(pair());
  expect(facts['salvage-orders']).toMatchObject({ transactions: 3, ordersSalvaged: 2, listed: 1 });
  expect(listedIn(facts['salvage-orders'])).toMatch(because);
});

test('an unsigned counter that would fall below zero is listed, a signed one falls, and both are named as oversold', async () => {
  await pair().a.sql(unsignedStock);
  await partWays(pair());
  await place(pair(), 'A', 'a-1', 'intent-a-1', [{ sku: 'sku-02', qty: 2 }]);
  await place(pair(), 'B', 'b-1', 'intent-b-1', [{ sku: 'sku-02', qty: 2 }]);
  const { facts, done } = await salvaged(pair());
  expect(facts['salvage-orders']).toMatchObject({
    listed: 1,
    oversold: [expect.stringMatching(/^wp_handover_stock sku-02: stock would be 1 below zero/)],
  });
  expect(listedIn(facts['salvage-orders'])).toMatch(/wp_handover_stock sku-02.*stock.*below zero/);
  expect(done['salvage-orders']?.because).toMatch(/oversold/);
});

test('a signed counter that falls below zero is named as oversold', async () => {
  await pair().a.sql("USE shop; UPDATE wp_handover_stock SET stock = 3, stock_initial = 3 WHERE sku = 'sku-01'");
  await partWays(pair());
  await place(pair(), 'A', 'a-1');
  await place(pair(), 'B', 'b-1');
  const { facts, done } = await salvaged(pair());
  expect(await pair().rows('B', "SELECT stock FROM wp_handover_stock WHERE sku = 'sku-01'")).toEqual([{ stock: -1 }]);
  expect(facts['salvage-orders']).toMatchObject({
    ordersSalvaged: 1,
    oversold: [expect.stringMatching(/^wp_handover_stock sku-01: stock is 1 below zero/)],
  });
  expect(done['salvage-orders']?.because).toMatch(/oversold/);
});

test('a transaction that is larger than a packet comes over, row by row', async () => {
  await pair().a.sql('USE shop; CREATE TABLE wp_big (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, v longtext)');
  await partWays(pair());
  await place(pair(), 'A', 'a-1');
  await autocommitted(pair(), 'A', ["INSERT INTO wp_big (v) SELECT REPEAT('x', 6000) FROM seq_1_to_4000"]);
  await place(pair(), 'A', 'a-2');
  const { facts } = await salvaged(pair());
  expect(facts['salvage-orders']).toMatchObject({ transactions: 3, ordersSalvaged: 2, copied: 4_000 });
  const sum = 'SELECT COUNT(*) AS n, SUM(LENGTH(v)) AS size, SUM(id) AS ids FROM wp_big';
  expect(await pair().rows('B', sum)).toEqual(await pair().rows('A', sum));
});

test('a row that is larger than what the primary takes at once is listed', async () => {
  await pair().a.sql('USE shop; CREATE TABLE wp_big (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, v longtext)');
  await partWays(pair());
  await autocommitted(pair(), 'A', ["INSERT INTO wp_big (v) VALUES (REPEAT('x', 3000000))"]);
  await place(pair(), 'A', 'a-1');
  await pair().b.sql('SET GLOBAL max_allowed_packet = 1048576');
  const { facts } = await salvaged(pair());
  expect(facts['salvage-orders']).toMatchObject({ transactions: 2, ordersSalvaged: 1, listed: 1 });
  expect(listedIn(facts['salvage-orders'])).toMatch(/wp_big.*max_allowed_packet/);
});

test('a changed JSON column is compared and brought over, or left to a person, and ends nothing', async () => {
  await pair().a.sql(`USE shop; CREATE TABLE wp_plugin (id int PRIMARY KEY, e JSON, f bit(8));
    CREATE TABLE wp_json (id int PRIMARY KEY, e JSON); INSERT INTO wp_plugin VALUES (1, '{"a":1}', 3);
    INSERT INTO wp_json VALUES (1, '{"a": 1}'), (2, '{"b": 1}')`);
  await partWays(pair());
  await autocommitted(pair(), 'A', [
    `UPDATE wp_json SET e = '{"a": 2}' WHERE id = 1`,
    `UPDATE wp_json SET e = '{"b": 2}' WHERE id = 2`,
    'UPDATE wp_plugin SET f = 4',
  ]);
  await autocommitted(pair(), 'B', [`UPDATE wp_json SET e = '{"b": 3}' WHERE id = 2`]);
  const { facts } = await salvaged(pair());
  expect(facts['salvage-orders']).toMatchObject({ updatesApplied: 1, listed: 2 });
  expect(await pair().rows('B', 'SELECT id, CAST(e AS CHAR) AS e FROM wp_json')).toEqual([
    { id: 1, e: '{"a": 2}' },
    { id: 2, e: '{"b": 3}' },
  ]);
});

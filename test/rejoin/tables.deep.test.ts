/** Tables that plugins declare in ways WooCommerce does not: what can be written exactly comes over, the rest is listed, and nothing stops. */
import { autocommitted, freshPairs, partWays, salvaged } from './apart';
import { orderIn, place, stockIn } from './shop';

const pair = freshPairs();

const listedIn = (facts: Record<string, unknown> | undefined): string => JSON.stringify(facts?.['forAPerson']);

test.each(['MyISAM', 'Aria'])(
  'rows of a table whose engine %s has no transactions are listed: a batch that fails could not take them back',
  async (engine) => {
    await pair().a.sql(`USE shop; ALTER TABLE wp_handover_stock ENGINE=${engine};
    CREATE TABLE wp_parent (id int PRIMARY KEY); INSERT INTO wp_parent VALUES (1);
    CREATE TABLE wp_child (id int PRIMARY KEY, parent int, FOREIGN KEY (parent) REFERENCES wp_parent (id))`);
    await partWays(pair());
    const before = await stockIn(pair(), 'B');
    await autocommitted(pair(), 'A', ["UPDATE wp_handover_stock SET stock = stock - 2 WHERE sku = 'sku-01'"]);
    await place(pair(), 'A', 'a-1', 'intent-a-1', []);
    await autocommitted(pair(), 'A', ['INSERT INTO wp_child VALUES (1, 1)']);
    await autocommitted(pair(), 'B', ['DELETE FROM wp_parent']);
    const { facts } = await salvaged(pair());
    expect(await stockIn(pair(), 'B')).toBe(before);
    expect(await orderIn(pair(), 'B', 'a-1')).toEqual(await orderIn(pair(), 'A', 'a-1'));
    expect(facts['salvage-orders']).toMatchObject({ ordersSalvaged: 1, listed: 2 });
    expect(listedIn(facts['salvage-orders'])).toContain(`its engine ${engine} has no transactions`);
  },
);

test('a key of an old character set, with a collation of its own, is looked up like any other', async () => {
  const key = (name: string, type: string) => `CREATE TABLE ${name} (name varchar(40) ${type} PRIMARY KEY, v int)`;
  await pair().a.sql(`USE shop; ${key('wp_old', 'CHARACTER SET latin1 COLLATE latin1_german1_ci')};
    ${key('wp_wide', 'CHARACTER SET utf16 COLLATE utf16_swedish_ci')}; ${key('wp_new', 'CHARACTER SET utf8mb4 COLLATE utf8mb4_czech_ci')};
    INSERT INTO wp_old VALUES (CONVERT(X'E9' USING latin1), 1), ('', 1); INSERT INTO wp_wide VALUES ('wide', 1)`);
  await partWays(pair());
  await autocommitted(pair(), 'A', [
    "INSERT INTO wp_old VALUES ('strasse', 1)",
    'UPDATE wp_old SET v = 2 WHERE v = 1',
    "UPDATE wp_wide SET name = CONCAT(name, _utf16 X'20AC'), v = 2",
    "INSERT INTO wp_wide VALUES ('', 3)",
    "INSERT INTO wp_new VALUES ('strasse', 1)",
    'UPDATE wp_new SET v = 2',
  ]);
  await place(pair(), 'A', 'a-1');
  const { facts } = await salvaged(pair());
  expect(await orderIn(pair(), 'B', 'a-1')).toEqual(await orderIn(pair(), 'A', 'a-1'));
  expect(facts['salvage-orders']).toMatchObject({ ordersSalvaged: 1, listed: 0 });
  for (const table of ['wp_old', 'wp_wide', 'wp_new']) {
    const rows = `SELECT HEX(name) AS name, v FROM ${table} ORDER BY 1`;
    expect(await pair().rows('B', rows)).toEqual(await pair().rows('A', rows));
  }
});

test('rows with an enumeration or a set come home, and are merged column by column', async () => {
  await pair().a.sql(`USE shop; CREATE TABLE wp_jobs (id int AUTO_INCREMENT PRIMARY KEY,
      state enum('new', 'It''s done', 'c\\\\d') NOT NULL, flags set('read', 'Starred', 'yes') CHARACTER SET latin1, v int) CHARSET utf8mb4;
    INSERT INTO wp_jobs VALUES (1, 'new', '', 1), (3, 'new', 'read', 1), (5, 'new', NULL, 1), (7, 'new', 'yes', 1)`);
  await partWays(pair());
  await autocommitted(pair(), 'A', [
    "UPDATE wp_jobs SET state = 'it''s done', flags = 'yes,read' WHERE id = 1",
    "UPDATE wp_jobs SET state = 'c\\\\d' WHERE id = 3",
    'DELETE FROM wp_jobs WHERE id = 5',
    "UPDATE wp_jobs SET state = 'c\\\\d' WHERE id = 7",
    "INSERT INTO wp_jobs VALUES (9, 'new', NULL, 1), (11, 'c\\\\d', 'starred', 1)",
  ]);
  await autocommitted(pair(), 'B', [
    "UPDATE wp_jobs SET flags = 'starred' WHERE id = 3",
    "UPDATE wp_jobs SET state = 'it''s done' WHERE id = 7",
  ]);
  const { facts } = await salvaged(pair());
  expect(listedIn(facts['salvage-orders'])).toContain('wp_jobs 7 was changed in both regions: jobs.state.');
  expect(facts['salvage-orders']).toMatchObject({ listed: 1 });
  expect(await pair().rows('B', 'SELECT * FROM wp_jobs ORDER BY id')).toEqual([
    { id: 1, state: "It's done", flags: 'read,yes', v: 1 },
    { id: 3, state: 'c\\d', flags: 'Starred', v: 1 },
    { id: 7, state: "It's done", flags: 'yes', v: 1 },
    { id: 9, state: 'new', flags: null, v: 1 },
    { id: 11, state: 'c\\d', flags: 'Starred', v: 1 },
  ]);
});

test('analytics that the primary imported meanwhile go back to where the regions parted, and orders are imported', async () => {
  const name = 'woocommerce_admin_scheduler_last_processed_order_modified_date';
  const set = (at: string) => `UPDATE wp_options SET option_value = '${at}' WHERE option_name = '${name}'`;
  await pair().a.sql(`USE shop; CREATE TABLE wp_options (option_id bigint unsigned AUTO_INCREMENT PRIMARY KEY,
      option_name varchar(191) NOT NULL UNIQUE, option_value longtext NOT NULL, autoload varchar(20) NOT NULL DEFAULT 'no') CHARSET utf8mb4;
    INSERT INTO wp_options (option_name, option_value) VALUES ('${name}', '2026-11-01 10:00:00')`);
  await partWays(pair());
  await place(pair(), 'A', 'a-1');
  await autocommitted(pair(), 'B', [set('2026-11-02 10:00:00'), set('2026-11-02 22:00:00')]);
  const { facts } = await salvaged(pair());
  expect(facts['salvage-orders']).toMatchObject({ ordersSalvaged: 1, listed: 0 });
  expect(await pair().rows('B', 'SELECT option_value AS at FROM wp_options')).toEqual([{ at: '2026-11-01 10:00:00' }]);
});

test('a text of 4 MB in an old character set comes over, and what follows it', async () => {
  await pair().a.sql('USE shop; CREATE TABLE wp_big (id int PRIMARY KEY, v longtext CHARACTER SET latin1)');
  await partWays(pair());
  await autocommitted(pair(), 'A', ["INSERT INTO wp_big VALUES (1, REPEAT(CONVERT(X'E9' USING latin1), 4194304))"]);
  await place(pair(), 'A', 'a-1');
  const { facts } = await salvaged(pair());
  expect(facts['salvage-orders']).toMatchObject({ ordersSalvaged: 1, listed: 0 });
  const sums = 'SELECT LENGTH(v) AS bytes, MD5(v) AS sum FROM wp_big';
  expect(await pair().rows('B', sums)).toEqual(await pair().rows('A', sums));
});

describe('a column ON UPDATE CURRENT_TIMESTAMP', () => {
  const at = 'at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP';
  const oneSecond = 'SET timestamp = 1790000000';

  test('is as the deposed region left it, also after two updates in one second', async () => {
    await pair().a.sql(`USE shop; CREATE TABLE wp_touched (id int PRIMARY KEY, v int, ${at});
      INSERT INTO wp_touched VALUES (1, 1, '2026-01-01 00:00:00')`);
    await partWays(pair());
    const updates = [2, 3, 4].map((v) => `UPDATE wp_touched SET v = ${v}${v === 2 ? ', at = at' : ''}`);
    await autocommitted(pair(), 'A', [oneSecond, ...updates]);
    const { facts } = await salvaged(pair());
    const rows = 'SELECT v, CAST(at AS CHAR) AS at FROM wp_touched';
    expect(await pair().rows('B', rows)).toEqual(await pair().rows('A', rows));
    expect(facts['salvage-orders']).toMatchObject({ listed: 0 });
  });

  test('is what the next batch expects it to be', async () => {
    await pair().a.sql(`USE shop; CREATE TABLE wp_touched (id int PRIMARY KEY, v longtext, ${at});
      INSERT INTO wp_touched VALUES (1, '', '2026-01-01 00:00:00')`);
    await partWays(pair());
    // Each is more than half a batch.
    const updates = [1, 2, 3].map((digit) => `UPDATE wp_touched SET v = REPEAT('${digit}', 700000)`);
    await autocommitted(pair(), 'A', [oneSecond, ...updates]);
    const { facts } = await salvaged(pair());
    expect(facts['salvage-orders']).toMatchObject({ listed: 0 });
  });
});

describe('a row of a table that the deposed region gave another name is listed, not written into the table that has its name', () => {
  const rename = 'RENAME TABLE wp_a TO wp_t, wp_b TO wp_a, wp_t TO wp_b';

  test.each([
    ['with settings for this statement', `SET STATEMENT max_statement_time = 0 FOR ${rename}`],
    ['in a comment that the server executes', `/*!50000 ${rename} */`],
    ['in a comment that only MariaDB executes', `/*M!100000 ${rename} */`],
    [
      'as a change of the table',
      "ALTER TABLE wp_a COMMENT = '', RENAME TO wp_t; ALTER TABLE wp_b COMMENT = '', RENAME TO wp_a",
    ],
  ])('%s', async (_how, statement) => {
    const columns = 'id int PRIMARY KEY, v varchar(9)';
    await pair().a.sql(`USE shop; CREATE TABLE wp_a (${columns}); CREATE TABLE wp_b (${columns})`);
    await partWays(pair());
    await pair().a.sql(`USE shop; ${statement}`);
    await autocommitted(pair(), 'A', ["INSERT INTO wp_a VALUES (1, 'for b')"]);
    const { facts } = await salvaged(pair());
    expect(facts['salvage-orders']).toMatchObject({ copied: 0 });
    expect(listedIn(facts['salvage-orders'])).toMatch(/listed before, may have changed wp_a/);
    expect(await pair().rows('B', 'SELECT * FROM wp_a')).toEqual([]);
  });

  test('nor is one of a table whose name holds a dollar', async () => {
    await pair().a.sql('USE shop; CREATE TABLE `wp_a$b` (id int PRIMARY KEY, v int)');
    await partWays(pair());
    await pair().a.sql('USE shop; RENAME TABLE `wp_a$b` TO wp_t; CREATE TABLE `wp_a$b` (id int PRIMARY KEY, v int)');
    await autocommitted(pair(), 'A', ['INSERT INTO `wp_a$b` VALUES (1, 1)']);
    const { facts } = await salvaged(pair());
    expect(facts['salvage-orders']).toMatchObject({ copied: 0, listed: 3 });
  });
});

test('of two orders with one key and payment whose lines differ none is dropped, and with equal lines one is kept', async () => {
  await partWays(pair());
  const [shirts, cup] = [
    { sku: 'sku-01', qty: 2 },
    { sku: 'sku-02', qty: 1 },
  ];
  for (const region of ['A', 'B'] as const) {
    await place(pair(), region, 'other', 'intent-other', [region === 'A' ? shirts : cup]);
    await place(pair(), region, 'same', 'intent-same', region === 'A' ? [shirts, cup] : [cup, shirts]);
  }
  const { facts } = await salvaged(pair());
  expect(facts['salvage-orders']).toMatchObject({ merged: 1, listed: 1, ordersMerged: 1 });
  expect(listedIn(facts['salvage-orders'])).toMatch(/and their lines differ: decide by hand which one is right\./);
});

test('of a row that the deposed region gave another key, and deleted later, nothing is left', async () => {
  await pair().a.sql('USE shop; CREATE TABLE wp_m (id int PRIMARY KEY, v int); INSERT INTO wp_m VALUES (1, 1), (2, 2)');
  await partWays(pair());
  const moved = ['UPDATE wp_m SET id = 10 WHERE id = 1', 'UPDATE wp_m SET v = 5 WHERE id = 10'];
  // What both regions deleted is dealt with, and so is a row that was made and deleted.
  const gone = ['DELETE FROM wp_m WHERE id = 2', 'INSERT INTO wp_m VALUES (7, 7)', 'DELETE FROM wp_m WHERE id = 7'];
  await autocommitted(pair(), 'A', [...moved, 'DELETE FROM wp_m WHERE id = 10', ...gone]);
  await autocommitted(pair(), 'B', ['DELETE FROM wp_m WHERE id = 2']);
  const { facts } = await salvaged(pair());
  expect(facts['salvage-orders']).toMatchObject({ listed: 0, skipped: 1, copied: 0, updatesApplied: 1 });
  expect(await pair().rows('B', 'SELECT * FROM wp_m')).toEqual([]);
});

test('with the format MIXED rows come over, and those of a table that a statement changed are listed with it', async () => {
  await partWays(pair());
  await pair().a.sql("SET GLOBAL binlog_format = 'MIXED'");
  await autocommitted(pair(), 'A', [
    "INSERT INTO wp_handover_scheduler_runs (region, epoch, at) SELECT LEFT(UUID(), 16), 1, '2026-01-01 00:00:00'",
    "UPDATE wp_handover_stock SET stock = stock - 3 WHERE sku = 'sku-01' AND RAND() < 2",
    "UPDATE wp_handover_stock SET stock = stock - 1 WHERE sku = 'sku-02'",
    "UPDATE wp_handover_stock SET stock = stock - 5 WHERE sku = 'sku-01' AND RAND() < 2",
  ]);
  await place(pair(), 'A', 'a-1');
  const { facts } = await salvaged(pair());
  expect(facts['classify-deposed']).toMatchObject({ errant: 5, unread: 2 });
  // Of the order each of its five statements, where a person can find it, and one of the two of the stock with a random number.
  expect(facts['salvage-orders']).toMatchObject({ copied: 1, updatesApplied: 0, listed: 7, ordersSalvaged: 0 });
  const runs = 'SELECT region FROM wp_handover_scheduler_runs';
  expect(await pair().rows('B', runs)).toEqual(await pair().rows('A', runs));
  expect([await stockIn(pair(), 'B', 'sku-01'), await stockIn(pair(), 'B', 'sku-02')]).toEqual([0, 0]);
  expect(listedIn(facts['salvage-orders'])).toMatch(
    /UPDATE wp_handover_stock \(its text .*INSERT INTO wp_wc_orders \(its text.*may have changed wp_handover_stock, /,
  );
});

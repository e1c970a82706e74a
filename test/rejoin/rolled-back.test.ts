/** What the deposed region rolled back, or never decided, is not brought to the primary; of what is left to a person nothing is left out. */
import { freshPairs, partWays, salvaged } from './apart';
import { place, statusIn } from './shop';

const pair = freshPairs();

const itemsOf = async () => (await pair().ports.pile('B').items()).map(({ thing, because }) => `${thing}: ${because}`);
const plugin = (name: string) => `CREATE TABLE ${name} (id bigint unsigned PRIMARY KEY, v int)`;

test('an order that was cancelled and rolled back stays pending, and each statement of a transaction is listed', async () => {
  await pair().a.sql(`USE shop; ${['wp_plugin', 'wp_one', 'wp_two', 'wp_three'].map(plugin).join('; ')}`);
  await place(pair(), 'A', 'old');
  await partWays(pair());
  const cancelled = "UPDATE wp_wc_orders SET status = 'cancelled'";
  await pair().a.sql(`USE shop;
    START TRANSACTION; CREATE TEMPORARY TABLE made (id int); INSERT INTO wp_plugin VALUES (7, 1); ${cancelled}; ROLLBACK;
    START TRANSACTION; INSERT INTO wp_plugin VALUES (1, 1); SAVEPOINT s; INSERT INTO wp_plugin VALUES (8, 1); ${cancelled};
      DROP TEMPORARY TABLE made; ROLLBACK TO s; INSERT INTO wp_plugin VALUES (2, 1); COMMIT;
    XA START 'x'; INSERT INTO wp_plugin VALUES (9, 1); ${cancelled}; XA END 'x'; XA PREPARE 'x'; XA ROLLBACK 'x';
    XA START 'y'; INSERT INTO wp_plugin VALUES (3, 1); XA END 'y'; XA PREPARE 'y'; XA COMMIT 'y';
    SET SESSION binlog_format = MIXED; START TRANSACTION;
      INSERT INTO wp_one VALUES (1, 1); INSERT INTO wp_two VALUES (1, 1); INSERT INTO wp_three VALUES (1, 1); COMMIT`);
  await pair().a.sql('USE shop; OPTIMIZE TABLE wp_wc_orders');
  await place(pair(), 'A', 'new');
  await salvaged(pair());
  for (const key of ['old', 'new']) expect(await statusIn(pair(), 'B', key)).toBe('pending');
  expect(await pair().rows('B', 'SELECT id FROM wp_plugin ORDER BY 1')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  expect((await itemsOf()).map((item) => /: (.*?) \(its text/.exec(item)?.[1]).sort()).toEqual(
    ['wp_one', 'wp_three', 'wp_two'].map(
      (table) => `It is a statement, not a row change: in shop: INSERT INTO ${table}`,
    ),
  );
});

test('of a transaction above 20000 rows, and of one that was prepared and never decided, nothing arrives and all is listed', async () => {
  await pair().a.sql(`USE shop; ${plugin('wp_plugin')}; ${plugin('wp_other')}`);
  await partWays(pair());
  await pair().shop('A', [
    ['INSERT INTO wp_plugin SELECT seq, seq FROM seq_1_to_20000'],
    [
      `INSERT INTO wp_wc_orders (id, status, currency, total_amount, customer_id, billing_email, payment_method, date_created_gmt, date_updated_gmt)
       VALUES (77, 'processing', 'EUR', 25.98, 17, 'a@b.test', 'lab-gateway', UTC_TIMESTAMP(), UTC_TIMESTAMP())`,
    ],
  ]);
  await place(pair(), 'A', 'later');
  await pair().a.sql("USE shop; XA START 'x'; INSERT INTO wp_other VALUES (9, 1); XA END 'x'; XA PREPARE 'x'");
  await salvaged(pair());
  await pair().a.sql("XA ROLLBACK 'x'");
  expect(await statusIn(pair(), 'B', 'later')).toBe('absent');
  expect(
    await pair().rows('B', 'SELECT id FROM wp_plugin UNION SELECT id FROM wp_other UNION SELECT id FROM wp_wc_orders'),
  ).toEqual([]);
  const items = (await itemsOf()).join('\n');
  expect(items).toMatch(
    /It changes 20001 rows, more than 20000, so none of them was applied: 1 row of wp_wc_orders \(id 77\), 20000 rows of wp_plugin\. Show it on B's host: mariadb-binlog /,
  );
  expect(items).toMatch(/Not all changes of wp_wc_orders can be read, so order \d+ is left to a person\./);
  expect(items).toMatch(
    /It was prepared as the distributed \(XA\) transaction X'78',X'',1, .*: 1 row of wp_other \(id 9\)\./,
  );
});

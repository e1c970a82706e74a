/** A deposed region whose logs say less than a program needs: nothing of it is lost, or called recovered. */
import { statSync, truncateSync } from 'node:fs';
import { reportOfTransfer } from '../../src/domain/report/report';
import { until } from '../../lab/loopback/until';
import { rejoined } from '../workflows/results';
import { freshPairs, partWays as promoteB } from './apart';
import type { RejoinPair } from './pair';
import { planOf, runSteps } from './run';
import { orderIn, pay, place, stockIn } from './shop';

const fresh = freshPairs();
let pair: RejoinPair;
beforeEach(() => {
  pair = fresh();
});

/** An order that both regions have; then B is promoted while A, unseen, goes on taking orders. */
async function partWays(): Promise<void> {
  await place(pair, 'A', 'old');
  await promoteB(pair);
}

const keys = ['a-1', 'a-2', 'a-3'];

test('orders that its log has as statements are left to a person, and the report says that nobody knows', async () => {
  await partWays();
  await pair.a.sql("SET GLOBAL binlog_format = 'STATEMENT'");
  for (const key of keys) await place(pair, 'A', key);
  const { facts, done } = await runSteps(pair, await planOf(pair), { until: 'salvage-orders' });
  expect(facts['classify-deposed']).toMatchObject({ errant: 3, unread: 3 });
  expect(done['classify-deposed']?.because).toMatch(
    /3 transactions that B never received: at least 0 orders, .* 3 of them are statements or cannot be read\.$/,
  );
  // An order is five statements, and each is found at a place of its own.
  expect(facts['salvage-orders']).toMatchObject({ listed: 15, ordersSalvaged: 0 });
  expect(JSON.stringify(facts)).not.toMatch(/customers\.test|intent-a/);
  expect(JSON.stringify(facts['salvage-orders']?.['forAPerson'])).toMatch(
    /INSERT INTO wp_wc_orders \(its text is not shown here; on B's host: mariadb-binlog -v --start-position=\d+ --stop-position=\d+ \S*binlog\.\d+\)/,
  );
  const report = reportOfTransfer(rejoined({ facts }));
  expect(report.lastLine).toMatch(/^Not known: 15 items that only A had are left to a person\./);
  expect(report.loss.seconds).toBeNull();
});

test('an order that the log of a killed server has in part is left to a person, and the report says that nobody knows', async () => {
  await partWays();
  await place(pair, 'A', 'a-1');
  await place(pair, 'A', 'a-2');
  await pair.a.kill();
  const log = `${pair.site.regions['A']!.services!.binlogDirectory}/binlog.000001`;
  truncateSync(log, statSync(log).size - 40);
  const { facts, done } = await runSteps(pair, await planOf(pair), { until: 'salvage-orders' });
  expect(done['classify-deposed']?.because).toMatch(
    / 1 of them are statements or cannot be read\. The log ends within 0-1-\d+, and nobody knows whether that was committed\. Its server/,
  );
  expect(facts['salvage-orders']).toMatchObject({ transactions: 2, ordersSalvaged: 1, listed: 1 });
  expect(JSON.stringify(facts['salvage-orders']?.['forAPerson'])).toMatch(
    /transaction 0-1-\d+: The log ends within this transaction: .* on B's host: mariadb-binlog -v --start-position=\d+ \S*binlog\.000001/,
  );
  expect(await orderIn(pair, 'B', 'a-2')).toBe('[]');
  expect(reportOfTransfer(rejoined({ facts })).lastLine).toMatch(
    /^Not known: 1 item that only A had is left to a person\./,
  );
});

test('a region that somebody attached by hand to the new primary keeps its own orders, and is not reseeded', async () => {
  for (const { sql } of [pair.a, pair.b]) await sql('SET GLOBAL gtid_strict_mode = 0');
  await partWays();
  const parted = (await pair.b.database.state()).appliedPosition;
  for (const key of keys) await place(pair, 'A', key);
  await place(pair, 'B', 'b-1');
  const { host, port, sourceCa } = pair.b.options;
  await pair.a
    .sql(`SET GLOBAL read_only = 1; SET GLOBAL gtid_slave_pos = '${parted}'; CHANGE MASTER TO MASTER_HOST = '${host}',
    MASTER_PORT = ${port}, MASTER_USER = 'repl', MASTER_PASSWORD = 'secret-repl', MASTER_USE_GTID = slave_pos, MASTER_SSL = 1,
    MASTER_SSL_CA = '${sourceCa}'; START REPLICA`);
  await until('A has the order of B', async () => (await orderIn(pair, 'A', 'b-1')) !== '[]');
  await pair.a.sql('STOP REPLICA; RESET REPLICA ALL');
  await expect(runSteps(pair, await planOf(pair))).rejects.toThrow(
    /A's binary logs do not show all that only A has: B lacks (0-1-\d+, ){3}.*but has 0-2-\d+, which comes after them\. Recover it by hand: see "A log that cannot be read"/,
  );
  expect(await orderIn(pair, 'A', 'a-3')).toMatch(/a-3/);
});

test('what another stream of its log has beside the shop is decided too, and nothing of either is forgotten', async () => {
  await partWays();
  for (const key of keys) await place(pair, 'A', key);
  await pair.a
    .sql(`SET SESSION gtid_domain_id = 7; USE shop; UPDATE wp_handover_stock SET stock = stock - 1 WHERE sku = 'sku-01';
    SET SESSION gtid_domain_id = 0`);
  await pay(pair, 'A', 'a-1');
  const { facts, done } = await runSteps(pair, await planOf(pair));
  expect(facts['classify-deposed']).toMatchObject({ errant: 5, ordersOnlyThere: 3 });
  expect(facts['salvage-orders']).toMatchObject({ transactions: 5, ordersSalvaged: 3, listed: 0 });
  expect(await stockIn(pair, 'B')).toBe(2 * 4 + 1);
  expect(done['compare-databases']?.because).toMatch(/all \d+ tables of A are equal to B's/);
});

test('orders of a compressed log come over like any others, and a long change of a table is told', async () => {
  await partWays();
  await pair.a.sql('SET GLOBAL log_bin_compress = 1, GLOBAL log_bin_compress_min_len = 10');
  for (const key of keys) await place(pair, 'A', key);
  const before = await Promise.all(keys.map((key) => orderIn(pair, 'A', key)));
  await pair.a.sql(`ALTER TABLE shop.wp_handover_scheduler_runs COMMENT = '${'c'.repeat(400)}'`);
  await place(pair, 'A', 'a-4');
  const { facts } = await runSteps(pair, await planOf(pair), { until: 'salvage-orders' });
  expect(facts['salvage-orders']).toMatchObject({ transactions: 5, ordersSalvaged: 4, listed: 1 });
  expect(facts['classify-deposed']?.['statements']).toEqual([
    expect.stringContaining('ALTER TABLE shop.wp_handover_scheduler_runs'),
  ]);
  expect(await Promise.all(keys.map((key) => orderIn(pair, 'B', key)))).toEqual(before);
});

test.each([
  ['replaced', 'ALTER TABLE wp_plugin DROP COLUMN name, ADD COLUMN currency varchar(50)'],
  ['moved', 'ALTER TABLE wp_plugin MODIFY note varchar(50) AFTER id'],
])(
  'a row of a table in which the new primary %s a column is listed, not read into another column',
  async (_how, change) => {
    await pair.a
      .sql(`USE shop; CREATE TABLE wp_plugin (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, name varchar(50), price varchar(50),
    note varchar(50))`);
    await partWays();
    await pair.b.sql(`USE shop; ${change}`);
    await pair.shop('A', [["INSERT INTO wp_plugin (name, price, note) VALUES ('shirt', '9.99', 'gift')"]]);
    const { facts } = await runSteps(pair, await planOf(pair), { until: 'salvage-orders' });
    expect(facts['salvage-orders']).toMatchObject({ listed: 1, copied: 0 });
    expect(JSON.stringify(facts['salvage-orders']?.['forAPerson'])).toMatch(/Its rows of wp_plugin can't be read: /);
    expect(await pair.rows('B', 'SELECT * FROM wp_plugin')).toEqual([]);
  },
);

test('a primary without its older logs gets what is new, and older orders that the deposed region changed are left to a person', async () => {
  await partWays();
  await pay(pair, 'A', 'old');
  await place(pair, 'A', 'a-1');
  await place(pair, 'B', 'b-1');
  await pair.b.sql('FLUSH BINARY LOGS; FLUSH TABLES');
  const [{ File: newest } = {}] = await pair.b.sql('SHOW MASTER STATUS');
  // A log is in use until the storage engine has written all of it.
  await until('the older log is gone', async () => {
    await pair.b.sql(`PURGE BINARY LOGS TO '${String(newest)}'`);
    return (await pair.b.sql('SHOW BINARY LOGS')).length === 1;
  });
  const { facts } = await runSteps(pair, await planOf(pair), { until: 'salvage-orders' });
  expect(facts['salvage-orders']).toMatchObject({ ordersSalvaged: 1, listed: 1 });
  expect(JSON.stringify(facts['salvage-orders']?.['forAPerson'])).toMatch(
    /Order \d+ was changed in both regions: .*the primary changed what no log tells any more/,
  );
  expect(await stockIn(pair, 'B')).toBe(2 * 3);
});

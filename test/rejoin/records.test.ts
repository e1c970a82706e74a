/** The records of a rejoin hold the rows of both regions: who reads them, where they are, and those that an earlier version left. */
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place as newPlace } from '../../lab/loopback/place';
import { autocommitted, partWays, salvaged } from './apart';
import { rejoinPair, type RejoinPair } from './pair';

const at = newPlace();
let shared: RejoinPair;
const pair = () => shared;

/** A row that both regions changed is left to a person; a row of the records' schema that only A has is not. */
beforeAll(async () => {
  shared = await rejoinPair(at, dataDirectory(at));
  await pair().a.sql(
    `USE shop; CREATE TABLE wp_plugin (id bigint unsigned PRIMARY KEY, v varchar(40)) DEFAULT CHARSET utf8mb4; INSERT INTO wp_plugin VALUES (1, 'first');
     CREATE DATABASE handover_shop; CREATE TABLE handover_shop.other (id int PRIMARY KEY)`,
  );
  await partWays(pair());
  await autocommitted(pair(), 'A', ["UPDATE wp_plugin SET v = 'of A'"]);
  await pair().a.sql('INSERT INTO handover_shop.other VALUES (1)');
  await autocommitted(pair(), 'B', ["UPDATE wp_plugin SET v = 'of B'"]);
  await pair().b.sql(`${formerTable}; ${formerRow('0-1-1', 'order 7')}`);
});
afterAll(async () => {
  await shared.close();
  at.remove();
});

/** What the shop's own user gets to see of every table that it may read. */
async function seenByTheShop(): Promise<string> {
  const { host, port } = pair().b.options;
  const connection = await createConnection({ host, port, user: 'shop', password: 'secret-shop' });
  try {
    const [tables] = await connection.query<RowDataPacket[]>(
      "SELECT CONCAT('`', table_schema, '`.`', table_name, '`') AS name FROM information_schema.tables WHERE table_name LIKE '%salvaged%'",
    );
    const all = await Promise.all(tables.map(({ name }) => connection.query(`SELECT * FROM ${String(name)}`)));
    await connection.query('SELECT * FROM handover_shop.salvaged').then(
      ([rows]) => all.push([rows, []] as never),
      () => undefined,
    );
    return JSON.stringify(all.map(([rows]) => rows));
  } finally {
    connection.destroy();
  }
}

const salvage = () => pair().ports.salvage('B');

const details = async () =>
  (await pair().rows('B', "SELECT detail FROM handover_shop.salvaged WHERE outcome = 'listed'")).map((row) =>
    String(row['detail']),
  );

/** As an earlier version made it. */
const formerTable = `CREATE TABLE shop.handover_salvaged (
  promotion_point varchar(64) CHARACTER SET ascii NOT NULL, gtid varchar(64) CHARACTER SET ascii NOT NULL,
  deposed_server_id bigint unsigned NOT NULL, epoch bigint unsigned NOT NULL, outcome varchar(10) CHARACTER SET ascii NOT NULL,
  because varchar(1000) NOT NULL, order_key varchar(100) NOT NULL, order_id bigint unsigned NULL, kept_order_id bigint unsigned NULL,
  salvaged_at datetime(6) NOT NULL, oversold text NULL, detail mediumtext NULL, PRIMARY KEY (promotion_point, gtid))`;
const formerRow = (point: string, thing: string) =>
  `INSERT INTO shop.handover_salvaged VALUES ('${point}', '${thing}', 1, 2, 'listed', 'Why.', '', NULL, NULL, UTC_TIMESTAMP(6), NULL, '{"of":"ann@shop.test"}')`;

test('without the right to keep records the salvage changes nothing, and says what to type', async () => {
  await pair().b.sql("REVOKE ALL PRIVILEGES ON `handover\\_shop`.* FROM runbook@'%'");
  const error: unknown = await salvaged(pair()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    kind: 'denied',
    message: expect.stringMatching(/GRANT SELECT, .* ON `handover\\_shop`\.\* TO 'runbook'/) as string,
  });
  await pair().b.sql(/GRANT .*$/.exec((error as Error).message)?.[0] ?? '');
  expect(await pair().rows('B', 'SELECT v FROM wp_plugin')).toEqual([{ v: 'of B' }]);
});

test('records that an earlier version left among the tables of the shop are read', async () => {
  expect(await salvage().records('0-1-1')).toMatchObject([{ gtid: 'order 7', because: 'Why.' }]);
  expect(await salvage().open()).toBe(1);
});

test("the next rejoin takes them out of the shop, and no record is read by the shop's user", async () => {
  const journal = await salvaged(pair());
  expect(journal.facts['salvage-orders']).toMatchObject({ listed: 1 });
  expect(await salvage().records('0-1-1')).toMatchObject([{ gtid: 'order 7', because: 'Why.' }]);
  expect((await details()).join()).toMatch(/of A.*of B/);
  expect((await details()).join()).toMatch(/ann@shop.test/);
  expect(await salvage().open()).toBe(2);
  expect(await seenByTheShop()).toBe('[]');
});

test('an earlier version that ran again meanwhile leaves no record behind', async () => {
  await pair().b.sql(`${formerTable}; ${formerRow('0-1-2', 'order 8')}; ${formerRow('0-1-1', 'order 7')}`);
  await salvage().prepare();
  expect(await salvage().records('0-1-2')).toMatchObject([{ gtid: 'order 8' }]);
  expect(await salvage().records('0-1-1')).toHaveLength(1);
  await pair().b.sql("UPDATE handover_shop.salvaged SET decision = 'dismissed' WHERE gtid = 'order 7'");
  expect(await salvage().open()).toBe(2);
  expect(await seenByTheShop()).toBe('[]');
});

test('without the right to read the records it is unknown whether items are open, and the right is named', async () => {
  await pair().b.sql("REVOKE ALL PRIVILEGES ON `handover\\_shop`.* FROM runbook@'%'");
  const [ids] = await pair().rows(
    'B',
    "SELECT GROUP_CONCAT(id) AS ids FROM information_schema.processlist WHERE user = 'runbook'",
  );
  for (const id of String(ids?.['ids']).split(',')) await pair().b.sql(`KILL ${id}`);
  const denied = { kind: 'denied', message: expect.stringMatching(/GRANT SELECT, .* ON `handover/) as string };
  await expect(salvage().open()).rejects.toMatchObject(denied);
  await expect(pair().ports.pile('B').items()).rejects.toMatchObject(denied);
});

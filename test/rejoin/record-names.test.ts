/** Records of a salvage under the names that shops and logs really have. */
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place as newPlace } from '../../lab/loopback/place';
import { autocommitted, partWays, salvaged } from './apart';
import { rejoinPair, type RejoinPair } from './pair';

const at = newPlace();
let pair: RejoinPair;

const options = `CREATE TABLE wp_options (option_id bigint unsigned AUTO_INCREMENT PRIMARY KEY, option_name varchar(191) NOT NULL UNIQUE,
  option_value longtext NOT NULL, autoload varchar(20) NOT NULL DEFAULT 'yes') DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_unicode_520_ci`;
const streams = [11, 12, 13, 14, 15, 16];

/** A log of many streams, and an option that the deposed region deleted and made again in another case. */
beforeAll(async () => {
  pair = await rejoinPair(at, dataDirectory(at));
  await pair.a.sql(`USE shop; CREATE TABLE wp_streams (id int PRIMARY KEY); ${options};
    INSERT INTO wp_options (option_name, option_value) VALUES ('My_Plugin', 'v1'), ('other', 'x')`);
  for (const stream of streams)
    await pair.a.sql(`USE shop; SET gtid_domain_id = ${stream}0000000; INSERT INTO wp_streams VALUES (${stream})`);
  await partWays(pair);
  await autocommitted(pair, 'A', [
    "DELETE FROM wp_options WHERE option_name = 'My_Plugin'",
    "INSERT INTO wp_options (option_name, option_value) VALUES ('my_plugin', 'v2')",
    'INSERT INTO wp_streams VALUES (1)',
  ]);
  // As an earlier version made it.
  await pair.b.sql(`CREATE DATABASE handover_shop; CREATE TABLE handover_shop.salvaged (
    promotion_point varchar(64) CHARACTER SET ascii NOT NULL, gtid varchar(64) CHARACTER SET ascii NOT NULL,
    deposed_server_id bigint unsigned NOT NULL, epoch bigint unsigned NOT NULL, outcome varchar(10) CHARACTER SET ascii NOT NULL,
    because varchar(1000) NOT NULL, order_key varchar(100) NOT NULL, order_id bigint unsigned NULL, kept_order_id bigint unsigned NULL,
    salvaged_at datetime(6) NOT NULL, PRIMARY KEY (promotion_point, gtid)) DEFAULT CHARSET utf8mb4`);
});
afterAll(async () => {
  await pair.close();
  at.remove();
});

test('names that differ by case and a point of many streams are recorded, in a table of an earlier version too', async () => {
  const { facts } = await salvaged(pair);
  const point = facts['classify-deposed']?.['promotionPoint'] as string;
  expect(point.length).toBeGreaterThan(64);
  const records = await pair.ports.salvage('B').records(point);
  expect(records.map(({ gtid }) => gtid).sort()).toEqual([
    'everything',
    'option My_Plugin',
    'option my_plugin',
    'wp_streams 1',
  ]);
  const shown = 'SELECT option_name, option_value FROM wp_options ORDER BY option_name';
  expect(await pair.rows('B', shown)).toEqual(await pair.rows('A', shown));
});

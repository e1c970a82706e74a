/** Text keys in another case: one row where the table's collation says so, and two where it does not. */
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place as newPlace } from '../../lab/loopback/place';
import { autocommitted, partWays, salvaged } from './apart';
import { rejoinPair, type RejoinPair } from './pair';

const at = newPlace();
let pair: RejoinPair;

const columns = 'v int, w varchar(9)) DEFAULT CHARSET utf8mb4';
const made = (name: string, collation: string, rows: string) =>
  `CREATE TABLE ${name} (code varchar(40) COLLATE ${collation} PRIMARY KEY, ${columns}; INSERT INTO ${name} VALUES ${rows}`;

beforeAll(async () => {
  pair = await rejoinPair(at, dataDirectory(at));
  const [two, one] = ["('abc', 1, 'l'), ('ABC', 1, 'U')", "('summer', 10, 'x'), ('winter', 10, 'x')"];
  const tables = [
    made('wp_changed', 'utf8mb4_bin', two),
    made('wp_deleted', 'utf8mb4_bin', two),
    ...['wp_updated', 'wp_replaced', 'wp_remade'].map((name) => made(name, 'utf8mb4_unicode_ci', one)),
  ];
  await pair.a.sql(`USE shop; ${tables.join('; ')}`);
  await partWays(pair);
  await autocommitted(pair, 'B', [
    "UPDATE wp_changed SET v = 5 WHERE code = 'abc'",
    "DELETE FROM wp_deleted WHERE code = 'abc'",
  ]);
  await autocommitted(pair, 'A', [
    ...['wp_changed', 'wp_deleted'].flatMap((table) => [
      `UPDATE ${table} SET v = 2 WHERE code = 'abc'`,
      `UPDATE ${table} SET w = 'x' WHERE code = 'ABC'`,
    ]),
    "UPDATE wp_updated SET code = 'SUMMER' WHERE code = 'summer'",
    "REPLACE INTO wp_replaced VALUES ('SUMMER', 20, 'x')",
    "DELETE FROM wp_remade WHERE code = 'summer'",
    "INSERT INTO wp_remade VALUES ('Summer', 20, 'x')",
  ]);
  await salvaged(pair);
});
afterAll(async () => {
  await pair.close();
  at.remove();
});

const rowsOf = (region: 'A' | 'B', table: string) => pair.rows(region, `SELECT * FROM ${table} ORDER BY code`);

test('a row in a table that tells keys by case is not compared with its namesake', async () => {
  const upper = { code: 'ABC', v: 1, w: 'x' };
  expect(await rowsOf('B', 'wp_changed')).toEqual([upper, { code: 'abc', v: 5, w: 'l' }]);
  expect(await rowsOf('B', 'wp_deleted')).toEqual([upper]);
  expect(await pair.ports.pile('B').items()).toHaveLength(2);
});

test.each(['wp_updated', 'wp_replaced', 'wp_remade'])(
  'a key that the deposed region wrote in another case is one row (%s)',
  async (table) => {
    expect(await rowsOf('B', table)).toEqual(await rowsOf('A', table));
    expect(await rowsOf('B', table)).toHaveLength(2);
  },
);

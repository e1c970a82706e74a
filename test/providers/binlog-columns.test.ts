/** A row is read into the columns it was written to, each value as the server shows it, or not at all. */
import type { ErrantTransaction } from '../../src/domain/salvage/transaction';
import { binlogWorld, type BinlogWorld } from './binlog-world';

let world: BinlogWorld;
beforeAll(async () => {
  world = await binlogWorld();
  await world.server.sql("SET GLOBAL sql_mode = 'ALLOW_INVALID_DATES'");
});
afterAll(() => world.close());

const unreadOf = (transactions: ErrantTransaction[]) => transactions.flatMap(({ unread }) => unread);
const insertedIn = (transactions: ErrantTransaction[]) =>
  transactions
    .flatMap(({ changes }) => changes)
    .flatMap((change) => (change.action === 'insert' ? [change.after] : []));

let tables = 0;
const newTable = () => `t${(tables += 1)}`;

test.each<[string, string[]]>([
  ['tinyint', ['-128', '127']],
  ['tinyint unsigned', ['0', '255']],
  ['smallint', ['-32768']],
  ['smallint unsigned', ['65535']],
  ['mediumint', ['-8388608', '8388607', '-1']],
  ['mediumint unsigned', ['16777215']],
  ['int', ['-2147483648']],
  ['int unsigned', ['4294967295']],
  ['int(8) zerofill', ['7']],
  ['bigint', ['-9223372036854775808', '9223372036854775807']],
  ['bigint unsigned', ['18446744073709551615', '9223372036854775808']],
  ['bool', ['0', '1']],
  ['decimal(65,30)', ["'-12345678901234567890123456789012345.123456789012345678901234567891'", '0']],
  ['decimal(5,5)', ['0.00001', '-0.99999']],
  ['decimal(18,9)', ['-999999999.999999999']],
  ['decimal(26,8) unsigned', ['123456789012345678.12345678']],
  ['float', ['0.1', '-0.0', '3.40282e38', '16777217']],
  ['float unsigned', ['0.3']],
  ['double', ['0.1', '1.7976931348623157e308', '4.9e-324', '123456789012345680000']],
  ['double(10,2)', ['12345678.91']],
  ['date', ["'0000-00-00'", "'2023-05-00'", "'9999-12-31'", "'2023-02-31'"]],
  ['datetime', ["'0000-00-00 00:00:00'", "'9999-12-31 23:59:59'"]],
  ['datetime(3)', ["'2026-11-23 01:02:03.009'"]],
  ['datetime(6)', ["'2026-11-23 01:02:03.000009'"]],
  ['timestamp', ["'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'", '0']],
  ['timestamp(6)', ["'2026-11-23 01:02:03.000001'", "'2038-01-19 03:14:07.999999'"]],
  ['char(3)', ["'ab '", "''"]],
  ['char(255)', ["REPEAT('\u{1f600}', 255)"]],
  ['char(64) character set latin1', ["_latin1 X'E9E8'"]],
  ['varchar(10)', ["'\u{1f600}\u00e9'"]],
  ['varchar(64)', ["REPEAT('\u20ac', 64)"]],
  ['varchar(256) character set ascii', ["REPEAT('x', 256)"]],
  ['varchar(20) character set utf8mb3', ["'\u20ac'"]],
  ['varchar(20) character set ucs2', ["'a\u20ac'"]],
  ['varchar(20) character set cp1251', ["'\u0416'"]],
  ['varchar(20) collate utf8mb4_uca1400_ai_ci', ["'A'"]],
  ['tinytext', ["REPEAT('a', 255)"]],
  ['text', ["REPEAT('1', 252)", "REPEAT('1', 253)", "'line\\r\\nfeed\\0nul\\\\'"]],
  ['text character set latin1', ["'\u00e9\u20ac'"]],
  ['mediumtext', ["REPEAT('z', 70000)"]],
  ['longtext', ["REPEAT('z', 300000)"]],
  ['json', [`'{"a": [1, "\u00e9"]}'`]],
  ['binary(4)', ["X'0100'", "X'00000000'"]],
  ['varbinary(300)', ["X'00FF20'"]],
  ['tinyblob', ["X''"]],
  ['blob', ["X'DEADBEEF00'"]],
  ['mediumblob', ["REPEAT(X'00', 70000)"]],
  [
    "enum('new', 'It''s', 'a,b', 'c\\\\d', '\u20ac', 'line\\nfeed', '')",
    ["'new'", "'it''s'", "'a,b'", '4', '5', '6', "''"],
  ],
  [`enum(${Array.from({ length: 300 }, (_, index) => `'m${index}'`).join()})`, ["'m0'", "'m255'", "'m299'"]],
  ["enum('yes', 'no') character set latin1", ["'no'"]],
  ["set('read', 'Write', '\u20ac')", ["''", "'read'", "'write,read'", "'\u20ac,write'"]],
  [`set(${Array.from({ length: 64 }, (_, index) => `'m${index}'`).join()})`, ["'m0,m31,m32,m63'"]],
  ["set('a', 'b') character set ascii", ["'a,b'"]],
])('%s is read as the server shows it', async (type, values) => {
  const table = newTable();
  const rows = [...values, 'NULL'].map((value, index) => `(${index + 1}, ${value})`);
  const found = await world.logged(() =>
    world.run(`CREATE TABLE ${table} (id int PRIMARY KEY, v ${type} NULL) CHARSET utf8mb4;
      INSERT INTO ${table} VALUES ${rows.join(', ')}`),
  );
  expect(unreadOf(found)).toEqual([]);
  expect(insertedIn(found)).toEqual(await world.rowsOf(table));
});

test('a wide table with columns of every sort is read column by column', async () => {
  const kinds = ['int unsigned', 'varchar(300)', 'decimal(10,2)', 'varchar(9) CHARACTER SET latin1', 'blob', 'int'];
  const columns = Array.from({ length: 90 }, (_, index) => `c${index} ${kinds[index % kinds.length] ?? 'int'} NULL`);
  const found = await world.logged(() =>
    world.run(`CREATE TABLE wide (id int PRIMARY KEY, ${columns.join(', ')}) CHARSET utf8mb4;
      INSERT INTO wide (id, c0, c1, c3, c4, c5, c89) VALUES (1, 4294967295, 'x', 'y', X'00', -5, -7)`),
  );
  expect([unreadOf(found), insertedIn(found)]).toEqual([[], await world.rowsOf('wide')]);
});

test.each([
  ['enum of another character set', "ENUM('a', '\u00e9') CHARACTER SET latin1", "'a'"],
  ['enum whose value is none of its own', "ENUM('a', 'b')", "'c'"],
  ['bit', 'BIT(12)', "b'101'"],
  ['year', 'YEAR', '2024'],
  ['time', 'TIME(3)', "'-838:59:59'"],
  ['uuid', 'UUID', 'UUID()'],
  ['inet6', 'INET6', "'::1'"],
  ['inet4', 'INET4', "'1.2.3.4'"],
  ['point', 'POINT', 'POINT(1, 2)'],
  ['compressed', 'TEXT COMPRESSED', "REPEAT('a', 300)"],
  ['generated', 'INT AS (1)', 'DEFAULT'],
])('a row with a column of type %s is left to a person, who is told table and column', async (_kind, type, value) => {
  const table = newTable();
  const found = await world.logged(() =>
    world.run(`CREATE TABLE ${table} (id int PRIMARY KEY, odd ${type}, t varchar(9) CHARACTER SET latin1) CHARSET utf8mb4;
      INSERT IGNORE INTO ${table} VALUES (1, ${value}, 'x')`),
  );
  expect(insertedIn(found)).toEqual([]);
  expect(unreadOf(found)).toEqual([
    expect.stringMatching(new RegExp(`^Its rows of ${table} can't be read: .*\\bodd\\b`)),
  ]);
});

test.each([
  ['dropped a column', 'DROP note', "the primary's table has no column note"],
  ['added a column', 'ADD vat varchar(50)', "only the primary's table has a column vat"],
  [
    'dropped a column and added another of the same type',
    'DROP note, ADD price varchar(50) AFTER name',
    "the primary's table has no column note",
  ],
  ['renamed a column', 'RENAME COLUMN note TO remark', "the primary's table has no column note"],
  [
    'swapped two names',
    'RENAME COLUMN note TO name, RENAME COLUMN name TO note',
    "its column name has another place in the primary's table",
  ],
  ['moved a column', 'MODIFY note varchar(50) AFTER id', "its column name has another place in the primary's table"],
  ['took away a sign', 'MODIFY n int unsigned', 'its column n is stored as int, on the primary as int unsigned'],
  ['widened a number', 'MODIFY n bigint', 'its column n is stored as int, on the primary as bigint'],
  [
    'changed the digits of an amount',
    'MODIFY amount decimal(12,2)',
    'its column amount is stored as decimal(10,2), on the primary as decimal(12,2)',
  ],
  [
    'narrowed a text',
    'MODIFY name varchar(20)',
    'its column name is stored as up to 200 bytes in collation 45, on the primary as up to 80 bytes in collation 45',
  ],
  [
    'changed a character set',
    'MODIFY old varchar(20) CHARACTER SET utf8mb4',
    'its column old is stored as up to 20 bytes in collation 8, on the primary as up to 80 bytes in collation 45',
  ],
  [
    'made a text binary',
    'MODIFY name varbinary(200)',
    'its column name is stored as up to 200 bytes in collation 45, on the primary as up to 200 bytes in collation 63',
  ],
  [
    'added a member to an enumeration',
    "MODIFY kind enum('a', 'b', 'c')",
    "its column kind is stored as enum('a','b') in collation 45, on the primary as enum('a','b','c') in collation 45",
  ],
  [
    'swapped two members of a set',
    "MODIFY flags set('y', 'x')",
    "its column flags is stored as set('x','y') in collation 45, on the primary as set('y','x') in collation 45",
  ],
  [
    'gave a time a fraction',
    'MODIFY at datetime(3)',
    'its column at is stored as datetime, on the primary as datetime(3)',
  ],
])('where the primary %s meanwhile, no row is read into its table', async (_what, change, because) => {
  const table = newTable();
  await world.run(`CREATE TABLE ${table} (id int PRIMARY KEY, name varchar(50), note varchar(50), n int, amount decimal(10,2),
    old varchar(20) CHARACTER SET latin1, at datetime, kind enum('a', 'b'), flags set('x', 'y')) CHARSET utf8mb4 COLLATE utf8mb4_general_ci`);
  const found = await world.logged(
    () =>
      world.run(
        `INSERT INTO ${table} VALUES (1, 'shirt', 'gift', -5, 9.99, _latin1 X'C3A9', '2026-11-23 01:02:03', 'b', 'x,y')`,
      ),
    `SET sql_log_bin = 0; ALTER TABLE ${table} ${change}`,
  );
  expect(insertedIn(found)).toEqual([]);
  expect(unreadOf(found)).toEqual([`Its rows of ${table} can't be read: ${because}.`]);
});

test.each(['NO_LOG', 'MINIMAL'])(
  'with binlog_row_metadata=%s nobody knows which columns a row has',
  async (metadata) => {
    const table = newTable();
    await world.run(`CREATE TABLE ${table} (id int PRIMARY KEY, name varchar(50))`);
    await world.server.sql(`SET GLOBAL binlog_row_metadata = ${metadata}`);
    const found = await world.logged(() => world.run(`INSERT INTO ${table} VALUES (1, 'shirt')`));
    await world.server.sql('SET GLOBAL binlog_row_metadata = FULL');
    expect([insertedIn(found), unreadOf(found)]).toEqual([
      [],
      [`Its rows of ${table} can't be read: its log does not name their columns (binlog_row_metadata is not FULL).`],
    ]);
  },
);

test.each(['MINIMAL', 'NOBLOB'])(
  'with binlog_row_image=%s a row is not whole, and is left to a person',
  async (image) => {
    const table = newTable();
    await world.run(
      `CREATE TABLE ${table} (id int PRIMARY KEY, t text, n int); INSERT INTO ${table} VALUES (1, 'x', 1)`,
    );
    const found = await world.logged(() =>
      world.run(`SET SESSION binlog_row_image = ${image}; UPDATE ${table} SET n = 2 WHERE id = 1`),
    );
    expect(unreadOf(found)).toEqual([
      `Its rows of ${table} can't be read: its log does not hold whole rows (binlog_row_image is not FULL).`,
    ]);
  },
);

/** Real pairs are compared while customers write: what differs is found, what does not is never accused, and replication goes on. */
import { createConnection } from 'mysql2/promise';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { place as newPlace, type Place } from '../../lab/loopback/place';
import { until } from '../../lab/loopback/until';
import { sentenceOf } from '../../src/domain/sentence';
import { rejoinPair, type RejoinPair } from './pair';

const shared: Place = newPlace();
const template = dataDirectory(shared);
afterAll(() => shared.remove());

let at: Place;
let pair: RejoinPair;
beforeAll(async () => {
  at = newPlace();
  pair = await rejoinPair(at, template);
});
afterAll(async () => {
  await pair.close();
  at.remove();
});

const timeoutMs = 300_000;
let key = 0;

async function onlyTable(definition: string, ...rows: string[]): Promise<void> {
  const old = (
    await pair.rows('A', "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'shop'")
  )
    .map(({ name }) => String(name))
    .filter((name) => name.startsWith('t_'));
  for (const name of old) await pair.a.sql(`DROP TABLE shop.${name}`);
  await pair.a.sql(`USE shop; CREATE TABLE ${definition}`);
  for (const row of rows) await pair.a.sql(`USE shop; ${row}`);
}

async function compared(onProgress?: (line: string) => void, signal?: AbortSignal) {
  const [comparing, name] = [pair.ports.comparing('A', 'B'), `key-${key}`];
  await comparing.compare(name, { timeoutMs, ...(onProgress && { onProgress }), ...(signal && { signal }) });
  return (await comparing.found(name))!;
}

beforeEach(() => {
  key += 1;
});

const behind = 'SET sql_log_bin = 0; USE shop; ';

describe('a table that differs is named with the range of its key, or the part where the key may be a secret', () => {
  const numbers = 'INSERT INTO t_x SELECT seq, CONCAT("note ", seq) FROM seq_1_to_3000';
  test.each<[string, string, string[], string, RegExp]>([
    [
      'in one value',
      't_x (id int PRIMARY KEY, note text)',
      [numbers],
      "UPDATE t_x SET note = 'other' WHERE id = 700",
      /^t_x: id above 500 up to \d+$/,
    ],
    [
      'in a row that is missing',
      't_x (id int PRIMARY KEY, note text)',
      [numbers],
      'DELETE FROM t_x WHERE id = 1',
      /^t_x: id up to 500$/,
    ],
    [
      'in a row too many at its end',
      't_x (id int PRIMARY KEY, note text)',
      [numbers],
      "INSERT INTO t_x VALUES (9999, 'x')",
      /^t_x: id above 3000$/,
    ],
    [
      'in two rows that exchanged their values',
      't_x (id int PRIMARY KEY, note text)',
      [numbers],
      "UPDATE t_x SET note = IF(id = 10, 'note 11', 'note 10') WHERE id IN (10, 11)",
      /^t_x: id up to 500$/,
    ],
    [
      'in letters that its order takes for the same',
      't_x (sku varchar(40) PRIMARY KEY, note varchar(9)) CHARSET utf8mb4',
      ["INSERT INTO t_x VALUES ('it\\'s', 'a'), ('zö\\\\', 'b')"],
      "UPDATE t_x SET note = 'B' WHERE note = 'b'",
      /^t_x: part 0 by sku$/,
    ],
    [
      'in a row of a key of several columns',
      't_x (a varchar(9), b decimal(9,2), c datetime, v int, PRIMARY KEY (a, b, c))',
      [
        "INSERT INTO t_x SELECT CHAR(65 + seq % 3), seq / 7, '2026-01-01' + INTERVAL seq % 5 DAY, seq FROM seq_1_to_2000",
      ],
      'UPDATE t_x SET v = -1 WHERE v = 1999',
      /^t_x: part \d+ by a, b, c$/,
    ],
    [
      'in a NULL',
      't_x (id binary(2) PRIMARY KEY, v int NULL)',
      ["INSERT INTO t_x VALUES (X'00FF', 0)"],
      'UPDATE t_x SET v = NULL',
      /^t_x: part 0 by id$/,
    ],
  ])('%s', async (_, definition, rows, change, range) => {
    await onlyTable(definition, ...rows);
    await pair.b.database.waitFor((await pair.a.database.state()).position, timeoutMs);
    expect(await compared()).toMatchObject({ unequal: [], differences: [] });
    key += 1;
    await pair.b.sql(behind + change);
    const { unequal, differences } = await compared();
    expect([unequal, differences]).toEqual([['t_x'], [expect.stringMatching(range)]]);
    expect(JSON.stringify(differences)).not.toContain("it's");
  });
});

describe('what only one side has, or has otherwise, is named', () => {
  const table = 't_x (id int PRIMARY KEY, v int, mail varchar(99))';
  const trigger = 'CREATE TRIGGER t_zero BEFORE INSERT ON t_x FOR EACH ROW SET NEW.v = 0';
  const event = 'CREATE EVENT e_x ON SCHEDULE EVERY 1 YEAR STARTS "2037-01-01" DO';
  test.each<[what: string, both: string, primary: string, replica: string, said: string[], unequal: string[]]>([
    ['a table', '', '', 'CREATE TABLE t_more (id int)', ['table t_more is only in B'], ['t_more']],
    ['a missing table', '', '', 'DROP TABLE t_x', ['table t_x is only in A'], ['t_x']],
    ['a missing column', '', '', 'ALTER TABLE t_x DROP mail', ['column t_x.mail is only in A'], ['t_x']],
    [
      'a default',
      '',
      '',
      'ALTER TABLE t_x ALTER v SET DEFAULT 7',
      ['column t_x.v has another definition in B'],
      ['t_x'],
    ],
    ['a unique key', '', '', 'ALTER TABLE t_x ADD UNIQUE u (mail)', ['unique key t_x.u is only in B'], ['t_x']],
    [
      'a missing unique key',
      'ALTER TABLE t_x ADD UNIQUE u (v)',
      '',
      'ALTER TABLE t_x DROP KEY u',
      ['unique key t_x.u is only in A'],
      ['t_x'],
    ],
    [
      'a foreign key',
      '',
      '',
      'ALTER TABLE t_x ADD CONSTRAINT f FOREIGN KEY (v) REFERENCES t_x (id) ON DELETE CASCADE',
      ['foreign key t_x.f is only in B'],
      ['t_x'],
    ],
    ['a check', '', '', 'ALTER TABLE t_x ADD CONSTRAINT c CHECK (v < 9)', ['check t_x.c is only in B'], ['t_x']],
    ['a trigger', '', '', trigger, ['trigger t_x.t_zero is only in B'], ['t_x']],
    [
      'another trigger',
      trigger,
      '',
      `DROP TRIGGER t_zero; ${trigger.replace('= 0', '= 1')}`,
      ['trigger t_x.t_zero has another definition in B'],
      ['t_x'],
    ],
    ['a routine', '', '', 'CREATE PROCEDURE p_x () SELECT 1', ['procedure p_x is only in B'], []],
    [
      'another routine',
      'CREATE FUNCTION f_x (a int) RETURNS int DETERMINISTIC RETURN a',
      '',
      'DROP FUNCTION f_x; CREATE FUNCTION f_x (b int) RETURNS int DETERMINISTIC RETURN 0',
      ['function f_x has another definition in B'],
      [],
    ],
    ['an event', '', '', `${event} SELECT 1`, ['event e_x is only in B'], []],
    [
      'another event',
      `${event} SELECT 1`,
      '',
      `DROP EVENT e_x; ${event} SELECT 2`,
      ['event e_x has another definition in B'],
      [],
    ],
    ['a view', '', '', 'CREATE VIEW v_x AS SELECT 1 AS one', ['view v_x is only in B'], []],
    [
      'an event that only B runs',
      `${event} SELECT 1`,
      'ALTER EVENT e_x DISABLE',
      'ALTER EVENT e_x ENABLE',
      ['event e_x is enabled in B and not in A'],
      [],
    ],
    ['an event that B does not run on purpose', `${event} SELECT 1`, '', 'ALTER EVENT e_x DISABLE', [], []],
  ])('%s', async (_, both, primary, replica, said, unequal) => {
    await onlyTable(table, ...(both === '' ? [] : [both]));
    await pair.b.database.waitFor((await pair.a.database.state()).position, timeoutMs);
    if (primary !== '') await pair.a.sql(behind + primary);
    await pair.b.sql(behind + replica);
    const comparison = await compared();
    await alikeAgain();
    expect(comparison).toMatchObject({ definitions: said, unequal });
  });
});

const gone = `SET sql_log_bin = 0; USE shop; DROP TABLE IF EXISTS t_x, t_more; DROP VIEW IF EXISTS v_x; DROP PROCEDURE IF EXISTS p_x;
  DROP FUNCTION IF EXISTS f_x; DROP EVENT IF EXISTS e_x`;

/** Removes from each side what a test may have left on one of them. */
async function alikeAgain(): Promise<void> {
  for (const side of [pair.a, pair.b]) await side.sql(gone);
}

test('a sum that another comparison took away is computed again before anything is called equal', async () => {
  await onlyTable('t_x (id int PRIMARY KEY, v int)', 'INSERT INTO t_x SELECT seq, 1 FROM seq_1_to_3000');
  let taken: Promise<unknown> | undefined;
  const broken = compared((line) => {
    if (/t_x/.test(line)) taken ??= pair.a.sql('DELETE FROM shop.handover_checksums');
  });
  await expect(broken).rejects.toThrow(/Another comparison removed sums of/);
  await taken;
  const outcomes: string[] = [];
  while (outcomes.length < 20 && outcomes.at(-1) !== 'equal')
    outcomes.push(
      await compared().then(
        ({ unequal, rows }) => (unequal.length === 0 && rows['t_x'] === 3_000 ? 'equal' : 'wrong'),
        sentenceOf,
      ),
    );
  expect(outcomes.at(-1)).toBe('equal');
  for (const each of outcomes.slice(0, -1)) expect(each).toMatch(/Another comparison removed sums of/);
});

test('a primary that became read-only for a transfer is not written to', async () => {
  await onlyTable('t_x (id int PRIMARY KEY, v int)', 'INSERT INTO t_x SELECT seq, 1 FROM seq_1_to_3000');
  let position = '';
  let fencing: Promise<unknown> | undefined;
  const comparing = compared((line) => {
    if (/t_x/.test(line))
      fencing ??= pair.a.sql('SET GLOBAL read_only = 1').then(async () => {
        ({ position } = await pair.a.database.state());
      });
  });
  const ended = await comparing.then(() => 'it was compared', sentenceOf);
  await fencing;
  const after = (await pair.a.database.state()).position;
  await pair.a.sql('SET GLOBAL read_only = 0');
  expect(ended).toMatch(/a transfer is under way/);
  expect(after).toBe(position);
});

test('tables that can not be walked by key are named, and are no difference, however much is written to them', async () => {
  await onlyTable('t_stats (id int AUTO_INCREMENT PRIMARY KEY, v int) ENGINE=MyISAM');
  await pair.a.sql(
    'USE shop; CREATE TABLE t_keyless (v int); CREATE TABLE t_letters (v varchar(99), PRIMARY KEY (v(9)))',
  );
  const over = new AbortController();
  const writing = (async () => {
    while (!over.signal.aborted)
      await pair.a.sql('USE shop; INSERT INTO t_stats (v) VALUES (1); INSERT INTO t_keyless VALUES (1)');
  })();
  const comparison = await compared();
  over.abort();
  await writing;
  expect(comparison).toMatchObject({
    unequal: [],
    notCompared: {
      t_stats: 'its engine is MyISAM',
      t_keyless: 'it has no primary key',
      t_letters: 'its primary key has only the first letters of a column',
    },
  });
  expect((await pair.b.database.state()).replica).toMatchObject({ io: 'yes', sql: true });
});

test('replication goes on all the while, and a change of a table waits for no comparison', async () => {
  await onlyTable(
    't_x (id int PRIMARY KEY, note varchar(200))',
    "INSERT INTO t_x SELECT seq, REPEAT('x', 150) FROM seq_1_to_200000",
  );
  const seen: (boolean | undefined)[] = [];
  let looking: Promise<unknown> = Promise.resolve();
  const comparison = await compared(() => {
    looking = looking.then(async () => {
      await pair.a.sql('INSERT INTO shop.orders (note) VALUES ("meanwhile")');
      if (seen.length === 3) await pair.a.sql('ALTER TABLE shop.t_x ADD COLUMN more int');
      seen.push((await pair.b.database.state()).replica?.sql);
    });
  });
  await looking;
  expect(seen.length).toBeGreaterThan(5);
  expect(seen).toEqual(seen.map(() => true));
  expect(comparison).toMatchObject({ unequal: [], rows: { t_x: 200_000 } });
});

test('a comparison that broke off is gone on with where it stopped, by another connection', async () => {
  await onlyTable(
    't_x (id int PRIMARY KEY, note varchar(200))',
    "INSERT INTO t_x SELECT seq, REPEAT('x', 150) FROM seq_1_to_200000",
  );
  const over = new AbortController();
  const breaking = compared((line) => /chunk 4/.test(line) && over.abort(), over.signal);
  await expect(breaking).rejects.toThrow(/told to stop/);
  const sums = `SELECT COUNT(*) AS n FROM handover_checksums WHERE compare_key = 'key-${key}' AND table_name = 't_x'`;
  const [before] = await pair.rows('A', sums);
  expect(Number(before!['n'])).toBe(4);
  expect((await pair.b.database.state()).replica).toMatchObject({ sql: true });
  const lines: string[] = [];
  expect(await compared((line) => lines.push(line))).toMatchObject({ unequal: [], rows: { t_x: 200_000 } });
  expect(lines.filter((line) => line.includes('t_x'))[0]).toMatch(/chunk 5$/);
});

test('rows that the shop has locked are waited for, and no transaction of the shop is rolled back', async () => {
  await onlyTable('t_x (id int PRIMARY KEY, v int)', 'INSERT INTO t_x SELECT seq, 1 FROM seq_1_to_100');
  const shop = await createConnection({
    host: pair.a.options.host,
    port: pair.a.options.port,
    user: 'shop',
    password: 'secret-shop',
    database: 'shop',
  });
  await shop.query('START TRANSACTION');
  await shop.query('UPDATE t_x SET v = 2 WHERE id = 50');
  let isOver = false;
  const comparing = compared().finally(() => (isOver = true));
  // The tables come in the order of their names.
  const before = `SELECT 1 FROM handover_checksums WHERE compare_key = 'key-${key}' AND table_name = 'orders' AND up_to IS NULL`;
  await until('the comparison has come to t_x', async () => (await pair.rows('A', before)).length > 0);
  await shop.query('UPDATE t_x SET v = 2 WHERE id = 5');
  expect(isOver).toBe(false);
  await shop.query('COMMIT');
  shop.destroy();
  expect(await comparing).toMatchObject({ unequal: [] });
});

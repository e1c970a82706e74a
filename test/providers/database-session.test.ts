/** What a server's own settings do to the adapters' sessions, and what comes out of a statement that holds a secret. */
import { mariadb } from '../../src/providers/database/mariadb/mariadb';
import { mariadbComparing } from '../../src/providers/database/mariadb/comparing';
import { connection } from '../../src/providers/database/wire/connection';
import { mariadbSalvage } from '../../src/providers/database/mariadb/salvage';
import { authority } from '../../lab/loopback/authority';
import { type RealPair, realPair } from '../../lab/loopback/mariadb';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { addresses } from '../../lab/loopback/mariadb-server';
import { type Place, place } from '../../lab/loopback/place';
import { until } from '../../lab/loopback/until';

const at: Place = place();
const template = dataDirectory(at);
const ca = authority(at);
let pair: RealPair;
let files: Place;
const opened: { close: () => unknown }[] = [];

beforeEach(async () => {
  files = place();
  pair = await realPair(files, template, ca);
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
  await pair.close();
  files.remove();
});
afterAll(() => at.remove());

const keep = <T extends { close: () => unknown }>(each: T): T => (opened.push(each), each);
const demote = { sourceHost: addresses.A, how: { kind: 'demote' } } as const;
const lineToA = () => {
  const { options } = pair.a;
  return keep(connection({ ...options, server: 'A', timeoutMs: 5_000 }));
};

/** Gives the replication user this password on both servers, and B an adapter that knows it; B follows nobody. */
async function replicatingWith(password: string) {
  const literal = `'${password.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  for (const each of [pair.a, pair.b])
    await each.sql(`SET sql_log_bin = 0; SET PASSWORD FOR repl@'%' = PASSWORD(${literal})`);
  await pair.b.sql('STOP REPLICA; RESET REPLICA ALL');
  return keep(mariadb({ ...pair.b.options, replicationPassword: password }));
}

const modes = ['ORACLE', 'ANSI_QUOTES', 'NO_BACKSLASH_ESCAPES', 'ORACLE,ANSI_QUOTES,NO_BACKSLASH_ESCAPES,IGNORE_SPACE'];

describe.each(modes)('a server with sql_mode %s', (mode) => {
  const awkward = `it's \\ a "pass\\word"`;

  test('is read, fenced, opened, followed and promoted as any other', async () => {
    const b = await replicatingWith(awkward);
    for (const each of [pair.a, pair.b]) await each.sql(`SET GLOBAL sql_mode = '${mode}'`);
    const a = keep(mariadb(pair.a.options));
    await b.attach(demote);
    await until('B replicates', async () => (await b.state()).replica?.io === 'yes');
    await a.fence(2);
    expect(await a.exemptWriters()).toEqual([]);
    await a.unfence(1);
    await a.fence(2);
    await b.waitFor((await a.state()).position, 10_000);
    await b.stopFetching();
    await b.promote({ epoch: 2, region: 'B', idGap: 1000 });
    await b.openTo(2);
    await b.heartbeat('A');
    expect(await b.state()).toMatchObject({ readOnly: false, epoch: { epoch: 2, region: 'B', verifiedEpoch: 2 } });
  });

  test('is salvaged into and compared as any other', async () => {
    for (const each of [pair.a, pair.b]) await each.sql(`SET GLOBAL sql_mode = '${mode}'`);
    const salvage = keep(mariadbSalvage(pair.a.options));
    await salvage.prepare();
    expect(await salvage.records('0-1-1')).toEqual([]);
    expect(await salvage.known()).toMatch(/^0-1-/);
    expect((await salvage.shapes()).size).toBeGreaterThan(0);
    const comparing = keep(mariadbComparing(pair.a.options, pair.b.options));
    await comparing.compare('k', { timeoutMs: 20_000 });
    expect((await comparing.found('k'))?.unequal).toEqual([]);
  });
});

test('a session does not take over what the server sets for its own', async () => {
  await pair.a.sql(
    "SET GLOBAL sql_mode = '', GLOBAL time_zone = '+05:00', GLOBAL lock_wait_timeout = 86400, GLOBAL sql_select_limit = 1, GLOBAL tx_read_only = ON",
  );
  const [rows] = await lineToA().ask(
    'tell its session',
    'SELECT @@sql_mode AS mode, @@time_zone AS zone, @@lock_wait_timeout AS wait, @@character_set_client AS charset, @@tx_read_only AS readOnly',
  );
  const two = 'SELECT 1 AS one UNION SELECT 2';
  expect((await lineToA().ask('count', two))[0]).toHaveLength(2);
  expect(rows).toEqual([
    {
      mode: expect.stringContaining('STRICT_TRANS_TABLES') as string,
      zone: '+00:00',
      wait: 10,
      charset: 'utf8mb4',
      readOnly: 0,
    },
  ]);
});

test('a statement that fails in the middle of a transaction leaves none open', async () => {
  const line = lineToA();
  const half =
    "START TRANSACTION; INSERT INTO shop.orders (note) VALUES ('half'); SELECT no_such_column FROM shop.orders";
  await expect(line.ask('write half', half)).rejects.toMatchObject({ kind: 'absent' });
  const [rows] = await line.ask('tell its transaction', 'START TRANSACTION; COMMIT; SELECT @@in_transaction AS open');
  expect(rows).toEqual([{ open: 0 }]);
  expect(await pair.a.sql('SELECT id FROM shop.orders')).toEqual([]);
});

describe('no sentence holds a piece of a secret or a value of a row', () => {
  /** The longest beginning of `secret`, or of a piece of it between quotes and backslashes, that stands in `text`. */
  const longest = (text: string, secret: string): number =>
    Math.max(
      ...secret.split(/["'\\]/).map((piece) => {
        const seen = Array.from(piece, (_, n) => text.includes(piece.slice(0, n + 1))).indexOf(false);
        return seen === -1 ? piece.length : seen;
      }),
    );
  const long = Array.from({ length: 120 }, (_, n) => 'Abcdefghijklmnopqrstuvwxyz0123456789'[(n * 7) % 36]).join('');

  test.each([
    ['of 120 characters', long],
    ['with quotes and backslashes', `qz'${long}`],
    ['that ends a string', `\\'${long}`],
  ])('a replication password %s that the server refuses', async (_, password) => {
    const b = keep(mariadb({ ...pair.b.options, replicationPassword: password }));
    await pair.b.sql('STOP REPLICA; RESET REPLICA ALL');
    const refusal = await b.attach(demote).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    expect(refusal?.message).toMatch(/refused to follow .* a text is longer than it takes \(error 1470\)\.$/);
    expect(longest(`${refusal?.message}${refusal?.stack}${JSON.stringify(refusal)}`, password)).toBeLessThan(4);
  });

  test('a statement with a secret that the server cannot parse', async () => {
    const refusal = await lineToA()
      .askWithSecret('try', `CHANGE MASTER TO MASTER_PASSWORD='it''s' ${long}`)
      .catch((error: unknown) => error as Error);
    expect(refusal).toMatchObject({
      message: 'A refused to try: it could not parse the statement (error 1064).',
    });
  });

  test.each([
    ['INSERT INTO shop.v VALUES (1, ?, 1)', 'a row with this key exists already (error 1062)'],
    ['INSERT INTO shop.v VALUES (2, REPEAT(?, 9), 1)', 'a text is too long for its column (error 1406)'],
    ['INSERT INTO shop.v VALUES (2, ?, ?)', 'a text does not fit the character set or type of its column (error 1366)'],
    ['INSERT INTO shop.v VALUES (2, ?, -1)', 'a number is out of the range of its column (error 1264)'],
    ['SELECT ? FROM', 'it could not parse the statement (error 1064)'],
  ])('a customer in %s', async (statement, meaning) => {
    await pair.a.sql(
      "CREATE TABLE shop.v (id INT PRIMARY KEY, mail VARCHAR(40) UNIQUE, n INT UNSIGNED); INSERT INTO shop.v VALUES (9, 'anna@customers.test', 1)",
    );
    const asked = lineToA().ask('write', statement.replaceAll('?', "'anna@customers.test'"));
    await expect(asked).rejects.toMatchObject({ message: `A refused to write: ${meaning}.` });
  });

  test('a customer in the row that a replica cannot apply', async () => {
    await pair.a.sql('CREATE TABLE shop.mails (id INT PRIMARY KEY, mail VARCHAR(40) UNIQUE)');
    await pair.b.database.waitFor((await pair.a.database.state()).position, 10_000);
    await pair.b.sql("SET sql_log_bin = 0; INSERT INTO shop.mails VALUES (9, 'anna@customers.test')");
    await pair.a.sql("INSERT INTO shop.mails VALUES (1, 'anna@customers.test')");
    const error = await until('the applier stops', async () => (await pair.b.database.state()).replica?.error);
    expect(error).toBe('its applier stopped in shop.mails: a row with this key exists already (error 1062)');
  });
});

/** Values of customers stay in the two databases: no sentence and no fact of a rejoin holds one. */
import { autocommitted, freshPairs, partWays, salvaged } from './apart';
import { place, pay } from './shop';

const pair = freshPairs();

/** Each would be found by its own text. */
const planted = {
  hashOld: '$P$Bplanted-old-hash',
  hashA: "$wp$2y$10$planted'hash-of-A",
  hashB: '$wp$2y$10$planted"hash-of-B',
  token: 'planted-session-token\\with-backslash',
  mail: 'planted.customer@customers.test',
  key: 'wc_order_planted-key',
  twice: 'wc_order_planted-twice',
  intent: 'pi_planted-intent',
  charge: 'ch_planted-charge',
};

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

test('a password, a session, an order key and an e-mail address that salvage can not decide about are in no sentence and no fact', async () => {
  await pair().a
    .sql(`USE shop; CREATE TABLE wp_users (ID bigint unsigned AUTO_INCREMENT PRIMARY KEY, user_email varchar(100), user_pass varchar(255), UNIQUE KEY (user_email)) DEFAULT CHARSET utf8mb4;
    CREATE TABLE wp_sessions (session_key varchar(100) PRIMARY KEY, v varchar(10), w varchar(4) NOT NULL DEFAULT '');
    INSERT INTO wp_users VALUES (1, 'anna@x.test', ${quoted(planted.hashOld)})`);
  await place(pair(), 'A', planted.twice, 'pi_planted-old');
  await partWays(pair());
  await autocommitted(pair(), 'A', [
    `UPDATE wp_users SET user_pass = ${quoted(planted.hashA)} WHERE ID = 1`,
    `INSERT INTO wp_users VALUES (3, ${quoted(planted.mail)}, '')`,
    `INSERT INTO wp_sessions (session_key, v) VALUES (${quoted(planted.token)}, 'a')`,
    `INSERT INTO wp_sessions (session_key, v, w) VALUES ('long', 'planted.lo', 'plan')`,
    `CREATE TABLE wp_new (e varchar(99) DEFAULT ${quoted(planted.mail)})`,
  ]);
  await place(pair(), 'A', planted.key, planted.intent);
  await pay(pair(), 'A', planted.key, planted.charge);
  await pay(pair(), 'A', planted.twice, `${planted.charge}-a`);
  await autocommitted(pair(), 'B', [
    `UPDATE wp_users SET user_pass = ${quoted(planted.hashB)} WHERE ID = 1`,
    `INSERT INTO wp_users VALUES (4, ${quoted(planted.mail)}, '')`,
    `INSERT INTO wp_sessions (session_key, v) VALUES (${quoted(planted.token)}, 'b')`,
    'ALTER TABLE wp_sessions MODIFY w varchar(2)',
  ]);
  await place(pair(), 'B', planted.key, `${planted.intent}-b`);
  await pay(pair(), 'B', planted.twice, `${planted.charge}-b`);
  const journal = await salvaged(pair());
  const out = JSON.stringify(journal);
  expect(journal.facts['salvage-orders']).toMatchObject({ listed: 5 });
  for (const value of Object.values(planted)) {
    expect(out).not.toContain(value);
    expect(out).not.toContain(JSON.stringify(value).slice(1, -1));
  }
  expect(out).not.toContain('planted');
});

test('the values are where a person looks who decides: in the detail of the record', async () => {
  await pair().a.sql(
    "USE shop; CREATE TABLE wp_plugin (id bigint unsigned PRIMARY KEY, v varchar(40)) DEFAULT CHARSET utf8mb4; INSERT INTO wp_plugin VALUES (1, 'first')",
  );
  await partWays(pair());
  await autocommitted(pair(), 'A', ["UPDATE wp_plugin SET v = 'of A'"]);
  await autocommitted(pair(), 'B', ["UPDATE wp_plugin SET v = 'of B'"]);
  await salvaged(pair());
  const [record] = await pair().rows(
    'B',
    "SELECT because, detail FROM handover_shop.salvaged WHERE outcome = 'listed'",
  );
  expect(record?.['because']).toBe(
    "The row wp_plugin 1 was changed in both regions: plugin.v. The primary's stays; all else of it was brought over.",
  );
  expect(JSON.parse(String(record?.['detail']))).toEqual({
    item: 'rows wp_plugin 1',
    inDeposed: [{ table: 'plugin', key: '1', before: { v: 'first' }, after: { v: 'of A' } }],
    onPrimary: [{ table: 'plugin', key: '1', before: { v: 'first' }, after: { v: 'of B' } }],
    version: {
      format: 2,
      rows: [{ table: 'wp_plugin', key: { id: '1' }, had: { id: '1', v: 'of B' }, want: { id: '1', v: 'of A' } }],
      members: [],
    },
  });
});

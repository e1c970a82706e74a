import { rules } from '../../src/domain/preflight';
import { inspectedPair, type InspectedPair } from './inspected-pair';

let pair: InspectedPair;

beforeAll(async () => {
  pair = await inspectedPair();
});
afterAll(() => pair.close());

const ruleOf = (name: string) => {
  const found = rules.find((rule) => rule.name === name);
  if (found === undefined) throw new Error(`There is no rule ${name}.`);
  return found;
};

const wrong = (because: RegExp) => ({ state: 'wrong', because: expect.stringMatching(because) as string });

test('servers that are set as they must be pass every rule', async () => {
  expect((await pair.verdicts()).filter(({ state }) => state !== 'ok')).toEqual([]);
});

/** Variables of a running server: the rule, what is typed on B, what undoes it, and what is found. */
const typed: [rule: string, statement: string, undo: string, found: RegExp][] = [
  [
    'binlog_format',
    'SET GLOBAL binlog_format = MIXED',
    'SET GLOBAL binlog_format = ROW',
    /^binlog_format is MIXED on B/,
  ],
  [
    'binlog_row_image',
    'SET GLOBAL binlog_row_image = MINIMAL',
    'SET GLOBAL binlog_row_image = FULL',
    /is MINIMAL on B/,
  ],
  [
    'binlog_row_metadata',
    'SET GLOBAL binlog_row_metadata = NO_LOG',
    'SET GLOBAL binlog_row_metadata = FULL',
    /is NO_LOG on B/,
  ],
  ['binlog_checksum', 'SET GLOBAL binlog_checksum = NONE', 'SET GLOBAL binlog_checksum = CRC32', /is NONE on B/],
  ['log_bin_compress', 'SET GLOBAL log_bin_compress = ON', 'SET GLOBAL log_bin_compress = OFF', /is ON on B/],
  ['sync_binlog', 'SET GLOBAL sync_binlog = 0', 'SET GLOBAL sync_binlog = 1', /is 0 on B/],
  [
    'innodb_flush_log_at_trx_commit',
    'SET GLOBAL innodb_flush_log_at_trx_commit = 2',
    'SET GLOBAL innodb_flush_log_at_trx_commit = 1',
    /is 2 on B/,
  ],
  [
    'binlog_expire_logs_seconds',
    'SET GLOBAL expire_logs_days = 6',
    'SET GLOBAL expire_logs_days = 0',
    /^binlog_expire_logs_seconds is 518400 on B/,
  ],
  [
    'binlog_expire_logs_seconds',
    'SET GLOBAL binlog_expire_logs_seconds = 3600',
    'SET GLOBAL binlog_expire_logs_seconds = 0',
    /is 3600 on B/,
  ],
  ['gtid_domain_id', 'SET GLOBAL gtid_domain_id = 5', 'SET GLOBAL gtid_domain_id = 0', /is 0 on A and 5 on B/],
  ['server_id', 'STOP REPLICA; SET GLOBAL server_id = 1', 'SET GLOBAL server_id = 2; START REPLICA', /is 1 on A and B/],
  ['gtid_strict_mode', 'SET GLOBAL gtid_strict_mode = OFF', 'SET GLOBAL gtid_strict_mode = ON', /is OFF on B/],
  [
    'replication filters',
    "STOP REPLICA; SET GLOBAL replicate_do_db = 'other'; START REPLICA",
    "STOP REPLICA; SET GLOBAL replicate_do_db = ''; START REPLICA",
    /^B has replicate_do_db=other;/,
  ],
  [
    'replication filters',
    "STOP REPLICA; SET GLOBAL replicate_wild_ignore_table = 'shop.wp_%'; START REPLICA",
    "STOP REPLICA; SET GLOBAL replicate_wild_ignore_table = ''; START REPLICA",
    /^B has replicate_wild_ignore_table=shop\.wp_%;/,
  ],
  [
    'replication filters',
    'STOP REPLICA; CHANGE MASTER TO IGNORE_SERVER_IDS = (9); START REPLICA',
    'STOP REPLICA; CHANGE MASTER TO IGNORE_SERVER_IDS = (); START REPLICA',
    /^B has replicate_ignore_server_ids=9;/,
  ],
  [
    'replication filters',
    'STOP REPLICA; CHANGE MASTER TO IGNORE_DOMAIN_IDS = (4); START REPLICA',
    'STOP REPLICA; CHANGE MASTER TO IGNORE_DOMAIN_IDS = (); START REPLICA',
    /^B has replicate_ignore_domain_ids=4;/,
  ],
  [
    'replication channels',
    "CHANGE MASTER 'erp' TO MASTER_HOST = '127.0.0.9'",
    "RESET REPLICA 'erp' ALL",
    /^B has the replication channel 'erp' from 127\.0\.0\.9;/,
  ],
  [
    'slave_exec_mode',
    'SET GLOBAL slave_exec_mode = IDEMPOTENT',
    'SET GLOBAL slave_exec_mode = STRICT',
    /is IDEMPOTENT on B/,
  ],
  [
    'replication delay',
    'STOP REPLICA; CHANGE MASTER TO MASTER_DELAY = 60; START REPLICA',
    'STOP REPLICA; CHANGE MASTER TO MASTER_DELAY = 0; START REPLICA',
    /^MASTER_DELAY is 60 s on B/,
  ],
  ['sql_mode', "SET GLOBAL sql_mode = ''", "SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES'", /^sql_mode is empty on B/],
  [
    'sql_mode',
    "SET GLOBAL sql_mode = 'ORACLE,STRICT_ALL_TABLES'",
    "SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES'",
    /^sql_mode is .*ORACLE.* on B/,
  ],
  [
    'max_allowed_packet',
    'SET GLOBAL max_allowed_packet = 1048576',
    'SET GLOBAL max_allowed_packet = 16777216',
    /is 16777216 on A and 1048576 on B/,
  ],
  [
    'character set of the server',
    'SET GLOBAL character_set_server = utf8mb4',
    'SET GLOBAL character_set_server = latin1',
    /character_set_server is latin1 on A and utf8mb4 on B/,
  ],
  [
    'time_zone',
    "SET GLOBAL time_zone = '+02:00'",
    'SET GLOBAL time_zone = SYSTEM',
    /time_zone is SYSTEM on A and \+02:00 on B/,
  ],
];

test.each(typed)('%s that is wrong after "%s" is found', async (name, statement, undo, found) => {
  await pair.b.sql(statement);
  try {
    expect(await pair.verdict(name)).toMatchObject(wrong(found));
  } finally {
    await pair.b.sql(undo);
  }
  expect((await pair.verdict(name)).state).toBe('ok');
});

const told = typed.filter(([name]) => /^There type: SET GLOBAL/.test(ruleOf(name).set));

test.each(told)('what the sentence about a wrong %s says to type puts it right', async (name, statement, undo) => {
  await pair.b.sql(statement);
  try {
    const [, command = ''] = / There type: ([^;]+);/.exec((await pair.verdict(name)).because) ?? [];
    await pair.b.sql(command);
    expect((await pair.verdict(name)).state).toBe('ok');
  } finally {
    await pair.b.sql(undo);
  }
});

/** What is wrong in the shop's databases: typed on A and replicated. */
const replicated: [rule: string, statement: string, undo: string, found: RegExp][] = [
  [
    'engines of the tables',
    'CREATE TABLE shop.old (id INT PRIMARY KEY) ENGINE = MyISAM',
    'DROP TABLE shop.old',
    /tables of A have an engine without transactions: old \(MyISAM\); tables of B/,
  ],
  [
    'engines of the tables',
    'CREATE TABLE shop.old (id INT PRIMARY KEY) ENGINE = Aria',
    'DROP TABLE shop.old',
    /old \(Aria\)/,
  ],
  [
    'primary keys',
    'CREATE TABLE shop.keyless (id INT, UNIQUE KEY (id))',
    'DROP TABLE shop.keyless',
    /^tables of A have no primary key: keyless/,
  ],
  [
    'triggers',
    'CREATE TRIGGER shop.counted BEFORE INSERT ON shop.orders FOR EACH ROW SET NEW.note = 1',
    'DROP TRIGGER shop.counted',
    /^A has the triggers counted/,
  ],
  [
    'definers',
    'CREATE DEFINER = root@localhost TRIGGER shop.counted BEFORE INSERT ON shop.orders FOR EACH ROW SET NEW.note = 1',
    'DROP TRIGGER shop.counted',
    /^A has trigger counted of root@localhost/,
  ],
  [
    'definers',
    'CREATE DEFINER = root@localhost EVENT shop.nightly ON SCHEDULE EVERY 1 DAY DO SELECT 1',
    'DROP EVENT shop.nightly',
    /^A has event nightly of root@localhost .*B has event nightly of root@localhost/,
  ],
  [
    'definers',
    'CREATE DEFINER = root@localhost PROCEDURE shop.add_one() INSERT INTO shop.orders (note) VALUES (1)',
    'DROP PROCEDURE shop.add_one',
    /^A has procedure add_one of root@localhost/,
  ],
  [
    'event_scheduler',
    "CREATE DEFINER = shop@'%' EVENT shop.nightly ON SCHEDULE EVERY 1 DAY DO SELECT 1",
    'DROP EVENT shop.nightly',
    /^event_scheduler is OFF on A with nightly/,
  ],
  [
    "rights of the shop's user",
    "GRANT READ_ONLY ADMIN ON *.* TO shop@'%'",
    "REVOKE READ_ONLY ADMIN ON *.* FROM shop@'%'",
    /^on A shop@% has READ_ONLY ADMIN; on B shop@% has READ_ONLY ADMIN;/,
  ],
  [
    "rights of the shop's user",
    "GRANT SUPER ON *.* TO shop@'%'",
    "REVOKE SUPER ON *.* FROM shop@'%'",
    /^on A shop@% has SUPER;/,
  ],
  [
    "rights of the shop's user",
    "GRANT ALL ON *.* TO shop@'%'",
    "REVOKE ALL ON *.* FROM shop@'%'; GRANT ALL ON shop.* TO shop@'%'",
    /^on A shop@% has READ_ONLY ADMIN and SUPER;/,
  ],
  [
    "rights of the shop's user",
    "CREATE ROLE keeper; GRANT READ_ONLY ADMIN ON *.* TO keeper; CREATE ROLE crew; GRANT keeper TO crew; GRANT crew TO shop@'%'",
    'DROP ROLE keeper; DROP ROLE crew',
    /^on A shop@% has READ_ONLY ADMIN;/,
  ],
  [
    "rights of the shop's user",
    'GRANT READ_ONLY ADMIN ON *.* TO PUBLIC',
    'REVOKE READ_ONLY ADMIN ON *.* FROM PUBLIC',
    /^on A shop@% has READ_ONLY ADMIN;/,
  ],
  [
    "rights of the shop's user",
    'CREATE USER shop@localhost; GRANT ALL ON *.* TO shop@localhost',
    'DROP USER shop@localhost',
    /^on A shop@localhost has READ_ONLY ADMIN and SUPER;/,
  ],
  [
    "rights of the runbook's user",
    "REVOKE BINLOG ADMIN, PROCESS ON *.* FROM runbook@'%'",
    "GRANT BINLOG ADMIN, PROCESS ON *.* TO runbook@'%'",
    /^on A runbook@% lacks BINLOG ADMIN, PROCESS;/,
  ],
  [
    'readers of the records',
    "GRANT SELECT ON `handover%`.* TO shop@'%'",
    "REVOKE SELECT ON `handover%`.* FROM shop@'%'",
    /^on A shop@% may read the schema of the records; on B/,
  ],
  [
    'readers of the records',
    "CREATE ROLE auditor; GRANT SELECT ON *.* TO auditor; GRANT auditor TO shop@'%'",
    'DROP ROLE auditor',
    /^on A shop@% may read the schema of the records; on B/,
  ],
  [
    'readers of the records',
    'GRANT SELECT ON handover_shop.* TO PUBLIC',
    'REVOKE SELECT ON handover_shop.* FROM PUBLIC',
    /^on A shop@% may read the schema of the records; on B/,
  ],
  [
    'readers of the records',
    'GRANT SELECT ON *.* TO PUBLIC',
    'REVOKE SELECT ON *.* FROM PUBLIC',
    /^on A shop@% may read the schema of the records; on B/,
  ],
  [
    'readers of the records',
    "CREATE DATABASE IF NOT EXISTS handover_shop; CREATE TABLE handover_shop.noted (detail text); GRANT SELECT (detail) ON handover_shop.noted TO shop@'%'",
    "REVOKE SELECT (detail) ON handover_shop.noted FROM shop@'%'; DROP TABLE handover_shop.noted",
    /^on A shop@% may read the schema of the records; on B/,
  ],
  [
    'prepared XA transactions',
    "XA START 'x'; INSERT INTO shop.orders (note) VALUES ('x'); XA END 'x'; XA PREPARE 'x'",
    "XA ROLLBACK 'x'",
    /^A has the prepared XA transaction 'x' .*; B has the prepared XA transaction 'x' \(XA COMMIT 'x' or XA ROLLBACK 'x'\);/,
  ],
  [
    'rights of the replication user',
    "REVOKE REPLICATION SLAVE ON *.* FROM repl@'%'",
    "GRANT REPLICATION SLAVE ON *.* TO repl@'%'",
    /^on A repl@% lacks REPLICATION SLAVE/,
  ],
];

test.each(replicated)('%s that is wrong after "%s" is found', async (name, statement, undo, found) => {
  await pair.a.sql(statement);
  await pair.caughtUp();
  try {
    expect(await pair.verdict(name)).toMatchObject(wrong(found));
  } finally {
    await pair.a.sql(undo);
    await pair.caughtUp();
  }
  expect((await pair.verdict(name)).state).toBe('ok');
});

test.each([
  ["rights of the shop's user", 'GRANT READ_ONLY ADMIN, SUPER ON *.* TO shop@localhost'],
  ["rights of the shop's user", 'GRANT ALL ON *.* TO shop@localhost'],
  ["rights of the runbook's user", "REVOKE RELOAD, BINLOG ADMIN ON *.* FROM runbook@'%'"],
  ['rights of the replication user', "REVOKE REPLICATION SLAVE ON *.* FROM repl@'%'"],
])('what the sentence about wrong %s says to type on the primary puts it right after "%s"', async (name, statement) => {
  await pair.a.sql('CREATE USER IF NOT EXISTS shop@localhost');
  await pair.a.sql(statement);
  await pair.caughtUp();
  const { because } = await pair.verdict(name);
  const commands = because.match(/\b(?:REVOKE|GRANT) [^;]+(?=;)/g) ?? [];
  const all = statement.includes('GRANT ALL');
  for (const command of commands.filter((each) => !each.includes('*.*:') || all))
    await pair.a.sql(command.replace(/^.*\*\.\*: /, ''));
  await pair.caughtUp();
  const mended = await pair.verdict(name);
  await pair.a.sql('DROP USER shop@localhost');
  await pair.caughtUp();
  expect(mended.state).toBe('ok');
});

/** Options that a server reads when it starts. */
const started: [rule: string, options: string, found: RegExp][] = [
  ['log_bin', 'skip-log-bin', /^log_bin is OFF on B/],
  ['log_slave_updates', 'log-slave-updates=OFF', /^log_slave_updates is OFF on B/],
  ['replication filters', 'binlog-do-db=other', /^B has binlog_do_db=other;/],
  ['replication filters', 'binlog-ignore-db=shop', /^B has binlog_ignore_db=shop;/],
  ['slave_skip_errors', 'slave-skip-errors=1062', /^slave_skip_errors is 1062 on B/],
  ['version', 'version=10.6.1-MariaDB', /^the version is 10\.11\.\S+ on A and 10\.6\.1-MariaDB on B/],
  ['version', 'version=10.11.0-MariaDB', /10\.11\.0-MariaDB on B, and the standby has the older one/],
  ['lower_case_table_names', 'lower-case-table-names=1', /is 0 on A and 1 on B/],
];

test.each(started)('%s that is wrong after a start with %s is found', async (name, options, found) => {
  await pair.restartB(options);
  try {
    expect(await pair.verdict(name)).toMatchObject(wrong(found));
  } finally {
    await pair.restartB('');
  }
  expect((await pair.verdict(name)).state).toBe('ok');
});

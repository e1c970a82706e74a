import { judged, rules } from '../../src/domain/preflight';
import type { Facts, Part, Preflight } from '../../src/domain/preflight/facts';
import { soundPreflight, soundSchema } from '../world/inspection';

const of = (preflight: Preflight, name: string) => judged(preflight).find(({ rule }) => rule.name === name)!;

/** The facts of one part of a region, to be changed. */
function part<P extends Part>(preflight: Preflight, region: string, name: P): Facts<P> {
  const answer = preflight.regions[region]![name];
  if (!('told' in answer)) throw new Error(`${name} of ${region} is unread`);
  return answer.told;
}

type Change = (preflight: Preflight) => void;
const variable =
  (name: string, value: string, region = 'B'): Change =>
  (preflight) =>
    void Object.assign(part(preflight, region, 'settings').variables, { [name]: value });
const change =
  <P extends Part>(name: P, values: Partial<Facts<P>>, region = 'B'): Change =>
  (preflight) =>
    void Object.assign(part(preflight, region, name), values);
const all =
  (...changes: Change[]): Change =>
  (preflight) =>
    changes.forEach((each) => each(preflight));
const table =
  (name: string, values: object): Change =>
  (preflight) =>
    void (part(preflight, 'B', 'schema').tables as object[]).push({
      name,
      engine: 'InnoDB',
      transactional: true,
      primaryKey: true,
      autoIncrement: false,
      ...values,
    });
const shopTables =
  (tables: NonNullable<Preflight['shopTables']>): Change =>
  (preflight) =>
    void Object.assign(preflight, { shopTables: tables });
const program =
  (kind: 'event' | 'trigger' | 'procedure', definer: string): Change =>
  (preflight) =>
    void (part(preflight, 'A', 'schema').programs as object[]).push({ kind, name: 'nightly', definer });
const rights =
  (account: string, held: string[]): Change =>
  (preflight) =>
    void Object.assign(part(preflight, 'B', 'rights').accounts, { [account]: held });

const gib = 1024 ** 3;
const now = soundPreflight().now;
const days = (count: number) => now + count * 86_400_000;

/** Name of the rule, what is wrong, and how its sentence begins. */
const wrong: [string, Change, string][] = [
  ['log_bin', variable('log_bin', 'OFF'), 'log_bin is OFF on B; it must be ON'],
  ['binlog_format', variable('binlog_format', 'MIXED'), 'binlog_format is MIXED on B; it must be ROW'],
  ['binlog_format', variable('binlog_format', 'STATEMENT', 'A'), 'binlog_format is STATEMENT on A; it must be ROW'],
  ['binlog_row_image', variable('binlog_row_image', 'MINIMAL'), 'binlog_row_image is MINIMAL on B; it must be FULL'],
  [
    'binlog_row_metadata',
    variable('binlog_row_metadata', 'NO_LOG'),
    'binlog_row_metadata is NO_LOG on B; it must be FULL',
  ],
  ['binlog_checksum', variable('binlog_checksum', 'NONE'), 'binlog_checksum is NONE on B; it must be CRC32'],
  ['log_bin_compress', variable('log_bin_compress', 'ON'), 'log_bin_compress is ON on B; it must be OFF'],
  ['encrypt_binlog', variable('encrypt_binlog', 'ON'), 'encrypt_binlog is ON on B; it must be OFF'],
  ['log_slave_updates', variable('log_slave_updates', 'OFF'), 'log_slave_updates is OFF on B; it must be ON'],
  ['sync_binlog', variable('sync_binlog', '0'), 'sync_binlog is 0 on B; it must be 1'],
  [
    'innodb_flush_log_at_trx_commit',
    variable('innodb_flush_log_at_trx_commit', '2'),
    'innodb_flush_log_at_trx_commit is 2 on B; it must be 1',
  ],
  [
    'binlog_expire_logs_seconds',
    variable('binlog_expire_logs_seconds', '604799'),
    'binlog_expire_logs_seconds is 604799 on B; it must be 0 (never), or at least 604800 (7 days)',
  ],
  [
    'binlog_expire_logs_seconds',
    variable('max_binlog_total_size', '1000000'),
    'max_binlog_total_size is 1000000 on B; it must be',
  ],
  ['gtid_domain_id', variable('gtid_domain_id', '7'), 'gtid_domain_id is 0 on A and 7 on B; it must be equal'],
  ['server_id', variable('server_id', '1'), 'server_id is 1 on A and B; it must be another number'],
  ['gtid_strict_mode', variable('gtid_strict_mode', 'OFF'), 'gtid_strict_mode is OFF on B; it must be ON'],
  [
    'ids of the two regions',
    all(variable('auto_increment_offset', '1'), table('wp_posts', { autoIncrement: true })),
    'auto_increment_increment is 2 on A and B and auto_increment_offset is 1 on A and B and shop.idTables lacks wp_posts; it must be apart',
  ],
  [
    'ids of the two regions',
    all(variable('auto_increment_increment', '3'), table('wp_posts', { autoIncrement: true })),
    'auto_increment_increment is 2 on A and 3 on B',
  ],
  [
    'ids of the two regions',
    all(variable('auto_increment_offset', '5'), table('wp_posts', { autoIncrement: true })),
    'auto_increment_increment is 2 on A and B and auto_increment_offset is 1 on A and 5 on B',
  ],
  [
    'database.fenceFile',
    change('host', { fenceFile: { path: '/etc/mysql/x/zz.cnf', writable: false } }),
    'the host of B cannot write /etc/mysql/x/zz.cnf; it must be in a folder',
  ],
  [
    'prepared XA transactions',
    change('settings', { prepared: ["the prepared XA transaction 'x' (XA COMMIT 'x' or XA ROLLBACK 'x')"] }),
    "B has the prepared XA transaction 'x' (XA COMMIT 'x' or XA ROLLBACK 'x'); it must be none",
  ],
  [
    'replication channels',
    change('settings', { channels: ["the replication channel 'erp' from 10.0.0.9"] }),
    "B has the replication channel 'erp' from 10.0.0.9; it must be without a name",
  ],
  ['replication filters', variable('replicate_do_db', 'other'), 'B has replicate_do_db=other; it must be empty'],
  [
    'replication filters',
    change('settings', { filters: { binlog_ignore_db: 'shop' } }),
    'B has binlog_ignore_db=shop; it must be empty',
  ],
  [
    'replication filters',
    variable('replicate_events_marked_for_skip', 'FILTER_ON_MASTER'),
    'B has replicate_events_marked_for_skip=FILTER_ON_MASTER; it must be empty',
  ],
  ['slave_skip_errors', variable('slave_skip_errors', '1062'), 'slave_skip_errors is 1062 on B; it must be OFF'],
  [
    'slave_exec_mode',
    variable('slave_exec_mode', 'IDEMPOTENT'),
    'slave_exec_mode is IDEMPOTENT on B; it must be STRICT',
  ],
  [
    'slave_net_timeout',
    variable('slave_net_timeout', '3600'),
    'slave_net_timeout is 3600 on B; it must be from 1 to 60 seconds',
  ],
  ['slave_net_timeout', variable('slave_net_timeout', '0', 'A'), 'slave_net_timeout is 0 on A; it must be'],
  ['replication delay', change('settings', { delaySeconds: 3600 }), 'MASTER_DELAY is 3600 s on B; it must be 0 s'],
  [
    'version',
    variable('version', '11.4.2-MariaDB'),
    'the version is 10.11.19-MariaDB-log on A and 11.4.2-MariaDB on B; it must be equal',
  ],
  [
    'version',
    variable('version', '10.11.6-MariaDB'),
    'the version is 10.11.19-MariaDB-log on A and 10.11.6-MariaDB on B, and the standby has the older one',
  ],
  [
    'sql_mode',
    variable('sql_mode', 'NO_ENGINE_SUBSTITUTION'),
    'sql_mode is NO_ENGINE_SUBSTITUTION on B; it must be with STRICT_TRANS_TABLES',
  ],
  ['sql_mode', variable('sql_mode', ''), 'sql_mode is empty on B'],
  [
    'sql_mode',
    variable('sql_mode', 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'),
    'sql_mode is STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES on B',
  ],
  [
    'max_allowed_packet',
    variable('max_allowed_packet', '1048576'),
    'max_allowed_packet is 16777216 on A and 1048576 on B; it must be equal',
  ],
  [
    'lower_case_table_names',
    variable('lower_case_table_names', '1'),
    'lower_case_table_names is 0 on A and 1 on B; it must be equal',
  ],
  [
    'character set of the server',
    variable('collation_server', 'utf8mb4_general_ci'),
    'collation_server is utf8mb4_unicode_ci on A and utf8mb4_general_ci on B; it must be equal',
  ],
  ['time_zone', variable('system_time_zone', 'CET'), 'system_time_zone is UTC on A and CET on B; it must be equal'],
  ['event_scheduler', program('event', 'shop@localhost'), 'event_scheduler is OFF on A with nightly; it must be ON'],
  [
    'clock of the database',
    change('settings', { clock: { aheadMs: -1_500, errorMs: 20 } }),
    "the clock of B's database is 1500 ms behind the runbook's; it must be within 1 s",
  ],
  [
    'certificate of the database',
    change('settings', { certificateEndsAt: days(13.5) }),
    "the certificate of B's database is valid for 13 more days; it must be valid for 14",
  ],
  [
    "handover's own tables",
    change('schema', { tables: soundSchema().tables.filter(({ name }) => name !== 'handover_heartbeat') }),
    'B has no handover_heartbeat; it must be there',
  ],
  [
    'engines of the tables',
    table('wp_old', { engine: 'MyISAM', transactional: false }),
    'tables of B have an engine without transactions: wp_old (MyISAM); it must be InnoDB',
  ],
  [
    'primary keys',
    table('wp_old', { primaryKey: false }),
    'tables of B have no primary key: wp_old; it must be one for every table',
  ],
  [
    'shop.tables',
    shopTables({ wp_gone: { role: 'rows' } }),
    'A has no table named wp_gone; B has no table named wp_gone; it must be a list',
  ],
  [
    'shop.tables',
    all(table('wp_old', { keys: [['id']] }), shopTables({ wp_old: { role: 'rows', key: ['code'] } })),
    'A has no table named wp_old; B has no unique key of wp_old on code; it must be a list',
  ],
  [
    'shop.idTables',
    (preflight) => void Object.assign(preflight, { idTables: ['wp_gone'] }),
    'A has no table with AUTO_INCREMENT named wp_gone; B has no table',
  ],
  ['triggers', program('trigger', 'shop@localhost'), 'A has the triggers nightly; it must be none'],
  [
    "rights of the shop's user",
    rights('shop@localhost', ['READ_ONLY ADMIN']),
    'on B shop@localhost has READ_ONLY ADMIN; it must be without READ_ONLY ADMIN and SUPER',
  ],
  [
    "rights of the shop's user",
    rights('shop@localhost', ['SUPER']),
    'on B shop@localhost has SUPER; it must be without',
  ],
  [
    'definers',
    program('event', 'root@localhost'),
    'A has event nightly of root@localhost with READ_ONLY ADMIN or SUPER; it must be accounts without',
  ],
  ['definers', program('procedure', 'root@localhost'), 'A has procedure nightly of root@localhost'],
  ["rights of the runbook's user", rights('runbook@%', ['SUPER']), 'on B runbook@% lacks REPLICATION SLAVE ADMIN, '],
  [
    "rights of the runbook's user",
    change('rights', { onRecords: ['SELECT'] }),
    'on B runbook@% lacks INSERT on the records, UPDATE on the records, ',
  ],
  [
    'readers of the records',
    change('rights', { readers: ['runbook@%', 'shop@localhost'] }),
    "on B shop@localhost may read the schema of the records; it must be not the shop's user",
  ],
  ['rights of the replication user', rights('repl@%', []), 'on B repl@% lacks REPLICATION SLAVE; it must be at least'],
  [
    'read_only at start',
    change('host', { startsReadOnly: false }),
    'the option file of B lacks read_only; it must be ON',
  ],
  [
    'skip_slave_start',
    change('host', { startsReplication: true }),
    'the option file of B lacks skip_slave_start; it must be ON',
  ],
  [
    'free disk space',
    change('host', { dataBytes: 40 * gib }),
    'the host of B has free only 20.0 GiB of 41.0 GiB in /srv/mysql/data, 20.0 GiB of 41.0 GiB in /srv/tmp; it must be',
  ],
  [
    'room for copied logs',
    change('host', { binlogBytes: 30 * gib }),
    "there are free only 20.0 GiB of 31.0 GiB for B's logs in /srv/tmp on A; it must be",
  ],
  [
    'services.database',
    change('host', { status: { command: 'service mariadb status', code: 3 } }),
    'on the host of B service mariadb status ended with exit code 3 while the database runs; it must be',
  ],
  [
    'certificate of the shop',
    change('shop', { certificateEndsAt: days(-1) }),
    'the certificate of the shop in B is valid for -1 more days; it must be valid',
  ],
  [
    'versions of WordPress and plugins',
    change('shop', { versions: { wordpress: '6.1.9' } }),
    'woocommerce is 9.4.0 on A and missing on B; it must be equal',
  ],
];

test('servers that are set as they must be pass every rule', () => {
  expect(judged(soundPreflight()).filter(({ state }) => state !== 'ok')).toEqual([]);
});

test.each(wrong)('%s is found wrong, with its value, the value wanted and what to do', (name, prepare, beginning) => {
  const preflight = soundPreflight();
  prepare(preflight);
  const { state, because, rule } = of(preflight, name);
  expect(state).toBe('wrong');
  expect(because.slice(0, beginning.length)).toBe(beginning);
  expect(because).toContain(`because ${rule.why}. ${rule.set}`);
});

test.each(wrong)('a wrong %s makes no other rule wrong, unless that rests on the same setting', (name, prepare) => {
  const preflight = soundPreflight();
  prepare(preflight);
  const others = judged(preflight).filter(({ rule, state }) => rule.name !== name && state !== 'ok');
  const sharing = ['ids of the two regions', 'event_scheduler', 'triggers', 'definers'];
  expect(others.filter(({ rule }) => !sharing.includes(rule.name))).toEqual([]);
});

test('every rule has a way to be wrong', () => {
  expect([...new Set(wrong.map(([name]) => name))].sort()).toEqual(rules.map(({ name }) => name).sort());
});

test.each(rules.map(({ name }) => name))('%s is unknown, never ok, where nothing could be read', (name) => {
  const unread = { unread: 'It does not answer.' };
  const none = { settings: unread, schema: unread, rights: unread, host: unread, shop: unread };
  const { state, because } = of({ ...soundPreflight(), regions: { A: none, B: none } }, name);
  expect(state).toBe('unknown');
  expect(because).toMatch(/^Unknown: .*It could not be read on A: It does not answer\./);
});

test.each(rules.map(({ name }) => name))('%s is unknown where one region could not be read', (name) => {
  const sound = soundPreflight();
  const unread = { unread: 'It does not answer.' };
  const none = { settings: unread, schema: unread, rights: unread, host: unread, shop: unread };
  expect(of({ ...sound, regions: { ...sound.regions, B: none } }, name).state).toBe('unknown');
});

test('a variable that a server does not have is unknown', () => {
  const preflight = soundPreflight();
  delete (part(preflight, 'B', 'settings').variables as Record<string, string>)['binlog_row_metadata'];
  expect(of(preflight, 'binlog_row_metadata')).toMatchObject({
    state: 'unknown',
    because: expect.stringMatching(/^Unknown: B's server has no variable binlog_row_metadata\. /) as string,
  });
});

test('a table of shop.tables without a primary key needs the columns of another key', () => {
  const preflight = soundPreflight();
  all(table('wp_old', { primaryKey: false }), shopTables({ wp_old: { role: 'rows' } }))(preflight);
  expect(of(preflight, 'shop.tables').because).toContain('B has no primary key in wp_old');
});

test('ids that a promotion raises in every table need no step of their own', () => {
  const preflight = soundPreflight();
  variable('auto_increment_offset', '1')(preflight);
  expect(of(preflight, 'ids of the two regions').state).toBe('ok');
});

test('without the tables nobody knows whether a promotion raises the ids of all', () => {
  const preflight = soundPreflight();
  variable('auto_increment_offset', '1')(preflight);
  Object.assign(preflight.regions['A']!, { schema: { unread: 'x' } });
  Object.assign(preflight.regions['B']!, { schema: { unread: 'x' } });
  expect(of(preflight, 'ids of the two regions')).toMatchObject({ state: 'unknown' });
});

test('of databases without rules only what the shop tells is judged', () => {
  expect(judged({ ...soundPreflight(), uninspected: true }).map(({ rule }) => rule.name)).toEqual([
    'certificate of the shop',
    'versions of WordPress and plugins',
  ]);
});

test('a clock that may or may not be within the limit is unknown', () => {
  const preflight = soundPreflight();
  change('settings', { clock: { aheadMs: 900, errorMs: 300 } })(preflight);
  expect(of(preflight, 'clock of the database').state).toBe('unknown');
});

test('a newer patch on the standby is the way to upgrade', () => {
  const preflight = soundPreflight();
  variable('version', '10.11.20-MariaDB')(preflight);
  expect(of(preflight, 'version').state).toBe('ok');
});

test('a warning says why it stops no transfer, and a fatal rule does not', () => {
  for (const [name, prepare] of wrong) {
    const preflight = soundPreflight();
    prepare(preflight);
    const { because, fails, rule } = of(preflight, name);
    expect(fails).toBe(rule.advisory === undefined || rule.advisoryIf === 'unknown');
    expect(because.includes(' It stops no transfer: ')).toBe(!fails);
  }
});

/** What a preflight can find wrong, a row each, and how its facts are changed. */
import type { Facts, Part, Preflight } from '../../src/domain/preflight/facts';
import { soundPreflight, soundSchema } from '../world/inspection';

/** The facts of one part of a region, to be changed. */
export function part<P extends Part>(preflight: Preflight, region: string, name: P): Facts<P> {
  const answer = preflight.regions[region]![name];
  if (!('told' in answer)) throw new Error(`${name} of ${region} is unread`);
  return answer.told;
}

type Change = (preflight: Preflight) => void;
export const variable =
  (name: string, value: string, region = 'B'): Change =>
  (preflight) =>
    void Object.assign(part(preflight, region, 'settings').variables, { [name]: value });
export const change =
  <P extends Part>(name: P, values: Partial<Facts<P>>, region = 'B'): Change =>
  (preflight) =>
    void Object.assign(part(preflight, region, name), values);
export const all =
  (...changes: Change[]): Change =>
  (preflight) =>
    changes.forEach((each) => each(preflight));
export const table =
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
export const shopTables =
  (tables: NonNullable<Preflight['shopTables']>): Change =>
  (preflight) =>
    void Object.assign(preflight, { shopTables: tables });
/** What `/health` of some regions tells; undefined is missing there. */
export const versions =
  (told: Record<string, string | undefined>, ...regions: string[]): Change =>
  (preflight) => {
    for (const region of regions.length > 0 ? regions : ['B']) {
      const shop = part(preflight, region, 'shop');
      const all = Object.entries({ ...shop.versions, ...told }).filter(([, version]) => version !== undefined);
      Object.assign(shop, { versions: Object.fromEntries(all) });
    }
  };
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
export const wrong: [string, Change, string][] = [
  ['log_bin', variable('log_bin', 'OFF'), 'log_bin is OFF on B; it must be ON'],
  [
    'places of the data',
    all(variable('innodb_log_group_home_dir', '/srv/redo'), variable('aria_log_dir_path', '/var/lib/mysql/aria')),
    'innodb_log_group_home_dir is /srv/redo on B, where datadir is /var/lib/mysql/; it must be in datadir',
  ],
  [
    'places of the data',
    variable('innodb_undo_directory', './../undo', 'A'),
    'innodb_undo_directory is ./../undo on A, where datadir is /var/lib/mysql/; it must be in datadir',
  ],
  [
    'places of the data',
    variable('innodb_data_file_path', 'ibdata1:12M;/srv/ibdata2:12M:autoextend'),
    'innodb_data_file_path is /srv/ibdata2 on B, where datadir is /var/lib/mysql/; it must be in datadir',
  ],
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
    all(variable('auto_increment_offset', '1'), table('wp_links', { autoIncrement: true })),
    'auto_increment_increment is 2 on A and B and auto_increment_offset is 1 on A and B and shop.idTables lacks wp_links; it must be apart',
  ],
  [
    'ids of the two regions',
    all(variable('auto_increment_increment', '3'), table('wp_links', { autoIncrement: true })),
    'auto_increment_increment is 2 on A and 3 on B',
  ],
  [
    'ids of the two regions',
    all(variable('auto_increment_offset', '5'), table('wp_links', { autoIncrement: true })),
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
    'shop.counters',
    (preflight) => void Object.assign(preflight, { counters: ['wp_posts.comment_count', 'wp_gone.stock'] }),
    'A has no table wp_gone of wp_gone.stock; B has no table wp_gone of wp_gone.stock; it must be',
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
    'table prefix',
    versions({ 'table prefix': 'shop_' }),
    'table prefix is wp_ on A and shop_ on B; it must be equal in both regions, because the standby would serve other tables',
  ],
  [
    'storage of orders',
    versions({ 'woocommerce storage of orders': 'posts' }),
    'woocommerce storage of orders is orders tables on A and posts on B; it must be equal',
  ],
  [
    'storage of orders',
    versions({ 'woocommerce storage of orders': 'orders tables and posts' }),
    'woocommerce storage of orders is orders tables on A and orders tables and posts on B; it must be equal',
  ],
  [
    'types of orders',
    versions({ 'woocommerce types of orders': 'shop_order, shop_quote, wcdp_payment' }),
    'B has orders of the type shop_quote and wcdp_payment; it must be one that a rejoin knows',
  ],
  ['oldest versions', versions({ wordpress: '6.0.9' }, 'A', 'B'), 'wordpress is 6.0.9 on A; wordpress is 6.0.9 on B;'],
  [
    'oldest versions',
    versions({ woocommerce: '8.1.3 0123456789ab' }, 'A', 'B'),
    'woocommerce is 8.1.3 0123456789ab on A; woocommerce is 8.1.3 0123456789ab on B; it must be wordpress 6.1 or newer and woocommerce 8.2 or newer',
  ],
  [
    'versions of WordPress and plugins',
    versions({ woocommerce: undefined }),
    'woocommerce is 9.4.0 on A and missing on B; it must be equal',
  ],
  [
    'versions of WordPress and plugins',
    versions({ handover: '1.0.0 ba9876543210' }),
    'handover is 1.0.0 0123456789ab on A and 1.0.0 ba9876543210 on B; it must be equal',
  ],
];

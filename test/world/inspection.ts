/** Servers as the preflight wants them. */
import type { Facts, Preflight, RegionFacts } from '../../src/domain/preflight/facts';

const variables = {
  log_bin: 'ON',
  binlog_format: 'ROW',
  binlog_row_image: 'FULL',
  binlog_row_metadata: 'FULL',
  binlog_checksum: 'CRC32',
  log_bin_compress: 'OFF',
  encrypt_binlog: 'OFF',
  log_slave_updates: 'ON',
  sync_binlog: '1',
  innodb_flush_log_at_trx_commit: '1',
  expire_logs_days: '0.000000',
  binlog_expire_logs_seconds: '0',
  gtid_domain_id: '0',
  gtid_strict_mode: 'ON',
  auto_increment_increment: '2',
  replicate_do_db: '',
  replicate_events_marked_for_skip: 'REPLICATE',
  slave_skip_errors: 'OFF',
  slave_exec_mode: 'STRICT',
  slave_net_timeout: '60',
  version: '10.11.19-MariaDB-log',
  sql_mode: 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION',
  max_allowed_packet: '16777216',
  lower_case_table_names: '0',
  character_set_server: 'utf8mb4',
  collation_server: 'utf8mb4_unicode_ci',
  time_zone: 'SYSTEM',
  system_time_zone: 'UTC',
  event_scheduler: 'OFF',
  datadir: '/var/lib/mysql/',
  innodb_data_home_dir: '',
  innodb_log_group_home_dir: './',
  innodb_undo_directory: './',
  aria_log_dir_path: '/var/lib/mysql/',
  innodb_data_file_path: 'ibdata1:12M:autoextend',
};

const runbookRights = [
  ...['REPLICATION SLAVE ADMIN', 'REPLICATION MASTER ADMIN', 'SLAVE MONITOR', 'BINLOG MONITOR', 'BINLOG ADMIN'],
  ...['READ_ONLY ADMIN', 'CONNECTION ADMIN', 'PROCESS', 'RELOAD', 'SUPER', 'SET USER', 'CREATE USER'],
];

const idTables = ['wp_posts', 'wp_users', 'wp_comments', 'wp_woocommerce_order_items'];

const gib = 1024 ** 3;
const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 23);

export function soundSettings(region: string): Facts<'settings'> {
  const id = region === 'A' ? '1' : '2';
  return {
    variables: { ...variables, server_id: id, auto_increment_offset: id },
    filters: { replicate_ignore_server_ids: '' },
    delaySeconds: 0,
    prepared: [],
    channels: [],
    clock: { aheadMs: 3, errorMs: 1 },
    certificateEndsAt: now + 400 * dayMs,
  };
}

export const soundSchema = (): Facts<'schema'> => ({
  tables: [...idTables, 'handover_epoch', 'handover_heartbeat'].map((name) => ({
    name,
    engine: 'InnoDB',
    transactional: true,
    primaryKey: true,
    autoIncrement: idTables.includes(name),
  })),
  programs: [],
});

export const soundRights = (): Facts<'rights'> => ({
  accounts: {
    'shop@localhost': [],
    'repl@%': ['REPLICATION SLAVE'],
    'runbook@%': runbookRights,
    'root@localhost': ['SUPER'],
  },
  users: { shop: ['shop@localhost'], replication: ['repl@%'], runbook: ['runbook@%'] },
  onSchema: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'DROP', 'TRIGGER', 'EVENT', 'SHOW VIEW'],
  onRecords: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'ALTER', 'DROP'],
  readers: ['runbook@%'],
});

export const soundHost = (): Facts<'host'> => ({
  startsReadOnly: true,
  startsReplication: false,
  free: {
    data: { path: '/srv/mysql/data', bytes: 20 * gib },
    binlog: { path: '/srv/mysql/binlog', bytes: 20 * gib },
    work: { path: '/srv/tmp', bytes: 20 * gib },
  },
  dataBytes: gib,
  binlogBytes: gib,
  status: { command: '/srv/bin/service mariadb status', code: 0 },
});

export const soundShop = (): Facts<'shop'> => ({
  certificateEndsAt: now + 60 * dayMs,
  versions: {
    wordpress: '6.1.9',
    woocommerce: '9.4.0',
    'woocommerce storage of orders': 'orders tables',
    'woocommerce types of orders': 'shop_order, shop_order_placehold, shop_order_refund, shop_subscription',
    'table prefix': 'wp_',
    handover: '1.0.0 0123456789ab',
  },
});

const soundRegion = (region: string): RegionFacts => ({
  settings: { told: soundSettings(region) },
  schema: { told: soundSchema() },
  rights: { told: soundRights() },
  host: { told: soundHost() },
  shop: { told: soundShop() },
});

export const soundPreflight = (): Preflight => ({
  regions: { A: soundRegion('A'), B: soundRegion('B') },
  primary: 'A',
  idTables,
  now,
});

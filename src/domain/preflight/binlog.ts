/** The binary log: what a standby, a rejoin and a restart rely on. */
import { inEachRegion, variable, type Rule } from './rule';

/** The longest outage after which a region can still rejoin from its log. */
const longestOutageDays = 7;
const longestOutageSeconds = longestOutageDays * 86_400;

const is = (wanted: string) => (value: string) => value.toUpperCase() === wanted;
const isOn = (value: string) => /^(ON|1)$/i.test(value);
const isOff = (value: string) => /^(OFF|0)$/i.test(value);

export const binlogRules: readonly Rule[] = [
  variable({
    name: 'log_bin',
    wanted: 'ON',
    why: 'a server without a binary log can be neither the source of a standby nor rejoin',
    line: 'log_bin = /var/log/mysql/binlog',
    atStart: true,
    accepts: isOn,
  }),
  variable({
    name: 'binlog_format',
    wanted: 'ROW',
    why: 'a rejoin recovers orders from rows and cannot read them from statements',
    line: 'binlog_format = ROW',
    accepts: is('ROW'),
    guardsOrders: true,
  }),
  variable({
    name: 'binlog_row_image',
    wanted: 'FULL',
    why: 'a rejoin compares the whole row before it changes one',
    line: 'binlog_row_image = FULL',
    accepts: is('FULL'),
  }),
  variable({
    name: 'binlog_row_metadata',
    wanted: 'FULL',
    why: 'only then does the log name the columns of a row, so that a rejoin writes no value into another column',
    line: 'binlog_row_metadata = FULL',
    accepts: is('FULL'),
  }),
  variable({
    name: 'binlog_checksum',
    wanted: 'CRC32',
    why: 'a damaged event is found by its checksum',
    line: 'binlog_checksum = CRC32',
    accepts: is('CRC32'),
    advisory: 'orders are replicated without checksums too',
  }),
  variable({
    name: 'log_bin_compress',
    wanted: 'OFF',
    why: 'a rejoin does not read compressed events',
    line: 'log_bin_compress = OFF',
    accepts: isOff,
  }),
  variable({
    name: 'encrypt_binlog',
    wanted: 'OFF',
    why: 'a rejoin reads the log files of a server that may be stopped and has no key for them',
    line: 'encrypt_binlog = OFF',
    atStart: true,
    accepts: isOff,
  }),
  variable({
    name: 'log_slave_updates',
    wanted: 'ON',
    why: 'otherwise a promoted standby lacks the orders it replicated in its own log, and the other region cannot follow it',
    line: 'log_slave_updates = ON',
    atStart: true,
    accepts: isOn,
    guardsOrders: true,
  }),
  variable({
    name: 'sync_binlog',
    wanted: '1',
    why: 'otherwise a power cut takes acknowledged orders out of the log, and the regions diverge',
    line: 'sync_binlog = 1',
    accepts: is('1'),
  }),
  variable({
    name: 'innodb_flush_log_at_trx_commit',
    wanted: '1',
    why: 'otherwise a power cut loses acknowledged orders',
    line: 'innodb_flush_log_at_trx_commit = 1',
    // 3 flushes at prepare and at commit.
    accepts: (value) => value === '1' || value === '3',
  }),
  inEachRegion(
    'settings',
    {
      name: 'binlog_expire_logs_seconds',
      wanted: `0 (never), or at least ${longestOutageSeconds} (${longestOutageDays} days), with max_binlog_total_size = 0`,
      why: `a region can rejoin only while the logs since its outage exist, and ${longestOutageDays} days are promised`,
      set: `There type: SET GLOBAL binlog_expire_logs_seconds = ${longestOutageSeconds}; and keep binlog_expire_logs_seconds = ${longestOutageSeconds} under [mariadbd] in its option file.`,
      fine: `No region removes logs before ${longestOutageDays} days.`,
    },
    ({ variables }, region) => {
      const days = variables['expire_logs_days'];
      const seconds = variables['binlog_expire_logs_seconds'] ?? (days && String(Number(days) * 86_400));
      if (seconds === undefined) return { unknown: `${region}'s server has no variable binlog_expire_logs_seconds.` };
      const total = variables['max_binlog_total_size'] ?? '0';
      if (total !== '0') return `max_binlog_total_size is ${total} on ${region}`;
      const kept = Number(seconds);
      return kept > 0 && kept < longestOutageSeconds ? `binlog_expire_logs_seconds is ${kept} on ${region}` : undefined;
    },
  ),
];

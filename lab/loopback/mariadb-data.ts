import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Place } from './place';

/** Users as the lab has them, made without a trace in the binary log. */
const seed = `FLUSH PRIVILEGES;
CREATE USER runbook@'%' IDENTIFIED BY 'secret-runbook' REQUIRE SSL;
GRANT REPLICATION SLAVE ADMIN, REPLICATION MASTER ADMIN, REPLICA MONITOR, BINLOG MONITOR, BINLOG ADMIN, READ_ONLY ADMIN,
  CONNECTION ADMIN, PROCESS, RELOAD, SUPER, CREATE USER ON *.* TO runbook@'%';
GRANT ALL ON shop.* TO runbook@'%';
GRANT SELECT ON mysql.* TO runbook@'%';
CREATE USER shop@'%' IDENTIFIED BY 'secret-shop';
GRANT ALL ON shop.* TO shop@'%';
CREATE USER repl@'%' IDENTIFIED BY 'secret-repl' REQUIRE SSL;
GRANT REPLICATION SLAVE ON *.* TO repl@'%';
CREATE DATABASE shop;
CREATE TABLE shop.handover_epoch (site VARCHAR(64) PRIMARY KEY, epoch BIGINT UNSIGNED NOT NULL, region VARCHAR(64) NOT NULL,
  verified_epoch BIGINT UNSIGNED NOT NULL, changed_at DATETIME(6) NOT NULL);
CREATE TABLE shop.handover_heartbeat (region VARCHAR(64) PRIMARY KEY, at DATETIME(6) NOT NULL, epoch BIGINT UNSIGNED NOT NULL);
CREATE TABLE shop.orders (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, note VARCHAR(64));
INSERT INTO shop.handover_epoch VALUES ('lab', 1, 'A', 1, UTC_TIMESTAMP(6));
`;

/** An empty data directory with users and tables, to copy for each server. */
export function dataDirectory(at: Place): string {
  writeFileSync(at.path('seed.sql'), seed);
  const folder = at.path('template');
  mkdirSync(at.path('tmp'));
  const options = [
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    '--innodb-log-file-size=8M',
    // A server that starts deletes what looks like a temporary table in its tmpdir, also another server's.
    `--tmpdir=${at.path('tmp')}`,
  ];
  execFileSync(
    'mariadb-install-db',
    ['--no-defaults', `--datadir=${folder}`, '--user=root', `--extra-file=${at.path('seed.sql')}`, ...options],
    { stdio: 'pipe' },
  );
  return folder;
}

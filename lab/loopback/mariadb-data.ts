import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { grantsSql } from '../../src/domain/grants';
import type { Place } from './place';

/** Users as `npx handover grants` prints them; only the shop's comes without TLS. All are made without a trace in the binary log. */
const seed = `FLUSH PRIVILEGES;
${grantsSql({ schema: 'shop', runbook: 'runbook', replication: 'repl', shop: 'shop', shopHost: '%' }, (user) => `'secret-${user}'`)}
ALTER USER shop@'%' REQUIRE NONE;
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

import { mkdir, writeFile } from 'node:fs/promises';
import { grantsSql } from '../../src/domain/grants';
import type { ProcessSpec } from '../control/process';
import { runIn } from '../network/commands';
import { peerOf, places, type RegionName } from '../network/places';
import type { Passwords } from '../secrets';
import { mariadbConfiguration } from './mariadb.cnf';

/** Writes the configuration and an empty data directory. */
export async function prepareMariadb(root: string, region: RegionName): Promise<ProcessSpec> {
  await mkdir(`${root}/etc/mariadb.d`, { recursive: true });
  await writeFile(`${root}/etc/mariadb.cnf`, mariadbConfiguration(region));
  await Promise.all(['data', 'binlog', 'relay'].map((name) => mkdir(`${root}/mysql/${name}`, { recursive: true })));
  await runIn(region, 'host', 'mariadb-install-db', [
    ...['--no-defaults', '--user=root', '--datadir=/srv/mysql/data', '--auth-root-authentication-method=socket'],
    ...['--auth-root-socket-user=root', '--skip-test-db', '--skip-name-resolve', '--innodb-log-file-size=32M'],
    // A server that starts removes the temporary tables of every other server in the same folder.
    '--tmpdir=/srv/tmp',
  ]);
  return {
    name: `${region}.mariadb`,
    place: region,
    view: 'host',
    command: 'mariadbd',
    args: ['--defaults-file=/srv/etc/mariadb.cnf'],
    listens: [{ tcp: 3306 }, { path: '/srv/run/mariadb.sock' }],
    stop: { signal: 'SIGTERM', timeout: 60_000 },
  };
}

const names = { schema: 'shop', runbook: 'runbook', replication: 'repl', shop: 'shop' };

/** Makes A writable and creates the shop's database and the lab's users there, as `npx handover grants` prints them; B receives them by replication. */
export async function openPrimary(region: RegionName, passwords: Passwords): Promise<void> {
  const secretOf: Record<string, string> = {
    runbook: passwords['db-runbook'],
    repl: passwords['db-repl'],
    shop: passwords['db-shop'],
  };
  await execute(
    region,
    `SET GLOBAL read_only = 0;
     CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
     ${grantsSql(names, (user) => `'${secretOf[user] ?? passwords['db-referee']}'`)}
     CREATE USER referee@'%' IDENTIFIED BY '${passwords['db-referee']}';
     GRANT SELECT ON *.* TO referee@'%';
     GRANT TRIGGER ON shop.* TO referee@'%';`,
  );
}

/** Attaches an empty server to its peer, from the beginning of the peer's binlog. */
export async function attachReplica(region: RegionName, password: string): Promise<void> {
  await execute(
    region,
    `CHANGE MASTER TO MASTER_HOST='${places[peerOf(region)].address}', MASTER_PORT=3306, MASTER_USER='repl',
       MASTER_PASSWORD='${password}', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1, MASTER_HEARTBEAT_PERIOD=1,
       MASTER_SSL=1, MASTER_SSL_VERIFY_SERVER_CERT=1, MASTER_SSL_CA='/srv/etc/tls/ca.crt';
     START REPLICA;`,
  );
}

async function execute(region: RegionName, sql: string): Promise<void> {
  const client = ['--no-defaults', '--socket=/srv/run/mariadb.sock', '--user=root', '--batch'];
  await runIn(region, 'host', 'mariadb', client, { input: sql });
}

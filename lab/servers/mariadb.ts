import { mkdir, writeFile } from 'node:fs/promises';
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

/** Rights to manage replication, as MariaDB 10.11 splits SUPER, and to read what the readiness checks need. */
const runbookRights = [
  ...['REPLICATION SLAVE', 'REPLICATION SLAVE ADMIN', 'REPLICATION MASTER ADMIN', 'REPLICA MONITOR'],
  ...['BINLOG MONITOR', 'BINLOG ADMIN', 'BINLOG REPLAY', 'READ_ONLY ADMIN', 'CONNECTION ADMIN'],
  ...['PROCESS', 'RELOAD', 'SUPER', 'CREATE USER'],
];

/** Makes A writable and creates the shop's database and the lab's users there; B receives them by replication. */
export async function openPrimary(region: RegionName, passwords: Passwords): Promise<void> {
  await execute(
    region,
    `SET GLOBAL read_only = 0;
     CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
     CREATE USER runbook@'%' IDENTIFIED BY '${passwords['db-runbook']}' REQUIRE SSL;
     GRANT ${runbookRights.join(', ')} ON *.* TO runbook@'%';
     GRANT ALL ON shop.* TO runbook@'%';
     GRANT SELECT ON mysql.* TO runbook@'%';
     CREATE USER shop@localhost IDENTIFIED BY '${passwords['db-shop']}';
     GRANT ALL ON shop.* TO shop@localhost;
     CREATE USER repl@'%' IDENTIFIED BY '${passwords['db-repl']}' REQUIRE SSL;
     GRANT REPLICATION SLAVE ON *.* TO repl@'%';
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

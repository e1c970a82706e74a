import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { grantsSql } from '../../src/domain/grants';
import type { ProcessSpec } from '../control/process';
import { run } from '../network/commands';
import { peerOf, places, type RegionName } from '../network/places';
import type { Passwords } from '../secrets';
import { mysqlConfiguration } from './mysql.cnf';
import { findMysqld } from './mysql-program';

/** A region of the lab: its name and its `/srv`, by the caller's path. */
interface Region {
  region: RegionName;
  root: string;
}

/** In memory: on a busy disk the syncs of an initialization take most of its time. */
const memory = '/dev/shm';

/**
 * Writes the configurations and an empty data directory for each region.
 * @throws Error that says how to bring a MySQL where there is none
 */
export async function prepareMysql(checkout: string, regions: readonly Region[]): Promise<ProcessSpec[]> {
  const found = findMysqld(checkout);
  if ('because' in found) throw new Error(`There is no MySQL: ${found.because}.`);
  const folder = await mkdtemp(join(memory, 'handover-mysql-'));
  const template = join(folder, 'data');
  try {
    const small = ['--innodb-redo-log-capacity=8M', '--secure-file-priv=NULL', '--skip-log-bin', '--mysqlx=OFF'];
    const options = ['--no-defaults', '--initialize-insecure', '--user=root', `--datadir=${template}`];
    await run(found.path, [...options, ...small]);
    // Each server makes an identity of its own.
    await rm(join(template, 'auto.cnf'));
    return await Promise.all(regions.map((each) => prepareRegion(each, template, found.path)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function prepareRegion({ region, root }: Region, template: string, mysqld: string): Promise<ProcessSpec> {
  await writeFile(join(root, 'etc/mysql.cnf'), mysqlConfiguration(region));
  await Promise.all(['binlog', 'relay'].map((name) => mkdir(join(root, 'mysql', name), { recursive: true })));
  await run('cp', ['-a', template, join(root, 'mysql/data')]);
  return {
    name: `${region}.mysql`,
    place: region,
    view: 'host',
    command: mysqld,
    args: ['--defaults-file=/srv/etc/mysql.cnf'],
    listens: [{ tcp: 3306 }, { path: '/srv/run/mariadb.sock' }],
    stop: { signal: 'SIGTERM', timeout: 60_000 },
  };
}

const names = { schema: 'shop', runbook: 'runbook', replication: 'repl', shop: 'shop' };

/** Makes A writable and creates the shop's database and the lab's users there, as `npx handover grants` prints them; B receives them by replication. */
export async function openMysqlPrimary(root: string, passwords: Passwords): Promise<void> {
  const secretOf: Record<string, string> = {
    runbook: passwords['db-runbook'],
    repl: passwords['db-repl'],
    shop: passwords['db-shop'],
  };
  await execute(
    root,
    `SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF;
     CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
     ${grantsSql(names, (user) => `'${secretOf[user] ?? passwords['db-referee']}'`, 'mysql')}
     CREATE USER referee@'%' IDENTIFIED BY '${passwords['db-referee']}';
     GRANT SELECT ON *.* TO referee@'%';
     GRANT TRIGGER, EVENT ON shop.* TO referee@'%';`,
  );
}

/** Attaches an empty server to its peer, from the beginning of the peer's binlog. */
export async function attachMysqlReplica({ region, root }: Region, password: string): Promise<void> {
  await execute(
    root,
    `CHANGE REPLICATION SOURCE TO SOURCE_HOST='${places[peerOf(region)].address}', SOURCE_PORT=3306, SOURCE_USER='repl',
       SOURCE_PASSWORD='${password}', SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, SOURCE_HEARTBEAT_PERIOD=1,
       SOURCE_SSL=1, SOURCE_SSL_VERIFY_SERVER_CERT=1, SOURCE_SSL_CA='/srv/etc/tls/ca.crt';
     START REPLICA;`,
  );
}

async function execute(root: string, sql: string): Promise<void> {
  const login = { socketPath: join(root, 'run/mariadb.sock'), user: 'root', multipleStatements: true };
  const connection = await createConnection(login);
  await connection.query(sql).finally(() => connection.destroy());
}

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { mariadb } from '../../src/providers/database/mariadb/mariadb';
import type { MariaDbOptions } from '../../src/providers/database/mariadb/options';
import type { Database } from '../../src/ports/ports';
import { type Authority, authority } from './authority';
import { freePort, type Place, type RunningServer, startServer } from './place';

export const addresses = { A: '127.0.11.1', B: '127.0.12.1' } as const;
type Region = keyof typeof addresses;

/** Users as the lab has them, made without a trace in the binary log. */
const seed = `FLUSH PRIVILEGES;
CREATE USER runbook@'%' IDENTIFIED BY 'secret-runbook' REQUIRE SSL;
GRANT REPLICATION SLAVE ADMIN, REPLICATION MASTER ADMIN, REPLICA MONITOR, BINLOG MONITOR, BINLOG ADMIN, READ_ONLY ADMIN,
  CONNECTION ADMIN, PROCESS, RELOAD, SUPER ON *.* TO runbook@'%';
GRANT ALL ON shop.* TO runbook@'%';
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

interface RealDatabase {
  options: MariaDbOptions;
  database: Database;
  /** Runs SQL as `user`; `root` needs no password. */
  sql: (statement: string, user?: 'root' | 'shop') => Promise<Record<string, unknown>[]>;
  kill: () => Promise<void>;
  /** Starts it again, with the certificate of its own address or of another server's. */
  start: (as?: { certificateOf: RealDatabase }) => Promise<void>;
  signal: (signal: NodeJS.Signals) => void;
}

const configuration = (region: Region, at: Place, port: number) => {
  const serverId = region === 'A' ? 1 : 2;
  return `[mariadbd]
user=root\ntmpdir=${at.path(region)}\ndatadir=${at.path(region, 'data')}\nsocket=${at.path(region, 's')}\npid-file=${at.path(region, 'pid')}
bind-address=${addresses[region]}\nport=${port}\nserver-id=${serverId}\nskip-name-resolve
log-bin=${at.path(region, 'binlog')}\nrelay-log=${at.path(region, 'relay')}\nlog-slave-updates\nbinlog-format=ROW
gtid-domain-id=0\ngtid-strict-mode=ON\nread-only=ON\nskip-slave-start=ON\nslave-net-timeout=4
auto-increment-increment=2\nauto-increment-offset=${serverId}
innodb-buffer-pool-size=16M\ninnodb-log-file-size=8M\nsync-binlog=0\ninnodb-flush-log-at-trx-commit=2\nperformance-schema=OFF
`;
};

async function realDatabase(
  region: Region,
  at: Place,
  template: string,
  port: number,
  ca: Authority,
): Promise<RealDatabase> {
  mkdirSync(at.path(region));
  cpSync(template, at.path(region, 'data'), { recursive: true });
  writeFileSync(at.path(region, 'my.cnf'), configuration(region, at, port));
  const options: MariaDbOptions = {
    region,
    site: 'lab',
    host: addresses[region],
    port,
    user: 'runbook',
    password: 'secret-runbook',
    shopUser: 'shop',
    database: 'shop',
    idTables: ['orders'],
    ca: ca.pem,
    sourceCa: ca.file,
    replicationUser: 'repl',
    replicationPassword: 'secret-repl',
  };
  let server: RunningServer | undefined;
  const start = async (as?: { certificateOf: RealDatabase }) => {
    const { certificate, key } = ca.issue(as?.certificateOf.options.host ?? addresses[region]);
    const identity = [`--ssl-ca=${ca.file}`, `--ssl-cert=${certificate}`, `--ssl-key=${key}`];
    const command = ['mariadbd', `--defaults-file=${at.path(region, 'my.cnf')}`, ...identity];
    server = await startServer(command, at.path(region, 'log'), { host: addresses[region], port });
  };
  await start();
  const database = mariadb(options);
  return {
    options,
    database,
    sql: async (statement, user = 'root') => {
      const login =
        user === 'root'
          ? { socketPath: at.path(region, 's'), user }
          : { host: addresses[region], port, user, password: 'secret-shop' };
      const connection = await createConnection({ ...login, multipleStatements: true });
      try {
        const [rows] = await connection.query(statement);
        return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
      } finally {
        connection.destroy();
      }
    },
    kill: async () => server?.kill(),
    start,
    signal: (signal) => server?.signal(signal),
  };
}

export interface RealPair {
  a: RealDatabase;
  b: RealDatabase;
  close: () => Promise<void>;
}

/** Two servers with the same schema; A is writable in epoch 1, B follows it. */
export async function realPair(at: Place, template: string, ca: Authority = authority(at)): Promise<RealPair> {
  const port = await freePort();
  const [a, b] = await Promise.all([
    realDatabase('A', at, template, port, ca),
    realDatabase('B', at, template, port, ca),
  ]);
  await a.sql('SET GLOBAL read_only = 0');
  await b.database.attach({ sourceHost: addresses.A, how: { kind: 'demote' } });
  return {
    a,
    b,
    close: async () => {
      await Promise.all([a, b].flatMap((each) => [each.database.close(), each.kill()]));
    },
  };
}

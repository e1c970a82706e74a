/** A pair of real MySQL servers. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { mysql } from '../../src/providers/database/mysql/mysql';
import type { Database } from '../../src/ports/ports';
import type { Authority } from './authority';
import { freePort, startServer, type Place, type RunningServer } from './place';
import { serverOptions } from './server-options';
import { listens, query } from './sql';
import { until } from './until';

export const addresses = { A: '127.0.13.1', B: '127.0.14.1' } as const;
type Region = keyof typeof addresses;

interface RealMySql {
  database: Database;
  /** Runs SQL as `user`; `root` needs no password and comes by the socket, others have the shop's. */
  sql: (statement: string, user?: string) => Promise<Record<string, unknown>[]>;
  kill: () => Promise<void>;
  start: () => Promise<void>;
}

export interface RealMySqlPair {
  a: RealMySql;
  b: RealMySql;
  close: () => Promise<void>;
}

/** Where the servers of a pair come from. */
export interface MySqlSource {
  mysqld: string;
  /** Of `mysqlData`. */
  template: string;
  ca: Authority;
}

const configuration = (region: Region, at: Place, port: number, ca: Authority) => {
  const serverId = region === 'A' ? 1 : 2;
  const { certificate, key } = ca.issue(addresses[region]);
  return `[mysqld]
user=root\ntmpdir=${at.path(region)}\ndatadir=${at.path(region, 'data')}\nsocket=${at.path(region, 's')}\npid-file=${at.path(region, 'pid')}
bind-address=${addresses[region]}\nport=${port}\nserver-id=${serverId}\nskip-name-resolve=ON\nmysqlx=OFF\nsecure-file-priv=NULL
log-bin=${at.path(region, 'binlog')}\nrelay-log=${at.path(region, 'relay')}\nbinlog-row-metadata=FULL
gtid-mode=ON\nenforce-gtid-consistency=ON\nsuper-read-only=ON\nskip-replica-start=ON\nreplica-net-timeout=4
auto-increment-increment=2\nauto-increment-offset=${serverId}
innodb-buffer-pool-size=32M\ninnodb-redo-log-capacity=8M\nsync-binlog=0\ninnodb-flush-log-at-trx-commit=2\nperformance-schema=OFF
ssl-ca=${ca.file}\nssl-cert=${certificate}\nssl-key=${key}
`;
};

/** One server on a copy of the template, read-only and following nobody. */
async function realMySql(
  region: Region,
  at: Place,
  port: number,
  { mysqld, template, ca }: MySqlSource,
): Promise<RealMySql> {
  mkdirSync(at.path(region));
  cpSync(template, at.path(region, 'data'), { recursive: true });
  writeFileSync(at.path(region, 'my.cnf'), configuration(region, at, port, ca));
  const host = addresses[region];
  const root = { socketPath: at.path(region, 's'), user: 'root' };
  let server: RunningServer | undefined;
  const start = async () => {
    const command = [mysqld, `--defaults-file=${at.path(region, 'my.cnf')}`];
    server = await startServer(command, at.path(region, 'log'), { host, port });
    await until(`${region}'s database listens on its socket`, () => listens(root.socketPath));
  };
  await start();
  return {
    database: mysql(serverOptions(region, addresses[region], port, ca)),
    sql: (statement, user = 'root') =>
      query(user === 'root' ? root : { host, port, user, password: 'secret-shop' }, statement),
    kill: async () => server?.kill(),
    start,
  };
}

/** Two servers with the same schema; A is writable in epoch 1, B follows it. */
export async function realMySqlPair(at: Place, source: MySqlSource): Promise<RealMySqlPair> {
  const port = await freePort();
  const [a, b] = await Promise.all([realMySql('A', at, port, source), realMySql('B', at, port, source)]);
  await a.sql('SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF');
  await b.database.attach({ sourceHost: addresses.A, how: { kind: 'demote' } });
  return {
    a,
    b,
    close: async () => {
      await Promise.all([a, b].flatMap((each) => [each.database.close(), each.kill()]));
    },
  };
}

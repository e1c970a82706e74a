/** One MariaDB of the pair. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { mariadb } from '../../src/providers/database/mariadb/mariadb';
import type { MariaDbOptions } from '../../src/providers/database/mariadb/options';
import type { Database } from '../../src/ports/ports';
import type { Authority } from './authority';
import { startServer, type Place, type RunningServer } from './place';
import { serverOptions } from './server-options';
import { listens, query } from './sql';
import { until } from './until';

export const addresses = { A: '127.0.11.1', B: '127.0.12.1' } as const;
type Region = keyof typeof addresses;

export interface RealDatabase {
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
log-bin=${at.path(region, 'binlog')}\nrelay-log=${at.path(region, 'relay')}\nlog-slave-updates\nbinlog-format=ROW\nbinlog-row-metadata=FULL
gtid-domain-id=0\ngtid-strict-mode=ON\nread-only=ON\nskip-slave-start=ON\nslave-net-timeout=4
auto-increment-increment=2\nauto-increment-offset=${serverId}
innodb-buffer-pool-size=16M\ninnodb-log-file-size=8M\nsync-binlog=0\ninnodb-flush-log-at-trx-commit=2\nperformance-schema=OFF
`;
};

/** One server on a copy of `template`, read-only and following nobody. */
export async function realDatabase(
  region: Region,
  at: Place,
  template: string,
  port: number,
  ca: Authority,
): Promise<RealDatabase> {
  mkdirSync(at.path(region));
  cpSync(template, at.path(region, 'data'), { recursive: true });
  writeFileSync(at.path(region, 'my.cnf'), configuration(region, at, port));
  const options = serverOptions(region, addresses[region], port, ca);
  const shopLogin = { host: addresses[region], port, user: 'shop', password: 'secret-shop' };
  let server: RunningServer | undefined;
  const start = async (as?: { certificateOf: RealDatabase }) => {
    const { certificate, key } = ca.issue(as?.certificateOf.options.host ?? addresses[region]);
    const identity = [`--ssl-ca=${ca.file}`, `--ssl-cert=${certificate}`, `--ssl-key=${key}`];
    const command = ['mariadbd', `--defaults-file=${at.path(region, 'my.cnf')}`, ...identity];
    server = await startServer(command, at.path(region, 'log'), { host: addresses[region], port });
    await until(`${region}'s database listens on its socket`, () => listens(at.path(region, 's')));
  };
  await start();
  const database = mariadb(options);
  return {
    options,
    database,
    sql: (statement, user = 'root') => {
      const login = user === 'root' ? { socketPath: at.path(region, 's'), user } : shopLogin;
      return query(login, statement);
    },
    kill: async () => server?.kill(),
    start,
    signal: (signal) => server?.signal(signal),
  };
}

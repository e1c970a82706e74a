/** The primary of a recorded set: a MariaDB on the loopback, loaded with both regions' common past and brought to its end by its own logs. */
import { execFile } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { createConnection, type Connection } from 'mysql2/promise';
import type { Host } from '../../src/ports/ports';
import { authority } from '../loopback/authority';
import { dataDirectory } from '../loopback/mariadb-data';
import { realDatabase, type RealDatabase } from '../loopback/mariadb-server';
import { freePort, type Place } from '../loopback/place';

const run = promisify(execFile);

/** What a recorded set says of itself in `tags.json`. */
export interface Marks {
  /** The last transaction that both regions have. */
  P: string;
}

export interface ReplayServer extends RealDatabase {
  socket: string;
  root: () => Promise<Connection>;
}

/** Copies the files of `from` to `to`, without the compression that their names tell. */
export async function unpacked(from: string, to: string): Promise<void> {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const out = createWriteStream(join(to, name.replace(/\.gz$/, '')));
    const source = createReadStream(join(from, name));
    if (name.endsWith('.gz')) await pipeline(source, createGunzip(), out);
    else await pipeline(source, out);
  }
}

/** @throws Error where the set has no dump, or the logs can't be applied */
export async function primaryOf(data: string, { P }: Marks, at: Place): Promise<ReplayServer> {
  const server = await realDatabase('B', at, dataDirectory(at), await freePort(), authority(at));
  const socket = at.path('B', 's');
  await server.sql('SET GLOBAL read_only = 0; DROP DATABASE shop; CREATE DATABASE shop');
  const dump = join(data, existsSync(join(data, 's0.sql')) ? 's0.sql' : 's0.sql.gz');
  writeFileSync(at.path('load.sh'), loading(dump, socket));
  await run('bash', [at.path('load.sh')]);
  await server.sql(`RESET MASTER; SET GLOBAL gtid_slave_pos = '${P}'`);
  await unpacked(join(data, 'binlog-b'), at.path('own-logs'));
  const apply = `set -o pipefail; cd ${at.path('own-logs')}; ls -1 | sort -V | xargs mariadb-binlog --no-defaults --start-position=${P} |
    mariadb --no-defaults --user=root --socket=${socket}`;
  await run('bash', ['-c', apply], { maxBuffer: 1 << 26 });
  return { ...server, socket, root: () => createConnection({ socketPath: socket, user: 'root', database: 'shop' }) };
}

const loading = (dump: string, socket: string) => `set -e -o pipefail
(echo 'SET SESSION sql_log_bin = 0; SET SESSION foreign_key_checks = 0;'; ${dump.endsWith('.gz') ? 'zcat' : 'cat'} '${dump}') |
  mariadb --no-defaults --user=root --socket='${socket}' --default-character-set=utf8mb4 shop
`;

/** A host that is this machine. */
export const localHost: Host = {
  run: (command, { timeoutMs, stdin }) =>
    new Promise((resolve) => {
      const options = { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
      const child = execFile('bash', ['-c', command], options, (error, stdout, stderr) =>
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, stdout, stderr }),
      );
      child.stdin?.on('error', () => undefined).end(stdin ?? '');
    }),
  close: () => Promise.resolve(),
};

export const marksOf = (data: string): Marks => JSON.parse(readFileSync(join(data, 'tags.json'), 'utf8')) as Marks;

/** A real MariaDB whose binary logs are read as files, as a rejoin reads the copies of them. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dataDirectory } from '../../lab/loopback/mariadb-data';
import { realDatabase, type RealDatabase } from '../../lab/loopback/mariadb-server';
import { authority } from '../../lab/loopback/authority';
import { freePort, place } from '../../lab/loopback/place';
import { binlogArchive } from '../../src/providers/database/mariadb/binlog/archive';
import { eventsOf } from '../../src/providers/database/mariadb/binlog/events';
import type { Content } from '../../src/providers/database/mariadb/binlog/open-transaction';
import { transactionsOf } from '../../src/providers/database/mariadb/binlog/transactions';
import { connection } from '../../src/providers/database/wire/connection';
import { cellsOf, selection, shapesOf } from '../../src/providers/database/mariadb/shapes';
import { shapesQuery } from '../../src/providers/database/mariadb/shapes-query';
import type { ErrantTransaction, Row, Shapes } from '../../src/domain/salvage/transaction';
import type { Host } from '../../src/ports/ports';
import type { Binlogs } from '../../src/ports/rejoin';

export interface BinlogWorld {
  server: RealDatabase;
  /** Runs statements in the shop's schema, in UTC. */
  run: (statements: string) => Promise<unknown>;
  shapes: () => Promise<Shapes>;
  /** Rows of a table in the order of its first column, as salvage reads them of the primary. */
  rowsOf: (table: string) => Promise<Row[]>;
  /** Name of the log that now holds what `work` did and nothing else. */
  logOf: (work: () => Promise<unknown>) => Promise<string>;
  bytesOf: (log: string) => Buffer;
  /** Where the server's own logs are. */
  directory: string;
  /** Transactions in the log that holds what `work` did; `afterwards` is done before the tables are described. */
  logged: (work: () => Promise<unknown>, afterwards?: string) => Promise<ErrantTransaction[]>;
  /** An archive whose folder `copies` holds these files, named as their keys. */
  archiveOf: (files: Record<string, string | Buffer>) => { archive: Binlogs; folder: string };
  close: () => Promise<void>;
}

/** Transactions in the bytes of one log, rows and all. */
export async function transactionsIn(name: string, log: Buffer, shapes: Shapes): Promise<ErrantTransaction[]> {
  async function* pieces() {
    for (let from = 0; from < log.length; from += 65_536)
      yield await Promise.resolve(log.subarray(from, from + 65_536));
  }
  const found: ErrantTransaction[] = [];
  const reading = { schema: 'shop', shapes, wanted: () => true, prepared: new Map<string, Content>() };
  for await (const tx of transactionsOf(eventsOf({ path: name, region: 'B' }, pieces()), reading)) found.push(tx);
  return found;
}

const local: Host = {
  run: (command, { timeoutMs }) =>
    new Promise((resolve) => {
      const options = { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
      execFile('sh', ['-c', command], options, (error, stdout, stderr) =>
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, stdout, stderr }),
      );
    }),
  close: () => Promise.resolve(),
};

export async function binlogWorld(): Promise<BinlogWorld> {
  const at = place();
  const server = await realDatabase('A', at, dataDirectory(at), await freePort(), authority(at));
  await server.sql('SET GLOBAL read_only = 0');
  const { host, port, user, password, ca } = server.options;
  const line = connection({ server: 'A', host, port, user, password, ca, timeoutMs: 60_000 });
  const run = (statements: string) => server.sql(`USE shop; SET time_zone = '+00:00'; ${statements}`);
  const shapes = async () => shapesOf('shop', await line.ask('describe its tables', shapesQuery('shop')));
  const names = () => readdirSync(at.path('A')).filter((name) => /^binlog\.\d+$/.test(name));
  const bytesOf = (log: string) => readFileSync(at.path('A', log));
  const logOf = async (work: () => Promise<unknown>) => {
    await server.sql('FLUSH BINARY LOGS');
    const name = names().sort().at(-1) ?? '';
    await work();
    await server.sql('FLUSH BINARY LOGS');
    return name;
  };
  let archives = 0;
  return {
    server,
    run,
    shapes,
    rowsOf: async (table) => {
      const shape = (await shapes()).get(table);
      if (!shape) throw new Error(`There is no table ${table}.`);
      const rows = await line.ask(
        'show rows',
        `SET time_zone = '+00:00'; SELECT ${selection(shape)} FROM shop.\`${table}\` ORDER BY 1`,
      );
      return (rows[0] ?? []).map((row) => cellsOf(shape, row));
    },
    logOf,
    bytesOf,
    directory: at.path('A'),
    logged: async (work, afterwards = '') => {
      const name = await logOf(work);
      if (afterwards !== '') await run(afterwards);
      return transactionsIn(name, bytesOf(name), await shapes());
    },
    archiveOf: (files) => {
      const folder = `copies-${(archives += 1)}`;
      mkdirSync(at.path('work', folder), { recursive: true });
      for (const [name, log] of Object.entries(files)) {
        if (typeof log === 'string') copyFileSync(at.path('A', log), at.path('work', folder, name));
        else writeFileSync(at.path('work', folder, name), log);
      }
      const archive = binlogArchive({
        region: 'B',
        host: local,
        binlogDirectory: at.path('A'),
        workDirectory: at.path('work'),
        databaseSocket: at.path('A', 's'),
        schema: 'shop',
        peers: {},
        peerKey: '',
        peerKnownHosts: '',
      });
      return { archive, folder };
    },
    close: async () => {
      line.close();
      await server.database.close();
      await server.kill();
      at.remove();
    },
  };
}

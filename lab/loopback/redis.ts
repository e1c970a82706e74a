import { existsSync, symlinkSync } from 'node:fs';
import { Redis } from 'ioredis';
import { redis } from '../../src/providers/sessions/redis';
import type { RedisOptions } from '../../src/providers/sessions/redis-connection';
import type { Sessions } from '../../src/ports/ports';
import { type Place, type RunningServer, startServer } from './place';

export interface RealRedis {
  options: RedisOptions;
  sessions: Sessions;
  /** A client of the shop, in one logical database; closed with the server. */
  client: (db: number) => Redis;
  server: RunningServer;
  close: () => Promise<void>;
}

/** Debian's service-free package has the server under another name: the program looks at what it was called. */
export async function realRedis(region: string, host: string, port: number, at: Place): Promise<RealRedis> {
  const program = at.path('redis-server');
  if (!existsSync(program)) symlinkSync('/usr/bin/redis-check-rdb', program);
  const settings = [
    '--requirepass',
    'secret-redis',
    '--save',
    '',
    '--dir',
    at.path(),
    '--repl-diskless-sync-delay',
    '0',
  ];
  const command = [program, '--bind', host, '--port', String(port), ...settings];
  const server = await startServer(command, at.path(`${region}.log`), { host, port });
  const options = { region, host, port, password: 'secret-redis', sessionsDb: 0, cacheDb: 1 };
  const sessions = redis(options);
  const clients: Redis[] = [];
  return {
    options,
    sessions,
    server,
    client: (db) => {
      const client = new Redis({ host, port, password: 'secret-redis', db, retryStrategy: () => null });
      client.on('error', () => undefined);
      clients.push(client);
      return client;
    },
    close: async () => {
      for (const client of clients) client.disconnect();
      await sessions.close();
      await server.kill();
    },
  };
}

import { Redis } from 'ioredis';
import { z } from 'zod';
import { PortError } from '../../ports/errors';
import type { FailureKind } from '../../domain/failure';
import { host, name, port, whole } from '../../fields/fields';
import { secret } from '../../fields/secret-refs';
import { withTimeout } from '../kit/timeout';
import type { Sessions } from '../../ports/ports';
import { redactor } from '../http/redact';
import { defineSessions } from './kind';

export interface RedisOptions {
  /** Name of the region, for the sentences. */
  region: string;
  host: string;
  /** Also the port of the servers it follows. */
  port: number;
  /** Of the ACL; the default user when absent. With it and its password it also logs in to the servers it follows. */
  user?: string;
  password: string;
  /** What the server calls its command CONFIG; CONFIG by default. */
  configCommand?: string;
  /** Logical database of sessions and carts, and of the object cache. */
  sessionsDb: number;
  cacheDb: number;
  /** Limit of one question, 2 s by default. */
  timeoutMs?: number;
}

/** Redis' error codes, the first word of each of its errors; what is not listed is a refusal of the server. */
const kinds: Readonly<Record<string, FailureKind>> = {
  WRONGPASS: 'denied',
  NOAUTH: 'denied',
  NOPERM: 'denied',
  LOADING: 'unavailable',
  BUSY: 'unavailable',
  MASTERDOWN: 'unavailable',
};

/** Redis 6.2 or newer with plain replication. Connects when first asked and again after any failure. */
export function redis(options: RedisOptions): Sessions {
  if (options.sessionsDb === options.cacheDb) {
    const because = `${options.region}'s sessions and object cache share database ${options.cacheDb}; emptying the cache would log everybody out.`;
    throw new PortError('refused', because);
  }
  const line = connection(options);
  const { ask } = line;
  const config = configuring(options.configCommand);
  return {
    state: async () => stateOf(options, await ask('tell its replication', (client) => client.info('replication'))),
    pauseWrites: (ms) => ask('hold its writes', (client) => client.client('PAUSE', ms, 'WRITE').then(nothing)),
    resumeWrites: () => ask('take writes again', (client) => client.client('UNPAUSE').then(nothing)),
    promote: () =>
      ask('become a primary', async (client) => {
        // Nobody follows a server that was just promoted, so a demand for replicas would refuse every write.
        await config(client, 'SET', 'min-replicas-to-write', '0');
        await client.replicaof('NO', 'ONE');
        await config(client, 'REWRITE');
      }),
    follow: (sourceHost) =>
      ask(`follow ${sourceHost}`, async (client) => {
        if (options.user !== undefined) await config(client, 'SET', 'masteruser', options.user);
        await config(client, 'SET', 'masterauth', options.password);
        await client.replicaof(sourceHost, options.port);
        await config(client, 'REWRITE');
      }),
    flushCache: () =>
      ask('empty its object cache', async (client) => {
        // Selected here and awaited: a driver that failed to select at its start would empty the sessions.
        await client.select(options.cacheDb);
        await client.flushdb('ASYNC');
      }),
    close: () => {
      line.close();
      return Promise.resolve();
    },
  };
}

/**
 * Sends CONFIG with these words. Hardened servers have none, and one without a file has nothing to rewrite: their own file must then say it.
 */
function configuring(command = 'CONFIG') {
  return async (client: Redis, ...words: [string, ...string[]]): Promise<void> => {
    try {
      await client.call(command, ...words);
    } catch (error) {
      if (!/unknown command|NOPERM|without a config file/i.test((error as Error).message)) throw error;
    }
  };
}

const nothing = (): void => undefined;

function stateOf({ region }: RedisOptions, text: string): Awaited<ReturnType<Sessions['state']>> {
  const fields = new Map(
    text.split(/\r?\n/).map((each) => [each.split(':')[0] ?? '', each.slice(each.indexOf(':') + 1)]),
  );
  const role = fields.get('role');
  const offset = Number(fields.get(role === 'slave' ? 'slave_repl_offset' : 'master_repl_offset'));
  if ((role !== 'master' && role !== 'slave') || !Number.isFinite(offset)) {
    throw new PortError('garbage', `${region}'s Redis returned INFO replication without a role or an offset.`);
  }
  if (role === 'master') return { role: 'primary', linkUp: false, offset };
  const sourceHost = fields.get('master_host');
  const linkUp = fields.get('master_link_status') === 'up';
  return { role: 'replica', linkUp, offset, ...(sourceHost !== undefined && { sourceHost }) };
}

interface Opening {
  client: Redis;
  ready: Promise<unknown>;
  /** The first thing that went wrong; the driver's later errors only follow from it. */
  trouble?: Error;
}

/** Nothing is queued for later, nothing is sent twice. */
const oneAttempt = {
  lazyConnect: true,
  enableReadyCheck: false,
  retryStrategy: () => null,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false,
  autoResubscribe: false,
} as const;

function connection({ region, host, port, user, password, timeoutMs = 2_000 }: RedisOptions) {
  let current: Opening | undefined;

  function opened(): Opening {
    if (current !== undefined) return current;
    const login = { password, ...(user !== undefined && { username: user }) };
    const client = new Redis({ host, port, ...login, connectTimeout: timeoutMs, ...oneAttempt });
    const opening: Opening = { client, ready: client.connect() };
    opening.ready.catch(() => undefined);
    client.on('error', (error: Error) => (opening.trouble ??= error));
    client.on('end', () => drop(opening));
    return (current = opening);
  }

  function drop(opening: Opening | undefined): void {
    opening?.client.disconnect();
    if (current === opening) current = undefined;
  }

  async function ask<T>(what: string, question: (client: Redis) => Promise<T>): Promise<T> {
    const opening = opened();
    const asked = `${region}'s Redis at ${host}:${port} could not ${what}`;
    try {
      const answer = opening.ready.then(() => question(opening.client));
      return await withTimeout(timeoutMs, answer, `${asked} and gave no answer within ${timeoutMs} ms.`);
    } catch (error) {
      if (error instanceof PortError) {
        drop(opening);
        throw error;
      }
      const message = redactor([password])((opening.trouble ?? (error as Error)).message);
      const code = /^[A-Z]+(?= )/.exec(message)?.[0];
      const kind = code === undefined ? 'unavailable' : (kinds[code] ?? 'refused');
      // A refusal is an answer over a sound connection, and others may be asking over it right now.
      if (kind !== 'refused') drop(opening);
      throw new PortError(kind, `${asked} and said: ${message}.`);
    }
  }

  return { ask, close: () => drop(current) };
}

const sharedDatabase =
  'is the same as sessionsDb, so flushing the cache would delete the sessions; for example 1, with sessionsDb: 0';

export const redisSessions = defineSessions({
  title: 'Redis',
  options: z.strictObject({
    kind: z.literal('redis'),
    host: host('198.51.100.10'),
    port: port('6379'),
    user: name('shop').exactOptional(),
    password: secret('file:redis'),
    configCommand: name('CONFIG').prefault('CONFIG'),
    sessionsDb: whole(0, 15, '0'),
    cacheDb: whole(0, 15, '1'),
  }),
  conflicts: ({ sessionsDb, cacheDb }) =>
    sessionsDb === undefined || sessionsDb !== cacheDb ? [] : [{ field: 'cacheDb', because: sharedDatabase }],
  connect: async (options, context) =>
    redis({ ...options, region: context.region, password: await context.secret(options.password) }),
});

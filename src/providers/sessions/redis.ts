import { Redis } from 'ioredis';
import { z } from 'zod';
import { PortError } from '../../ports/errors';
import type { FailureKind } from '../../domain/failure';
import { host, port, whole } from '../../fields/fields';
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
  /** Also what it shows to the servers it follows. */
  password: string;
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
  return {
    state: async () => stateOf(options, await ask('tell its replication', (client) => client.info('replication'))),
    pauseWrites: (ms) =>
      ask('hold its writes', async (client) => {
        await client.client('PAUSE', ms, 'WRITE');
      }),
    resumeWrites: () =>
      ask('take writes again', async (client) => {
        await client.client('UNPAUSE');
      }),
    promote: () =>
      ask('become a primary', async (client) => {
        // Nobody follows a server that was just promoted, so a demand for replicas would refuse every write.
        await client.config('SET', 'min-replicas-to-write', '0');
        await client.replicaof('NO', 'ONE');
      }),
    follow: (sourceHost) =>
      ask(`follow ${sourceHost}`, async (client) => {
        await client.config('SET', 'masterauth', options.password);
        await client.replicaof(sourceHost, options.port);
      }),
    flushCache: () =>
      ask('empty its object cache', async (client) => {
        // Selected here and awaited: a driver that failed to select at its start would empty the sessions.
        await client.select(options.cacheDb);
        await client.flushdb();
      }),
    close: () => {
      line.close();
      return Promise.resolve();
    },
  };
}

function stateOf({ region }: RedisOptions, text: string): Awaited<ReturnType<Sessions['state']>> {
  const fields = new Map(
    text.split(/\r?\n/).map((each) => [each.split(':')[0] ?? '', each.slice(each.indexOf(':') + 1)]),
  );
  const role = fields.get('role');
  const offset = Number(fields.get(role === 'slave' ? 'slave_repl_offset' : 'master_repl_offset'));
  if ((role !== 'master' && role !== 'slave') || !Number.isFinite(offset)) {
    throw new PortError('garbage', `${region}'s Redis answered INFO replication without a role and an offset.`);
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

function connection({ region, host, port, password, timeoutMs = 2_000 }: RedisOptions) {
  let current: Opening | undefined;

  function opened(): Opening {
    if (current !== undefined) return current;
    const client = new Redis({ host, port, password, connectTimeout: timeoutMs, ...oneAttempt });
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
    const asked = `${region}'s Redis at ${host}:${port} was asked to ${what}`;
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
    password: secret('file:redis'),
    sessionsDb: whole(0, 15, '0'),
    cacheDb: whole(0, 15, '1'),
  }),
  misfits: ({ sessionsDb, cacheDb }) =>
    sessionsDb === undefined || sessionsDb !== cacheDb ? [] : [{ field: 'cacheDb', because: sharedDatabase }],
  connect: async (options, context) =>
    redis({ ...options, region: context.region, password: await context.secret(options.password) }),
});

import { z } from 'zod';
import { PortError } from '../../ports/errors';
import { host, name, port, whole } from '../../fields/fields';
import { secret } from '../../fields/secret-refs';
import type { Sessions } from '../../ports/ports';
import { defineSessions } from './kind';
import { byHand, configuring, loginTrouble, stateOf, type Configure, type State } from './redis-config';
import { connection, type RedisOptions } from './redis-connection';
import { writesOf } from './redis-writes';

/** Redis 6.2 or newer with plain replication. Connects when first asked and again after any failure. */
export function redis(options: RedisOptions): Sessions {
  if (options.sessionsDb === options.cacheDb) {
    const because = `${options.region}'s sessions and object cache share database ${options.cacheDb}; emptying the cache would log everybody out.`;
    throw new PortError('refused', because);
  }
  const line = connection(options);
  const { ask } = line;
  const config = configuring(options);
  const info = async () => stateOf(options, await ask('tell its replication', (client) => client.info('replication')));
  return {
    state: async () => {
      const state = await info();
      if (state.role === 'primary' || state.linkUp) return state;
      const linkBecause = await ask('tell its masterauth', (client) => loginTrouble(options, config, client));
      return { ...state, ...(linkBecause !== undefined && { linkBecause }) };
    },
    writes: () => ask('take a write', (client) => writesOf(options, config, client)),
    pauseWrites: (ms) => ask('hold its writes', (client) => client.client('PAUSE', ms, 'WRITE').then(nothing)),
    resumeWrites: () => ask('take writes again', (client) => client.client('UNPAUSE').then(nothing)),
    ...roleMoves(options, ask, config, info),
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

type Ask = ReturnType<typeof connection>['ask'];

function roleMoves(
  options: RedisOptions,
  ask: Ask,
  config: Configure,
  info: () => Promise<State>,
): Pick<Sessions, 'promote' | 'follow' | 'keepRole'> {
  return {
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
        if (options.tls !== undefined) await config(client, 'SET', 'tls-replication', 'yes');
        await client.replicaof(sourceHost, options.port);
        await config(client, 'REWRITE');
      }),
    keepRole: async () => {
      const { lack } = await ask('write its file', (client) => config(client, 'REWRITE'));
      return lack === undefined ? undefined : byHand(options, await info(), lack);
    },
  };
}

const nothing = (): void => undefined;

const sharedDatabase =
  'is the same as sessionsDb, so flushing the cache would delete the sessions; for example 1, with sessionsDb: 0';

const halfOfAPair =
  'has only one of certificate and key; name both, for example certificate: file:redis-client.crt and key: file:redis-client.key';

async function tlsFrom(
  { ca, certificate, key }: { ca: string; certificate?: string; key?: string },
  read: (reference: string) => Promise<string>,
): Promise<NonNullable<RedisOptions['tls']>> {
  const own = certificate !== undefined && key !== undefined;
  return { ca: await read(ca), ...(own && { certificate: await read(certificate), key: await read(key) }) };
}

export const redisSessions = defineSessions({
  title: 'Redis',
  options: z.strictObject({
    kind: z.literal('redis'),
    host: host('198.51.100.10'),
    port: port('6379'),
    user: name('shop').exactOptional(),
    password: secret('file:redis'),
    tls: z
      .strictObject({
        ca: secret('file:redis-ca.crt'),
        certificate: secret('file:redis-client.crt').exactOptional(),
        key: secret('file:redis-client.key').exactOptional(),
      })
      .exactOptional(),
    configCommand: name('CONFIG').prefault('CONFIG'),
    sessionsDb: whole(0, 15, '0'),
    cacheDb: whole(0, 15, '1'),
  }),
  conflicts: ({ sessionsDb, cacheDb, tls }) => [
    ...(sessionsDb === undefined || sessionsDb !== cacheDb ? [] : [{ field: 'cacheDb', because: sharedDatabase }]),
    ...((tls?.certificate === undefined) === (tls?.key === undefined) ? [] : [{ field: 'tls', because: halfOfAPair }]),
  ],
  connect: async ({ tls, ...options }, { region, secret: read }) => {
    const password = await read(options.password);
    return redis({ ...options, region, password, ...(tls && { tls: await tlsFrom(tls, read) }) });
  },
});

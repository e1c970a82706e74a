/** Whether a Redis takes writes: a primary may refuse them, and a replica may take some of its own (redis.conf of 7.0, read 2026-11). */
import type { Redis } from 'ioredis';
import type { SessionWrites } from '../../ports/ports';
import { type Configure, fieldsOf } from './redis-config';
import type { RedisOptions } from './redis-connection';

/** Nobody's key. */
const probeKey = 'handover:write-probe';

/** A setting by which a server refuses writes, and what mends it: the words behind CONFIG. */
const tooFew = [
  '"min-replicas-to-write" (or "min-slaves-to-write") wants more replicas than follow it',
  'SET min-replicas-to-write 0',
] as const;

/** Those settings, by the first word of the refusal. */
const refusals: Readonly<Record<string, readonly [because: string, words: string]>> = {
  NOREPLICAS: tooFew,
  MISCONF: ["it can't save to its disk, and stops writes then", 'SET stop-writes-on-bgsave-error no'],
  OOM: ['its memory is full', 'SET maxmemory with more bytes'],
};

/**
 * Tries a write that the server checks like any other and that changes nothing: SETRANGE of no bytes at a key that is not there (its
 * documentation, read 2026-11).
 * @throws Error what the server said, where that is not about writes
 */
export async function writesOf(options: RedisOptions, config: Configure, client: Redis): Promise<SessionWrites> {
  const said = await client.setrange(probeKey, 0, '').then(
    () => 'taken',
    (error: unknown) => (error as Error).message,
  );
  const fields = fieldsOf(await client.info('replication'));
  const { region } = options;
  if (fields.get('role') === 'master') return ofPrimary(options, said, fields);
  const demand = await afterPromotion(options, config, client, fields);
  const isReadOnly = said.startsWith('READONLY') || (said !== 'taken' && fields.get('slave_read_only') === '1');
  if (isReadOnly) return { taken: 'no', because: `${region}'s Redis is a replica and takes no writes.`, ...demand };
  const words = 'SET replica-read-only yes';
  const because = `${region}'s Redis is a replica, but takes writes of its own, since its "replica-read-only" is no: ${remedy(options, words)}`;
  return { taken: 'yes', because, ...demand };
}

function ofPrimary(options: RedisOptions, said: string, fields: ReadonlyMap<string, string>): SessionWrites {
  const redis = `${options.region}'s Redis`;
  if (said === 'taken') return { taken: 'yes', because: `${redis} takes writes.` };
  const code = said.split(' ')[0] ?? '';
  const isShort = code === 'NOPERM' && fields.get('min_slaves_good_slaves') === '0';
  const refusal = isShort ? tooFew : refusals[code];
  if (refusal) {
    const [since, words] = refusal;
    return { taken: 'no', because: `${redis} refuses every write, since ${since}: ${remedy(options, words)}` };
  }
  if (code !== 'NOPERM') throw new Error(said);
  const { user = 'default' } = options;
  const grant = `ACL SETUSER ${user} +setrange ~${probeKey}`;
  return {
    taken: 'unknown',
    because: `Whether ${redis} takes writes is unknown, since its user ${user} may not try one: type ${grant} in redis-cli there.`,
  };
}

/** A promotion takes the demand for replicas back, where it may. */
async function afterPromotion(
  options: RedisOptions,
  config: Configure,
  client: Redis,
  fields: ReadonlyMap<string, string>,
): Promise<Pick<SessionWrites, 'oncePromoted'>> {
  // The server tells how many replicas are good only where it demands some.
  if (!fields.has('min_slaves_good_slaves')) return {};
  const { lack } = await config(client, 'GET', 'min-replicas-to-write');
  if (lack === undefined) return {};
  const [since, words] = tooFew;
  const oncePromoted = `Once promoted, ${options.region}'s Redis refuses every write, since ${since}, and handover can't change that, since ${lack}: ${remedy(options, words)}`;
  return { oncePromoted };
}

const remedy = ({ configCommand = 'CONFIG' }: RedisOptions, words: string): string =>
  `type ${configCommand} ${words} in redis-cli there, and write that into its file.`;

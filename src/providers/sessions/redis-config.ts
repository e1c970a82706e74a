/** What a Redis tells of its replication, and what its own file must say where it takes no CONFIG. */
import type { Redis } from 'ioredis';
import { PortError } from '../../ports/errors';
import type { Sessions } from '../../ports/ports';
import type { RedisOptions } from './redis-connection';

export type State = Awaited<ReturnType<Sessions['state']>>;

/** The fields of an INFO. */
export const fieldsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split(/\r?\n/).map((each) => [each.split(':')[0] ?? '', each.slice(each.indexOf(':') + 1)]));

/** @throws PortError(garbage) */
export function stateOf({ region }: RedisOptions, text: string): State {
  const fields = fieldsOf(text);
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

/** What CONFIG answered, or why it did nothing: a clause. */
interface Configured {
  answer?: unknown;
  lack?: string;
}

export type Configure = (client: Redis, ...words: [string, ...string[]]) => Promise<Configured>;

/**
 * Sends CONFIG with these words. Hardened servers have none, and one without a file, or with one that it may not write, as in a container, has
 * nothing to rewrite: their own file must then say it.
 */
export function configuring({ configCommand = 'CONFIG', user = 'default' }: RedisOptions): Configure {
  const lacks: readonly (readonly [said: RegExp, lack: string])[] = [
    [/unknown command/i, `it has no command ${configCommand}`],
    [/NOPERM/, `its user ${user} may not use ${configCommand}`],
    [/without a config file/i, 'it runs without a file'],
    [/Rewriting config file/i, 'it may not write its file'],
  ];
  return async (client, ...words) => {
    try {
      return { answer: await client.call(configCommand, ...words) };
    } catch (error) {
      const lack = lacks.find(([said]) => said.test((error as Error).message))?.[1];
      if (lack === undefined) throw error;
      return { lack };
    }
  };
}

/** What the file of a server must say that can't write it itself. */
export function byHand(
  { region, port, user, tls }: RedisOptions,
  { role, sourceHost = '' }: State,
  lack: string,
): string {
  const begins = `A restart may give ${region}'s Redis another role, since ${lack}`;
  if (role === 'primary') return `${begins}: see that its file has no line "replicaof", and "min-replicas-to-write 0".`;
  const login = ['"masterauth" with its password', ...(user === undefined ? [] : [`"masteruser ${user}"`])];
  const more = tls === undefined ? [] : ['"tls-replication yes"'];
  return `${begins}: write "replicaof ${sourceHost} ${port}", ${[...login, ...more].join(' and ')} into its file.`;
}

/** Why a replica can't log in to its source, as far as its own settings tell. */
export async function loginTrouble(
  { region, password }: RedisOptions,
  config: Configure,
  client: Redis,
): Promise<string | undefined> {
  const { answer, lack } = await config(client, 'GET', 'masterauth');
  if (lack !== undefined)
    return `${region}'s Redis logs in as its own file says, since ${lack}: see that "masterauth" in it is its password.`;
  const isSet = Array.isArray(answer) && answer[1] === password;
  return isSet ? undefined : `"masterauth" of ${region}'s Redis is not its password.`;
}

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Database } from './database';

/** The tokens that have a session, and those that have a cart. Rejects when Redis does not answer within 3 s. */
export async function sessionsAt(
  lab: string,
  address: string,
  tokens: readonly string[],
): Promise<{ sessions: Set<string>; carts: Set<string> }> {
  const password = (await readFile(join(lab, 'secrets/redis'), 'utf8')).trim();
  const redis = new Redis({
    host: address,
    port: 6379,
    password,
    lazyConnect: true,
    connectTimeout: 3000,
    commandTimeout: 5000,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
  });
  // Errors reject connect or the command; without a listener they would also end the process.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const [sessions, carts] = [await existing(redis, 'session', tokens), await existing(redis, 'cart', tokens)];
    return { sessions, carts };
  } finally {
    redis.disconnect();
  }
}

async function existing(redis: Redis, prefix: string, tokens: readonly string[]): Promise<Set<string>> {
  const pipeline = redis.pipeline();
  for (const token of tokens) pipeline.exists(`${prefix}:${token}`);
  const answers = (await pipeline.exec()) ?? [];
  return new Set(tokens.filter((_token, place) => answers[place]?.[1] === 1));
}

/** The same of a shop that keeps them in its database. */
export async function storedSessions(
  database: Database,
  tokens: readonly string[],
): Promise<{ sessions: Set<string>; carts: Set<string> }> {
  const rows = await database.rows<{ token: string; filled: number }>(
    `SELECT session_key AS token, session_value LIKE '%"cart"%' AS filled FROM wp_woocommerce_sessions`,
  );
  const filledOf = new Map(rows.map(({ token, filled }) => [token, filled === 1]));
  const kept = tokens.filter((token) => filledOf.has(sessionKeyOf(token)));
  const filled = kept.filter((token) => filledOf.get(sessionKeyOf(token)) === true);
  return { sessions: new Set(kept), carts: new Set(filled) };
}

/** WooCommerce's own tokens of a cart are signed and say whose session it is; any other is the session's key. */
export function sessionKeyOf(token: string): string {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return token;
  const { user_id: key } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { user_id?: unknown };
  return typeof key === 'string' ? key : token;
}

/** sha256 of each named file that exists. Rejects when the folder can't be read. */
export async function uploadsIn(folder: string, names: readonly string[]): Promise<Map<string, string>> {
  const there = new Set(await readdir(folder));
  const hashes = new Map<string, string>();
  for (const name of names.filter((one) => there.has(one))) {
    const content = await readFile(join(folder, name));
    hashes.set(name, createHash('sha256').update(content).digest('hex'));
  }
  return hashes;
}

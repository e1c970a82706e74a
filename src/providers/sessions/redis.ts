import { PortError } from '../errors';
import type { Sessions } from '../ports';

export interface RedisOptions {
  /** Name of the region, for the sentences. */
  region: string;
  host: string;
  port: number;
  password: string;
  /** Logical database of sessions and carts, and of the object cache. */
  sessionsDb: number;
  cacheDb: number;
  /** Limit of one command, 2 s by default. */
  timeoutMs?: number;
}

/** Redis 6.2 or newer with plain replication. Connects when first asked and again after any failure. */
export function redis(options: RedisOptions): Sessions {
  throw new PortError('absent', `No Redis adapter yet for ${options.region}.`);
}

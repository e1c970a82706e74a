/** The site's zone for its steps: reads are cached to spare the vendor's API, and the alternative provider is used when the first one fails. */
import { unknownWaitMs } from '../../domain/failure';
import { currentWork } from '../rate-limit/scope';
import { PortError } from '../../ports/errors';
import type { Dns, RecordSet } from '../../ports/ports';
import { canonicalName } from './provider';

export type Zone = Pick<Dns, 'read' | 'replace' | 'flaws'>;
/** The zone through one provider. */
export type ProviderZone = Zone & { kind: string };

/**
 * Caches reads for `everyMs`, until the next change: a move that waits for name servers reads the zone many times a second. A piece of work
 * uses only its own reads, because another worker may have changed the set since, which would look like a conflict. `replace` bypasses the
 * cache and compares by itself.
 */
export function cachedZone(zone: Zone, everyMs: number, now: () => number = () => performance.now()): Zone {
  const cache = new Map<string, { at: number; by: object | undefined; set: RecordSet | undefined }>();
  return {
    ...zone,
    read: async (name, type) => {
      const key = `${type} ${canonicalName(name)}`;
      const known = cache.get(key);
      const by = currentWork();
      if (known !== undefined && known.by === by && now() - known.at < everyMs) return known.set;
      const at = now();
      const set = await zone.read(name, type);
      cache.set(key, { at, by, set });
      return set;
    },
    replace: (expected, next) => zone.replace(expected, next).finally(() => cache.clear()),
  };
}

/**
 * Tries the providers in order. The next one is used when a provider is unavailable or returns garbage, and by a failover also when it is
 * rate-limited; any other error is final. @throws PortError when all fail: limited, with the shortest wait, if one is only rate-limited;
 * otherwise unavailable.
 */
export function withFallback(zones: readonly ProviderZone[]): Zone {
  const firstAvailable = async <T>(run: (zone: ProviderZone) => Promise<T>): Promise<T> => {
    const reasons: string[] = [];
    const waits: number[] = [];
    for (const zone of zones) {
      try {
        return await run(zone);
      } catch (error) {
        if (!canFallBack(error) || zones.length === 1) throw error;
        reasons.push(`Via ${zone.kind}: ${error.message}`);
        if (error.kind === 'limited') waits.push(error.waitMs ?? unknownWaitMs);
      }
    }
    if (waits.length > 0) throw new PortError('limited', reasons.join(' '), { waitMs: Math.min(...waits) });
    throw new PortError('unavailable', reasons.join(' '));
  };
  return {
    read: (name, type) => firstAvailable((zone) => zone.read(name, type)),
    replace: (expected, next) => firstAvailable((zone) => zone.replace(expected, next)),
    flaws: (name, type) => firstAvailable((zone) => zone.flaws(name, type)),
  };
}

function canFallBack(error: unknown): error is PortError {
  if (!(error instanceof PortError)) return false;
  if (error.kind === 'limited') return currentWork()?.priority === 'failover';
  return error.kind === 'unavailable' || error.kind === 'garbage';
}

/** The site's zone as its steps see it: asked no oftener than its vendor likes, and by another way when the first one is closed. */
import { unknownWaitMs } from '../../domain/failure';
import { currentWork } from '../rate-limit/scope';
import { PortError } from '../../ports/errors';
import type { Dns, RecordSet } from '../../ports/ports';
import { canonicalName } from './provider';

export type Zone = Pick<Dns, 'read' | 'replace' | 'flaws'>;
/** One way to the zone: a provider with its options. */
export type Way = Zone & { kind: string };

/**
 * A move that waits for name servers looks at the zone many times a second; the API hears of it once in `everyMs`, and again after each
 * change. What other work read is not trusted: meanwhile another worker may have changed the set, and this one would call that a conflict.
 * `replace` does not trust what was read before: it compares by itself.
 */
export function paced(zone: Zone, everyMs: number, now: () => number = () => performance.now()): Zone {
  const last = new Map<string, { at: number; by: object | undefined; set: RecordSet | undefined }>();
  return {
    ...zone,
    read: async (name, type) => {
      const key = `${type} ${canonicalName(name)}`;
      const known = last.get(key);
      const by = currentWork();
      if (known !== undefined && known.by === by && now() - known.at < everyMs) return known.set;
      const at = now();
      const set = await zone.read(name, type);
      last.set(key, { at, by, set });
      return set;
    },
    replace: (expected, next) => zone.replace(expected, next).finally(() => last.clear()),
  };
}

/**
 * Tries the ways in their order. Only one that does not answer, or breaks, is left for the next: a refusal counts for all. A failover that
 * is limited takes the next way instead of waiting. @throws PortError limited when one would be open to it later, with its wait; else unavailable.
 */
export function firstOpen(ways: readonly Way[]): Zone {
  const along = async <T>(ask: (way: Way) => Promise<T>): Promise<T> => {
    const closed: string[] = [];
    const waits: number[] = [];
    for (const way of ways) {
      try {
        return await ask(way);
      } catch (error) {
        if (!isClosed(error) || ways.length === 1) throw error;
        closed.push(`By ${way.kind}: ${error.message}`);
        if (error.kind === 'limited') waits.push(error.waitMs ?? unknownWaitMs);
      }
    }
    if (waits.length > 0) throw new PortError('limited', closed.join(' '), { waitMs: Math.min(...waits) });
    throw new PortError('unavailable', closed.join(' '));
  };
  return {
    read: (name, type) => along((way) => way.read(name, type)),
    replace: (expected, next) => along((way) => way.replace(expected, next)),
    flaws: (name, type) => along((way) => way.flaws(name, type)),
  };
}

function isClosed(error: unknown): error is PortError {
  if (!(error instanceof PortError)) return false;
  if (error.kind === 'limited') return currentWork()?.priority === 'failover';
  return error.kind === 'unavailable' || error.kind === 'garbage';
}

import { PortError } from '../../providers/errors';
import type { RecordSet } from '../../providers/ports';
import { done, no } from '../finding';
import { defineStep } from '../step';

/** Well before a planned transfer, so that the long answers are gone when the name moves. There is no undo: a low TTL harms nobody. */
export const lowerDnsTtl = defineStep({
  name: 'lower-dns-ttl',
  title: (p: { name: string; type: RecordSet['type']; ttlSeconds: number }) =>
    `Lower the TTL of ${p.name} (${p.type}) to ${p.ttlSeconds} s`,
  patience: { attemptMs: 15_000, attempts: 4, everyMs: 1_000 },
  async check({ name, type, ttlSeconds }, ports) {
    const set = await ports.dns.read(name, type);
    if (!set) throw new PortError('refused', `The zone has no ${type} record ${name}; create it before a transfer.`);
    if (set.ttlSeconds > ttlSeconds) return no(`${name} has a TTL of ${set.ttlSeconds} s.`);
    return done(`${name} has a TTL of ${set.ttlSeconds} s.`, { ttlSeconds: set.ttlSeconds });
  },
  async act({ name, type, ttlSeconds }, ports) {
    const set = await ports.dns.read(name, type);
    if (set) await ports.dns.replace(set, { ...set, ttlSeconds });
  },
});

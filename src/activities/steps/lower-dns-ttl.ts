import { aliasOf } from '../../providers/dns/provider';
import { PortError } from '../../ports/errors';
import type { Ports, RecordSet } from '../../ports/ports';
import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

/** Well before a planned transfer, so that the long answers are gone when the name moves. There is no undo: a low TTL harms nobody. */
export const lowerDnsTtl = defineStep({
  name: 'lower-dns-ttl',
  title: (p: Lowering) => `Lower the TTL of ${p.name} (${p.type}) to ${p.ttlSeconds} s`,
  patience: { attemptMs: 15_000, attempts: 4, everyMs: 1_000 },
  async check(p, ports) {
    const set = await answering(p, ports);
    if (set.ttlSeconds > p.ttlSeconds) return no(`${set.name} has a TTL of ${set.ttlSeconds} s.`);
    return done(`${set.name} has a TTL of ${set.ttlSeconds} s.`, { ttlSeconds: set.ttlSeconds });
  },
  async act(p, ports) {
    const set = await answering(p, ports);
    await ports.dns.replace(set, { ...set, ttlSeconds: p.ttlSeconds });
  },
});

type Lowering = { name: string; type: RecordSet['type']; ttlSeconds: number };

/** The set whose TTL customers are told: that of the name which an alias leads to. */
async function answering({ name, type }: Lowering, ports: Ports): Promise<RecordSet> {
  const set = await ports.dns.read(name, type);
  const target = aliasOf(set?.values[0]);
  const found = target === undefined ? set : await ports.dns.read(target, type);
  if (found) return found;
  throw new PortError('refused', `The zone has no ${type} record ${target ?? name}; create it before a transfer.`);
}

import { checkReplica, type ReplicaOf } from '../step/replica-check';
import { factOf, requireClassified, requireDeposed, requirePrimary } from '../step/rejoin-guards';
import { defineStep } from '../step/step';

/** The deposed region becomes a replica: from the position of its new data, or, where nothing parted them, as the primary it once was. */
export const attachRejoined = defineStep({
  name: 'attach-rejoined',
  title: (p: ReplicaOf) => `Make ${p.region} a replica of ${p.source} again`,
  patience: { attemptMs: 600_000, attempts: 10, everyMs: 2_000, heartbeatMs: 10_000 },
  check: async (p, ports, ctx) => checkReplica(p, await requirePrimary(p.source, ports, ctx), ports),
  async act({ region, source, sourceHost }, ports, ctx) {
    const state = await requireDeposed(region, await requirePrimary(source, ports, ctx), ports, ctx);
    if (state.replica?.sourceHost === sourceHost) return ports.database(region).startReplication();
    const position = factOf(ctx, 'reseed-database', 'position');
    if (position !== '') return ports.database(region).attach({ sourceHost, how: { kind: 'from-position', position } });
    requireClassified(region, state.position, ports, ctx);
    return ports.database(region).attach({ sourceHost, how: { kind: 'demote' } });
  },
});

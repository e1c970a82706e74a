import { PortError } from '../../providers/errors';
import { factOf, requireClassified, requireDeposed, requirePrimary } from '../deposed';
import { done, no, standing, underWay } from '../finding';
import { defineStep } from '../step';

type Attach = { region: string; source: string; sourceHost: string };

const waitMs = 2_000;

/** The deposed region becomes a replica: from the position of its new data, or, where nothing parted them, as the primary it once was. */
export const attachRejoined = defineStep({
  name: 'attach-rejoined',
  title: (p: Attach) => `Make ${p.region} a replica of ${p.source} again`,
  patience: { attemptMs: 600_000, attempts: 10, everyMs: 2_000, heartbeatMs: 10_000 },
  async check({ region, source, sourceHost }, ports, ctx) {
    const primary = await requirePrimary(source, ports, ctx);
    const state = await ports.database(region).state();
    const { replica } = state;
    if (!replica) return no(`${standing(region, state)}.`);
    if (replica.sourceHost !== sourceHost)
      return no(`${region} is a replica of ${replica.sourceHost}, not of ${sourceHost}.`);
    if (replica.error !== undefined)
      throw new PortError('refused', `${region} cannot replicate from ${source}: ${replica.error}`);
    if (!replica.sql || replica.io === 'no') return no(`${region} is a replica of ${source}, but stopped.`);
    const applied = await ports.database(region).waitFor(primary.position, waitMs);
    if (!applied || replica.io !== 'yes')
      return underWay(`${region} has not applied ${source}'s ${primary.position} yet.`);
    return done(`${region} replicates from ${source} and has applied ${primary.position}.`, {
      position: primary.position,
    });
  },
  async act({ region, source, sourceHost }, ports, ctx) {
    const state = await requireDeposed(region, await requirePrimary(source, ports, ctx), ports, ctx);
    if (state.replica?.sourceHost === sourceHost) return ports.database(region).startReplication();
    const position = factOf(ctx, 'reseed-database', 'position');
    if (position !== '') return ports.database(region).attach({ sourceHost, how: { kind: 'from-position', position } });
    requireClassified(region, state.position, ctx);
    return ports.database(region).attach({ sourceHost, how: { kind: 'demote' } });
  },
});

import { PortError } from '../../ports/errors';
import { done, isPrimary, no, refuseIfOutdated, standing } from '../step/finding';
import { defineStep } from '../step/step';

/** The point of no return. A retry finds either the whole promotion, or a part of it that the same order completes. */
export const promoteDatabase = defineStep({
  name: 'promote-database',
  title: (p: { region: string; idGap: number }) => `Promote ${p.region}: make its database the primary`,
  patience: { attemptMs: 20_000, attempts: 5, everyMs: 1_000 },
  pivot: true,
  async check({ region }, ports, ctx) {
    const state = await ports.database(region).state();
    refuseIfOutdated(region, state, ctx);
    const { epoch: row } = state;
    if (row?.epoch === ctx.epoch && row.region !== region) {
      throw new PortError('refused', `Epoch ${ctx.epoch} belongs to ${row.region}, not to ${region}.`);
    }
    if (!isPrimary(state, region, ctx.epoch)) return no(`${standing(region, state)}.`);
    return done(`${standing(region, state)}.`, { position: state.position, serverId: state.serverId });
  },
  act: ({ region, idGap }, ports, ctx) => ports.database(region).promote({ epoch: ctx.epoch, region, idGap }),
});

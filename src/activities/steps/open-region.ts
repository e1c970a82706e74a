import { done, isPrimary, no, refuseIfOutdated, standing } from '../step/finding';
import { PortError } from '../../ports/errors';
import { defineStep } from '../step/step';

/** From here on the region's serving check answers 200: edge services may send customers there. */
export const openRegion = defineStep({
  name: 'open-region',
  title: (p: { region: string }) => `Open ${p.region} to customers`,
  patience: { attemptMs: 10_000, attempts: 5, everyMs: 1_000 },
  async check({ region }, ports, ctx) {
    const state = await ports.database(region).state();
    refuseIfOutdated(region, state, ctx);
    if (!isPrimary(state, region, ctx.epoch)) {
      throw new PortError(
        'refused',
        `${standing(region, state)}, so it is not opened to customers in epoch ${ctx.epoch}.`,
      );
    }
    if (state.epoch?.verifiedEpoch === ctx.epoch) return done(`${region} is open to customers in epoch ${ctx.epoch}.`);
    return no(`${region} is the primary of epoch ${ctx.epoch}, but not open to customers yet.`);
  },
  act: ({ region }, ports, ctx) => ports.database(region).openTo(ctx.epoch),
});

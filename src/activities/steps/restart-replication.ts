import { PortError } from '../../ports/errors';
import { done, isPrimary, no, standing, underWay } from '../step/finding';
import { defineStep } from '../step/step';

/** Replication does not start by itself after a restart. Starting it while the source does not answer would lose fetched transactions. */
export const restartReplication = defineStep({
  name: 'restart-replication',
  title: (p: { region: string; source: string }) => `Restart ${p.region}'s replication from ${p.source}`,
  patience: { attemptMs: 20_000, attempts: 4, everyMs: 2_000 },
  async check({ region, source }, ports, ctx) {
    const state = await ports.database(region).state();
    const { replica } = state;
    if (!replica)
      throw new PortError(
        'refused',
        `${standing(region, state)}, so there is no replication to restart; rejoin it: npx handover rejoin ${ctx.site} --region ${region}`,
      );
    if (replica.io === 'yes' && replica.sql) return done(`${region} replicates from ${source}.`);
    if (replica.io === 'connecting' && replica.sql) return underWay(`${region} is connecting to ${source}.`);
    if (replica.error === undefined) return no(`${region} does not replicate from ${source}.`);
    return no(
      `${region} does not replicate from ${source}: ${replica.error}. If it stays so: npx handover rejoin ${ctx.site} --region ${region}`,
    );
  },
  async act({ region, source }, ports, ctx) {
    const state = await ports.database(source).state();
    if (!isPrimary(state, source, ctx.epoch)) {
      throw new PortError('refused', `${standing(source, state)}, so ${region} is not started as its replica.`);
    }
    await ports.database(region).startReplication();
  },
});

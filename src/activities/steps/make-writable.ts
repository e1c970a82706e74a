import { PortError } from '../../ports/errors';
import type { Ports } from '../../ports/ports';
import { fenceFileLeft } from '../step/fence-file';
import { eventsToEnable, stillDisabled } from '../step/disabled-events';
import { done, isPrimary, no, refuseIfOutdated, standing } from '../step/finding';
import { defineStep, type StepContext } from '../step/step';

type Restore = {
  region: string;
  /** A region of which a person has said that it is off. */
  silent?: string;
  /** A person has said so twice, and in this sentence. */
  isOff?: boolean;
  approvedBy?: string;
};

/** A primary that merely restarted comes back read-only, so that a deposed one never comes back writable; this step tells the two apart. */
export const makeWritable = defineStep({
  name: 'make-writable',
  title: (p: Restore) => `Make the primary ${p.region} writable again`,
  patience: { attemptMs: 15_000, attempts: 5, everyMs: 1_000 },
  async check({ region, approvedBy = '' }, ports, ctx) {
    const state = await ports.database(region).state();
    refuseIfOutdated(region, state, ctx);
    if (isPrimary(state, region, ctx.epoch)) {
      const left = await fenceFileLeft(region, ports);
      const events = state.disabledEvents.length === 0 ? '' : `; ${stillDisabled(state.disabledEvents)}`;
      const because = `${standing(region, state)}${events}.${left}${approvedBy === '' ? '' : ` ${approvedBy}`}`;
      return left !== '' && ctx.actedAt === undefined ? no(because) : done(because, eventsToEnable(region, state));
    }
    const { epoch: row } = state;
    if (state.replica || row?.region !== region || row.epoch !== ctx.epoch) {
      throw new PortError(
        'refused',
        `${standing(region, state)}, so it is not the primary of epoch ${ctx.epoch} and stays as it is.`,
      );
    }
    return no(`${standing(region, state)}.`);
  },
  async act(p, ports, ctx) {
    const { region } = p;
    const others = ports.regions.filter((other) => other !== region);
    await Promise.all(others.map((other) => requireBystander(other, ports, ctx).catch(unlessOff(p, other))));
    await ports.database(region).unfence(ctx.epoch);
  },
});

/** Silence is no objection once a person has said twice that the region is off. */
const unlessOff =
  ({ silent, isOff }: Restore, region: string) =>
  (error: unknown): void => {
    const isSilence = error instanceof PortError && error.kind === 'unavailable' && region === silent;
    if (!isSilence) throw error;
    if (isOff) return;
    const ask = `Approve only if ${region} is off and was not promoted; when it returns, it must come back read-only.`;
    throw new PortError('refused', `${region}'s database does not answer (${error.message}). ${ask}`);
  };

/** @throws PortError when `region` writes, is of a newer epoch, or does not answer: silence does not say that it was not promoted. */
async function requireBystander(region: string, ports: Ports, ctx: StepContext): Promise<void> {
  const state = await ports.database(region).state();
  refuseIfOutdated(region, state, ctx);
  if (!state.readOnly) throw new PortError('refused', `${standing(region, state)}, so the primary stays read-only.`);
  // Its promotion is given up: what the primary writes from now on is not in it.
  if (state.promoting !== undefined) await ports.database(region).detach();
}

import { PortError } from '../../ports/errors';
import { fenceFileLeft } from '../step/fence-file';
import { eventsToEnable, stillDisabled } from '../step/disabled-events';
import { done, isPrimary, no, preparedIn, refuseIfOutdated, standing } from '../step/finding';
import type { DatabaseState } from '../../ports/ports';
import { defineStep } from '../step/step';

/** The point of no return. A retry finds a complete promotion, or a partial one that the same call completes. */
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
    const [left, file] = [leftOver(state), await fenceFileLeft(region, ports)];
    // What an act has not mended, such as an event that can't be enabled, must not keep a region closed.
    const because = `${standing(region, state)}${left}${idle(state)}.${file}${preparedIn(region, state)}`;
    if (`${left}${file}` !== '' && ctx.actedAt === undefined) return no(because);
    const { position, serverId } = state;
    return done(because, { position, serverId, ...eventsToEnable(region, state) });
  },
  async act({ region, idGap }, ports, ctx) {
    const closed = await ports.database(region).promote({ epoch: ctx.epoch, region, idGap });
    if (closed.length > 0) ctx.progress(`Closed, since their locks held up the promotion: ${closed.join(', ')}.`);
  },
});

/** What a promotion that was cut off has left undone on a server that is the primary already. */
function leftOver({ disabledEvents, promoting }: DatabaseState): string {
  if (disabledEvents.length > 0) return `; ${stillDisabled(disabledEvents)}`;
  return promoting === undefined ? '' : '; its promotion has not ended';
}

/** Whoever runs the server may want it so; its check says what to keep in the option file. */
function idle({ idleEvents = 0 }: DatabaseState): string {
  if (idleEvents === 0) return '';
  const events = idleEvents === 1 ? '1 of its events does' : `${idleEvents} of its events do`;
  return `; ${events} not run, since event_scheduler is OFF (SET GLOBAL event_scheduler = ON)`;
}

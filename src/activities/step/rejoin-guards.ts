/** Checks that several steps of a rejoin make before they change anything: one region is deposed, the other is the primary. */
import { PortError } from '../../ports/errors';
import type { DatabaseState, Ports } from '../../ports/ports';
import type { Place } from '../../domain/salvage/history';
import type { Positions } from '../../ports/positions';
import { isPrimary, refuseIfOutdated, standing } from './finding';
import { earlierIn } from './earlier-reseed';
import type { StepContext } from './step';

/** @throws PortError(refused) unless `region` is the writable primary of this plan's epoch. */
export async function requirePrimary(region: string, ports: Ports, ctx: StepContext): Promise<DatabaseState> {
  const state = await ports.database(region).state();
  if (isPrimary(state, region, ctx.epoch)) return state;
  throw new PortError('refused', `${standing(region, state)}, so it is not the primary of epoch ${ctx.epoch}.`);
}

/** @throws PortError(refused) when `region` takes writes, is of a newer epoch, or is the very server of the primary. */
export async function requireDeposed(
  region: string,
  primary: DatabaseState,
  ports: Ports,
  ctx: StepContext,
): Promise<DatabaseState> {
  const state = await ports.database(region).state();
  refuseIfOutdated(region, state, ctx);
  if (!state.readOnly) throw new PortError('refused', `${standing(region, state)}; fence it first.`);
  if (state.epoch?.region === region && state.epoch.epoch >= ctx.epoch)
    throw new PortError('refused', `${standing(region, state)}, so it is not deposed.`);
  if (state.serverId === primary.serverId)
    throw new PortError('refused', `${region} and the primary are the same server (server id ${primary.serverId}).`);
  return state;
}

/** The fact `name` of the step `step`. @throws PortError(refused) when the plan has not run that step. */
export function factOf(ctx: StepContext, step: string, name: string): string {
  const value = ctx.facts[step]?.[name];
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new PortError(
    'refused',
    `The result "${name}" of ${step} is missing. Start again: npx handover rejoin ${ctx.site}`,
  );
}

/** Stream, writer and number of the transaction `id`. @throws Error when it is no id */
export function placeOf({ places }: Positions, id: string): Place {
  const [place] = places(id);
  if (place) return place;
  throw new Error(`${JSON.stringify(id)} is no id of a transaction.`);
}

/** @throws PortError(refused) when the log of `region` went on after it was read, or data that were copied took transactions: they would be lost. */
export function requireClassified(region: string, position: string, ports: Ports, ctx: StepContext): void {
  const last = factOf(ctx, 'classify-deposed', 'lastGtid');
  const known = factOf(ctx, 'classify-deposed', 'known');
  const { contains, minus } = ports.positions;
  const { earlierRun, seededAt } = earlierIn(ctx);
  if (earlierRun !== '') {
    requireUntouched(region, position, seededAt, ports, ctx);
    return;
  }
  // Streams of which nothing was read must end at a transaction that the primary had already.
  if (contains(position, last) && contains(known, minus(position, last))) return;
  throw new PortError(
    'refused',
    `${region} was classified up to ${last} and is now at ${position}: it was written to after that. Start again: npx handover rejoin ${ctx.site} --region ${region}`,
  );
}

/** @throws PortError(refused) when `region`, whose data are a copy at `seededAt`, has taken transactions since. */
export function requireUntouched(
  region: string,
  position: string,
  seededAt: string,
  ports: Ports,
  ctx: StepContext,
): void {
  if (ports.positions.contains(seededAt, position)) return;
  throw new PortError(
    'refused',
    `${region} was reseeded at ${seededAt} and is now at ${position}: it was written to after that. Start again: npx handover rejoin ${ctx.site} --region ${region}`,
  );
}

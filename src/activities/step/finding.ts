/** The four answers of a check, and the few questions about a database that several steps ask in the same words. */
import type { Facts } from '../../domain/plan/plan';
import { PortError } from '../../ports/errors';
import type { DatabaseState, Promoting } from '../../ports/ports';
import type { Finding, StepContext } from './step';

export const done = (because: string, facts: Facts = {}): Finding => ({ state: 'done', because, facts });
export const no = (because: string): Finding => ({ state: 'no', because });
export const underWay = (because: string): Finding => ({ state: 'under-way', because });
export const unknown = (because: string): Finding => ({ state: 'unknown', because });

/** True when `state` is that of a writable primary of exactly this epoch. */
export function isPrimary(state: DatabaseState, region: string, epoch: number): boolean {
  const { epoch: row } = state;
  return !state.readOnly && state.replica === undefined && row?.epoch === epoch && row.region === region;
}

/** How a database stands, such as `B's database is writable, a replica of 198.51.100.10, in epoch 3 of A`. */
export function standing(region: string, state: DatabaseState): string {
  const replica = state.replica === undefined ? '' : `, a replica of ${state.replica.sourceHost}`;
  const row =
    state.epoch === undefined ? ', without an epoch' : `, in epoch ${state.epoch.epoch} of ${state.epoch.region}`;
  return `${region}'s database is ${state.readOnly ? 'read-only' : 'writable'}${replica}${row}`;
}

/** @throws PortError(refused) when the database has seen a transfer newer than this plan: this plan is outdated. */
export function refuseIfOutdated(region: string, state: DatabaseState, ctx: StepContext): void {
  if (state.epoch === undefined || state.epoch.epoch <= ctx.epoch) return;
  throw new PortError(
    'refused',
    `This plan is for epoch ${ctx.epoch}, but ${region}'s database is already in epoch ${state.epoch.epoch}; a newer transfer has run, so this one stops.`,
  );
}

/**
 * The promotion that began in `region` for this plan's epoch and was cut off after the server had detached: drained, read-only and replicating
 * from nobody since. Its recorded position stands for the drain.
 */
export function cutOffPromotion(region: string, state: DatabaseState, { epoch }: StepContext): Promoting | undefined {
  const { promoting, replica, readOnly, appliedPosition } = state;
  const isIts = promoting?.epoch === epoch && promoting.region === region && promoting.applied === appliedPosition;
  return isIts && readOnly && replica === undefined ? promoting : undefined;
}

/** A sentence about the prepared transactions of `region`, to follow another one; empty for none. */
export function preparedIn(region: string, { prepared = [] }: DatabaseState): string {
  if (prepared.length === 0) return '';
  const more = prepared.length > 3 ? ` and ${prepared.length - 3} more` : '';
  return ` ${region} has ${prepared.slice(0, 3).join(' and ')}${more}: the rows that it changed stay locked until somebody types one of the two.`;
}

/** The value of `name` in the facts of any earlier step, when it is a text. */
export function earlierFact(ctx: StepContext, name: string): string | undefined {
  const values = Object.values(ctx.facts).map((facts) => facts[name]);
  return values.find((value) => typeof value === 'string');
}

/** What it took, for the report; nothing where nobody counted. */
export function costOf(kind: string, { calls }: StepContext): string {
  if (calls === undefined || calls.length === 0) return '';
  const ms = calls.reduce((sum, call) => sum + call.ms, 0);
  return `; ${kind} took ${calls.length} ${calls.length === 1 ? 'call' : 'calls'}, ${ms} ms`;
}

/** One step tried by hand in a world, without a plan around it. */
import { attemptStep, type Step, type StepContext } from '../../src/activities/step/step';
import type { StepSuccess } from '../../src/domain/plan/interpreter';
import { steps, type ParamsOf, type StepName } from '../../src/activities/steps';
import type { Facts, StepCall } from '../../src/domain/plan/plan';
import { contextFor } from '../world/conductor';
import { newActor } from '../world/faults';
import type { World } from '../world/world';

export function stepCalled(name: string): Step {
  const step = steps.find((each) => each.name === name);
  if (!step) throw new Error(`No step is called ${name}.`);
  return step;
}

export interface Trying {
  /** 2 unless told: the epoch that a first transfer makes true. */
  epoch?: number;
  facts?: Record<string, Facts>;
  signal?: AbortSignal;
}

function context(name: string, { epoch = 2, facts = {}, signal }: Trying): StepContext {
  return contextFor(newActor(name, 1, epoch), signal ?? new AbortController().signal, facts);
}

export function tryStep<N extends StepName>(
  world: World,
  name: N,
  params: ParamsOf<N> & Facts,
  trying: Trying = {},
): Promise<StepSuccess> {
  const actor = newActor(name, 1, trying.epoch ?? 2);
  return world.run(attemptStep(stepCalled(name), params, world.ports(actor), context(name, trying)));
}

export function undoStep<N extends StepName>(
  world: World,
  name: N,
  params: ParamsOf<N> & Facts,
  trying: Trying = {},
): Promise<string> {
  const { undo } = stepCalled(name);
  if (!undo) throw new Error(`${name} has no undo.`);
  const actor = newActor(`undo-${name}`, 1, trying.epoch ?? 2);
  return world.run(undo(params, world.ports(actor), context(name, trying)));
}

export function callOf<N extends StepName>(name: N, params: ParamsOf<N> & Facts, id: string = name): StepCall {
  const step = stepCalled(name);
  return {
    id,
    step: name,
    title: step.title(params),
    phase: 'prepare',
    params,
    patience: step.patience,
    onFailure: 'stop',
    ...(step.pivot ? { pivot: true } : {}),
    ...(step.undo ? { undoable: true } : {}),
  };
}

/** The effects that changed something, in words such as `database.fence of A`. */
export const changes = (world: World) =>
  world.gate.effects.filter((each) => each.changed).map(({ op, region }) => (region ? `${op} of ${region}` : op));

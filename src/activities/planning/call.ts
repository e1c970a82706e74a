/** Fills in one step of a plan: title and patience come from the step itself, so that the plan in the history says all there is to say. */
import type { Facts, OnFailure, Phase, StepCall } from '../../domain/plan/plan';
import { steps } from '../steps';

interface Placing {
  phase: Phase;
  /** Tells two calls of the same step apart, such as a region or a record name. */
  at?: string;
  onFailure?: OnFailure;
  afterMs?: number;
  /** Steps before the pivot are undone when something fails; set false where an undo would do harm. */
  undo?: boolean;
}

/** @throws Error when no step of that name is listed in `steps/index.ts`: a plan that names one is a bug. */
export function call(name: string, params: Facts, placing: Placing): StepCall {
  const step = steps.find((candidate) => candidate.name === name);
  if (!step) throw new Error(`No step is called ${name}; the steps are ${steps.map((each) => each.name).join(', ')}.`);
  return {
    id: placing.at === undefined ? name : `${name}/${placing.at}`,
    step: name,
    title: step.title(params),
    phase: placing.phase,
    params,
    patience: step.patience,
    onFailure: placing.onFailure ?? 'stop',
    ...(step.pivot ? { pivot: true } : {}),
    ...(step.undo && placing.undo !== false ? { undoable: true } : {}),
    ...(placing.afterMs === undefined ? {} : { afterMs: placing.afterMs }),
  };
}

/** The same call where nothing may be undone any more. */
export const forward = (name: string, params: Facts, placing: Placing): StepCall =>
  call(name, params, { ...placing, undo: false });

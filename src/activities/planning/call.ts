/** Fills in one step of a plan: title and patience come from the step itself, so that the plan in the history is complete. */
import type { OnFailure, Phase, StepCall } from '../../domain/plan/plan';
import { stepCalled, type ParamsOf, type StepName } from '../steps';

interface Placing {
  phase: Phase;
  /** Tells two calls of the same step apart, such as a region or a record name. */
  at?: string;
  onFailure?: OnFailure;
  afterMs?: number;
  /** Steps before the pivot are undone when something fails; set false where an undo would do harm. */
  undo?: boolean;
  /** Before the pivot a person is asked whether it may pass. */
  ask?: StepCall['ask'];
}

/** The step is one of the table of contents, and its params are those that it asks for: the compiler refuses any other. */
export function call<N extends StepName>(name: N, params: ParamsOf<N>, placing: Placing): StepCall {
  const step = stepCalled(name);
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
    ...(placing.ask && { ask: placing.ask }),
    ...(placing.afterMs === undefined ? {} : { afterMs: placing.afterMs }),
  };
}

/** The same call where nothing may be undone any more. */
export const forward = <N extends StepName>(name: N, params: ParamsOf<N>, placing: Placing): StepCall =>
  call(name, params, { ...placing, undo: false });

import type { Plan, StepCall } from '../../src/domain/plan/plan';

/** One step of a plan that nobody but a test would make. */
export function aCall(step: string, over: Partial<StepCall> = {}): StepCall {
  return {
    id: step,
    step,
    title: `Do ${step}`,
    phase: 'prepare',
    params: {},
    patience: { attemptMs: 10_000, attempts: 3, everyMs: 500 },
    onFailure: 'stop',
    ...over,
  };
}

export function aPlan(stages: StepCall[][], over: Partial<Plan> = {}): Plan {
  const heading = { site: 'shop', kind: 'planned', cause: 'switchover', from: 'A', to: 'B', epoch: 2 } as const;
  return { ...heading, because: 'A test asks for it.', ...over, stages };
}

export const pivot = aCall('promote-database', { pivot: true });
export const undoable = (step: string, over: Partial<StepCall> = {}) => aCall(step, { undoable: true, ...over });

import { attemptStep } from '../../src/activities/step/step';
import type { StepSuccess } from '../../src/domain/plan/interpreter';
import { steps } from '../../src/activities/steps';
import { planRejoin } from '../../src/activities/planning';
import { takeSurvey } from '../../src/activities/planning/survey';
import type { Facts, Plan } from '../../src/domain/plan/plan';
import type { Ports } from '../../src/ports/ports';
import type { Salvage } from '../../src/ports/rejoin';
import type { RejoinPair } from './pair';

/** The plan the project makes now. @throws Error with the sentence of its refusal */
export async function planOf(pair: RejoinPair): Promise<Plan> {
  const survey = await takeSurvey(pair.site, pair.ports);
  const planning = planRejoin({ site: pair.site, caPem: '' }, survey, {
    site: 'lab',
    region: '',
    because: 'A test asks.',
  });
  if (planning.outcome === 'refused') throw new Error(planning.because);
  return planning.plan;
}

/** What needs a web server or Redis is not part of this world. */
export const databaseSteps = [
  'fence-database',
  'drain-database',
  'apply-tail',
  'promote-database',
  'copy-binlogs',
  'classify-deposed',
  'salvage-orders',
  'reseed-database',
  'attach-rejoined',
  'compare-databases',
];

export interface Journal {
  facts: Record<string, Facts>;
  done: Record<string, StepSuccess>;
}

/** Runs the database's steps of `plan` one after the other, from where `journal` ends, up to and with `until`. */
export async function runSteps(
  { ports }: Pick<RejoinPair, 'ports'>,
  plan: Plan,
  {
    journal = { facts: {}, done: {} },
    until = 'compare-databases',
    signal = new AbortController().signal,
    key = 'test',
  }: { journal?: Journal; until?: string; signal?: AbortSignal; key?: string } = {},
): Promise<Journal> {
  for (const call of plan.stages.flat().filter(({ step }) => databaseSteps.includes(step))) {
    if (journal.done[call.id]) continue;
    const step = steps.find(({ name }) => name === call.step)!;
    const ctx = {
      site: plan.site,
      epoch: plan.epoch,
      key: `${key}/${call.id}`,
      facts: journal.facts,
      progress: () => undefined,
      signal,
    };
    const done = await attemptStep({ ...step, patience: call.patience }, call.params, ports, ctx);
    journal.done[call.id] = done;
    journal.facts[call.id] = done.facts;
    if (call.step === until) break;
  }
  return journal;
}

/** The same ports, with salvage that settles as `settle` says, which is given the real one. */
export const settlingBy = (ports: Ports, settle: (real: Salvage, ...given: Settling) => Settled): Ports => ({
  ...ports,
  salvage: (region) => {
    const real = ports.salvage(region);
    return {
      known: () => real.known(),
      shapes: () => real.shapes(),
      records: (point) => real.records(point),
      open: () => real.open(),
      prepare: () => real.prepare(),
      look: (looks, shapes) => real.look(looks, shapes),
      settle: (batch, input) => settle(real, batch, input),
    };
  },
});
type Settling = Parameters<Salvage['settle']>;
type Settled = ReturnType<Salvage['settle']>;

/** The same ports, with salvage that breaks off at its `n`-th thing, before its effect or after it. */
export function breakingOff(ports: Ports, n: number, when: 'before' | 'after'): Ports {
  let calls = 0;
  return settlingBy(ports, async (real, batch, input) => {
    const settled = [];
    for (const found of batch) {
      calls += 1;
      if (calls === n && when === 'before') throw new Error('the worker was killed');
      settled.push(...(await real.settle([found], input)));
      if (calls === n) throw new Error('the worker was killed');
    }
    return settled;
  });
}

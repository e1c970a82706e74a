/**
 * The contract of a step, and the one place that runs it: check, act, check again until the world says it is so.
 * A step author needs to know this page and `providers/ports.ts`, nothing of Temporal.
 */
import type { Facts, Patience } from '../domain/plan';
import type { Ports } from '../providers/ports';

/** What a look at the world says about a step. `unknown` is an answer of its own: it is neither done nor not done. */
export interface Finding<F extends Facts = Facts> {
  state: 'no' | 'under-way' | 'done' | 'unknown';
  /** A sentence a person on call could read aloud. */
  because: string;
  facts?: F;
}

export interface StepContext {
  site: string;
  /** The epoch the plan makes true. */
  epoch: number;
  /** The same for every attempt of this step in this plan; for APIs and canaries that take one. */
  key: string;
  /** Facts of earlier steps, by step id. */
  facts: Record<string, Facts>;
  /** Reports progress to Temporal; a sentence. */
  progress: (sentence: string) => void;
  /** Aborted when the attempt's time is over, the worker stops or the step is cancelled. */
  signal: AbortSignal;
}

export interface Step<P extends Facts = Facts, F extends Facts = Facts> {
  /** In YAML, in the plan, in Temporal Web. */
  name: string;
  /** The line a person reads in history, journal and report. */
  title: (p: P) => string;
  patience: Patience;
  pivot?: true;
  /** Changes nothing. */
  check: (p: P, ports: Ports, ctx: StepContext) => Promise<Finding<F>>;
  /** Converges; not called while the check says `under-way` or `done`. */
  act: (p: P, ports: Ports, ctx: StepContext) => Promise<void>;
  /** Harmless if act never took hold. Returns the sentence for the journal. */
  undo?: (p: P, ports: Ports, ctx: StepContext) => Promise<string>;
}

/** Keeps a step's own types while letting the table of contents hold all of them. */
export function defineStep<P extends Facts, F extends Facts = Facts>(step: Step<P, F>): Step<P, F> {
  return step;
}

/** The step was tried and the world does not say it is done; worth another attempt. */
export class NotYet extends Error {
  constructor(because: string) {
    super(because);
    this.name = 'NotYet';
  }
}

const pollEveryMs = 100;

export interface StepDone {
  outcome: 'done' | 'already-done';
  because: string;
  facts: Facts;
}

/**
 * One attempt of `step`. Succeeds only when a fresh check says done; polls that check every 100 ms until `attemptMs` is nearly over.
 * @throws NotYet when it does not get there in time; a PortError as the adapters threw it.
 */
export async function attemptStep(step: Step, params: Facts, ports: Ports, ctx: StepContext): Promise<StepDone> {
  const deadline = ports.now() + step.patience.attemptMs * 0.9;
  const before = await step.check(params, ports, ctx);
  if (before.state === 'done') return { outcome: 'already-done', because: before.because, facts: before.facts ?? {} };
  if (before.state !== 'under-way') await step.act(params, ports, ctx);
  for (;;) {
    const after = await step.check(params, ports, ctx);
    if (after.state === 'done') return { outcome: 'done', because: after.because, facts: after.facts ?? {} };
    if (ports.now() >= deadline || ctx.signal.aborted) throw new NotYet(after.because);
    ctx.progress(after.because);
    await pause(pollEveryMs, ctx.signal);
  }
}

/** Resolves after `ms`, or at once when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

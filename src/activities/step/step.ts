/**
 * The contract of a step, and the one place that runs it: check, act, then check until done.
 * A step author needs to know this page, `finding.ts` and `src/ports/ports.ts`, nothing of Temporal.
 */
import { unknownWaitMs } from '../../domain/failure';
import type { StepSuccess } from '../../domain/plan/interpreter';
import type { Facts, Patience } from '../../domain/plan/plan';
import { PortError, nonRetryable, sentenceOf } from '../../ports/errors';
import type { Call } from '../../providers/http/call-log';
import type { Ports } from '../../ports/ports';

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
  /** When an act came to its end in this attempt, as `ports.now()`; only in the checks that follow it. */
  actedAt?: number;
  /** Requests over HTTP and the like that went out for this attempt so far. */
  calls?: readonly Call[];
  /** Reports progress to Temporal; a sentence. */
  progress: (sentence: string) => void;
  /** Aborted when the attempt's time is over, the worker stops or the step is cancelled. */
  signal: AbortSignal;
}

/** A function of a step. Taken from a method, its params are compared both ways, so that the table of contents can hold steps of any params. */
type Does<P, R> = { does(p: P, ports: Ports, ctx: StepContext): Promise<R> }['does'];

export interface Step<P extends Facts = Facts, F extends Facts = Facts, N extends string = string> {
  /** In YAML, in the plan, in Temporal Web. */
  name: N;
  /** The line a person reads in history, journal and report. */
  title: { of(p: P): string }['of'];
  patience: Patience;
  pivot?: true;
  /** Changes nothing. */
  check: Does<P, Finding<F>>;
  /** Converges; not called while the check says `under-way` or `done`. */
  act: Does<P, void>;
  /** Harmless if act never took hold. Returns the sentence for the journal. */
  undo?: Does<P, string>;
}

/** Keeps a step's own name and params as types while letting the table of contents hold all of them. */
export function defineStep<const N extends string, P extends Facts, F extends Facts = Facts>(
  step: Step<P, F, N>,
): Step<P, F, N> {
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
/** A wait that the other side asks for is kept here up to this length; a longer one is the workflow's, and holds no worker meanwhile. */
const shortWaitMs = 3_000;
/** A check that returns `no` for this long after the act ends the attempt; the next attempt acts again. */
const noHoldsMs = 5_000;

/**
 * One attempt of `step`. Succeeds only when a fresh check says done; polls that check every 100 ms until `attemptMs` is nearly over,
 * or until it has said a plain `no` for 5 s.
 * When act fails the world is read once more, because the reply may have been lost after the effect.
 * @throws NotYet when it does not get there in time; a PortError as the adapters threw it, `limited` also when only a look had to wait.
 */
export async function attemptStep(step: Step, params: Facts, ports: Ports, ctx: StepContext): Promise<StepSuccess> {
  const deadline = ports.now() + step.patience.attemptMs * 0.9;
  const before = await step.check(params, ports, ctx);
  if (before.state === 'done') return { outcome: 'already-done', because: before.because, facts: before.facts ?? {} };
  if (before.state === 'under-way') return poll(step, params, ports, ctx, deadline);
  try {
    await actWhenFree(step, params, ports, ctx, deadline);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    const after = await lookAgain(step, params, ports, ctx);
    if (after.state !== 'done') throw error;
    return { outcome: 'done', because: after.because, facts: after.facts ?? {} };
  }
  return poll(step, params, ports, { ...ctx, actedAt: ports.now() }, deadline);
}

/** What is busy with something before is asked again as long as the attempt lasts. It may last, unlike a limit, so a person must hear of it soon. */
async function actWhenFree(step: Step, params: Facts, ports: Ports, ctx: StepContext, deadline: number): Promise<void> {
  for (;;) {
    try {
      await step.act(params, ports, ctx);
      return;
    } catch (error) {
      const waitMs = error instanceof PortError && error.kind === 'unavailable' ? error.waitMs : undefined;
      if (waitMs === undefined || ports.now() + waitMs >= deadline) throw error;
      ctx.progress(sentenceOf(error));
      await ports.sleep(waitMs, ctx.signal);
      if (ctx.signal.aborted) throw error;
    }
  }
}

async function poll(step: Step, params: Facts, ports: Ports, ctx: StepContext, deadline: number): Promise<StepSuccess> {
  const noUntil = ports.now() + noHoldsMs;
  for (;;) {
    const look = await lookAgain(step, params, ports, ctx);
    if (look.state === 'done') return { outcome: 'done', because: look.because, facts: look.facts ?? {} };
    const waitMs = look.limited ? (look.limited.waitMs ?? unknownWaitMs) : pollEveryMs;
    const over = ports.now() >= (look.state === 'no' ? Math.min(noUntil, deadline) : deadline);
    if (look.limited && (over || waitMs > shortWaitMs)) throw look.limited;
    if (over || ctx.signal.aborted) throw new NotYet(look.because);
    ctx.progress(look.because);
    await ports.sleep(Math.max(waitMs, pollEveryMs), ctx.signal);
  }
}

type Look = Finding & { limited?: PortError };

/** A check after which silence of the world is one more unknown; errors that asking again would only repeat are thrown. */
async function lookAgain(step: Step, params: Facts, ports: Ports, ctx: StepContext): Promise<Look> {
  try {
    return await step.check(params, ports, ctx);
  } catch (error) {
    if (!(error instanceof PortError) || nonRetryable.has(error.kind)) throw error;
    const unknown = { state: 'unknown', because: error.message } as const;
    return error.kind === 'limited' ? { ...unknown, limited: error } : unknown;
  }
}

/**
 * Runs one planned transfer with the same plan, steps and adapters as the workflow, but without Temporal, and times every call of an
 * adapter, to show what a step takes without durability. Runs in the lab's namespace `world`; prints one JSON object.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { siteCache } from '../../src/activities/site-cache';
import { planTransfer } from '../../src/activities/planning';
import type { SiteContext } from '../../src/activities/planning/prepare';
import { attemptStep, type Step, type StepContext } from '../../src/activities/step/step';
import { steps } from '../../src/activities/steps';
import { takeSurvey } from '../../src/activities/planning/survey';
import type { Facts, Plan, StepCall } from '../../src/domain/plan/plan';
import { runPlan, type StepInvoker, type StepSuccess } from '../../src/domain/plan/interpreter';
import { sentenceOf } from '../../src/domain/sentence';
import { nonRetryable, PortError } from '../../src/ports/errors';
import type { Ports } from '../../src/ports/ports';
import { coveredMs, type Span } from '../arithmetic';
import { timeCalls } from '../call-timer';

export interface DirectStep {
  phase: string;
  step: string;
  /** Milliseconds of the whole step, and of the adapters' calls in it. */
  ms: number;
  workMs: number;
}

const checkEveryMs = 50;
const verifiedWithinMs = 20_000;

function contextOf(plan: Plan, call: StepCall, facts: Record<string, Facts>): StepContext {
  const signal = new AbortController().signal;
  return { site: plan.site, epoch: plan.epoch, key: `bench/${call.id}`, facts, signal, progress: () => undefined };
}

function stepOf(call: StepCall): Step {
  const step = steps.find(({ name }) => name === call.step);
  if (!step) throw new Error(`there is no step ${call.step}`);
  return { ...step, patience: call.patience };
}

/** The verification of the vantages, done from here; these steps are not compared. */
async function verified({ ports }: SiteContext, plan: Plan): Promise<StepSuccess> {
  const deadline = Date.now() + verifiedWithinMs;
  for (;;) {
    const { role, epoch, database, because } = await ports.shop(plan.to).health();
    if (role === 'primary' && epoch === plan.epoch && !database.readOnly)
      return { outcome: 'done', because, facts: {} };
    if (Date.now() > deadline) throw new Error(because);
    await delay(checkEveryMs);
  }
}

/** As many attempts as Temporal makes: a connection that breaks under load must not roll the transfer back. */
async function attempts<T>(call: Pick<StepCall, 'patience'>, attempt: () => Promise<T>, made = 1): Promise<T> {
  const { patience } = call;
  try {
    return await attempt();
  } catch (error) {
    const final = error instanceof PortError && nonRetryable.has(error.kind);
    if (final || made >= patience.attempts) throw error;
    await delay(patience.everyMs);
    return attempts(call, attempt, made + 1);
  }
}

function invokerFor(context: SiteContext, plan: Plan, measured: DirectStep[]): StepInvoker {
  return {
    run: async (call, facts) => {
      if (call.vantages) return verified(context, plan);
      await delay(call.afterMs ?? 0);
      const spans: Span[] = [];
      const started = performance.now();
      const ports = timeCalls<Ports>(context.ports, (span) => spans.push(span));
      const done = await attempts(call, () =>
        attemptStep(stepOf(call), call.params, ports, contextOf(plan, call, facts)),
      );
      const ms = performance.now() - started;
      measured.push({ phase: call.phase, step: call.step, ms, workMs: coveredMs(spans) });
      return done;
    },
    undo: async (call, facts) =>
      (await stepOf(call).undo?.(call.params, context.ports, contextOf(plan, call, facts))) ??
      'There is nothing to undo.',
    ask: (_call, because) => Promise.resolve({ answer: 'stop', because }),
    cancelled: () => undefined,
    now: Date.now,
    noted: () => undefined,
    sentence: sentenceOf,
  };
}

async function main(): Promise<void> {
  const context = await siteCache({ sitesDir: '/mnt/sites' })('lab');
  // A worker keeps its connections open, so these are opened before anything is timed; the survey opens the others.
  await Promise.all(context.ports.regions.map((region) => context.ports.sessions(region).state()));
  const survey = await takeSurvey(context.site, context.ports);
  const request = {
    kind: 'switchover',
    to: '',
    region: '',
    because: 'The bench measures this transfer.',
    onsetAt: 0,
    evenUnfenced: false,
  } as const;
  const planning = planTransfer(context, survey, { site: context.site.site, decidedAt: Date.now(), ...request });
  if (planning.outcome === 'refused') throw new Error(planning.because);
  const measured: DirectStep[] = [];
  const { ending, because } = await runPlan(planning.plan, invokerFor(context, planning.plan, measured));
  if (ending !== 'completed') throw new Error(`the transfer without Temporal ended as ${ending}: ${because}`);
  console.log(JSON.stringify(measured));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);

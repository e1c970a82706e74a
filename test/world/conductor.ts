/** Stands in for Temporal: runs the attempts of a step, gives up on workers that died, retries, and lets a plan run to its end. */
import { attemptStep, NotYet, type Step, type StepContext } from '../../src/activities/step/step';
import { steps } from '../../src/activities/steps';
import type { Facts, Plan, StepCall } from '../../src/domain/plan/plan';
import { runPlan, type Answer, type StepInvoker, type Run, type StepSuccess } from '../../src/domain/plan/interpreter';
import { nonRetryable, PortError } from '../../src/ports/errors';
import type { Ports } from '../../src/ports/ports';
import { newActor, type Actor } from './faults';
import { notServing } from './region';
import { sentTo } from './traffic';
import type { World } from './world';
import { answered, shopName } from './zone';

/** Temporal hears no heartbeat for so long before it gives a worker up. */
const heartbeatTimeoutMs = 3_000;
const answerAfterMs = 20_000;
const lookEveryMs = 150;

export interface Conducting {
  /** The steps to run, so that a test can put a broken one in. */
  steps?: readonly Step[];
  /** Called before each stage; a sentence cancels. */
  cancelled?: () => string | undefined;
  answer?: (call: StepCall, asked: number) => Answer;
}

export function contextFor(actor: Actor, signal: AbortSignal, facts: Record<string, Facts>): StepContext {
  const { step, epoch } = actor;
  return { site: 'shop', epoch, key: `shop-${epoch}-${step}`, facts, progress: () => undefined, signal };
}

export async function conduct(
  world: World,
  plan: Plan,
  { steps: known = steps, cancelled, answer }: Conducting = {},
): Promise<Run> {
  let asked = 0;
  const hands: StepInvoker = {
    run: async (call, facts) => {
      await world.gate.clock.sleep(call.afterMs ?? 0);
      const success = await retried(world, call, (attempt) => once(world, known, plan, call, facts, attempt));
      if (success.facts['fenced'] === false) world.unfenced.add(plan.from);
      return success;
    },
    undo: (call, facts) =>
      retried(world, call, (attempt) =>
        asWorker(world, newActor(`undo-${call.id}`, attempt, plan.epoch), call, facts, (ports, ctx) => {
          const step = known.find((each) => each.name === call.step);
          if (!step?.undo) throw new Error(`${call.step} has no undo.`);
          return step.undo(call.params, ports, ctx);
        }),
      ),
    ask: async (call) => {
      await world.gate.clock.sleep(answerAfterMs);
      asked += 1;
      const standard: Answer =
        asked <= 3 ? { answer: 'retry' } : { answer: 'stop', because: 'It does not get better.' };
      return answer?.(call, asked) ?? standard;
    },
    cancelled: () => cancelled?.(),
    now: world.gate.clock.now,
    noted: () => undefined,
    sentence: (error) => (error instanceof Error ? error.message : 'unknown'),
  };
  return world.run(runPlan(plan, hands));
}

function once(
  world: World,
  known: readonly Step[],
  plan: Plan,
  call: StepCall,
  facts: Record<string, Facts>,
  attempt: number,
): Promise<StepSuccess> {
  if (call.vantages) return lookUntil(world, plan, call);
  const step = known.find((each) => each.name === call.step);
  if (!step) throw new Error(`No step is called ${call.step}.`);
  const actor = newActor(call.id, attempt, plan.epoch);
  return asWorker(world, actor, call, facts, (ports, ctx) =>
    attemptStep({ ...step, patience: call.patience }, call.params, ports, ctx),
  );
}

/** One activity attempt: over when the work ends, when its time is up, or when its worker is no longer heard. */
async function asWorker<T>(
  world: World,
  actor: Actor,
  call: StepCall,
  facts: Record<string, Facts>,
  work: (ports: Ports, ctx: StepContext) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const { clock } = world.gate;
  const lost = actor.givenUp.then(async () => {
    await clock.sleep(heartbeatTimeoutMs);
    throw new PortError('unavailable', 'The worker is no longer heard.');
  });
  const late = clock.sleep(call.patience.attemptMs, stop.signal).then((): T => {
    throw new NotYet('The attempt took too long.');
  });
  try {
    return await Promise.race([work(world.ports(actor), contextFor(actor, stop.signal, facts)), lost, late]);
  } finally {
    stop.abort();
  }
}

async function retried<T>(world: World, call: StepCall, attemptOnce: (n: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnce(attempt);
    } catch (error) {
      const retry = error instanceof NotYet || (error instanceof PortError && !nonRetryable.has(error.kind));
      if (!retry || attempt >= call.patience.attempts) throw error;
      await world.gate.clock.sleep(call.patience.everyMs);
    }
  }
}

/** A vantage goes on asking until its attempt is nearly over, as `activities/look.ts` does. */
async function lookUntil(world: World, plan: Plan, call: StepCall): Promise<StepSuccess> {
  const { clock } = world.gate;
  const deadline = clock.now() + call.patience.attemptMs * 0.9;
  for (;;) {
    try {
      return fromVantages(world, plan, call);
    } catch (error) {
      if (clock.now() > deadline) throw error;
      await clock.sleep(lookEveryMs);
    }
  }
}

/** What the vantages would find; they reach every region unless its host is dead. */
function fromVantages(world: World, plan: Plan, call: StepCall): StepSuccess {
  const region = world.region(plan.kind === 'pointer' || plan.kind === 'restore' ? plan.from : plan.to);
  const { running, server } = region;
  const ready =
    region.hostUp && server.up && !server.readOnly && running.epoch === plan.epoch && server.row.epoch === plan.epoch;
  const now = world.gate.clock.now();
  const named = world.traffic
    ? sentTo(world.traffic, now) === region.name
    : answered(world.zone, shopName, 'A', now)?.includes(region.address) === true;
  const serves = call.step === 'verify-region' ? ready : ready && named && notServing(region) === undefined;
  if (!serves) throw new NotYet(`${region.name} does not serve in epoch ${plan.epoch}.`);
  return { outcome: 'done', because: `${region.name} serves in epoch ${plan.epoch}.`, facts: {} };
}

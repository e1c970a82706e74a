/** What may go wrong at one call of one attempt, and the gate through which every call of every port goes. */
import { PortError } from '../../src/ports/errors';
import type { VirtualClock } from '../../lab/loopback/virtual-clock';

export type Fault =
  /** The worker dies before the call goes out. */
  | { kind: 'kill-before' }
  /** The worker dies after the effect, before it hears of it. */
  | { kind: 'kill-after' }
  /** The effect happens and the caller is told that nobody answered. */
  | { kind: 'lost-reply' }
  /** The caller is told that nobody answered, and the effect happens so much later. */
  | { kind: 'late'; ms: number }
  /** The worker hangs so long, is given up, and then goes on as if nothing had been. */
  | { kind: 'stall'; ms: number }
  /** The other side answers that all is well, and does nothing. */
  | { kind: 'ignored' }
  | { kind: 'denied' }
  | { kind: 'unavailable' }
  /** Half of an act that takes several statements. */
  | { kind: 'half' }
  /** Something else happens in the world at this moment. */
  | { kind: 'event'; name: string; happen: () => void };

/** One point of a run: the n-th call of an attempt of a step. */
export interface Point {
  step: string;
  attempt: number;
  call: number;
}

export type FaultPlan = readonly (Point & { fault: Fault })[];

/** One attempt of a step, as a worker makes it. */
export interface Actor {
  step: string;
  attempt: number;
  epoch: number;
  calls: number;
  /** Settles when Temporal stops hearing from the worker. */
  givenUp: Promise<void>;
  giveUp: () => void;
}

export interface Call {
  op: string;
  region?: string;
  /** Reads change nothing. */
  effect: boolean;
}

export interface Effect extends Call, Point {
  at: number;
  epoch: number;
  /** False when the call found everything as it wanted it. */
  changed: boolean;
}

export function newActor(step: string, attempt: number, epoch: number): Actor {
  let giveUp = () => {};
  const givenUp = new Promise<void>((resolve) => {
    giveUp = resolve;
  });
  return { step, attempt, epoch, calls: 0, givenUp, giveUp };
}

const latencyMs = 5;
const timeoutMs = 2_000;
const never = () => new Promise<never>(() => undefined);

export interface Gate {
  clock: VirtualClock;
  faults: FaultPlan;
  /** Every call of the run, in order: the points at which a fault can be set. */
  calls: (Point & Call)[];
  effects: Effect[];
  /** Called after each effect, also one that changed nothing it was meant to. */
  happened: (effect: Effect) => void;
  /** Why the call can't arrive. */
  unreachable: (call: Call) => { because: string; slow: boolean } | undefined;
}

/** `work` is what happens at the other side; it says whether it changed something, or gives a reading. */
export async function pass<T>(gate: Gate, actor: Actor, call: Call, work: (half: boolean) => T): Promise<T> {
  const point = { step: actor.step, attempt: actor.attempt, call: actor.calls++ };
  gate.calls.push({ ...point, ...call });
  const fault = faultAt(gate, point);
  if (fault?.kind === 'event') fault.happen();
  if (fault?.kind === 'kill-before') return die(actor);
  if (fault?.kind === 'stall') {
    actor.giveUp();
    await gate.clock.sleep(fault.ms);
  }
  await gate.clock.sleep(latencyMs);
  await arrive(gate, call, fault);
  if (fault?.kind === 'ignored' && call.effect) return ignored();
  const happen = () => perform(gate, actor, point, call, () => work(fault?.kind === 'half'));
  if (fault?.kind === 'late') {
    void gate.clock.sleep(fault.ms).then(happen).catch(ignoreRefusal);
    throw await noAnswer(gate, call);
  }
  const result = happen();
  if (fault?.kind === 'kill-after') return die(actor);
  if (fault?.kind === 'lost-reply' || fault?.kind === 'half') throw await noAnswer(gate, call);
  await gate.clock.sleep(latencyMs);
  return result;
}

function faultAt(gate: Gate, point: Point): Fault | undefined {
  return gate.faults.find((f) => f.step === point.step && f.attempt === point.attempt && f.call === point.call)?.fault;
}

async function arrive(gate: Gate, call: Call, fault: Fault | undefined): Promise<void> {
  if (fault?.kind === 'denied') throw new PortError('denied', `${call.op} was denied.`);
  if (fault?.kind === 'unavailable') throw await noAnswer(gate, call);
  const reason = gate.unreachable(call);
  if (!reason) return;
  if (reason.slow) await gate.clock.sleep(timeoutMs);
  throw new PortError('unavailable', reason.because);
}

function perform<T>(gate: Gate, actor: Actor, point: Point, call: Call, work: () => T): T {
  // A late effect meets the world of its own moment, which may have gone.
  const reason = gate.unreachable(call);
  if (reason) throw new PortError('unavailable', reason.because);
  const result = work();
  if (call.effect) {
    const effect = { ...point, ...call, at: gate.clock.now(), epoch: actor.epoch, changed: result !== false };
    gate.effects.push(effect);
    gate.happened(effect);
  }
  return result;
}

async function noAnswer(gate: Gate, call: Call): Promise<PortError> {
  await gate.clock.sleep(timeoutMs);
  return new PortError('unavailable', `${call.op} of ${call.region ?? 'the zone'} got no answer.`);
}

/** Callers learn nothing from the result of an effect but that it came. */
const ignored = <T>() => Promise.resolve(undefined as T);

function die(actor: Actor): Promise<never> {
  actor.giveUp();
  return never();
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof PortError)) throw error;
}

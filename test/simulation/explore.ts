/** Runs a whole transfer with faults at given points and says what it left behind that it must not. */
import type { Run } from '../../src/domain/plan/interpreter';
import type { Plan } from '../../src/domain/plan/plan';
import { conduct, type Conducting } from '../world/conductor';
import type { Call, Fault, FaultPlan, Point } from '../world/faults';
import { issuedTwice, missingIn } from '../world/invariants';
import { planFor } from '../world/planning';
import { notServing } from '../world/region';
import { newWorld, type World } from '../world/world';

export interface Scenario {
  kind: 'switchover' | 'failover';
  /** What happens before the plan is made. */
  before: (world: World) => void | Promise<void>;
  /** Puts something wrong into the plan. */
  spoil?: (plan: Plan) => Plan;
}

/** A fault that needs the world it happens to. */
export type FaultFor = (world: World) => Fault;
export type Placed = Point & { fault: FaultFor; called: string };
/** Where a fault may strike. */
type At = Point & Call;

export interface Outcome {
  world: World;
  plan: Plan;
  run: Run;
  /** What a late act left behind after the roll-back, found by what the region says of itself and put right. */
  repaired: string[];
  /** Sentences; empty when all is well. */
  wrong: string[];
}

const warmUpMs = 1_000;
/** Longer than the longest stall or late effect. */
const settleMs = 12_000;

export const scenarios: Record<string, Scenario> = {
  'a planned transfer': { kind: 'switchover', before: () => undefined },
  'an unplanned transfer from an isolated region': {
    kind: 'failover',
    before(world) {
      world.hidden.add('A');
      world.linkCut = true;
    },
  },
  'an unplanned transfer from a region whose database died, to a replica that is behind': {
    kind: 'failover',
    async before(world) {
      world.region('B').server.applyRate = 0;
      await world.pass(5_000);
      world.crash('A');
      world.region('B').server.applyRate = 1;
    },
  },
};

export async function play(
  scenario: Scenario,
  placed: readonly Placed[] = [],
  conducting: Conducting = {},
): Promise<Outcome> {
  const faults: (FaultPlan[number] | undefined)[] = [];
  const world = newWorld({ faults: faults as FaultPlan });
  for (const { fault, ...point } of placed) faults.push({ ...point, fault: fault(world) });
  const plan = await begin(world, scenario);
  const run = await conduct(world, plan, conducting);
  await world.pass(settleMs);
  const repaired = run.ending === 'rolled-back' && plan.kind === 'planned' ? await repair(world, plan.from) : [];
  return { world, plan, run, repaired, wrong: [...world.violations, ...leftWrong(world, plan, run)] };
}

/** Lets the scenario happen, and plans the transfer that it asks for. */
export async function begin(world: World, scenario: Scenario): Promise<Plan> {
  await world.pass(warmUpMs);
  await scenario.before(world);
  const made = await planFor(world, { kind: scenario.kind });
  return scenario.spoil?.(made) ?? made;
}

/** An effect that arrives after its undo can't be refused by a gate file; it can be seen from outside, and is taken back. */
async function repair(world: World, region: string): Promise<string[]> {
  const ports = world.ports();
  const repaired: string[] = [];
  const health = await world.run(ports.shop(region).health());
  if (health.gate !== '') {
    repaired.push('gate');
    await world.run(ports.settings(region).ungate());
  }
  if (health.scheduler === 'paused') {
    repaired.push('scheduler');
    await world.run(ports.settings(region).resumeScheduler());
  }
  if (health.database.reachable && health.database.readOnly && !world.disturbed.has(region)) {
    repaired.push('database');
    const peer = [...world.regions.values()].find(({ name }) => name !== region)!;
    // As the refusal asks a person to say, who can see that the peer is off and was never promoted.
    const peerIsOff = !peer.server.up && peer.server.readOnly;
    await conduct(world, await planFor(world, { kind: 'restore', ...(peerIsOff && { peerIsOff }) }), {
      answer: () => ({ answer: 'approve', who: 'a person', because: `${peer.name} is off.` }),
    });
  }
  await world.pass(1_000);
  return repaired;
}

/** The points of a run without faults. */
export async function pointsOf(scenario: Scenario): Promise<At[]> {
  const { world } = await play(scenario);
  return world.gate.calls.filter((call) => call.step !== 'by hand');
}

function leftWrong(world: World, plan: Plan, run: Run): string[] {
  const wrong: string[] = [];
  const must = (holds: boolean, sentence: string) => {
    if (!holds) wrong.push(sentence);
  };
  const writers = [...world.regions.values()].filter(({ server }) => server.up && !server.readOnly);
  must(writers.filter((each) => !world.unfenced.has(each.name)).length <= 1, 'I1: two regions take writes at the end');
  must(issuedTwice(world).length === 0, 'I3: an order id was given to two customers');
  must(run.because !== '', 'the run does not say why it ended');
  if (run.ending === 'completed') {
    standsAt(world, plan.to, plan.epoch, must);
    const lost = missingIn(world, plan.to);
    const kept = new Set(world.region(plan.from).server.log.map((each) => each.order?.key));
    if (plan.kind === 'planned')
      must(lost.length === 0, `I3: ${lost.length} acknowledged orders are not in ${plan.to}`);
    must(
      lost.every((order) => kept.has(order)),
      'I3: an acknowledged order is in no database',
    );
  }
  if (run.ending === 'rolled-back') {
    must(!run.pivotAttempted, 'a run was rolled back after the point of no return');
    if (plan.kind === 'planned') standsAt(world, plan.from, plan.epoch - 1, must);
    must(world.region(plan.to).server.readOnly, `${plan.to} takes writes after a roll-back`);
    must(world.region(plan.to).server.replication !== undefined, `${plan.to} is no replica after a roll-back`);
  }
  return wrong;
}

function standsAt(world: World, name: string, epoch: number, must: (holds: boolean, sentence: string) => void): void {
  if (world.disturbed.has(name)) return;
  const region = world.region(name);
  const because = notServing(region);
  must(because === undefined, `I6: ${name} does not serve: ${because ?? ''}`);
  must(region.server.row.epoch === epoch, `I6: ${name} is in epoch ${region.server.row.epoch}, not ${epoch}`);
  must(region.gate === undefined, `I6: ${name} holds checkouts`);
  must(!region.schedulerPaused, `I6: ${name}'s scheduler is paused`);
  must(region.proxy === undefined, `I6: ${name} sends its requests away`);
  must(region.running.scheduler === 'on', `I6: ${name}'s scheduler is off`);
  const named = [...world.zone.sets.values()].flatMap((set) => set.values);
  must(named.join() === region.address, `I6: DNS names ${named.join()}`);
}

const simple = (
  kind: 'kill-before' | 'kill-after' | 'lost-reply' | 'denied' | 'unavailable' | 'half' | 'ignored',
): [string, FaultFor] => [kind, () => ({ kind })];
const slow = (kind: 'late' | 'stall', ms: number): [string, FaultFor] => [`${kind} ${ms}`, () => ({ kind, ms })];
const event = (name: string, happen: (world: World) => void): [string, FaultFor] => [
  name,
  (world) => ({ kind: 'event', name, happen: () => happen(world) }),
];

/** One of these alone must never keep a transfer from completing. */
const effectFaults = new Map([
  simple('kill-before'),
  simple('kill-after'),
  simple('lost-reply'),
  simple('unavailable'),
  slow('late', 4_000),
  slow('late', 11_000),
  slow('stall', 5_000),
  slow('stall', 11_000),
]);
/** What leaves no trace can't be looked at: there the answer itself is all there is. */
const traceless = ['sessions.flushCache', 'sessions.pauseWrites', 'sessions.resumeWrites', 'shop.canaryOrder'];
const readFaults = new Map([simple('kill-before'), simple('unavailable'), slow('stall', 5_000)]);
const refusals = new Map([simple('denied')]);
const events = new Map([
  event('A dies', (world) => world.crash('A')),
  event('B dies', (world) => world.crash('B')),
  event('A restarts', (world) => world.restart('A')),
  event('B restarts', (world) => world.restart('B')),
  event('the regions lose each other for 6 s', (world) => {
    world.linkCut = true;
    void world.gate.clock.sleep(6_000).then(() => (world.linkCut = false));
  }),
  event('A is hidden for 6 s', (world) => hide(world, 'A')),
  event('B is hidden for 6 s', (world) => hide(world, 'B')),
]);

function hide(world: World, region: string): void {
  world.hidden.add(region);
  void world.gate.clock.sleep(6_000).then(() => world.hidden.delete(region));
}

/** What may strike a call and must never keep a transfer from completing; of them `each` at every call, in turn, or all when it is not given. */
export const survivable = (points: readonly At[], each?: number): Placed[] =>
  inTurn(
    points,
    (point) => [
      ...place(point, point.effect ? effectFaults : readFaults),
      ...(point.effect && !traceless.includes(point.op) ? place(point, new Map([simple('ignored')])) : []),
      ...(point.op === 'database.promote' ? place(point, new Map([simple('half')])) : []),
    ],
    each,
  );
export const denied = (points: readonly At[]): Placed[] => points.flatMap((point) => place(point, refusals));
/** Of the upheavals `each` at every call, in turn; all of them when it is not given. */
export const upheavals = (points: readonly At[], each?: number): Placed[] =>
  inTurn(points, (point) => place(point, events), each);

/** The next point goes on where the last one stopped, so that a few at each point are all of them over a whole run. */
function inTurn(points: readonly At[], at: (point: At) => Placed[], each = Infinity): Placed[] {
  let turn = 0;
  return points.flatMap((point) => {
    const here = at(point);
    const count = Math.min(each, here.length);
    const first = turn;
    turn += count;
    return Array.from({ length: count }, (_, n) => here[(first + n) % here.length]).filter((p) => p !== undefined);
  });
}

function place({ step, attempt, call, op }: At, faults: ReadonlyMap<string, FaultFor>): Placed[] {
  return [...faults].map(([name, fault]) => ({
    step,
    attempt,
    call,
    fault,
    called: `${name} at ${op}, call ${call} of ${step}`,
  }));
}

/** The same numbers on every machine (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Two faults of one run: the second often strikes the attempt that repairs the first. */
export function pairs(points: readonly At[], count: number, seed: number): [Placed, Placed][] {
  const next = random(seed);
  const pick = <T>(from: readonly T[]): T => {
    const found = from[Math.floor(next() * from.length)];
    if (found === undefined) throw new Error('There is nothing to pick from.');
    return found;
  };
  const all = [...survivable(points), ...denied(points), ...upheavals(points)];
  return Array.from({ length: count }, () => {
    const first = pick(all);
    const second = pick(all);
    const again = pick(all.filter((each) => each.step === first.step));
    return [first, next() < 0.5 ? { ...again, attempt: 2, called: `${again.called}, attempt 2` } : second];
  });
}

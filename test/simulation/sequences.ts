/** A transfer with a fault, what a person does about it, and the next transfer: the commands that refusals name are typed as they stand. */
import { planTransfer } from '../../src/activities/planning';
import { takeSurvey } from '../../src/activities/planning/survey';
import type { Run } from '../../src/domain/plan/interpreter';
import type { Planning } from '../../src/activities/planning/move';
import { transferKinds, type TransferRequest } from '../../src/domain/plan/request';
import { conduct, type Conducting } from '../world/conductor';
import type { FaultPlan } from '../world/faults';
import { labSite } from '../world/planning';
import { notServing } from '../world/region';
import { newWorld, type World } from '../world/world';
import { begin, type Placed, type Scenario } from './explore';

type Order = Partial<TransferRequest> & Pick<TransferRequest, 'kind'>;

export interface Walk {
  world: World;
  /** How the first transfer left the world; two walks with the same marks go on alike. */
  marks: string;
  /** Where a fault may strike the next move: the calls of the one that met none. */
  points: World['gate']['calls'];
  /** What was ordered and how it ended, in order. */
  told: string[];
  /** Where it ended: the shop serves in the other region, a rejoin is due (it needs real servers), or a sentence of what is wrong. */
  end: string;
}

export const moved = 'the shop moved and serves';
export const rejoinDue = 'a rejoin is due';
const ends: readonly string[] = [moved, rejoinDue];
export const isWrong = ({ world, end }: Walk): boolean => !ends.includes(end) || world.violations.length > 0;

/** Longer than a person needs to start what died, or than a late effect takes. */
const mendingMs = 12_000;
const mostOrders = 10;

/** Lets `first` strike a transfer of the scenario and `second` the move that follows it; then all is mended and the shop is moved once more. */
export async function walk(scenario: Scenario, first?: Placed, second?: Placed): Promise<Walk> {
  const faults: FaultPlan[number][] = [];
  const world = newWorld({ faults });
  const strike = (placed: Placed | undefined) => {
    faults.length = 0;
    if (placed) faults.push({ ...placed, fault: placed.fault(world) });
  };
  strike(first);
  const told = [ending(scenario.kind, await conduct(world, await begin(world, scenario)))];
  await mend(world);
  const marks = marksOf(world);
  world.gate.calls.length = 0;
  if (second) {
    strike(second);
    await move(world, told, 1);
  }
  strike(undefined);
  await mend(world);
  const end = await move(world, told, mostOrders);
  return { world, marks, points: world.gate.calls.filter(({ step }) => step !== 'by hand'), told, end };
}

/** What a person who was called does first: dead databases are started, and nothing is cut off any more. */
async function mend(world: World): Promise<void> {
  await world.pass(mendingMs);
  world.linkCut = false;
  world.hidden.clear();
  for (const { name, server } of world.regions.values()) if (!server.up) world.restart(name);
  await world.pass(mendingMs);
}

/** Orders a move to the other region, and each command that a refusal names instead, until the shop has moved; at most so many plans are carried out. */
async function move(world: World, told: string[], plans: number): Promise<string> {
  let order: Order = { kind: 'switchover' };
  let carriedOut = 0;
  for (let asked = 0; asked < mostOrders; asked += 1) {
    const planning = await planned(world, order);
    if (planning.outcome === 'refused') {
      told.push(`${order.kind} was refused: ${planning.because}`);
      const next = orderIn(planning.because);
      if (typeof next === 'string') return next;
      order = next;
      continue;
    }
    const { plan } = planning;
    const run = await conduct(world, plan, { answer: decidedly });
    told.push(ending(order.kind, run));
    await world.pass(1_000);
    if (run.ending === 'completed' && plan.cause !== 'repair') return serving(world, plan.to);
    carriedOut += 1;
    if (carriedOut >= plans) return `${order.kind} did not complete: ${run.because}`;
    order = { kind: 'switchover' };
  }
  return 'the commands lead in a circle';
}

const planned = async (world: World, order: Order): Promise<Planning> => {
  const survey = await world.run(takeSurvey(labSite, world.ports()));
  const request = { site: 'lab', to: '', region: '', because: 'A test asks for it.', decidedAt: 0, onsetAt: 0 };
  return planTransfer({ site: labSite, caPem: '' }, survey, { ...request, evenUnfenced: false, ...order });
};

/** A person approves what they were asked for, and tries a failed step three times. */
const decidedly: NonNullable<Conducting['answer']> = (call, asked) => {
  if (asked > 3) return { answer: 'stop', because: 'It does not get better.' };
  return call.ask ? { answer: 'approve', who: 'a person', because: 'It is so.' } : { answer: 'retry' };
};

const ending = (kind: string, run: Run): string =>
  [`${kind} ended ${run.ending}: ${run.because}`, ...run.followUps].join(' + ');

const serving = (world: World, region: string): string => notServing(world.region(region)) ?? moved;

/** The order that a sentence tells a person to give, or how the walk ends. */
function orderIn(because: string): Order | string {
  const typed = /npx handover (\w+) lab([^;:.]*)/.exec(because);
  if (!typed) return `the refusal names no command: ${because}`;
  const [, verb = '', flags = ''] = typed;
  if (verb === 'rejoin') return rejoinDue;
  const value = (flag: string) => new RegExp(`--${flag} (\\w+)`).exec(flags)?.[1];
  const kind = transferKinds.find((each) => each === (value('kind') ?? verb));
  if (!kind) return `the command starts no transfer: ${typed[0]}`;
  const to = value('to');
  const region = value('region');
  const peerIsOff = flags.includes('--peer-is-off');
  return {
    kind,
    ...(to !== undefined && { to }),
    ...(region !== undefined && { region }),
    ...(peerIsOff && { peerIsOff }),
  };
}

/** All of a world that a later transfer can meet, without times and positions. */
const marksOf = (world: World): string =>
  JSON.stringify([
    ...[...world.regions.values()].map(({ server, file, gate, schedulerPaused, proxy, sessions }) => [
      [server.up, server.readOnly, server.row, server.replication && { ...server.replication, relay: [] }],
      [file, gate !== undefined, schedulerPaused, proxy, sessions.role, sessions.sourceHost, sessions.linkUp],
    ]),
    [...world.zone.sets.values()].map(({ values }) => values),
  ]);

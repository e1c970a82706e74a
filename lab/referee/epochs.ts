import type { AckLine } from '../shoppers/ledger-lines';
import { REGIONS, type Evidence, type DatabaseState } from './evidence';
import type { ActionStart, DatabaseView } from './shop-rows';
import { finding, counted, unknown, type Finding, type Reading } from './finding';
import { wasLost } from './lost-regions';

/** What each region acknowledged in each epoch, from the ledgers alone. */
export interface RegionTally {
  readonly region: string;
  readonly epoch: number;
  readonly orders: number;
  readonly pays: number;
  readonly refunds: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

type Write = AckLine & { readonly region: string; readonly epoch: number };

/** Acknowledged writes that name their region and epoch, in the order in which they were acknowledged. */
function writesOf(acks: readonly AckLine[]): Write[] {
  const named = acks.filter((ack): ack is Write => ack.region !== null && ack.epoch !== null);
  return named
    .filter((ack) => ack.op === 'order' || ack.op === 'pay' || ack.op === 'refund')
    .sort((a, b) => a.mono - b.mono);
}

export function talliesOf(acks: readonly AckLine[]): RegionTally[] {
  const groups = new Map<string, Write[]>();
  for (const write of writesOf(acks)) {
    const name = `${String(write.epoch).padStart(9, '0')} ${write.region}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [write]);
    else group.push(write);
  }
  return [...groups.keys()].sort().flatMap((name) => {
    const group = groups.get(name) ?? [];
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) return [];
    const count = (op: AckLine['op']): number => group.filter((write) => write.op === op).length;
    const counts = { orders: count('order'), pays: count('pay'), refunds: count('refund') };
    return [{ region: first.region, epoch: first.epoch, ...counts, firstAt: first.at, lastAt: last.at }];
  });
}

/** Writes that were sent after another region had acknowledged a write of a higher epoch. */
function lateWrites(acks: readonly AckLine[]): { late: Write[]; shared: string[]; epochs: number } {
  const writes = writesOf(acks);
  const firsts = new Map<number, Write>();
  const shared = new Map<number, string>();
  for (const write of writes) {
    const first = firsts.get(write.epoch);
    if (first === undefined) firsts.set(write.epoch, write);
    else if (first.region !== write.region) {
      shared.set(
        write.epoch,
        `${first.region} and ${write.region} both acknowledged orders in epoch ${write.epoch}, for example ${write.key} at ${write.at}`,
      );
    }
  }
  const newer = (write: Write): boolean =>
    [...firsts.values()].some(
      (first) => first.epoch > write.epoch && first.region !== write.region && first.mono < write.attemptMono,
    );
  return { late: writes.filter(newer), shared: [...shared.values()], epochs: firsts.size };
}

/** Only one region accepts writes. What a lost region still accepts until it can be fenced is counted, but is no failure. */
export function twoWriters(evidence: Evidence): Finding {
  const { late, shared, epochs } = lateWrites(evidence.ledgers.acks);
  const lost = (write: Write): boolean => wasLost(write.region, Date.parse(write.at), evidence.ledgers.faults);
  const zombie = late.filter(lost);
  const problems = late
    .filter((write) => !lost(write))
    .map(
      (write) =>
        `${write.region} acknowledged ${write.key} to ${write.shopper} at ${write.at} in epoch ${write.epoch}, after the other region had started a higher epoch`,
    );
  const states = REGIONS.map((region) => evidence.states[region]);
  if (states.every((state) => 'read' in state && state.read.writable))
    problems.unshift('both databases are writable now');
  const counts = {
    epochs,
    zombie: zombie.length,
    late: late.length - zombie.length,
    sharedEpochs: shared.length,
  };
  const notes = [...evidenceOfLoss(zombie)];
  const judged = finding({
    name: 'two-writers',
    counts,
    problems: [...problems, ...shared],
    okText: `Only one region at a time accepted writes${zombie.length === 0 ? '' : `, except for ${counted(zombie.length, 'write')} that a lost region acknowledged before it was fenced`}.`,
    failText: 'Two regions accepted writes',
    notes,
  });
  const reason = unreadable(states);
  return judged.ok === true && reason !== undefined
    ? unknown('two-writers', `Whether both databases are writable now is unknown: ${reason}`, counts, notes)
    : judged;
}

function evidenceOfLoss(zombie: readonly Write[]): string[] {
  const [first, last] = [zombie[0], zombie.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [
    `the lost region ${first.region} acknowledged ${zombie.length} writes from ${first.at} to ${last.at} in epoch ${first.epoch}`,
  ];
}

function unreadable(states: readonly Reading<DatabaseState>[]): string | undefined {
  return states.flatMap((state) => ('because' in state ? [state.because] : []))[0];
}

/** WooCommerce dates what an action does to the second that it began in. */
const SECOND_MS = 1000;

/**
 * Scheduled actions began in one region at a time, in the order in which the regions were the primary, and each once. A region begins with them
 * before it takes customers, so only the order of the regions is held to what was acknowledged. What waited when a region was lost may have begun
 * in both, until they met again: neither could know.
 */
export function scheduler(
  view: DatabaseView,
  tallies: readonly RegionTally[],
  faults: Evidence['ledgers']['faults'],
): Finding {
  const primaries = tallies.map(({ region }) => region).filter((region, place, all) => region !== all[place - 1]);
  const starts = new Map<number, ActionStart[]>();
  for (const start of view.actionStarts) starts.set(start.action, [...(starts.get(start.action) ?? []), start]);
  const isParted = ({ at }: ActionStart) =>
    REGIONS.some((region) => wasLost(region, at, faults) || wasLost(region, at + SECOND_MS - 1, faults));
  const twice = [...starts.values()].filter((all) => all.length > 1);
  const unknowing = twice.filter(
    (all) => all.length === REGIONS.length && all.every(isParted) && all[0]?.region !== all[1]?.region,
  );
  const problems = [
    ...outOfTurn(view.actionStarts, primaries),
    ...twice
      .filter((all) => !unknowing.includes(all))
      .map((all) => `action ${all[0]?.action ?? 0} began ${all.length} times: it was done before`),
  ];
  const regions = new Set(view.actionStarts.map(({ region }) => region));
  return finding({
    name: 'scheduler',
    counts: {
      actions: starts.size,
      regions: regions.size,
      inBothWhileParted: unknowing.length,
      wrong: problems.length,
    },
    problems,
    okText: `Scheduled actions ran once and in one region at a time: ${counted(starts.size, 'action')} in ${counted(regions.size, 'region')}.`,
    failText: 'Scheduled actions ran twice or in two regions',
  });
}

/** Starts by which the work came to a region whose turn it was not; within one second the order is not known. */
function outOfTurn(all: readonly ActionStart[], primaries: readonly string[]): string[] {
  const turns: ActionStart[] = [];
  const waiting = [...all].sort((one, other) => one.at - other.at);
  while (waiting.length > 0) {
    const now = waiting[0]?.at;
    const current = waiting.findIndex(({ at, region }) => at === now && region === turns.at(-1)?.region);
    const [start] = waiting.splice(Math.max(current, 0), 1);
    if (start !== undefined && start.region !== turns.at(-1)?.region) turns.push(start);
  }
  let place = 0;
  return turns.flatMap(({ action, hook, region, at }) => {
    const next = primaries.indexOf(region, place);
    if (next >= 0) {
      place = next + 1;
      return [];
    }
    return [
      `action ${action} (${hook}) began in ${region} at ${new Date(at).toISOString()}, when it was not the turn of ${region}`,
    ];
  });
}

import type { AckLine } from '../shoppers/ledger-lines';
import { REGIONS, type DatabaseView, type Evidence, type DatabaseState } from './evidence';
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

/** The scheduler ran in only one region in each epoch, and stopped in the old region before it started in the new one. */
export function scheduler(view: DatabaseView): Finding {
  const runs = [...view.schedulerRuns].sort((a, b) => a.at - b.at);
  const firsts = new Map<number, (typeof runs)[number]>();
  const shared = new Map<number, string>();
  for (const run of runs) {
    const first = firsts.get(run.epoch);
    if (first === undefined) firsts.set(run.epoch, run);
    else if (first.region !== run.region)
      shared.set(run.epoch, `it ran in ${first.region} and in ${run.region} in epoch ${run.epoch}`);
  }
  const late = runs.filter((run) =>
    [...firsts.values()].some((first) => first.epoch > run.epoch && first.region !== run.region && first.at < run.at),
  );
  const problems = late.map(
    (run) =>
      `it ran in ${run.region} in epoch ${run.epoch} at ${new Date(run.at).toISOString()}, after it had started in the other region in a higher epoch`,
  );
  return finding({
    name: 'scheduler',
    counts: {
      runs: runs.length,
      epochs: firsts.size,
      late: problems.length,
    },
    problems: [...shared.values(), ...problems],
    okText: `The scheduler ran in one region at a time: ${counted(runs.length, 'run')} in ${counted(firsts.size, 'epoch')}.`,
    failText: 'The scheduler ran in two regions',
  });
}

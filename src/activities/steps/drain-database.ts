import { PortError } from '../../ports/errors';
import type { DatabaseState, Ports, Promoting, ReplicaState } from '../../ports/ports';
import { cutOffPromotion, done, no, preparedIn, refuseIfOutdated, standing } from '../step/finding';
import { NotYet, defineStep, type Finding, type StepContext } from '../step/step';

type Drain = { from: string; to: string; planned: boolean; timeoutMs: number };

const lookMs = 1_000;
const sliceMs = 5_000;

/**
 * Records the promotion point before the promotion, since after it nobody can read that point any more.
 * Applying is never stopped here: MariaDB throws fetched transactions away when both threads have been stopped (notes of 2026-11-22).
 */
export const drainDatabase = defineStep({
  name: 'drain-database',
  title: (p: Drain) =>
    p.planned
      ? `Apply all transactions of ${p.from} on ${p.to}`
      : `Apply all transactions that ${p.to} has fetched from ${p.from}`,
  patience: { attemptMs: 120_000, attempts: 3, everyMs: 500, heartbeatMs: 5_000 },
  check: (p, ports, ctx) => (p.planned ? frozenAndApplied(p, ports, ctx) : fetchedAndApplied(p, ports, ctx)),
  async act(p, ports, ctx) {
    const target = ports.database(p.to);
    if (p.planned) {
      const { position } = await ports.database(p.from).state();
      requireApplier(p, await target.state());
      return untilApplied(p, position, ports, ctx);
    }
    if (requireApplier(p, await target.state()).io !== 'no') await target.stopFetching();
    const state = await target.state();
    await untilApplied(p, goalOf(state, requireApplier(p, state)), ports, ctx);
  },
  async undo({ from, to, planned }, ports) {
    // A planned drain stops nothing, so a region that died meanwhile is not waited for.
    if (planned) return `${to}'s replication was not changed.`;
    const { replica } = await ports.database(to).state();
    if (replica?.io !== 'no' || !replica.sql) return `${to}'s replication was not changed.`;
    try {
      await ports.database(from).state();
    } catch {
      return `${to} does not fetch from ${from}, because ${from} does not answer; it still applies what it has.`;
    }
    await ports.database(to).startReplication();
    return `${to} fetches from ${from} again.`;
  },
});

async function frozenAndApplied({ from, to }: Drain, ports: Ports, ctx: StepContext): Promise<Finding> {
  const source = await ports.database(from).state();
  if (!source.readOnly)
    throw new PortError('refused', `${standing(from, source)}, so its position is not final; fence it first.`);
  if (!(await ports.database(to).waitFor(source.position, lookMs)))
    return no(`${to} has not applied ${source.position} yet.`);
  const [again, target] = await Promise.all([ports.database(from).state(), ports.database(to).state()]);
  refuseIfOutdated(to, target, ctx);
  if (!again.readOnly || !ports.positions.equal(again.position, source.position)) {
    return no(
      `The position of ${from} changed from ${source.position} to ${again.position} although its database is read-only.`,
    );
  }
  const prepared = preparedIn(to, target);
  if (prepared !== '')
    throw new PortError(
      'refused',
      `${to} is not promoted:${prepared} Type it on ${from}, which accepts writes again when this run has rolled back, then start the transfer again.`,
    );
  return done(`${from} wrote its last transaction at ${again.position}, and ${to} has applied everything up to it.`, {
    promotionPoint: target.position,
    fencedPosition: again.position,
  });
}

async function fetchedAndApplied({ from, to }: Drain, ports: Ports, ctx: StepContext): Promise<Finding> {
  const target = ports.database(to);
  const state = await target.state();
  refuseIfOutdated(to, state, ctx);
  const cutOff = cutOffPromotion(to, state, ctx);
  if (cutOff !== undefined) return drainedBefore({ from, to }, cutOff, ports);
  const replica = requireReplica({ from, to }, state);
  if (replica.io !== 'no') return no(`${to} still fetches from ${from}.`);
  const goal = goalOf(state, replica);
  const applied = goal === '' || (await target.waitFor(goal, replica.sql ? lookMs : 1));
  if (!replica.sql && !(applied && replica.fetchedPosition !== '')) requireApplier({ from, to }, state);
  if (!applied) return no(`${to} has fetched up to ${goal} and not applied all of it yet.`);
  const [after, heartbeat] = await Promise.all([target.state(), target.heartbeat(from)]);
  const because = `${to} has applied everything it fetched from ${from}, up to ${after.position}.${preparedIn(to, after)}`;
  return done(because, {
    promotionPoint: after.position,
    lastHeartbeatAtMs: heartbeat?.atMs ?? null,
  });
}

/** A promotion drains before it detaches. What the old primary wrote after that would be lost, so where it answers it is asked. */
async function drainedBefore(
  { from, to }: Pick<Drain, 'from' | 'to'>,
  cutOff: Promoting,
  ports: Ports,
): Promise<Finding> {
  const since = new Date(cutOff.atMs).toISOString();
  const source = await ports
    .database(from)
    .state()
    .catch(() => undefined);
  if (source !== undefined && !ports.positions.contains(cutOff.position, source.position))
    throw new PortError(
      'refused',
      `${to} was detached for its promotion at ${cutOff.position} (${since}), and ${from} is at ${source.position}: promoting ${to} would lose what ${from} wrote since. Make ${from} writable again (--kind restore), then rejoin ${to}.`,
    );
  const heartbeat = await ports.database(to).heartbeat(from);
  const proof =
    source === undefined
      ? `${from} does not answer, so what it wrote since is not known`
      : `${from} wrote nothing since`;
  return done(`${to} was drained up to ${cutOff.position} and detached for its promotion at ${since}; ${proof}.`, {
    promotionPoint: cutOff.position,
    lastHeartbeatAtMs: heartbeat?.atMs ?? null,
  });
}

/** After a restart of the replica nothing counts as fetched but what it had applied. */
const goalOf = (state: DatabaseState, replica: ReplicaState) => replica.fetchedPosition || state.appliedPosition;

async function untilApplied(p: Drain, position: string, ports: Ports, ctx: StepContext): Promise<void> {
  const deadline = ports.now() + p.timeoutMs;
  do {
    const left = Math.max(1, Math.min(sliceMs, deadline - ports.now()));
    if (position === '' || (await ports.database(p.to).waitFor(position, left))) return;
    ctx.progress(`${p.to} has not applied ${position} yet.`);
  } while (ports.now() < deadline && !ctx.signal.aborted);
  // A worker that stops says nothing about the databases: another one takes over.
  if (ctx.signal.aborted) throw new NotYet(`${p.to} had not applied ${position} when the wait was interrupted.`);
  throw new PortError(
    'refused',
    `${p.to} did not apply ${position} within ${p.timeoutMs} ms (policy.drainTimeout); nothing was lost. Start the transfer again when it has applied it.`,
  );
}

function requireReplica({ from, to }: Pick<Drain, 'from' | 'to'>, state: DatabaseState): ReplicaState {
  if (state.replica) return state.replica;
  throw new PortError(
    'refused',
    `${standing(to, state)}, not a replica of ${from}, so promoting it would lose orders.`,
  );
}

/** @throws PortError(refused) when the applier is stopped: starting or promoting it then would throw fetched transactions away. */
function requireApplier(p: Pick<Drain, 'from' | 'to'>, state: DatabaseState): ReplicaState {
  const replica = requireReplica(p, state);
  if (replica.sql) return replica;
  const error = replica.error === undefined ? '' : ` (${replica.error})`;
  const move =
    replica.io === 'no'
      ? `copy its relay logs aside, point it to them without GTID and start only its SQL thread`
      : `start only its SQL thread and leave the IO thread as it is`;
  throw new PortError(
    'refused',
    `${p.to} does not apply what it has fetched from ${p.from}${error}; ${move}, then start again.`,
  );
}

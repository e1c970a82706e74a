import { PortError } from '../../ports/errors';
import { serviceCommandFor } from '../../domain/service-command';
import type { DatabaseState, Ports } from '../../ports/ports';
import { checkFence, databaseHold, listed, raiseFence, type Hold } from '../step/fencing';
import { durabilityOf, fenceFileLeft } from '../step/fence-file';
import { done, no, preparedIn, standing, underWay } from '../step/finding';
import { NotYet, defineStep, type StepContext } from '../step/step';

type Fence = {
  region: string;
  /** The region that takes over; an undo proves that it did not. */
  peer: string;
  planned: boolean;
  /** The survey of this very run saw the peer as a standby that nobody had begun to promote, and only a run promotes. */
  peerStandsBy?: boolean;
  /** What to do when nothing holds: call a person, go on and record it, or never. */
  unfenced: 'ask' | 'proceed' | 'refuse';
  serviceCommand?: string;
  /** A sentence, where a person let the failover go on. */
  approvedBy?: string;
};

export const fenceDatabase = defineStep({
  name: 'fence-database',
  title: (p: Fence) =>
    p.planned ? `Fence ${p.region}: make its database read-only` : `Fence ${p.region} by its database and its service`,
  patience: { attemptMs: 15_000, attempts: 3, everyMs: 500 },
  async check(p, ports, ctx) {
    // Where the service may be stopped meanwhile by another fence, a silent database is not yet an unfenced one.
    const hold = p.planned && !p.serviceCommand ? await databaseHold(p.region, ports) : await checkFence(p, ports);
    refuseIfPrimary(p.region, hold, ctx);
    if (hold.means !== 'none') return fenced(p, hold, ports, ctx);
    if (ctx.actedAt !== undefined && isStopping(p, hold)) return underWay(`${hold.because} ${stopping(p)}`);
    if (ctx.actedAt === undefined || p.unfenced !== 'proceed') return no(hold.because);
    const because = `${p.region} could not be fenced: ${hold.because} ${p.approvedBy ?? 'policy.unfenced is proceed'}, so the failover continues. When ${p.region} returns, recover its orders: npx handover rejoin ${ctx.site}`;
    return done(because, { fenced: false, means: 'none', because, atMs: ports.now() });
  },
  async act(p, ports, ctx) {
    if (p.planned) {
      const closed = await ports.database(p.region).fence(ctx.epoch);
      if (closed.length > 0) ctx.progress(`Closed, since a lock held up the fence: ${listed(closed)}.`);
      // That it could not be written is read back by the check, and is no reason to go on taking orders.
      return ports
        .database(p.region)
        .writeFenceFile()
        .catch(() => undefined);
    }
    const spared = await raiseFence(p, ctx.epoch, ports);
    if (p.unfenced === 'proceed') return;
    const hold = await checkFence(p, ports);
    if (hold.means !== 'none' || (spared === '' && isStopping(p, hold))) return;
    throw new PortError('unavailable', `${p.region} could not be fenced: ${hold.because}${spared} ${nextMove(p)}`);
  },
  undo: unfence,
});

/**
 * A planned fence without its file is raised once more, which an unplanned one is not: that would also stop a service that answers. Where the file
 * can't be written, the fence says that it ends with a restart.
 */
async function fenced(
  { region, planned }: Fence,
  { means, because: held, state }: Hold,
  ports: Ports,
  ctx: StepContext,
) {
  const durability = await durabilityOf(region, ports);
  const position = state === undefined ? {} : { position: state.position };
  const because = `${held}${durability.because}${state === undefined ? '' : preparedIn(region, state)}`;
  if (planned && durability.missing && ctx.actedAt === undefined) return no(because);
  return done(because, { fenced: true, means, because, atMs: ports.now(), ...position, ...durability.facts });
}

/** A leftover of an older transfer must not fence the primary of a newer one. */
function refuseIfPrimary(region: string, { state }: Hold, ctx: StepContext): void {
  const row = state?.epoch;
  if (row === undefined || row.region !== region || row.epoch < ctx.epoch) return;
  throw new PortError(
    'refused',
    `${region} is the primary of epoch ${row.epoch}; a plan of epoch ${ctx.epoch} must not fence it.`,
  );
}

/** Told to stop, it has closed its door and ends what is under way. A failover that may go on unfenced does not wait for it. */
const isStopping = ({ planned, unfenced }: Fence, { serviceRuns = false }: Hold): boolean =>
  serviceRuns && !planned && unfenced !== 'proceed';

const stopping = (p: Fence) => `It was told to stop. If it does not: ${nextMove(p)}`;

const nextMove = ({ region, unfenced }: Fence) =>
  unfenced === 'ask'
    ? `Switch ${region} off.`
    : `Switch ${region} off, or restore access to its database or host, then start the run again.`;

/**
 * The state of a region that was lost when it was fenced. Where its service was stopped and its peer was not promoted, the service is started.
 * A sentence instead where nothing answers and nothing proves that it was fenced: then there is nothing to undo.
 */
async function stateOfLost(p: Fence, ports: Ports, ctx: StepContext): Promise<DatabaseState | string> {
  const { region, serviceCommand = '' } = p;
  try {
    return await ports.database(region).state();
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    const hold = await checkFence(p, ports);
    if (hold.means === 'service-stopped') {
      await peerWithout(p, ports, ctx);
      await ports.host(region).run(serviceCommandFor(serviceCommand, 'start'), { timeoutMs: startMs });
      return ports.database(region).state();
    }
    const isProven = Object.values(ctx.facts).some(
      ({ fenced: proven, means }) => proven === true && means !== undefined,
    );
    if (isProven) throw error;
    return `${region} does not answer, and nothing proves that it was fenced. Should it come back read-only, type: npx handover transfer ${ctx.site} --kind restore`;
  }
}

/** A database that recovers from a crash takes its time; the next attempt looks again. */
const startMs = 10_000;

/**
 * A peer that does not answer may have been promoted, unless this run itself knows that nobody did: nothing is undone once it attempted that.
 * @returns how the peer stands
 * @throws PortError when the peer writes, or its promotion has begun: only one database may be writable
 */
async function peerWithout({ region, peer, peerStandsBy }: Fence, ports: Ports, ctx: StepContext): Promise<string> {
  const other = await ports
    .database(peer)
    .state()
    .catch((error: unknown) => {
      if (peerStandsBy && error instanceof PortError && error.kind === 'unavailable') return undefined;
      throw error;
    });
  if (other === undefined) return `${peer}'s database does not answer, and this run has not promoted it`;
  const hasBegun = other.promoting?.epoch === ctx.epoch;
  if (other.readOnly && !hasBegun && (other.epoch?.epoch ?? 0) < ctx.epoch) return `${peer}'s database is read-only`;
  const begun = hasBegun ? ', and its promotion has begun' : '';
  throw new PortError(
    'refused',
    `${standing(peer, other)}${begun}, so ${region} stays fenced: only one database may be writable.`,
  );
}

async function unfence(p: Fence, ports: Ports, ctx: StepContext): Promise<string> {
  const { region } = p;
  const state = p.planned ? await ports.database(region).state() : await stateOfLost(p, ports, ctx);
  if (typeof state === 'string') return state;
  if (!state.readOnly)
    return `${region}'s database accepts writes; it was not fenced.${await fenceFileLeft(region, ports)}`;
  const peer = await peerWithout(p, ports, ctx);
  const { epoch: row } = state;
  if (state.replica || row?.region !== region || row.epoch >= ctx.epoch) {
    throw new PortError('refused', `${standing(region, state)}, so it is not made writable.`);
  }
  await ports.database(region).unfence(row.epoch);
  const after = await ports.database(region).state();
  if (after.readOnly) throw new NotYet(`${region}'s database is still read-only.`);
  return `${region}'s database accepts writes again in epoch ${row.epoch}; ${peer}.${await fenceFileLeft(region, ports)}`;
}

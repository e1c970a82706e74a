import { PortError } from '../../ports/errors';
import type { Ports } from '../../ports/ports';
import type { BinlogFile } from '../../ports/rejoin';
import { factOf } from '../step/rejoin-guards';
import { cutOffPromotion, done, no } from '../step/finding';
import { defineStep, type Finding, type StepContext } from '../step/step';

type Tail = { from: string; to: string; folder: string; timeoutMs: number };

const knockMs = 1_000;

/**
 * Where only the database is dead, its host still has what the replica never fetched. With its ids the two histories stay one, so the
 * old primary can be attached later without a salvage. A log that may still grow has no end to bring over; that of an unfenced region does.
 */
export const applyTail = defineStep({
  name: 'apply-tail',
  title: (p: Tail) => `Apply the unfetched binary logs of ${p.from} on ${p.to}`,
  patience: { attemptMs: 60_000, attempts: 3, everyMs: 500, heartbeatMs: 15_000 },
  async check(p, ports, ctx) {
    const nothing = await nothingToHave(p, ports, ctx);
    if (nothing !== undefined) return done(`${nothing} The rejoin recovers what only ${p.from} has.`);
    const { kept, missing } = await files(p, ports);
    if (missing > 0) return no(`${missing} of ${p.from}'s binary logs are missing on ${p.to}.`);
    if (kept.length === 0) return no(`${p.to} has no binary logs of ${p.from} yet.`);
    return applied(p, ports, ctx);
  },
  async act(p, ports, ctx) {
    const binlogs = ports.binlogs(p.to);
    const { own } = await files(p, ports);
    const work = { timeoutMs: p.timeoutMs, signal: ctx.signal, onProgress: ctx.progress };
    ctx.progress(`${p.to} copies ${own.length} binary logs of ${p.from}.`);
    await binlogs.pull(
      p.from,
      own.map(({ name }) => name),
      p.folder,
      work,
    );
    const { position } = await requireStill(p, ports, ctx);
    const { transactions } = await binlogs.behind(p.folder, position);
    if (transactions === 0) return;
    ctx.progress(`${p.to} applies ${transactions} transactions of ${p.from}.`);
    await binlogs.replay(p.folder, position, work);
  },
});

/** Why there is nothing to bring over, as a sentence; a region that is silent must not cost more than a second. */
async function nothingToHave({ from }: Tail, ports: Ports, ctx: StepContext): Promise<string | undefined> {
  if (ctx.facts['fence-database']?.['fenced'] !== true) return `${from} is not fenced, so its log may still grow.`;
  try {
    await ports.host(from).run('true', { timeoutMs: knockMs });
    return undefined;
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    return `${from}'s host does not answer.`;
  }
}

async function files({ from, to, folder }: Tail, ports: Ports) {
  const known = await ports.salvage(to).known();
  const [own, kept] = await Promise.all([ports.binlogs(from).own(known), ports.binlogs(to).kept(folder)]);
  const same = (one: BinlogFile) => kept.some(({ name, sha256 }) => name === one.name && sha256 === one.sha256);
  return { own, kept, missing: own.filter((file) => !same(file)).length };
}

async function applied(p: Tail, ports: Ports, ctx: StepContext): Promise<Finding> {
  const { position } = await requireStill(p, ports, ctx);
  const left = await ports.binlogs(p.to).behind(p.folder, position);
  if (left.transactions > 0) return no(`${left.transactions} transactions of ${p.from}'s log are missing on ${p.to}.`);
  const drained = factOf(ctx, 'drain-database', 'promotionPoint');
  const { transactions } = await ports.binlogs(p.to).behind(p.folder, drained);
  return done(
    `${p.to} has all of ${p.from}'s log: ${transactions} transactions that it had not fetched were applied.`,
    {
      transactions,
      promotionPoint: position,
    },
  );
}

/** @throws PortError(refused) unless the replica is read-only and has stopped fetching: otherwise two sources would write one history. */
async function requireStill({ from, to }: Tail, ports: Ports, ctx: StepContext) {
  const state = await ports.database(to).state();
  if (state.readOnly && state.replica?.io === 'no') return state;
  if (cutOffPromotion(to, state, ctx) !== undefined) return state;
  throw new PortError('refused', `${to} is not a read-only replica that has stopped fetching from ${from}.`);
}

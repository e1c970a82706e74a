import { notRunning, serviceCommandFor } from '../../domain/service-command';
import { PortError } from '../../ports/errors';
import type { Ports } from '../../ports/ports';
import type { SeedJob, SeedState } from '../../ports/rejoin';
import { isEqual } from '../step/comparison-sentence';
import { earlierIn } from '../step/earlier-reseed';
import { factOf, requireClassified, requireDeposed, requirePrimary, requireUntouched } from '../step/rejoin-guards';
import { done, no, standing } from '../step/finding';
import { requireWholeLog } from '../step/log-end';
import { defineStep, type StepContext } from '../step/step';

const pollEveryMs = 500;

type Reseed = {
  region: string;
  source: string;
  job: string;
  /** Of the copy. Absent in plans of older versions, in which every run made a copy of its own. */
  copy?: string;
  serviceCommand: string;
};

const jobOf = ({ job, copy = job }: Reseed, ctx: StepContext): SeedJob => ({
  copy,
  aside: earlierIn(ctx).aside || job,
});

/**
 * Replaces the data of a deposed database that diverged by a copy of the primary's; one that did not diverge is only started. The copy
 * continues without a worker. The old data are moved aside, never deleted.
 */
export const reseedDatabase = defineStep({
  name: 'reseed-database',
  title: (p: Reseed) => `Reseed ${p.region}'s database from ${p.source} if they diverged`,
  patience: { attemptMs: 3_600_000, attempts: 10, everyMs: 2_000, heartbeatMs: 10_000 },
  async check(p, ports, ctx) {
    if (await isClean(p, ports, ctx)) return (await running(p, ports, ctx)) ?? no(`${p.region}'s database is stopped.`);
    const seed = await ports.seeding(p.region).state(jobOf(p, ctx));
    if (seed.phase !== 'seeded') return no(seed.because);
    return (await running(p, ports, ctx, seed)) ?? no(`${p.region} is reseeded, and its database is stopped.`);
  },
  async act(p, ports, ctx) {
    await requirePrimary(p.source, ports, ctx);
    if (!(await isClean(p, ports, ctx))) await seed(p, ports, ctx);
    await ports.seeding(p.region).startService();
    // A server that comes back writable would take orders of nobody's epoch.
    await ports.database(p.region).fence(ctx.epoch);
  },
});

/** Goes on wherever an earlier attempt, or another worker, has left the job. */
async function seed(p: Reseed, ports: Ports, ctx: StepContext): Promise<void> {
  const seeding = ports.seeding(p.region);
  let begun = false;
  while (!ctx.signal.aborted) {
    const { phase, because } = await seeding.state(jobOf(p, ctx));
    ctx.progress(because);
    if (phase === 'seeded') return;
    if (phase === 'failed' && begun) throw new PortError('unavailable', `The copy failed. ${because}`);
    if (phase === 'prepared' || phase === 'swapping') {
      await requireDisposable(p, phase, ports, ctx);
      await seeding.swap(jobOf(p, ctx));
    } else if (phase !== 'copying') {
      await requireDisposable(p, phase, ports, ctx);
      await seeding.begin(jobOf(p, ctx), p.source);
      begun = true;
    }
    await ports.sleep(pollEveryMs, ctx.signal);
  }
  throw new PortError(
    'unavailable',
    `${p.region}'s reseed was told to stop before it was done; a copy goes on without it.`,
  );
}

/** A replica that was found unequal, in rows or in definitions, is reseeded even where its log parts it from nothing. */
async function isClean({ region, source }: Reseed, ports: Ports, ctx: StepContext): Promise<boolean> {
  if (earlierIn(ctx).earlierRun !== '') return false;
  if (factOf(ctx, 'classify-deposed', 'errant') !== '0') return false;
  const compared = await ports.comparing(source, region).last();
  return compared === undefined || isEqual(compared);
}

async function running({ region }: Reseed, ports: Ports, ctx: StepContext, seed?: SeedState) {
  try {
    const state = await ports.database(region).state();
    if (!state.readOnly) return no(`${standing(region, state)}.`);
    if (!seed) return done(`${region}'s database is running and has not diverged from the primary.`, { position: '' });
    requireUntouched(region, state.position, seed.position, ports, ctx);
    return done(`${standing(region, state)}, reseeded at ${seed.position}; ${seed.because}`, {
      position: seed.position,
    });
  } catch (error) {
    if (error instanceof PortError && error.kind === 'unavailable') return undefined;
    throw error;
  }
}

async function isStopped({ region, serviceCommand }: Reseed, ports: Ports): Promise<boolean> {
  if (serviceCommand === '') return false;
  const status = serviceCommandFor(serviceCommand, 'status');
  const { code } = await ports.host(region).run(status, { timeoutMs: 10_000 });
  return code === notRunning;
}

/**
 * Asked right before what can't be taken back. A server that is stopped takes no writes, and its logs must say themselves that they end where
 * they were read to, unless a swap has begun to move them; one that answers is asked again, whatever its service says.
 * @throws PortError(refused) when it is not deposed, or its log went on after it was classified: that would be lost with the old data.
 */
async function requireDisposable(p: Reseed, phase: SeedState['phase'], ports: Ports, ctx: StepContext): Promise<void> {
  const primary = await requirePrimary(p.source, ports, ctx);
  try {
    const { position } = await requireDeposed(p.region, primary, ports, ctx);
    requireClassified(p.region, position, ports, ctx);
  } catch (error) {
    const silent = error instanceof PortError && error.kind === 'unavailable';
    if (!silent || !(await isStopped(p, ports))) throw error;
    if (phase === 'swapping') return;
    await (earlierIn(ctx).earlierRun === '' ? requireReadWhole : requireUnwritten)(p, ports, ctx);
  }
}

/** Of new data whose server does not answer: it never ran on them, or was stopped and says itself where it was. */
async function requireUnwritten({ region, serviceCommand }: Reseed, ports: Ports, ctx: StepContext): Promise<void> {
  const end = await ports
    .binlogs(region)
    .end()
    .catch((error: unknown) => {
      if (error instanceof PortError && error.kind === 'absent') return undefined;
      throw error;
    });
  if (end === undefined) return;
  const { seededAt } = earlierIn(ctx);
  if (end.left === 'closed') {
    requireUntouched(region, end.position, seededAt, ports, ctx);
    return;
  }
  throw new PortError(
    'refused',
    `${region}'s database does not answer, and whether it was written to after its reseed at ${seededAt} is unknown: ${end.because}. Start it, read-only and without replication: ${serviceCommandFor(serviceCommand, 'start')}. Then start again: npx handover rejoin ${ctx.site} --region ${region}`,
  );
}

async function requireReadWhole(p: Reseed, ports: Ports, ctx: StepContext): Promise<void> {
  const fact = (step: string, name: string) => factOf(ctx, step, name);
  const log = {
    from: p.region,
    to: p.source,
    folder: fact('copy-binlogs', 'folder'),
    serviceCommand: p.serviceCommand,
  };
  const read = { last: fact('classify-deposed', 'lastGtid'), known: fact('classify-deposed', 'known') };
  await requireWholeLog(log, read, ports, ctx);
}

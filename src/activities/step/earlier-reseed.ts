/**
 * A rejoin goes on with an earlier one that has begun to replace the region's data: the logs of the old data lie beside them, or were moved in
 * part, so only the copies of that run still tell what only the region had. It had recovered that before it moved anything.
 */
import { PortError } from '../../ports/errors';
import type { Ports } from '../../ports/ports';
import type { BegunReseed } from '../../ports/rejoin';
import { isEqual } from './comparison-sentence';
import type { StepContext } from './step';

export type Reseeded = {
  from: string;
  to: string;
  /** Of the copies of the logs; begins with `copy`. */
  folder: string;
  /** `SeedJob.copy`; absent in plans of older versions, which go on with nothing. */
  copy?: string;
};

/** As `copy-binlogs` records it for the steps after it. */
export type EarlierReseed = {
  /** The run whose copies of the logs count; empty where the region's own logs still tell all. */
  earlierRun: string;
  /** `SeedJob.aside` under which the reseed goes on, or begins once more; empty where no run is gone on with. */
  aside: string;
  /** Position of the copy that the region's data once were, or are about to be; empty where no run of this epoch made them. */
  seededAt: string;
};

const none: EarlierReseed = { earlierRun: '', aside: '', seededAt: '' };

/** What an earlier run of this epoch left. A server that took transactions of its own since has them in its logs, which are read as any other's. */
export async function earlierReseed(p: Reseeded, ports: Ports): Promise<EarlierReseed> {
  const { from, folder, copy } = p;
  const begun = copy === undefined ? undefined : await ports.seeding(from).begun(copy);
  if (copy === undefined || begun === undefined) return none;
  const { aside, position: seededAt, phase } = begun;
  const earlierRun = aside.replace(/--\d+$/, '');
  if (phase === 'swapping') return { earlierRun, aside, seededAt };
  const state = await stateIfAny(from, ports);
  if (state && !ports.positions.contains(seededAt, state.position)) return { ...none, seededAt };
  const isUseless = state?.replica?.error !== undefined || begun.isOld || (await isFoundUnequal(p, begun, ports));
  // The copies stay where the earlier run put them, so the name that the next swap leaves must lead to them too.
  return { earlierRun, aside: isUseless ? `${earlierRun}-${folder.slice(copy.length)}` : aside, seededAt };
}

/** Undefined while its server does not answer. */
async function stateIfAny(region: string, ports: Ports) {
  try {
    return await ports.database(region).state();
  } catch (error) {
    if (error instanceof PortError && error.kind === 'unavailable') return undefined;
    throw error;
  }
}

/** By a comparison of these data; one of the data before them lies before their position. */
async function isFoundUnequal({ from, to }: Reseeded, { position }: BegunReseed, ports: Ports): Promise<boolean> {
  const last = await ports.comparing(to, from).last();
  return last !== undefined && !isEqual(last) && ports.positions.contains(last.position, position);
}

/** What `copy-binlogs` recorded; older versions recorded nothing of it. */
export function earlierIn(ctx: StepContext): EarlierReseed {
  const { earlierRun, aside, seededAt } = ctx.facts['copy-binlogs'] ?? {};
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { earlierRun: text(earlierRun), aside: text(aside), seededAt: text(seededAt) };
}

/** The folder whose copies of the logs count. */
export const folderOf = ({ folder }: { folder: string }, ctx: StepContext): string =>
  earlierIn(ctx).earlierRun || folder;

import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

const patience = { attemptMs: 300_000, attempts: 3, everyMs: 2_000, heartbeatMs: 10_000 };

type Params = {
  from: string;
  to: string;
  /** So many paths may differ, because customers still upload. */
  tolerated?: number;
  /** `from` is no longer the primary: what is newer on `to`, or was erased there, stays so. */
  merge?: boolean;
};

/** Copies uploads and never deletes: each region may have files that the other lacks. */
export const syncMedia = defineStep({
  name: 'sync-media',
  title: (p: Params) => `Copy uploads from ${p.from} to ${p.to}`,
  patience,
  async check({ from, to, tolerated = 0, merge }: Params, ports) {
    const how = merge === true ? 'merge' : 'mirror';
    const found = await ports.media(to).missingFrom(from, { how, timeoutMs: patience.attemptMs / 4 });
    const { missing, erased } = found;
    const stay =
      erased.count === 0
        ? ''
        : ` ${erased.count} were erased on ${to} since its last copy and stay erased (listed on ${to}'s host in ${erased.list}).`;
    const count = `${missing.count} of ${from}'s uploads are missing on ${to}`;
    if (missing.count <= tolerated)
      return done(`${count}.${stay}`, { missing: missing.count, ...(merge === true && { erased: erased.count }) });
    return no(`${count}; their paths are on ${to}'s host in ${missing.list}.${stay}`);
  },
  async act({ from, to, merge }: Params, ports, ctx) {
    await ports.media(to).pullFrom(from, {
      how: merge === true ? 'merge' : 'mirror',
      byContent: true,
      timeoutMs: patience.attemptMs / 2,
      onProgress: ctx.progress,
      signal: ctx.signal,
    });
  },
});

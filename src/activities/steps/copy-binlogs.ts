import { PortError } from '../../ports/errors';
import type { BinlogFile } from '../../ports/rejoin';
import type { Ports } from '../../ports/ports';
import { earlierReseed, type EarlierReseed, type Reseeded } from '../step/earlier-reseed';
import { done, no } from '../step/finding';
import { defineStep, type Finding } from '../step/step';

const patience = { attemptMs: 900_000, attempts: 5, everyMs: 2_000, heartbeatMs: 10_000 };

/**
 * Only the deposed region's binary logs have the orders that it alone took, so they are copied to another host before the reseed. Where an
 * earlier run has begun to replace the data, its copies count.
 */
export const copyBinlogs = defineStep({
  name: 'copy-binlogs',
  title: (p: Reseeded) => `Copy ${p.from}'s binary logs to ${p.to}`,
  patience,
  async check(p, ports) {
    const { from, to, folder } = p;
    const earlier = await earlierReseed(p, ports);
    if (earlier.earlierRun !== '') return copiedBefore(p, earlier, ports);
    const [own, kept] = [await ownFiles(from, to, ports), await ports.binlogs(to).kept(folder)];
    const missing = own.filter((file) => !kept.some((each) => each.name === file.name && each.sha256 === file.sha256));
    if (missing.length > 0) return no(`${missing.length} of ${from}'s ${own.length} binary logs are missing on ${to}.`);
    const files = own.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
    return done(`${to} has ${own.length} binary logs of ${from} in ${folder}; their SHA-256 sums are equal.`, {
      folder,
      files,
      ...earlier,
    });
  },
  async act(p, ports, ctx) {
    const { from, to, folder } = p;
    if ((await earlierReseed(p, ports)).earlierRun !== '') return;
    const names = (await ownFiles(from, to, ports)).map(({ name }) => name);
    const work = { timeoutMs: patience.attemptMs / 2, signal: ctx.signal, onProgress: ctx.progress };
    await ports.binlogs(to).pull(from, names, folder, work);
  },
});

/** @throws PortError(refused) when the copies are gone: the logs themselves lie beside the old data then. */
async function copiedBefore({ from, to }: Reseeded, earlier: EarlierReseed, ports: Ports): Promise<Finding> {
  const folder = earlier.earlierRun;
  const kept = await ports.binlogs(to).kept(folder);
  if (kept.length === 0)
    throw new PortError(
      'refused',
      `${from}'s data were replaced by the rejoin ${folder}, and its copies of ${from}'s binary logs are gone from ${to}'s host. Copy the files of ${from}'s ${folder}-old.binlogs, beside its data directory, to ${folder} in ${to}'s work directory, then start again.`,
    );
  const files = kept.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
  return done(
    `The rejoin ${folder} copied ${kept.length} binary logs of ${from} to ${to}, and then began to replace ${from}'s data; this one goes on with it.`,
    { folder, files, ...earlier },
  );
}

async function ownFiles(from: string, to: string, ports: Ports): Promise<BinlogFile[]> {
  return ports.binlogs(from).own(await ports.salvage(to).known());
}

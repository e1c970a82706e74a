import type { BinlogFile } from '../../ports/rejoin';
import type { Ports } from '../../ports/ports';
import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

type Copy = { from: string; to: string; folder: string };

const patience = { attemptMs: 900_000, attempts: 5, everyMs: 2_000, heartbeatMs: 10_000 };

/** Only the deposed region's binary logs have the orders that it alone took, so they are copied to another host before the reseed. */
export const copyBinlogs = defineStep({
  name: 'copy-binlogs',
  title: (p: Copy) => `Copy ${p.from}'s binary logs to ${p.to}`,
  patience,
  async check({ from, to, folder }, ports) {
    const [own, kept] = [await ownFiles(from, to, ports), await ports.binlogs(to).kept(folder)];
    const missing = own.filter((file) => !kept.some((each) => each.name === file.name && each.sha256 === file.sha256));
    if (missing.length > 0) return no(`${missing.length} of ${from}'s ${own.length} binary logs are missing on ${to}.`);
    const files = own.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
    return done(`${to} has ${own.length} binary logs of ${from} in ${folder}; their SHA-256 sums are equal.`, {
      folder,
      files,
    });
  },
  async act({ from, to, folder }, ports, ctx) {
    const names = (await ownFiles(from, to, ports)).map(({ name }) => name);
    const work = { timeoutMs: patience.attemptMs / 2, signal: ctx.signal, onProgress: ctx.progress };
    await ports.binlogs(to).pull(from, names, folder, work);
  },
});

async function ownFiles(from: string, to: string, ports: Ports): Promise<BinlogFile[]> {
  return ports.binlogs(from).own(await ports.salvage(to).known());
}

import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

const patience = { attemptMs: 300_000, attempts: 3, everyMs: 2_000, heartbeatMs: 10_000 };
const shownPaths = 5;

/** Copies uploads and never deletes: each side may hold what the other lacks. `tolerated` paths may differ while customers still upload. */
export const syncMedia = defineStep({
  name: 'sync-media',
  title: (p: { from: string; to: string; tolerated?: number }) => `Copy to ${p.to} the uploads that only ${p.from} has`,
  patience,
  async check({ from, to, tolerated = 0 }, ports) {
    const missing = await ports.media(to).missingFrom(from, patience.attemptMs / 4);
    const count = `${missing.length} of ${from}'s uploads are missing on ${to}`;
    if (missing.length <= tolerated) return done(`${count}.`, { missing: missing.length });
    return no(`${count}, such as ${missing.slice(0, shownPaths).join(', ')}.`);
  },
  async act({ from, to }, ports, ctx) {
    await ports
      .media(to)
      .pullFrom(from, { timeoutMs: patience.attemptMs / 2, onProgress: ctx.progress, signal: ctx.signal });
  },
});

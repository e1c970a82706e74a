import { done, no } from '../../../src/activities/step/finding';
import { defineStep } from '../../../src/activities/step/step';

/** The hosts' own monitoring wants to know which region serves. */
export const markRegion = defineStep({
  name: 'mark-region',
  title: (p: { region: string; path: string }) => `Mark ${p.region} as the region that serves`,
  patience: { attemptMs: 10_000, attempts: 3, everyMs: 1_000 },
  async check({ region, path }, ports, ctx) {
    const { stdout } = await ports.host(region).run(`cat ${path} 2>/dev/null`, { timeoutMs: 3_000 });
    const marked = stdout.trim() === String(ctx.epoch);
    return marked ? done(`${region} is marked with epoch ${ctx.epoch}.`) : no(`${region} has no mark of this epoch.`);
  },
  async act({ region, path }, ports, ctx) {
    await ports.host(region).run(`echo ${ctx.epoch} > ${path}`, { timeoutMs: 3_000 });
  },
  async undo({ region, path }, ports) {
    await ports.host(region).run(`rm -f ${path}`, { timeoutMs: 3_000 });
    return `${region} has no mark.`;
  },
});

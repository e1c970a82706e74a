import { done, no } from '../step/finding';
import { defineStep } from '../step/step';

/** Renewals and mails must not start in a region that is about to stop writing. */
export const pauseScheduler = defineStep({
  name: 'pause-scheduler',
  title: (p: { region: string }) => `Pause ${p.region}'s scheduler`,
  patience: { attemptMs: 10_000, attempts: 4, everyMs: 1_000 },
  async check({ region }, ports) {
    const paused = await ports.settings(region).schedulerPaused();
    return paused ? done(`${region}'s scheduler is paused.`) : no(`${region}'s scheduler is not paused.`);
  },
  act: ({ region }, ports) => ports.settings(region).pauseScheduler(),
  async undo({ region }, ports) {
    if (!(await ports.settings(region).schedulerPaused())) return `${region}'s scheduler was not paused.`;
    await ports.settings(region).resumeScheduler();
    return `${region}'s scheduler is resumed.`;
  },
});
